"""The words of the French language, to tell a word from a misreading or a misspelling.

`words.txt` lists the word forms of open French texts (codes, laws, administrative fiches), the
commonest first, in lower case, compounds with their hyphens. It holds no text, only words seen at
least three times. To make it again: `python -m corpus.words TEXTS.jsonl.xz…`.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
import unicodedata
from collections import Counter
from functools import cache
from typing import Final

from corpus.french import fold
from corpus.home import PACKAGE

WORDS: Final = PACKAGE / "words.txt"

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ONE_LETTER: Final = frozenset("aàyô")


@cache
def language_words() -> dict[str, int]:
    """The word forms of the language, lower case, with their rank from 1, the commonest."""
    words = WORDS.read_text(encoding="utf-8").split()
    return {word: rank for rank, word in enumerate(words, 1)}


@cache
def folded_words() -> frozenset[str]:
    """The word forms of the language without their accents."""
    return frozenset(fold(WORDS.read_text(encoding="utf-8")).split())


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
