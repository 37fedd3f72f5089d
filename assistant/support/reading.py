"""A text read for what a check compares: words, figures, dates, references, who is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.support import figures, words
from corpus import french
from corpus.wording import wording

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD, LIGHT, NUMBER, DATE, REFERENCE, WHO, NAME = (
    "word",
    "light",
    "number",
    "date",
    "reference",
    "who",
    "name",
)
"""Kinds of content: what a text may say. A name is a proper one; who is meant is known to us."""

_CLAUSE = re.compile(r"[,;:](?=\s|$)|[()|\[\]]|\s-\s|\bet (?=\d)")
_LAW = re.compile(r"(?<=[\s(])(?:n\s?°\s*)?((?:19|20)?\d{2}-\d{2,5})(?![\w-])", re.IGNORECASE)
_NUMERALS = r"\d+(?:-\d+)?\b(?:(?:\s*,\s*|\s+(?:et|à|ou)\s+)\d+(?:-\d+)?\b)*"
_ARTICLES = re.compile(
    rf"(?<!\w)(?:[Aa]rticles?|[Aa]rt\.)\s+(?P<list>{_NUMERALS})"
    # "19 bis", "261 B" and "1,5" are read elsewhere.
    r"(?!\s?(?:bis|ter|quater|\w{3,5}ies)\b|\s?[A-Z]\b(?!')|[.,]\d)"
)
_ACRONYM = re.compile(r"(?<![\w-])[A-ZÉ][A-Za-zÉ]{0,2}[A-Z]{1,6}(?![\w])")
_SIGNS = (
    (re.compile(r"\bM\s?€"), "millions euros "),
    (re.compile(r"\bk\s?€", re.IGNORECASE), "mille euros "),
    (re.compile("%"), " pourcents "),
    (re.compile("€"), " euros "),
    (re.compile(r"\b[Dd]'après"), "selon"),
    # Elided, "ne", "que" and "de" would be lost with their apostrophe.
    (re.compile(r"\bd'", re.IGNORECASE), "de "),
    (re.compile(r"\bn'", re.IGNORECASE), "ne "),
    (re.compile(r"qu'", re.IGNORECASE), "que "),
)
_SHOWN = (
    (re.compile("pourcents"), "%"),
    (re.compile("euros"), "€"),
    (re.compile(f"ref:|{words.ACRONYM}"), ""),
    (re.compile(r"\b1 er\b"), "1er"),
    (re.compile(r"\bde (?=[aeiouyéèêâîôh])"), "d'"),
)
_STOPS = (french.STOPWORDS - {"peu"}) | set(
    "pas sans sauf hors ne ni rien jamais aucun aucune nul nulle personne guere non"
    " art article articles fois pouvoir devoir jusque".split()
)


class Content(NamedTuple):
    """One thing that a text says: its kind, its key, its words.

    `at` counts words from the beginning of the text, `length` those taken; `clause` counts clauses.
    """

    kind: str
    key: str
    at: int
    length: int
    clause: int
    figure: figures.Figure | figures.Date | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as read: its words in order, the clause of each, and its contents in order."""

    spelt: tuple[str, ...]
    words: tuple[str, ...]
    clauses: tuple[int, ...]
    contents: tuple[Content, ...]

    def shown(self, content: Content) -> str:
        """The words of a content, as they are shown to a reader."""
        said = " ".join(self.spelt[content.at : content.at + content.length])
        for word, sign in _SHOWN:
            said = word.sub(sign, said)
        return said.upper() if words.ACRONYM in self.spelt[content.at] else said


class Row(NamedTuple):
    """The words of a text, as spelt and folded, the clause of each, the stems of proper names."""

    spelt: tuple[str, ...]
    words: tuple[str, ...]
    clauses: tuple[int, ...]
    names: frozenset[str]


@lru_cache(maxsize=20_000)
def read(text: str) -> Reading:
    """Read a text."""
    spelt: list[str] = []
    clauses: list[int] = []
    for number, clause in enumerate(_clauses(text)):
        written = french.words(clause)
        spelt.extend(written)
        clauses.extend([number] * len(written))
    row = Row(tuple(spelt), tuple(map(_folded, spelt)), tuple(clauses), wording(text).names)
    return Reading(row.spelt, row.words, row.clauses, tuple(_contents(row)))


def _folded(word: str) -> str:
    return "nee" if word == "né" else french.fold(word)  # "ne" denies


def _clauses(text: str) -> list[str]:
    text = _ACRONYM.sub(_marked_acronym, french.plain(text))
    text = _LAW.sub(lambda m: f" ref:{m[1].lower()} ", text)
    text = _ARTICLES.sub(_listed, text)
    for sign, meaning in _SIGNS:
        text = sign.sub(meaning, text)
    return [
        clause
        for start, end in french.sentences(text)
        for clause in _CLAUSE.split(text[start:end])
        if clause.strip()
    ]


def _marked_acronym(match: re.Match[str]) -> str:
    """An acronym of the field, marked so that "SA" is no longer "sa"."""
    name = french.fold(match.group()).upper()
    return f"{words.ACRONYM}{name.lower()}" if words.knows_acronym(name) else match.group()


def _listed(match: re.Match[str]) -> str:
    found = re.findall(r"\d+(?:-\d+)?", match["list"])
    keys: list[str] = []
    for one in found:
        first, _, second = one.partition("-")
        # "206-5" is one article, "1857-1858" are two.
        keys.extend([first, second] if len(second) > 2 else [one])
    return " ".join(f" ref:{key} " for key in keys)


def _contents(row: Row) -> Iterator[Content]:
    at = 0
    while at < len(row.words):
        kind, key, length, figure = _content_at(row, at)
        if kind:
            yield Content(kind, key, at, length, row.clauses[at], figure)
        at += length


def _content_at(row: Row, at: int) -> tuple[str, str, int, figures.Figure | figures.Date | None]:
    """What begins at a word: kind ("" for nothing), key, words taken, and its value."""
    if row.words[at].startswith("ref:"):
        return REFERENCE, row.words[at].removeprefix("ref:"), 1, None
    if (date := figures.date_at(row.words, at)) is not None:
        return DATE, date.text, date.length, date
    if (figure := figures.figure_at(row.words, at)) is not None:
        return NUMBER, figure.text, figure.length, figure
    end = at
    while end < len(row.words) and row.clauses[end] == row.clauses[at]:
        end += 1
    if (who := words.entity_at(row.words, at, end)) is not None:
        return WHO, who[0], who[1], None
    kind, key = _word(row, at)
    return kind, key, 1, None


def _word(row: Row, at: int) -> tuple[str, str]:
    """The kind and the stem of a word; no kind for one that says nothing by itself."""
    idle = row.words[at] in _STOPS and row.spelt[at] != "dû"
    if idle or len(row.words[at]) == 1:
        return "", ""
    stem = words.stem(row.spelt[at])
    if stem in row.names:
        return NAME, stem
    return (LIGHT if words.is_light(stem) else WORD), stem
