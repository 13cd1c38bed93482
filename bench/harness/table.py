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

    def ratios(self, label: str, server: str) -> list[float]:
        """Of each repetition by itself: what disturbs the machine disturbs both."""
        pairs = zip(self.values[label]["floor"], self.values[label][server])
        return [other / floor for floor, other in pairs if floor > 0]

    def markdown(self) -> str:
        others = [name for name in self.servers if name != "floor"]
        head = ["work", "unit", "floor"]
        for name in others:
            head += [name, "ratio (range)"]
        lines = [row(head), row(["---"] * 2 + ["---:"] * (len(head) - 2))]
        for label, (unit, digits) in self.rows.items():
            cells = [label, unit, self._cell(label, "floor", digits)]
            for name in others:
                cells += [self._cell(label, name, digits), self._ratio_cell(label, name)]
            lines.append(row(cells))
        return "\n".join(lines)

    def _cell(self, label: str, server: str, digits: int) -> str:
        values = self.values[label][server]
        return f"{median(values):,.{digits}f}" if values else "–"

    def _ratio_cell(self, label: str, server: str) -> str:
        ratios = self.ratios(label, server)
        if not ratios:
            return "–"
        spread = f" ({min(ratios):.2f}–{max(ratios):.2f})" if len(ratios) > 1 else ""
        return f"{median(ratios):.2f}{spread}"


def row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
