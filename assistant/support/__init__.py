"""Whether a passage says what a sentence of a language model says: figures, names, sense, words.

`check` looks for the sentences of the passage that come nearest, then compares: every figure, date,
reference and name must stand there, beside the same words; what is denied, allowed or required must
agree; enough of the words must be found. What it cannot follow it doubts.
"""

from __future__ import annotations

from typing import NamedTuple

from assistant.support.evidence import cut, gather, letters
from assistant.support.faults import reasons

ENOUGH = 0.5
"""Share of a sentence's words, by weight, that its source must say."""

DOUBT = 0.25
"""What is left of the score of a sentence that contradicts its source or says more."""


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
    found = gather(sentence, source, context)
    wrong = reasons(found)
    score = found.share * (DOUBT if wrong else 1.0)
    if wrong:
        return Support(supported=False, score=score, reason=wrong[0])
    if score < ENOUGH:
        said = round(found.share * 100)
        reason = f"trop peu de ses mots sont dans la source ({said} %)"
        return Support(supported=False, score=score, reason=reason)
    return Support(supported=True, score=score, reason="")
