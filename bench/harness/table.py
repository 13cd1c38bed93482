"""Medians and the Markdown table."""

from collections import defaultdict
from statistics import median


class Results:
    """Figures by row and server, a value for each repetition."""

    def __init__(self, servers: list[str]):
        self.servers = servers
        self.rows: dict[str, tuple[str, int]] = {}
        self.values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, label: str, unit: str, digits: int, server: str, value: float) -> None:
        self.rows[label] = (unit, digits)
        self.values[label][server].append(value)

    def ratio(self, label: str, server: str) -> float | None:
        """The median of the repetitions' own ratios: what disturbs the machine disturbs both."""
        floor, other = self.values[label]["floor"], self.values[label][server]
        pairs = [b / a for a, b in zip(floor, other) if a > 0]
        return median(pairs) if pairs else None

    def markdown(self) -> str:
        others = [name for name in self.servers if name != "floor"]
        head = ["work", "unit", "floor"]
        for name in others:
            head += [name, "ratio"]
        lines = [row(head), row(["---"] * 2 + ["---:"] * (len(head) - 2))]
        for label, (unit, digits) in self.rows.items():
            cells = [label, unit, self._cell(label, "floor", digits)]
            for name in others:
                ratio = self.ratio(label, name)
                cells += [self._cell(label, name, digits), f"{ratio:.2f}" if ratio else "–"]
            lines.append(row(cells))
        return "\n".join(lines)

    def _cell(self, label: str, server: str, digits: int) -> str:
        values = self.values[label][server]
        return f"{median(values):,.{digits}f}" if values else "–"


def row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
