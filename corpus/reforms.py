"""Dated changes of the law on the subject, and which of them a passage is too old to know."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from corpus import french
from corpus.errors import CatalogueError
from corpus.fiche import load_sources
from corpus.home import PACKAGE
from corpus.subjects import FORMS, THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.types import Document

REFORMS: Final = PACKAGE / "reformes.toml"

_TEXTS: Final = ("date", "title", "source")
_LISTS: Final = ("signs", "themes", "forms")
_FIELDS: Final = dict.fromkeys(_TEXTS, str) | dict.fromkeys(_LISTS, list)
_OPTIONAL: Final = frozenset({"themes", "forms"})
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")

Sign = tuple[tuple[str, ...], ...]
"""What shows that a text is touched: of each group of variants, one stands in the text.

A variant is written as `_stems` writes texts, so that it stands in one as a part of it.
"""


@dataclass(frozen=True, slots=True)
class Reform:
    """A change of the law: `date` is the day of effect, or a bare year where no source tells more.

    `title` is a French noun phrase; `source` is a key of `sources.toml`; `themes` and `forms` are
    of the closed lists.
    """

    date: str
    title: str
    source: str
    themes: tuple[str, ...]
    forms: tuple[str, ...]
    signs: tuple[Sign, ...]

    @property
    def since(self) -> dt.date:
        """The first day on which the change may have been in force."""
        return _day(self.date, last=False)


def reforms_after(document: Document, text: str, around: str = "") -> tuple[Reform, ...]:
    """The reforms, oldest first, that a text of this document is too old to know.

    A bare year of publication counts as its end. `around` (headings, say) completes a sign of
    which something stands in the text. A text that names the year of the reform beforehand knows
    of it. An undated document has none.
    """
    if not document.published:
        return ()
    known = max(_day(told, last=True) for told in (document.published, document.reviewed) if told)
    announced = {int(year) for year in _YEAR.findall(text)}
    return tuple(
        reform
        for reform in _touching([r for r in load_reforms() if r.since > known], text, around)
        if reform.since.year == known.year or reform.since.year not in announced
    )


def reforms_on(text: str, around: str = "") -> tuple[Reform, ...]:
    """The reforms, oldest first, that touch a text, whatever its age."""
    return tuple(_touching(load_reforms(), text, around))


def _touching(reforms: Sequence[Reform], text: str, around: str) -> Iterator[Reform]:
    if not reforms:
        return  # a recent document, which most are
    stems, wider = _stems(text), _stems(f"{text}\n{around}")
    for reform in reforms:
        if any(_shows(sign, stems, wider) for sign in reform.signs):
            yield reform


def _shows(sign: Sign, stems: str, wider: str) -> bool:
    return any(_has_any(group, stems) for group in sign) and all(
        _has_any(group, wider) for group in sign
    )


def _has_any(group: tuple[str, ...], stems: str) -> bool:
    return any(variant in stems for variant in group)


def _stems(text: str) -> str:
    """The stems of all words, each with a space before and after it."""
    words = french.words(text.replace("€", " euros "))
    return f" {' '.join(map(french.stem, words))} "


def _day(told: str, *, last: bool) -> dt.date:
    """The first or last day of an ISO date that may be cut to the month or year."""
    match = _DATE.fullmatch(told)
    if match is None:
        raise ValueError(f"no date: {told}")
    year = int(match[1])
    month = int(match[2] or (12 if last else 1))
    end = calendar.monthrange(year, month)[1] if last else 1
    return dt.date(year, month, int(match[3] or end))


# --- the file ----------------------------------------------------------------------------------


@cache
def load_reforms(path: Path = REFORMS) -> tuple[Reform, ...]:
    """The reforms, oldest first.

    Raises:
        CatalogueError: the file cannot be read, or a reform lacks a field, has one too many, or
            names a date, theme, form or source that does not exist.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text).get("reform", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(
            f"Les réformes « {path} » ne peuvent pas être lues ({error}).",
            "Corrigez le fichier TOML, ou rétablissez celui d'origine.",
        ) from error
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[reform]]"]
    found = [
        _reform(f"{path.name}, réforme de la ligne {start}", table)
        for start, table in zip(starts, tables, strict=True)
    ]
    return tuple(sorted(found, key=lambda reform: reform.since))


def _reform(place: str, table: dict[str, Any]) -> Reform:
    for name in (*table, *_FIELDS):
        if name not in _FIELDS:
            raise _wrong(place, name, "est inconnu", f"Champs permis : {', '.join(_FIELDS)}.")
        if name not in table and name not in _OPTIONAL:
            raise _wrong(place, name, "manque", "Ajoutez-le.")
        if not isinstance(table.get(name, _FIELDS[name]()), _FIELDS[name]):
            raise _wrong(place, name, "n'a pas la bonne forme", "Voyez les autres réformes.")
    try:
        _day(table["date"], last=False)
    except ValueError as error:
        remedy = "Écrivez 2016-01-01, ou l'année seule."
        raise _wrong(place, "date", f"vaut « {table['date']} »", remedy) from error
    for name, allowed in (("themes", THEMES), ("forms", FORMS)):
        for unknown in set(table.get(name, ())) - set(allowed):
            remedy = f"Valeurs permises : {', '.join(allowed)}."
            raise _wrong(place, name, f"contient « {unknown} », inconnu", remedy)
    if table["source"] not in load_sources():
        remedy = "Ajoutez la source à fiches/sources.toml."
        raise _wrong(place, "source", f"vaut « {table['source']} », clé inconnue", remedy)
    return Reform(
        date=table["date"],
        title=table["title"],
        source=table["source"],
        themes=tuple(table.get("themes", ())),
        forms=tuple(table.get("forms", ())),
        signs=tuple(_sign(place, sign) for sign in table["signs"]),
    )


def _sign(place: str, groups: object) -> Sign:
    remedy = "Écrivez une liste d'expressions, leurs variantes séparées par « | »."
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise _wrong(place, "signs", f"contient « {groups} »", remedy)
    sign = tuple(tuple(_variant(told) for told in group.split("|")) for group in groups)
    if not sign or not all(variant.strip() for group in sign for variant in group):
        raise _wrong(place, "signs", f"contient « {groups} », sans mot à chercher", remedy)
    return sign


def _variant(told: str) -> str:
    """A variant as it stands in `_stems`; one that ends in "*" stands for all that begin so."""
    return _stems(told).removesuffix("* ")


def _wrong(place: str, field: str, what: str, remedy: str) -> CatalogueError:
    return CatalogueError(f"{place} : le champ « {field} » {what}.", remedy)
