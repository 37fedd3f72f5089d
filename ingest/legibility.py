"""Whether text can be read at all: a font whose codes mean nothing gives letters, but no words.

No list of words is asked, which would refuse other languages, names and acronyms: in any language
written with our letters, most pairs of letters that follow each other are pairs that French knows.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Final

from corpus.french import fold
from corpus.words import language_words
from ingest.vocabulary import bare

_ENOUGH: Final = 60  # pairs of letters, or signs: less proves nothing
_SAMPLE: Final = 2000  # characters: more proves no more
_LEARNT_FROM: Final = 20_000  # words, the commonest
_COMMON: Final = 0.97  # of the pairs met in them
_LEGIBLE: Final = 0.5  # French has 0.9 and more, Polish 0.66, shifted or mixed letters 0.4 at most
_WORDLIKE: Final = 0.3  # of the strings of signs

_LETTERS = re.compile(r"[a-z]+")
_SIGNS = re.compile(r"\S{4,}")


def is_garbled(text: str) -> bool:
    """Whether a text is long enough to tell, and no language."""
    text = text[:_SAMPLE]
    pairs = [pair for word in _LETTERS.findall(fold(text)) for pair in pairwise(word)]
    if len(pairs) >= _ENOUGH:
        return sum(pair in _common_pairs() for pair in pairs) < _LEGIBLE * len(pairs)
    strings = [string for string in _SIGNS.findall(text) if len(set(string)) > 1]
    if sum(map(len, strings)) < _ENOUGH:
        return False
    return sum(map(_is_wordlike, strings)) < _WORDLIKE * len(strings)


def known_words(text: str) -> int:
    """How many words of a text the language has, short ones aside."""
    words = language_words()
    return sum(len(word) > 2 and word in words for word in map(bare, text.split()))


def _is_wordlike(string: str) -> bool:
    letters, figures = sum(map(str.isalpha, string)), sum(map(str.isdigit, string))
    return max(letters, figures) > 0.6 * len(string)


@cache
def _common_pairs() -> frozenset[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for word in list(language_words())[:_LEARNT_FROM]:
        counts.update(pairwise("".join(_LETTERS.findall(fold(word)))))
    kept, met, total = set(), 0, counts.total()
    for pair, count in counts.most_common():
        if met > _COMMON * total:
            break
        kept.add(pair)
        met += count
    return frozenset(kept)
