"""Whether a text says something, without a language model: stems, figures, names and negations.

A point is present when enough of its content stems stand in the text, after POURPRE (Lin and
Demner-Fushman 2005), but its figures with their units, its names and its negation must all be
there. A statement is supported when its words stand in the evidence in the same sense.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from corpus import french
from corpus.letters import letters
from corpus.wording import named, tokens, wording

ENOUGH = 0.75
"""Share of a point's content stems that must stand in a text: all of two or three, 3 of 4."""

SUPPORTED = 0.8
"""Share of a statement's content stems that must stand in its evidence (K-precision)."""


class Finding(NamedTuple):
    """Whether a text says something, and why: the share of stems found, and what is missing."""

    present: bool
    share: float
    missing: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The verdict in a few French words."""
        share = f"{self.share * 100:.0f} % des mots"
        if self.present:
            return f"dit ({share})"
        lacks = f", manque : {', '.join(self.missing)}" if self.missing else ""
        return f"non dit ({share}{lacks})"


def states(text: str, point: str) -> Finding:
    """Whether a text says a point, in these words or enough of them."""
    wanted, there = wording(point), wording(text)
    if wanted.idiom and letters(point).text not in letters(text).text:
        return Finding(present=False, share=0.0, missing=(f"« {point} »",))
    figures = {f for f in wanted.figures if f not in there.figures}
    pairs = {
        f"{figure} {unit}"
        for figure, unit in wanted.measured
        if figure not in figures and (figure, unit) not in there.measured
    }
    names = {name for name in wanted.names if not named(name, there)}
    missing = sorted(figures | pairs | names)
    if wanted.negated and not there.denies:
        missing.append("négation")
    # An acronym stands for its name, but does not say what it means.
    names_only = wanted.stems <= there.expanded
    share = _share(wanted.stems, there.stems if names_only else there.known)
    return Finding(not missing and share >= ENOUGH, share, tuple(missing))


def supports(evidence: str, statement: str) -> Finding:
    """Whether evidence says a statement: the same letters in a row, or enough of its words.

    In other words than the evidence's, every figure, legal reference and name of the statement must
    stand there, and at least 80 % of its content stems.
    """
    if letters(statement).text in letters(evidence).text:
        return Finding(present=True, share=1.0, missing=())
    wanted, there = wording(statement), wording(evidence)
    missing = {f for f in wanted.figures if f not in there.figures}
    missing |= {name for name in wanted.names if not named(name, there)}
    missing |= french.legal_references(statement) - french.legal_references(evidence)
    share = _share(wanted.stems, there.known)
    return Finding(not missing and share >= SUPPORTED, share, tuple(sorted(missing)))


def overlap(first: str, second: str) -> float:
    """The share of the content stems of the first text that stand in the second, in [0, 1]."""
    wanted, there = wording(first), wording(second)
    return _share(wanted.stems | wanted.figures, there.known | there.figures)


def likeness(first: str, second: str) -> float:
    """Jaccard index of the content stems of two texts, in [0, 1]."""
    a, b = _content(first), _content(second)
    return len(a & b) / len(a | b) if a | b else 1.0


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 1.0


@lru_cache(maxsize=50_000)
def _content(text: str) -> frozenset[str]:
    return frozenset(tokens(text))
