"""What a group comes with: the needs that a situation says, by a table of words (`needs.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus import french

MOST = 5
"""Needs that a session can treat."""

THEMES_SHOWN = (
    "definitions",
    "methode",
    "emploi",
    "lieux",
    "fiscalite",
    "droit",
    "gouvernance",
    "financement",
    "conflits",
    "echelle",
)
"""The themes of a brief, in its order."""

_WORDS = re.compile(r"[^\W_]+")
_TABLE = Path(__file__).with_name("needs.toml")


@dataclass(frozen=True, slots=True)
class Need:
    """An entry of the table: `triggers` are phrases of stems, `exact` folded words, in spaces."""

    label: str
    triggers: frozenset[str]
    exact: frozenset[str]
    choosing: tuple[str, ...]
    asks: Mapping[str, tuple[str, ...]]
    questions: str
    risks: str


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@cache
def needs() -> tuple[Need, ...]:
    """The needs of the table, in its order."""
    return tuple(
        Need(
            entry["label"],
            frozenset(map(_phrase, entry["triggers"])),
            frozenset(map(_folded, entry.get("exact", ()))),
            tuple(entry.get("choosing", ())),
            {theme: tuple(asked) for theme, asked in entry["asks"].items()},
            entry["questions"],
            entry["risks"],
        )
        for entry in _table()["need"]
    )


def questions_by_theme(wanted: Sequence[Need]) -> dict[str, list[str]]:
    """What is asked of the corpus for these needs, by theme (a key of `THEMES`), each once."""
    table = _table()
    asked: dict[str, list[str]] = {theme: [] for theme in THEMES_SHOWN}
    for asks in (*(need.asks for need in wanted), table["always"]):
        for theme, questions in asks.items():
            asked[theme].extend(q for q in questions if q not in asked[theme])
    for theme, questions in table["otherwise"].items():
        asked[theme] = asked[theme] or questions
    return {theme: questions for theme, questions in asked.items() if questions}


def needs_of(situation: str) -> tuple[Need, ...]:
    """The needs that a situation says, in the order in which it says them, `MOST` at most.

    Where there are more, those it says with the most words are kept.
    """
    phrase, folded = _phrase(situation), _folded(situation)
    said: dict[int, list[tuple[float, int]]] = {}
    for number, need in enumerate(needs()):
        found = [_said(trigger, phrase) for trigger in need.triggers if trigger in phrase]
        found += [_said(exact, folded) for exact in need.exact if exact in folded]
        if found:
            said[number] = found
    weights = {number: sum(words for _, words in found) for number, found in said.items()}
    first = {number: min(where for where, _ in found) for number, found in said.items()}
    strongest = sorted(said, key=lambda n: (-weights[n], first[n]))[:MOST]
    return tuple(needs()[n] for n in sorted(strongest, key=lambda n: (first[n], n)))


def _said(words: str, text: str) -> tuple[float, int]:
    """Where words stand in a text, from 0 to 1, and how many they are."""
    return text.index(words) / len(text), len(words.split())


def _folded(text: str) -> str:
    return f" {' '.join(_WORDS.findall(french.fold(text)))} "


def _phrase(text: str) -> str:
    return f" {' '.join(french.terms(text))} "
