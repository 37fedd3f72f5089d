"""The nouns of a brief: what an adviser takes to a session, line by line, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.types import Citation

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["quote", "method", "step", "actor", "own", "written"]
"""Words of the corpus; our wording of a method; a step of the outline; whom to involve; a line the
reader added; a sentence of a language model, checked."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a brief.

    `first` are the words it was prepared with; a quote whose `text` is no longer these is no quote
    any more. `minutes` belong to a step of the outline, `url` to an actor; `doubt` says why a
    model's sentence is not verified. A line that was removed is kept, so that it can come back.
    """

    id: str
    kind: Kind
    text: str
    first: str = ""
    citations: tuple[Citation, ...] = ()
    minutes: int = 0
    url: str = ""
    removed: bool = False
    doubt: str = ""

    @property
    def edited(self) -> bool:
        """Whether these are not the words that were prepared."""
        return self.kind != "own" and self.text != self.first

    @property
    def verbatim(self) -> bool:
        """Whether the text is word for word that of its citations."""
        return self.kind == "quote" and not self.edited


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of level 1 or 2 and its lines; `note` says what is missing, or how to read them.

    `quotes` are the lines that a language model told anew; `remark` says what became of its work.
    """

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    level: int = 1
    note: str = ""
    removed: bool = False
    quotes: tuple[Line, ...] = ()
    remark: str = ""

    @property
    def kept(self) -> tuple[Line, ...]:
        """The lines that were not removed."""
        return tuple(line for line in self.lines if not line.removed)


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief: for which situation, which participants, how many minutes; `notice` stands above."""

    title: str
    situation: str
    participants: str
    minutes: int
    parts: tuple[Part, ...] = ()
    notice: str = ""

    @property
    def kept(self) -> tuple[Part, ...]:
        """The parts that were not removed, nor stand under a heading that was."""
        found: list[Part] = []
        hidden = False
        for part in self.parts:
            hidden = part.removed if part.level == 1 else hidden
            if not (hidden or part.removed):
                found.append(part)
        return tuple(found)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The distinct citations of the lines that are kept, by number."""
        found = {c.number: c for line in self.kept_lines() for c in line.citations}
        return tuple(found[number] for number in sorted(found))

    def all_lines(self) -> Iterator[Line]:
        """All lines, those removed and those told anew included."""
        for part in self.parts:
            yield from (*part.lines, *part.quotes)

    @property
    def free_number(self) -> int:
        """The first number that no line's id has."""
        return 1 + max((int(line.id[1:]) for line in self.all_lines()), default=0)

    def kept_lines(self) -> Iterator[Line]:
        """The lines that are kept, in order."""
        for part in self.kept:
            yield from part.kept
