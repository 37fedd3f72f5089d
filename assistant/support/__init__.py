"""Whether a passage says what a sentence of a language model says: figures, names, sense, words.

A sentence is believed when one sentence of the passage says it, or says each of its statements:
every word that carries meaning must stand there, itself or one that says the same, and what is
denied, allowed, required, counted, and of whom it is said must agree. What it cannot follow it
doubts: a true sentence told in quite other words is doubted too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assistant.support.clauses import FEWEST, statements
from assistant.support.faults import faults
from assistant.support.passage import Found, cut, letters, look_up
from assistant.support.reading import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

ENOUGH = 0.8
"""Score from which a sentence is believed: no word that carries meaning lacks."""

LACKING = 0.25
"""What a word that carries meaning and stands nowhere takes off the score."""

LACKING_LIGHT = 0.04
"""The same for a word that proves little."""

DOUBT = 0.25
"""What is left of the score of a sentence that contradicts its source or says more."""

_NAMED = 4
"""Words that a doubt names, at most."""


class Support(NamedTuple):
    """Whether a source supports a sentence: `score` in [0, 1], and why not, in French."""

    supported: bool
    score: float
    reason: str


def check(sentence: str, source: str, context: str = "") -> Support:
    """Whether a source supports a sentence written by a language model.

    `sentence` has no `[n]`; `source` is the text of the cited passage; `context` its headings and
    the title of its document, which may name what the passage speaks of but state nothing.
    """
    if (quote := letters(sentence)) and quote in cut(source).quotes:
        return Support(supported=True, score=1.0, reason="")
    found = look_up(sentence, source, context)
    if not found:
        return Support(supported=False, score=0.0, reason="la source ne dit rien")
    reading = found[0].claim.reading
    everything = tuple(range(len(reading.contents)))
    if sum(content.kind != LIGHT for content in reading.contents) < FEWEST:
        return Support(supported=False, score=0.0, reason="elle dit trop peu pour être vérifiée")
    judged: dict[tuple[int, ...], tuple[Support, int]] = {}
    best, _ = _judged(found, everything)
    for parts in statements(reading):
        if best.supported:
            break
        for part in parts:
            if part not in judged:
                judged[part] = _judged(found, part)
        if len({judged[part][1] for part in parts}) == len(parts):
            # Two statements of one sentence of the source were compared with it together.
            worst = min((judged[part][0] for part in parts), key=_score)
            best = max(best, worst, key=_score)
    return best


def _score(support: Support) -> float:
    return support.score


def _judged(found: Sequence[Found], numbers: Sequence[int]) -> tuple[Support, int]:
    """What the nearest sentences of the passage say of a statement: the best, and its number."""
    costs = [_lacking(one, numbers) for one in found]
    best, chosen = Support(supported=False, score=-1.0, reason=""), -1
    least = min(cost for cost, _ in costs)
    for unit, ((cost, lacking), one) in enumerate(zip(costs, found, strict=True)):
        if cost > least:
            continue  # what the nearest sentence contradicts no other one says
        score = max(0.0, 1.0 - cost)
        reason = _missing(one, lacking) if lacking else ""
        if wrong := next(faults(one, numbers), ""):
            score, reason = DOUBT * score, reason or wrong
        if score > best.score:
            best, chosen = Support(score >= ENOUGH, score, "" if score >= ENOUGH else reason), unit
    return best, chosen


def _missing(one: Found, lacking: Sequence[int]) -> str:
    names = [f"« {one.shown(number)} »" for number in lacking[:_NAMED]]
    return f"la source ne dit pas {', '.join(names)}"


def _lacking(one: Found, numbers: Sequence[int]) -> tuple[float, list[int]]:
    """What the words that a sentence of the passage does not say cost, and which carry meaning."""
    unsaid = [number for number in numbers if not one.said(number)]
    contents = one.claim.reading.contents
    heavy = [number for number in unsaid if contents[number].kind != LIGHT]
    told = sum(contents[n].kind != LIGHT and n in one.places for n in numbers)
    if 2 * told < sum(contents[n].kind != LIGHT for n in numbers):
        heavy = heavy or [numbers[0]]  # headings name, they state nothing
    return LACKING * len(heavy) + LACKING_LIGHT * (len(unsaid) - len(heavy)), heavy
