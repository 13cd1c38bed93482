"""A part of a document that a command writes, between marks that name it."""

from dataclasses import dataclass
from pathlib import Path

from .failure import Failure


@dataclass(frozen=True)
class Part:
    document: Path
    name: str
    text: str

    def within(self, document: str) -> str:
        """The document with this text in its place."""
        begin_mark, end_mark = f"<!-- {self.name}: bench/summary -->\n", f"<!-- /{self.name} -->\n"
        begin, end = document.find(begin_mark), document.find(end_mark)
        if begin < 0 or end < begin:
            raise Failure(f"{self.document.name} has no {begin_mark.strip()} with "
                          f"{end_mark.strip()} behind it")
        return document[:begin + len(begin_mark)] + self.text + document[end:]
