"""The acronyms that documents explain themselves: "gestion par consentement (GPC)".

The lexicon knows those of the field; a document of the user's own brings others. One is believed
when its letters are the initials of the words beside it, small words aside.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from corpus import french
from corpus.errors import LibraryCorruptError
from corpus.lexical import REBUILD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LONGEST = 12
"""Words of the longest expansion, small ones included."""

_ACRONYM = r"[A-Z][A-Za-z]{0,6}[A-Z]"
_AFTER = re.compile(rf"((?:[\w'-]+ ){{1,{LONGEST}}}) ?[(\[]({_ACRONYM})s?[)\]]")
_BEFORE = re.compile(rf"\b({_ACRONYM})s? \(([\w' -]+)\)")
_WORD = re.compile(r"[^\W\d_]+(?:'(?=[^\W\d_]))?")


def explained(texts: Iterable[str]) -> dict[str, str]:
    """{acronym in capitals: its words}; of several expansions the commonest."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in map(french.plain, texts):
        found = [(m[2], _tail(m[1], m[2])) for m in _AFTER.finditer(text)]
        found += [(m[1], _whole(m[2], m[1])) for m in _BEFORE.finditer(text)]
        counts.update((acronym.upper(), words) for acronym, words in found if words)
    known: dict[str, str] = {}
    for (acronym, words), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        known.setdefault(acronym, words)
    return dict(sorted(known.items()))


def _tail(text: str, acronym: str) -> str:
    """The last words of a text that an acronym stands for, or ""."""
    words = list(_WORD.finditer(text))
    for first in range(len(words) - len(acronym), -1, -1):
        if _stands_for([word.group() for word in words[first:]], acronym):
            return text[words[first].start() :].strip()
    return ""


def _whole(text: str, acronym: str) -> str:
    return text.strip() if _stands_for(_WORD.findall(text), acronym) else ""


def _stands_for(words: list[str], acronym: str) -> bool:
    """Whether the letters are the initials of the words, with or without the small ones."""
    folded = [french.fold(word) for word in words]
    if not folded or folded[0] in french.STOPWORDS or folded[0].endswith("'"):
        return False
    main = (w[0] for w in folded if w not in french.STOPWORDS and not w.endswith("'"))
    return french.fold(acronym) in {"".join(main), "".join(word[0] for word in folded)}


def save(acronyms: Mapping[str, str], path: Path) -> None:
    """Write acronyms as JSON."""
    path.write_text(json.dumps(acronyms, ensure_ascii=False), encoding="utf-8")


def load(path: Path) -> dict[str, str]:
    """Read acronyms.

    Raises:
        LibraryCorruptError: the file is missing or damaged.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(words) for name, words in body.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise LibraryCorruptError(f"Le fichier « {path} » est illisible.", REBUILD) from error
