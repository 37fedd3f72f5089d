"""Where a sentence of a language model stands: the words of a passage that support it, if any do.

A sentence rests on one passage: two that each say half of it prove nothing together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assistant.support import Support, check
from assistant.units import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.excerpts import Excerpt

LONGEST_QUOTE = 3
"""Sentences in a row that a citation quotes, unless only the whole passage supports."""

MOST_CITED = 2
"""Passages that one sentence is shown with, when several say it."""

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")


class Grounds(NamedTuple):
    """What a sentence rests on: quotable pieces of passages; `doubt` says why that is not enough.

    With `doubt`, the piece is what the cited passages say nearest to it.
    """

    units: tuple[Unit, ...]
    doubt: str = ""


def attribute(sentence: str, cited: Sequence[Excerpt], others: Sequence[Excerpt]) -> Grounds:
    """Find what supports a sentence: in the passages it cites, else in another one."""
    checks = [(_check(sentence, excerpt.text, excerpt.context), excerpt) for excerpt in cited]
    supporting = [excerpt for support, excerpt in checks if support.supported]
    if not supporting:
        elsewhere = [(_check(sentence, e.text, e.context), e) for e in others]
        found = [(support.score, e) for support, e in elsewhere if support.supported]
        supporting = [max(found, key=lambda pair: pair[0])[1]] if found else []
    if supporting:
        return Grounds(tuple(_quote(sentence, e) for e in supporting[:MOST_CITED]))
    if not checks:
        return Grounds((), "aucun passage ne dit cela")
    support, excerpt = max(checks, key=lambda pair: pair[0].score)
    return Grounds((_quote(sentence, excerpt),), support.reason)


def _quote(sentence: str, excerpt: Excerpt) -> Unit:
    """The shortest piece of a passage that supports a sentence, or what comes nearest to it."""
    nearest: list[tuple[Support, Unit]] = []
    for size in (*range(1, LONGEST_QUOTE + 1), len(excerpt.spans)):
        pieces = [Unit(excerpt.hit, start, end, position=0) for start, end in excerpt.windows(size)]
        tried = [(_check(sentence, unit.text, excerpt.context), unit) for unit in pieces]
        supporting = [pair for pair in tried if pair[0].supported]
        if supporting:
            return max(supporting, key=lambda pair: pair[0].score)[1]
        nearest.extend(tried)
    return max(nearest, key=lambda pair: pair[0].score)[1]


def _check(sentence: str, source: str, context: str) -> Support:
    """The check; an address that the source does not print fails it, whatever else is said."""
    for address in _ADDRESS.findall(sentence):
        if address.rstrip(".,;)") not in source:
            return Support(supported=False, score=0.0, reason="cette adresse n'y est pas")
    return check(sentence, source, context)
