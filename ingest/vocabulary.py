"""The words that repairs are checked against: those of the document and those of the language.

`words.txt` lists the word forms of open French texts (codes, laws, administrative fiches), the
commonest first, in lower case, compounds with their hyphens. It holds no text, only words seen at
least three times. To make it again: `python -m ingest.vocabulary TEXTS.jsonl.xz…`.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS: Final = Path(__file__).with_name("words.txt")

_COMMON: Final = 15_000  # words
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ELISION = re.compile(
    r"^(?:[ldjmtscn]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)[’']", re.IGNORECASE
)
_ONE_LETTER: Final = frozenset("aàyô")


@cache
def language_words() -> dict[str, int]:
    """The word forms of the language, lower case, with their rank from 1, the commonest."""
    words = WORDS.read_text(encoding="utf-8").split()
    return {word: rank for rank, word in enumerate(words, 1)}


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


def main(paths: list[str]) -> None:
    """Make the list anew from JSON lines, each an object of texts."""
    counts: Counter[str] = Counter()
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                fields = json.loads(line)
                text = " ".join(str(text) for key, text in fields.items() if key != "source")
                words = _WORD.findall(unicodedata.normalize("NFC", text))
                counts.update(word.lower() for word in words)
    kept = [
        word
        for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if (count >= 3 or ("-" in word and count >= 2)) and (len(word) > 1 or word in _ONE_LETTER)
    ]
    WORDS.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
