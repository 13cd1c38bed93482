"""The needs of nodes and of Redis by a run's tables: two tables of the deployment guide."""

from dataclasses import dataclass

from .failure import Failure
from .table import row
from .tables import Tables, about, number

CLUSTER = "cluster, from one node to another, 100 bytes"
NODE, REDIS, OTHER = "publishing node", "Redis", "subscribed node"

# What no run has. The guide's table of what was measured by hand says how.
OWN_CHANNEL_KIB = 1.0  # more, for a connection on a channel of its own, with scaling
FURTHER_NODE_US = {32: 0.18, 1: 0.56}  # of Redis, for each node but one that has a subscriber

# Connections and nodes, with an event for each connection every so many seconds.
SIZES = ((20_000, 2), (100_000, 3), (300_000, 4), (1_000_000, 10))
EVENT_EVERY = 10


class Figures:
    """The figures of a run. Each throws Failure where the run does not have it."""

    def __init__(self, results: str):
        self.tables = Tables(results)

    def text(self, label: str, column: str = "ours", table: str = "work") -> str:
        value = self.tables.cell(table, label, column)
        if value is None:
            raise Failure(f"the results have no '{column}' of '{label}'")
        return value

    def of(self, label: str, column: str = "ours", table: str = "work") -> float:
        return number(self.text(label, column, table))

    def kib(self, label: str, column: str = "ours") -> str:
        return f"{self.of(label, column) / 1024:.1f} KiB"

    def message(self, in_flight: int, process: str) -> float:
        """µs of CPU for a message from one node to another, so many of them on their way."""
        return self.of(f"{in_flight:,} in flight", f"{process}, µs of CPU a message (% of a core)",
                       CLUSTER)


MEMORY = "memory per subscribed connection, 10,000 of them"
KERNEL = "the kernel's for its socket"
TLS_MEMORY = "memory per subscribed connection by wss://, 2,000 of them"
CONNECT = "CPU per connect and subscription, "


def delivery(in_flight: int) -> str:
    return f"CPU per delivery, 1,000 subscribers, 100 bytes by HTTP, {in_flight} in flight"


def costs(figures: Figures) -> list[tuple[str, str, str]]:
    """What, its costs, and by what it was measured."""
    text, kib, message = figures.text, figures.kib, figures.message
    whole = figures.text("1,000 in flight", "messages a second", CLUSTER)
    return [
        ("a connection, subscribed to a channel with others",
         f"{kib(MEMORY)} in the node; {kib(KERNEL)} in the kernel, more while bytes wait; nothing "
         "in Redis", "memory per"),
        ("the same by TLS in the server itself",
         f"{kib(TLS_MEMORY)} in the node, of which a bare server takes {kib(TLS_MEMORY, 'floor')} "
         f"for OpenSSL; {kib(KERNEL + ', wss://')} in the kernel", "memory per"),
        ("connecting and subscribing, without scaling",
         f"{text(CONNECT + 'public')} µs of a node; {text(CONNECT + 'private, signed')} µs to a "
         f"private channel, {text(CONNECT + 'presence, 1,000 are there')} µs to a presence channel "
         "of 1,000, each of whom is told", "connects and"),
        ("delivering an event to a client, of 1,000 subscribers",
         f"{text(delivery(1))} µs of a node, {text(delivery(8))} µs where 8 come at a time, "
         f"{text(delivery(32))} µs where 32 do", "CPU per delivery"),
        ("an event from one node to another, of 1,000 under way",
         f"{message(1000, NODE)} µs of the node that publishes, {message(1000, REDIS)} µs of Redis, "
         f"{message(1000, OTHER)} µs of the node that has the subscriber", "cluster"),
        ("the same, of 32",
         f"{message(32, NODE)}, {message(32, REDIS)} and {message(32, OTHER)} µs", "cluster"),
        ("the same, alone: every process wakes up for it",
         f"{message(1, NODE)}, {message(1, REDIS)} and {message(1, OTHER)} µs; "
         f"{text('added', 'p50', 'cluster, publish to subscriber')} µs later than on the same node "
         "(p50)", "cluster"),
        ("such events a second, of 1,000 under way: nodes, Redis and the load client use up two cores",
         whole, "cluster"),
    ]


@dataclass(frozen=True)
class Size:
    """What so many connections need, on paper."""

    figures: Figures
    connections: int
    nodes: int

    @property
    def events(self) -> float:
        return self.connections / EVENT_EVERY

    def memory_mib(self) -> float:
        figures = self.figures
        each = (figures.of(MEMORY) + figures.of(KERNEL)) / 1024 + OWN_CHANNEL_KIB
        return figures.of("resident before they came") + self.connections / self.nodes * each / 1024

    def of_a_node(self, in_flight: int) -> float:
        """% of a core: it publishes its part of the events, and receives all."""
        message = self.figures.message
        return (message(in_flight, NODE) / self.nodes + message(in_flight, OTHER)) * self.events / 1e4

    def of_redis(self, in_flight: int) -> float:
        """% of a core: each event goes to all nodes."""
        event = self.figures.message(in_flight, REDIS) + (self.nodes - 1) * FURTHER_NODE_US[in_flight]
        return event * self.events / 1e4

    def greeting_seconds(self) -> float:
        """CPU of each of the others when a node dies, and its clients come to them."""
        clients = self.connections / self.nodes / (self.nodes - 1)
        return clients * self.figures.of(CONNECT + "private, signed") / 1e6

    def cells(self) -> list[str]:
        # Alone only where they come so slowly that every process can wake up for each.
        alone = max(self.of_a_node(1), self.of_redis(1)) < 100
        return [f"{self.connections:,}", f"{self.events:,.0f}", str(self.nodes),
                f"{self.memory_mib():,.0f} MiB", *(
                    f"{percent(share(32))} in bursts"
                    + (f", {percent(share(1))} alone" if alone else "")
                    for share in (self.of_a_node, self.of_redis)),
                f"{self.greeting_seconds():.1f} s"]


def percent(share: float) -> str:
    return "under 1 %" if share < 1 else f"{share:.0f} %"


def measured(results: str) -> str:
    """The table of what was measured."""
    figures = Figures(results)
    lines = [row(["what", "costs", "measured by"]), row(["---"] * 3)]
    lines += [row([what, cost, f"`bench/run --only='{only}'`"]) for what, cost, only in costs(figures)]
    when, machine, *_ = about(results)
    return "\n".join([*lines, "", f"{when}; {machine}."]) + "\n"


def on_paper(results: str) -> str:
    """The table of what is computed from that."""
    figures = Figures(results)
    lines = [row(["connections", "events a second", "nodes", "memory of a node",
                  "of a core of each node, by Redis' events", "of Redis' core",
                  "CPU of each other node when one dies"]), row(["---:"] * 7)]
    lines += [row(Size(figures, *size).cells()) for size in SIZES]
    return "\n".join(lines) + "\n"
