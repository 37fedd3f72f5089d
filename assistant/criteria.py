"""What legal forms are compared on, and how what is said about each is recognised: a table."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLE = Path(__file__).with_name("criteria.toml")
_NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A row of the grid: `title` in the margin, `question` in full for whoever wonders.

    A sentence is about it when it says `words` in a section called `heading`, the better when it is
    also `strong`; or when it says `alone`, wherever it stands. `label` names it in the margin or at
    the head of a table. What is `refused` is about something near. `most` quotes fill a cell; with
    `names_form`, they must name the form. `usual` ones are compared unless one says otherwise.
    """

    key: str
    title: str
    question: str
    heading: re.Pattern[str]
    words: re.Pattern[str]
    strong: re.Pattern[str]
    alone: re.Pattern[str]
    label: re.Pattern[str]
    refused: re.Pattern[str]
    most: int = 2
    names_form: bool = False
    usual: bool = True


@cache
def criteria() -> Mapping[str, Criterion]:
    """The criteria by key, in the order of the grid."""
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {key: _criterion(key, entry) for key, entry in table.items()}


def usual() -> tuple[str, ...]:
    """The keys of what is compared unless one says otherwise."""
    return tuple(key for key, criterion in criteria().items() if criterion.usual)


def _criterion(key: str, entry: Mapping[str, Any]) -> Criterion:
    def pattern(name: str) -> re.Pattern[str]:
        told = entry.get(name, _NEVER)
        return re.compile(told if isinstance(told, str) else "|".join(told))

    return Criterion(
        key,
        entry["title"],
        entry["question"],
        heading=pattern("heading"),
        words=pattern("words"),
        strong=pattern("strong"),
        alone=pattern("alone"),
        label=pattern("label"),
        refused=pattern("refused"),
        most=entry.get("most", 2),
        names_form=entry.get("names_form", False),
        usual=entry.get("usual", True),
    )
