"""The words that repairs are checked against: those of the document and those of the language."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from corpus.words import language_words

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMMON: Final = 15_000  # words
_ELISION = re.compile(
    r"^(?:[ldjmtscn]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)[’']", re.IGNORECASE
)


class Vocabulary:
    """Words of the language, and of one document with how often each stands in it."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._language = language_words()
        self._seen: Counter[str] = Counter()
        for text in texts:
            self._seen.update(bare(word) for word in text.split())

    def __contains__(self, word: str) -> bool:
        """Whether the language has the word, or the document at least twice."""
        word = bare(word)
        return word in self._language or self._seen[word] > 1

    def count(self, word: str) -> int:
        """How often the document has the word."""
        return self._seen[bare(word)]

    def in_language(self, word: str) -> bool:
        """Whether the language has the word."""
        return bare(word) in self._language

    def is_common(self, word: str) -> bool:
        """Whether the word is one of the commoner ones of the language."""
        return self._language.get(bare(word), _COMMON) < _COMMON

    def rank(self, word: str) -> int | None:
        """The rank of the word in the language, from 1, the commonest; None for no word of it."""
        return self._language.get(bare(word))


@lru_cache(maxsize=1 << 16)
def bare(word: str) -> str:
    """A word in lower case, without the punctuation around it and what is elided before it."""
    word = word.strip(" «»“”\"'’()[]{}.,;:!?…•*/").lower()
    return _ELISION.sub("", word)


def lost_ligatures(texts: Iterable[str]) -> bool:
    """Whether a long document has next to none of the "fi" and "fl" that French is full of."""
    letters = found = 0
    for text in texts:
        letters += len(text)
        found += text.count("fi") + text.count("fl") + text.count("ﬁ") + text.count("ﬂ")
    return letters > 3000 and found < 0.0003 * letters
