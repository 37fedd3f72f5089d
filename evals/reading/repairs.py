"""Precision and recall of what a reader mends: words broken at line ends, lost ligatures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidfuzz.distance import Opcode

    from evals.reading.gold import Ends

# How libraries write the letters of a ligature, and a hyphen that ends a line.
_SPELLED: Final = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\u00ad": "-", "\u2010": "-", "\ufffe": "-", "\u0002": "-",
}  # fmt: skip
_HYPHENS = re.compile(r"[\s-]+")
_WORD = re.compile(r"\S+")


class Repairs(NamedTuple):
    """Counts of repairs: made right, made wrong, and not made where one was needed.

    `line_ends` counts the hyphens that end a line, those of compounds included.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0
    line_ends: int = 0

    @property
    def precision(self) -> float | None:
        """Repairs that were right; None where none was made."""
        made = self.right + self.wrong
        return self.right / made if made else None

    @property
    def recall(self) -> float | None:
        """What needed a repair and got the right one; None where nothing did."""
        needed = self.right + self.missed
        return self.right / needed if needed else None

    def __add__(self, other: object) -> Repairs:
        """Counts added up."""
        if not isinstance(other, Repairs):
            return NotImplemented
        return Repairs(*(a + b for a, b in zip(self, other, strict=True)))


class _Token(NamedTuple):
    """A word of the gold text and what was read at its place."""

    start: int
    end: int
    wanted: str
    read: str


def repairs(text: str, ends: Ends, said: str, *, lossy: bool) -> Repairs:
    """What became of the line ends of a page and, where the file is `lossy`, of its ligatures.

    A broken word must be whole; a compound must keep its hyphen; a word that lost a ligature must
    have it again. A word that is neither, but whose letters were changed, is a wrong repair.
    """
    breaks, compounds = set(ends.breaks), set(ends.compounds)
    ligatures = set(ends.ligatures) if lossy else set()
    total = Repairs(line_ends=len(breaks) + len(compounds))
    for token in _tokens(text, said):
        places = range(token.start, token.end)
        broken = len(breaks.intersection(places))
        joined = len(compounds.intersection(places))
        lost = len(ligatures.intersection(places))
        total += _judged(token, broken + lost, compound=bool(joined), lost=bool(lost))
    return total


def _judged(token: _Token, needed: int, *, compound: bool, lost: bool) -> Repairs:
    if token.read == token.wanted:
        return Repairs(right=needed)
    bare_read, bare_wanted = _HYPHENS.sub("", token.read), _HYPHENS.sub("", token.wanted)
    if bare_read == bare_wanted:
        dropped = compound and token.read.count("-") < token.wanted.count("-")
        return Repairs(missed=needed, wrong=int(dropped))
    if lost and _damaged(bare_wanted, bare_read):
        return Repairs(missed=needed)
    if bare_read.isalnum() or needed:
        return Repairs(missed=needed, wrong=max(1, needed))
    return Repairs()


def _damaged(wanted: str, read: str) -> bool:
    """Whether a word is read as the file has it: letters of its ligatures missing, no more."""
    rest = iter(wanted)
    missing = len(wanted) - len(read)
    return 0 < missing <= 6 and all(letter in rest for letter in read) and "f" in wanted


def _tokens(text: str, said: str) -> Iterator[_Token]:
    said = "".join(_SPELLED.get(letter, letter) for letter in said)
    said, plain = re.sub(r"\s", " ", said), re.sub(r"\s", " ", text)
    places = _places(Levenshtein.opcodes(plain, said), len(plain))
    for word in _WORD.finditer(plain):
        read = said[places[word.start()] : places[word.end()]].strip()
        yield _Token(word.start(), word.end(), word[0], read)


def _places(steps: Iterable[Opcode], length: int) -> list[int]:
    """For each offset in one text the offset in the other that it is aligned with."""
    places = [0] * (length + 1)
    for step in steps:
        for ahead in range(step.src_end - step.src_start):
            places[step.src_start + ahead] = min(step.dest_start + ahead, step.dest_end)
        places[step.src_end] = step.dest_end
    return places
