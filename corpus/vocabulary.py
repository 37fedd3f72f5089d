"""The words of a library: how often they occur, their stems, and the nearest to a misspelt one."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from corpus import french
from corpus.errors import LibraryCorruptError
from corpus.words import folded_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from corpus.french import Term


_SHORTEST = 5
"""Letters of the shortest word that is corrected: shorter ones have too many neighbours."""

# What French spells in several ways, and how it sounds: enough to compare two spellings.
_SOUNDS = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        (r"(.)\1+", r"\1"),
        ("ph", "f"),
        ("eau|au", "o"),
        ("[ae]i", "e"),
        ("[ae][nm](?![aeiouy])", "A"),
        ("qu|ck|c(?![eiyh])|k", "k"),
        ("ti(?=on)", "si"),
        ("c(?=[eiy])|z|ç", "s"),
        ("ge|j", "g"),
        ("y", "i"),
        ("h", ""),
        ("(?<=.)(?:[estdxzr]|er)$", ""),
    )
)


class Vocabulary:
    """Folded words with the number of passages that hold them and the stem they are indexed by.

    `is_word` keeps true words that the library merely lacks from being corrected ("recette" must
    not become "requête"); the words of French (`corpus/words.txt`) are true ones anyway.
    """

    def __init__(
        self,
        entries: Mapping[str, tuple[int, str]],
        is_word: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._entries = entries
        self._is_word = is_word
        self._stem_counts: dict[str, int] = {}
        for count, stem in entries.values():
            # At least the commonest word's count: passages that hold two forms count once.
            self._stem_counts[stem] = max(self._stem_counts.get(stem, 0), count)

    @cached_property
    def _alike(self) -> dict[tuple[str, int], list[str]]:
        """The words that stand in two passages or more, by first letter and length."""
        found: dict[tuple[str, int], list[str]] = {}
        for word, (count, _) in self._entries.items():
            if count > 1:
                found.setdefault((word[0], len(word)), []).append(word)
        return found

    @classmethod
    def of(cls, passages: Iterable[Iterable[Term]]) -> Vocabulary:
        """The vocabulary of analysed passages; of two stems for a word the commoner is kept."""
        counts: Counter[Term] = Counter()
        for passage in passages:
            counts.update(set(passage))
        entries: dict[str, tuple[int, str]] = {}
        for term, count in sorted(counts.items()):
            before, stem = entries.get(term.word, (0, ""))
            entries[term.word] = (before + count, term.stem if count > before else stem)
        return cls(entries)

    def save(self, path: Path) -> None:
        """Write the vocabulary as JSON, words sorted."""
        body = json.dumps(dict(sorted(self._entries.items())), ensure_ascii=False)
        path.write_text(body, encoding="utf-8")

    @classmethod
    def load(cls, path: Path, is_word: Callable[[str], bool]) -> Vocabulary:
        """Read a vocabulary.

        Raises:
            LibraryCorruptError: the file is missing or damaged.
        """
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            entries = {word: (int(count), str(stem)) for word, (count, stem) in body.items()}
        except (OSError, ValueError, AttributeError) as error:
            raise LibraryCorruptError(
                f"Le fichier « {path} » est illisible.",
                "Reconstruisez la bibliothèque : coop ingest",
            ) from error
        return cls(entries, is_word)

    def stem(self, term: Term) -> str:
        """The stem the library indexes a word by: a missing accent does not matter.

        Nor does the third person plural, which Snowball leaves alone: "cherchent" is "chercher".
        """
        if term.stem in self._stem_counts:
            return term.stem
        if term.word in self._entries:
            return self._entries[term.word][1]
        infinitive = french.stem(f"{term.word[:-3]}er") if term.word.endswith("ent") else ""
        return infinitive if infinitive in self._stem_counts else term.stem

    def frequency(self, stem: str) -> int:
        """About how many passages hold a stem; 0 when none does."""
        return self._stem_counts.get(stem, 0)

    def correct(self, word: str) -> str | None:
        """The word meant by an unknown one, folded, or None when it is known or nothing is near.

        A glued article is tried first ("lassociation"). Then the nearest word by optimal string
        alignment (Damerau 1964, restricted) that begins alike and stands in two passages or
        more: at most 1 up to eight letters, 2 beyond; ties go to the word that sounds alike
        ("failite" is "faillite"), then to the commoner one.
        """
        folded = french.fold(word)
        if self._is_known(folded, word):
            return None
        glued = folded[1:]
        if folded[:1] in "ldjmtscn" and len(glued) > 3 and self._is_known(glued, glued):
            return f"{folded[0]}'{glued}"
        if len(folded) < _SHORTEST or self._is_word(folded) or folded in folded_words():
            return None
        return self._nearest(folded)

    def _is_known(self, folded: str, word: str) -> bool:
        return (
            folded in self._entries
            or french.stem(word.lower()) in self._stem_counts
            or folded in french.STOPWORDS
        )

    def _nearest(self, folded: str) -> str | None:
        from rapidfuzz import process  # noqa: PLC0415 — loaded with the first unknown word
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        reach = 1 if len(folded) <= 8 else 2
        lengths = range(len(folded) - reach, len(folded) + reach + 1)
        likely = [word for length in lengths for word in self._alike.get((folded[0], length), ())]
        near = process.extract(folded, likely, scorer=OSA.distance, score_cutoff=reach, limit=None)
        if not near:
            return None
        heard = _sound(folded)
        best = min(near, key=lambda n: (n[1], _sound(n[0]) != heard, -self._entries[n[0]][0], n[0]))
        return str(best[0])


def _sound(folded: str) -> str:
    """About how a word sounds: equal for "faillite" and "failite", "prêt" and "pré"."""
    for pattern, sound in _SOUNDS:
        folded = pattern.sub(sound, folded)
    return folded
