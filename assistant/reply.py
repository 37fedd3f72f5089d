"""What a language model writes, cut into sentences with their citations, as it comes."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

from assistant.question import cleaned
from corpus import french
from corpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 6_000
"""Characters after which a reply is no short answer."""

_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_NUMBERS = r"(?:passages?|sources?|documents?)?\s*(?:n°\s*)?\d{1,2}(?:\s*(?:,|;|et)\s*\d{1,2})*"
_MARK = re.compile(rf"[\[【]\s*{_NUMBERS}\s*(?:†[^\]】]*)?[\]】]", re.IGNORECASE)
_MARKS_AFTER_STOP = re.compile(rf"([.!?…]+)((?:\s*{_MARK.pattern})+)", re.IGNORECASE)
_OPEN_MARK = re.compile(r"[\[【][^\]】\n]{0,40}\Z")
_OTHER_BRACKETS = re.compile(r"[\[【][^\]】]{0,40}(?:[\]】]|$)")
_DRESS = re.compile(r"\*\*|__|`+|^\s*(?:#+|>)\s+|(?<!\w)[*_]|[*_](?!\w)", re.MULTILINE)
_ENDS = re.compile(r"[.!?…»)\]】]\s*\Z")
_TAIL = 600  # characters at the end in which a model is seen to repeat itself


class Sentence(NamedTuple):
    """A sentence without its marks, and the numbers it cites, as written."""

    text: str
    cited: tuple[int, ...]


class Reply:
    """A reply under way. The same text gives the same sentences however it is cut into pieces."""

    def __init__(self) -> None:
        self._text = ""
        self._given = 0

    def add(self, piece: str) -> Iterator[Sentence]:
        """Take a piece; the sentences that are complete because another one has begun."""
        self._text += piece
        if piece.strip():  # only what begins a sentence completes the one before
            yield from self._new(complete=False)

    def close(self, *, meant: bool) -> Iterator[Sentence]:
        """The sentences left; one without its end only when the model meant to stop there."""
        yield from self._new(complete=meant or self.finished)

    @property
    def empty(self) -> bool:
        """Whether nothing that can be read was written."""
        return not any(map(str.isalnum, self._said()))

    @property
    def finished(self) -> bool:
        """Whether the last sentence has its end."""
        return bool(_ENDS.search(self._said()))

    @property
    def endless(self) -> bool:
        """Whether it is far too long, or goes round in circles: text that says nothing new."""
        tail = self._text[-_TAIL:].encode()
        circles = len(tail) >= _TAIL and len(zlib.compress(tail)) < len(tail) / 5
        return circles or len(self._text) > LONGEST

    def _said(self) -> str:
        """What was written, thinking aloud and the dress of Markdown aside."""
        return _DRESS.sub("", _THINKING.sub("", self._text))

    def _new(self, *, complete: bool) -> Iterator[Sentence]:
        said = _OPEN_MARK.sub("", self._said())
        said = _MARKS_AFTER_STOP.sub(r" \2\1", said)
        spans = french.sentences(said)
        ready = spans if complete else spans[:-1]
        for start, end in ready[self._given :]:
            self._given += 1
            sentence = _read(said[start:end])
            if sentence:
                yield sentence


def _read(written: str) -> Sentence | None:
    """A sentence and what it cites; None when it says nothing."""
    try:
        text = cleaned(written)
    except UsageError:
        return None
    marks = [int(n) for mark in _MARK.findall(text) for n in re.findall(r"\d+", mark)]
    bare = _OTHER_BRACKETS.sub(" ", _MARK.sub(" ", text))
    said = re.sub(r" +([.,…]|$)", r"\1", " ".join(bare.split()))
    said = re.sub(r"(?<!\.)\.\.$", ".", said)  # a stop before the mark and one behind it
    if not any(map(str.isalnum, said)):
        return None
    return Sentence(said, tuple(dict.fromkeys(marks)))
