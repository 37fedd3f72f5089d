"""Figures and dates in a row of words: amounts, shares, durations, days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.french import fold
from corpus.wording import NUMBER_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = {fold(word): number for word, number in NUMBER_WORDS.items()} | {
    "quatre-vingt": 80, "quatre-vingts": 80, "quatre-vingt-dix": 90, "cents": 100, "vingts": 20,
    "soixante-dix": 70, "zero": 0,
}  # fmt: skip
_ABOUT = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30,
    "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
}  # fmt: skip
_SCALES = {
    "mille": 1e3, "k": 1e3, "millier": 1e3, "milliers": 1e3, "m": 1e6, "million": 1e6,
    "millions": 1e6, "md": 1e9, "milliard": 1e9, "milliards": 1e9,
}  # fmt: skip
_UNITS: dict[str, tuple[str, float]] = {
    "pourcents": ("%", 1), "euros": ("€", 1), "euro": ("€", 1),
    "an": ("mois", 12), "ans": ("mois", 12), "annee": ("mois", 12), "annees": ("mois", 12),
    "exercices": ("mois", 12), "semestre": ("mois", 6), "semestres": ("mois", 6),
    "trimestre": ("mois", 3), "trimestres": ("mois", 3), "mois": ("mois", 1),
    "semaine": ("semaine", 1), "semaines": ("semaine", 1), "jour": ("jour", 1),
    "jours": ("jour", 1), "journee": ("jour", 1), "journees": ("jour", 1),
    "heure": ("heure", 1), "heures": ("heure", 1), "voix": ("voix", 1),
}  # fmt: skip
_MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
)
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_ONE = ("un", "une")
_YEARS = range(1800, 2100)
_UNIT_REACH = 3
"""Words from a figure to its unit, at most: "10 à 15 ans", "deux longs mois"."""


_GAP = r"(?: (?:a|de|du|des|le|la|les|un|une|d|deja|pas|plus|jamais))*$"
_LOWER = re.compile(
    r"(?:au moins|au minimum|(?<!au )plus|au dela|a partir|des|superieure?s?|depass\w*|exced\w*)"
    + _GAP
)
_UPPER = re.compile(
    r"(?:au plus|au maximum|moins|jusque|inferieure?s?|limite\w*|plafonne\w*|plafond|sous)" + _GAP
)
_LOWER_BEHIND = re.compile(r"(?:\w+ )?(?:au moins|au minimum|minimum|ou plus|et plus)\b")
_UPPER_BEHIND = re.compile(r"(?:\w+ )?(?:au plus|au maximum|maximum|ou moins)\b")
_DENIED = re.compile(r"\b(?:pas|jamais|ne)\b")


class Figure(NamedTuple):
    """A number with its unit ("" when it counts things), and how many words it takes."""

    value: float
    unit: str
    length: int

    @property
    def text(self) -> str:
        """Value and unit: "375 €", "12 mois", "103"."""
        return f"{round(self.value, 2):.15g} {self.unit}".strip()

    def same(self, text: str) -> bool:
        """Whether a figure so written is this one; a unit that is not said may be any."""
        value, _, unit = text.partition(" ")
        return float(value) == round(self.value, 2) and (
            unit == self.unit or not unit or not self.unit
        )


class Date(NamedTuple):
    """A date, 0 for what it does not say, and how many words it takes."""

    year: int
    month: int
    day: int
    length: int

    @property
    def text(self) -> str:
        """Year, month and day: "2014-7-31", "2018-0-0"."""
        return f"{self.year}-{self.month}-{self.day}"

    def same(self, text: str) -> bool:
        """Whether a date so written says this one."""
        year, month, day = map(int, text.split("-"))
        return Date(year, month, day, 0).says(self)

    def says(self, other: Date) -> bool:
        """Whether this date says another one, which may be less precise."""
        return all(
            not wanted or wanted == there for wanted, there in zip(other[:3], self[:3], strict=True)
        )


_WHOLE = {"moitie": Figure(50, "%", 1)} | {
    word: Figure(rank, "rang", 1)
    for rank, word in enumerate(
        "deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme".split(),
        start=2,
    )
}


def date_at(found: Sequence[str], at: int) -> Date | None:
    """The date that begins at a word: "31 juillet 2014", "avril 2024", "28 07 2011", "2018"."""
    first = _whole(found, at)
    if first is None:
        if found[at] not in _MONTHS or (year := _year(found, at + 1)) is None:
            return None
        return Date(year, _MONTHS.index(found[at]) + 1, 0, 2)
    after = at + 1 + (_word(found, at + 1) == "er")
    if 1 <= first <= 31 and _word(found, after) in _MONTHS:
        year = _year(found, after + 1)
        month = _MONTHS.index(found[after]) + 1
        return Date(year or 0, month, first, after + 1 - at + (year is not None))
    month, year = _whole(found, at + 1) or 0, _year(found, at + 2)
    if 1 <= first <= 31 and 1 <= month <= 12 and year is not None:
        return Date(year, month, first, 3)
    if _year(found, at) is not None and _unit(found, at + 1, reach=1) is None:
        return Date(first, 0, 0, 1)
    return None


def figure_at(found: Sequence[str], at: int) -> Figure | None:
    """The figure that begins at a word, in digits or in letters, its scale and its unit."""
    word = found[at]
    if word in _WHOLE:
        return _WHOLE[word]
    number, length = _number(found, at)
    if length == 0:
        return None
    following = _word(found, at + length)
    if following in {"quart", "quarts"}:
        return Figure(25 * number, "%", length + 1)
    # "un tiers des voix", not "à un tiers".
    if following == "tiers" and (
        number > 1 or _word(found, at + length + 1) in {"de", "du", "des"}
    ):
        return Figure(round(100 / 3 * number, 1), "%", length + 1)
    while following in _SCALES:
        number *= _SCALES[following]
        length += 1
        following = _word(found, at + length)
    unit = _unit(found, at + length, _UNIT_REACH)
    if word in _ONE and number == 1 and unit is None:
        bounded = bound_at(found, at, 1) != ""
        return Figure(1, "", 1) if bounded or _one_of(found, at) else None
    name, factor = unit or ("", 1)
    taken = following in _UNITS
    return Figure(number * factor, name, length + taken)


def bound_at(found: Sequence[str], at: int, length: int, first: int = 0) -> str:
    """How a figure bounds: "≥" for "au moins 5", "≤" for "ne dépasse pas 5", "" for neither."""
    before = " ".join(found[max(first, at - 9) : at])
    after = " ".join(found[at + length : at + length + 4])
    denied = _DENIED.search(before) is not None
    if (match := _LOWER.search(before)) or (not denied and _LOWER_BEHIND.match(after)):
        return "≤" if match and denied else "≥"
    if (match := _UPPER.search(before)) or _UPPER_BEHIND.match(after):
        return "≥" if match and denied else "≤"
    return ""


def _number(found: Sequence[str], at: int) -> tuple[float, int]:
    """A number and how many words it takes; 0 words when there is none."""
    word = found[at]
    if _DIGITS.fullmatch(word):
        return float(word), 1
    if word in _ONE:
        following = _word(found, at + 1)
        if following.rstrip("s") in _ABOUT:
            return _ABOUT[following.rstrip("s")], 2
        return 1, 1
    total, length = 0.0, 0
    while (value := _in_letters(_word(found, at + length))) is not None:
        total = total * value if value in {100, 1000} and total else total + value
        length += 1
    return total, length


def _one_of(found: Sequence[str], at: int) -> bool:
    """Whether "un" counts: "un des trois seuils"."""
    after = _word(found, at + 2)
    return _word(found, at + 1) == "des" and (after in _WORDS or after.isdigit())


def _in_letters(word: str) -> float | None:
    if word in _WORDS:
        return _WORDS[word]
    parts = [_WORDS.get(part) for part in word.split("-") if part != "et"]
    if len(parts) < 2 or None in parts:
        return None
    return float(sum(part for part in parts if part is not None))


def _unit(found: Sequence[str], at: int, reach: int) -> tuple[str, float] | None:
    for step in range(reach):
        word = _word(found, at + step)
        if word in _UNITS:
            return _UNITS[word]
        if step and (_DIGITS.fullmatch(word) or word in _WORDS) and _word(found, at) != "a":
            return None
    return None


def _whole(found: Sequence[str], at: int) -> int | None:
    word = _word(found, at)
    return int(word) if word.isdigit() else None


def _year(found: Sequence[str], at: int) -> int | None:
    number = _whole(found, at)
    return number if number in _YEARS else None


def _word(found: Sequence[str], at: int) -> str:
    return found[at] if 0 <= at < len(found) else ""
