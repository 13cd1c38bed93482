"""What a run has written: its Markdown tables, and what stands above them."""

import re


class Tables:
    """The Markdown tables of a text."""

    def __init__(self, text: str):
        self.tables: list[tuple[list[str], dict[str, list[str]]]] = []
        for block in re.findall(r"(?:^\|.*\|\n)+", text + "\n", re.MULTILINE):
            head, _, *rows = [[cell.strip() for cell in line.strip("|").split(" | ")]
                              for line in block.splitlines()]
            self.tables.append((head, {cells[0]: cells for cells in rows}))

    def cell(self, table: str, label: str, column: str) -> str | None:
        """None where there is no such table, row or column, or nothing in it."""
        for head, rows in self.tables:
            if head[0].startswith(table) and label in rows and column in head:
                value = rows[label][head.index(column)]
                return None if value == "–" else value
        return None

    def ratio(self, label: str) -> float | None:
        """Of the first table: ours to the floor, which stands behind ours."""
        for head, rows in self.tables:
            if head[0] == "work" and label in rows:
                value = rows[label][head.index("ours") + 1]
                return None if value == "–" else number(value)
        return None


def number(text: str) -> float:
    return float(re.match(r"[\d.,]+", text)[0].replace(",", ""))


def about(results: str) -> list[str]:
    """When it was, of which commit, on what machine, with what, in this order."""
    return [line[2:] for line in results.splitlines() if line.startswith("- ")]
