"""Compares fiches with the fact base they were written from: figures, and wording not copied.

A fact base is a folder of Markdown files. A line states facts, then `[vérifié: …]` names the
sources where they were read, by the key in capitals that the foot of the file defines or by URL.
A text file is a source read whole, named by its stem. A fact base is not part of the project; the
comparison is made where one is at hand.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from corpus.errors import CatalogueError
from corpus.fiche import ADVICE, mark_key, mark_locator

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

    from corpus.fiche import Sentence
    from corpus.types import Source

_FIGURE = re.compile(r"\d+(?:[\s.]\d{3})*(?:[.,]\d+)?(?:-\d+)*")
_ENUMERATOR = re.compile(r"^\d+\. ")
_SHORTENED = re.compile(r"(\d+)(-\d+) et (-\d+)")  # « R1253-35 et -36 »
_ALIASES = {"fbl-travail": "FBL", "fbl-commerce": "FBL", "fbl-cgi": "FBL", "atelier": "atelier"}


RUN: Final = 12
"""A run of this many words shared with another text counts as copied."""


def _titles(sources: dict[str, Source]) -> str:
    """The titles of all sources, folded: wording that any fiche may share."""
    return " | ".join(" ".join(fold_words(source.title)) for source in sources.values())


def fold_words(text: str) -> list[str]:
    """The words of a text without case, accents and punctuation."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    return re.findall(r"[a-z0-9]+", bare)


def shared_run(
    words: list[str], seen: Container[tuple[str, ...]], sources: dict[str, Source]
) -> str:
    """The first run of words found in `seen`, titles of sources apart, or ""."""
    for start in range(len(words) - RUN + 1):
        run = tuple(words[start : start + RUN])
        if run in seen and " ".join(run) not in _titles(sources):
            return " ".join(run)
    return ""


@dataclass(frozen=True, slots=True)
class FactBase:
    """The lines of a fact base, each with the names of its sources, and all runs of 12 words."""

    lines: tuple[tuple[str, str], ...]
    runs: frozenset[tuple[str, ...]]
    _said: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, *folders: Path) -> Self:
        """Read all Markdown and text files below the folders.

        Raises:
            CatalogueError: there are none.
        """
        files = sorted(
            file
            for folder in folders
            for file in folder.rglob("*")
            if file.suffix in {".md", ".txt"}
        )
        if not files:
            names = ", ".join(map(str, folders))
            raise CatalogueError(f"« {names} » ne contient aucun fait.", "Indiquez le bon dossier.")
        lines, runs = [], set()
        for file in files:
            for line in file.read_text(encoding="utf-8").splitlines():
                cited = " ".join(re.findall(r"\[vérifié:(.*)\]", line)) or line
                lines.append((line, file.stem if file.suffix == ".txt" else cited))
                words = fold_words(re.sub(r"\[vérifié:.*|https?://\S+", "", line))
                runs |= {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
        return cls(tuple(lines), frozenset(runs))

    def faults(self, sentence: Sentence, sources: dict[str, Source]) -> Iterator[tuple[str, str]]:
        """What a sentence says that its sources' lines do not, and what it copies."""
        run = shared_run(fold_words(sentence.text), self.runs, sources)
        if run:
            yield f"« {run} » est recopié de la base de faits.", "Reformulez la phrase."
        keys = {mark_key(mark) for mark in sentence.marks} - {ADVICE}
        if not keys:
            return
        known = _SHORTENED.sub(r"\1\2 et \1\3", self._said_by(keys, sources))
        figures = {_digits(found) for found in re.findall(r"\d+", known)}
        figures |= {_digits(found) for found in _FIGURE.findall(known)}
        said = " ".join((_ENUMERATOR.sub("", sentence.text, 1), *map(mark_locator, sentence.marks)))
        for figure in _FIGURE.findall(said):
            if _digits(figure) not in figures:
                message = f"« {figure} » n'est dans aucun fait de {', '.join(sorted(keys))}."
                yield message, "Reprenez le chiffre de la base, ou citez la source qui le donne."

    def _said_by(self, keys: set[str], sources: dict[str, Source]) -> str:
        return "\n".join(self._said_by_one(sources[key]) for key in keys)

    def _said_by_one(self, source: Source) -> str:
        if source.key not in self._said:
            names = [rf"\b{re.escape(_ALIASES.get(source.key, source.key.upper()))}\b"]
            names += [re.escape(source.url.rstrip("/"))] if source.url else []
            pattern = re.compile("|".join(names))
            lines = [line for line, cited in self.lines if pattern.search(cited)]
            self._said[source.key] = "\n".join((*lines, source.title, source.date, source.read))
        return self._said[source.key]


def _digits(figure: str) -> str:
    return re.sub(r"[\s.]", "", figure).lstrip("0") or "0"
