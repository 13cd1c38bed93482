"""The main figures of a run, from the tables that it wrote: the table of the README."""

from dataclasses import dataclass

from .failure import Failure
from .table import row
from .tables import Tables, about, number

COLUMNS = ("ours", "floor", "uWebSockets", "laravel/reverb")


@dataclass(frozen=True)
class Cell:
    """A figure of another table than the first: how its head begins, its row and its column."""

    table: str
    row: str
    column: str


@dataclass(frozen=True)
class Line:
    """A row of the summary; without cells it is one of the first table."""

    name: str
    label: str = ""
    unit: str = ""
    cells: dict[str, Cell] | None = None


HTTP = "1,000 subscribers, 100 bytes by HTTP"
WSS = "1,000 subscribers by wss://, 100 bytes by HTTPS"
PHP = "publishing from PHP, back to back"
CLUSTER = "cluster, from one node to another, 100 bytes by HTTP"


def event(column: str) -> dict[str, Cell]:
    ways = {"ours": "event(), unix socket", "floor": "event(), null broadcaster, then ping-pong",
            "laravel/reverb": "event(), Guzzle to laravel/reverb"}
    return {name: Cell(PHP, way, column) for name, way in ways.items()}


def cluster(in_flight: int, column: str) -> dict[str, Cell]:
    return {name: Cell(CLUSTER, f"{name}, {in_flight} in flight", column)
            for name in ("ours", "laravel/reverb")}


LINES = (
    *(Line(f"CPU of a delivery to 1,000 subscribers, {number} at a time",
           f"CPU per delivery, {HTTP}, {number} in flight") for number in (1, 8, 32)),
    *(Line(f"the same by wss://, {number} at a time",
           f"CPU per delivery, {WSS}, {number} in flight") for number in (1, 8)),
    Line("CPU of a client event's delivery to 200 members, 8 at a time",
         "CPU per delivery, 200 members, client events, 8 in flight"),
    Line("from publish to the last of 1,000 subscribers, p50", f"publish to last, {HTTP}, p50"),
    Line("signed HTTP publishes",
         "publishes a second, signed HTTP, 16 kept connections, 1 subscriber"),
    Line("unix socket publishes",
         "publishes a second, unix socket, 32 under way, 1 subscriber"),
    Line("CPU of a connect and a signed subscription",
         "CPU per connect and subscription, private, signed"),
    Line("the same where 1,000 members are present, 64 at a time",
         "CPU per connect and subscription, presence, 1,000 are there"),
    Line("memory of a subscribed connection",
         "memory per subscribed connection, 10,000 of them"),
    Line("the same by wss://", "memory per subscribed connection by wss://, 2,000 of them"),
    Line("10,000 clients that ping every 30 s", "10,000 connections that ping every 30 s"),
    Line("Laravel's `event()`, p50", unit="µs", cells=event("p50")),
    Line("from one node to a subscriber on another, p50", unit="µs", cells=cluster(1, "p50, µs")),
    Line("events from one node to another, 32 at a time", unit="1/s",
         cells=cluster(32, "messages a second")),
)


def figures(tables: Tables, line: Line) -> tuple[str, dict[str, str | None]]:
    """The unit, and each column's figure."""
    if line.cells is not None:
        return line.unit, {
            name: (cell := line.cells.get(name)) and tables.cell(cell.table, cell.row, cell.column)
            for name in COLUMNS}
    values = {name: tables.cell("work", line.label, name) for name in COLUMNS}
    return tables.cell("work", line.label, "unit") or "", values


def summary(results: str) -> str:
    """The table of these results. Throws Failure where one of our figures is not in them."""
    tables = Tables(results)
    lines = [row(["", "unit", "ours", "floor", "ours / floor", *COLUMNS[2:]]),
             row(["---"] * 2 + ["---:"] * 5)]
    for line in LINES:
        unit, values = figures(tables, line)
        if values["ours"] is None:
            raise Failure(f"the results have no figure of ours for '{line.label or line.name}'")
        ratio = tables.ratio(line.label)
        if ratio is None and values["floor"] is not None and number(values["floor"]) > 0:
            ratio = number(values["ours"]) / number(values["floor"])
        told = [values[name] or "–" for name in COLUMNS]
        lines.append(row([line.name, unit, *told[:2], "–" if ratio is None else f"{ratio:.2f}",
                          *told[2:]]))
    # The versions of what it was built with stand in the results.
    run = [line for line in about(results) if "open files at most" not in line]
    return "\n".join([*lines, "", *(f"{line}  " for line in run[:-1]), *run[-1:]]) + "\n"
