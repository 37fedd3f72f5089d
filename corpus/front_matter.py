"""The front matter of a fiche: each field read as one type, or refused with its line."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

import yaml

from corpus.errors import CatalogueError

Kind = Literal["forme", "methode", "repere"]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a fiche says of itself.

    `short` is the running title of the PDF; `forms` are ids of legal forms; `law` says in which
    state the law was read; `reviewed` whether a lawyer has read the fiche.
    """

    id: str
    title: str
    short: str
    kind: Kind
    forms: tuple[str, ...]
    themes: tuple[str, ...]
    version: date
    law: str
    reviewed: bool


def wrong(path: Path, line: int, message: str, remedy: str) -> CatalogueError:
    """The error for what is wrong at a line of a fiche or of a catalogue."""
    return CatalogueError(f"{path.name}, ligne {line} : {message}", remedy)


def read_front_matter(path: Path, lines: list[str]) -> tuple[FrontMatter, int]:
    """The front matter at the head of `lines`, and the index of the line that closes it.

    Raises:
        CatalogueError: it is missing or not YAML, or a field is missing, unknown or mistyped.
    """
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        raise wrong(
            path,
            1,
            "l'en-tête manque.",
            "Commencez la fiche par un en-tête YAML entre deux « --- ».",
        )
    end = lines.index("---", 1)
    reader = _Fields(path, lines[1:end], _yaml(path, lines[1:end]))
    header = FrontMatter(
        id=reader.text("id"),
        title=reader.text("title"),
        short=reader.text("short") if "short" in reader.raw else reader.text("title"),
        kind=cast("Kind", reader.choice("kind", get_args(Kind))),
        forms=reader.words("forms"),
        themes=reader.words("themes"),
        version=reader.day("version"),
        law=reader.text("law"),
        reviewed=reader.flag("reviewed"),
    )
    known = {field.name for field in fields(FrontMatter)}
    for name in reader.raw:
        if name not in known:
            raise reader.wrong(name, "est inconnu", "Retirez-le ou corrigez son nom.")
    return header, end


def _yaml(path: Path, lines: list[str]) -> dict[str, object]:
    try:
        raw = yaml.safe_load("\n".join(lines))
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2026-13-45
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else _line_of(lines, "version")
        raise wrong(path, line, f"l'en-tête est illisible ({error}).", "Corrigez-la.") from error
    if not isinstance(raw, dict):
        raise wrong(path, 2, "l'en-tête est vide.", "Ajoutez les champs id, title, kind…")
    return {str(name): value for name, value in raw.items()}


def _line_of(lines: list[str], name: str) -> int:
    return next((n for n, line in enumerate(lines, 2) if line.startswith(f"{name}:")), 1)


@dataclass(frozen=True, slots=True)
class _Fields:
    path: Path
    lines: list[str]
    raw: dict[str, object]

    def wrong(self, name: str, what: str, remedy: str) -> CatalogueError:
        line = _line_of(self.lines, name)
        return wrong(self.path, line, f"le champ « {name} » {what}.", remedy)

    def _get(self, name: str) -> object:
        if self.raw.get(name) is None:
            raise self.wrong(name, "manque", f"Ajoutez « {name}: … » à l'en-tête.")
        return self.raw[name]

    def text(self, name: str) -> str:
        value = self._get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, "n'est pas un texte", "Écrivez un texte entre guillemets.")
        return value.strip()

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in choices:
            raise self.wrong(name, f"vaut « {value} »", f"Choisissez parmi : {', '.join(choices)}.")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self._get(name)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.wrong(name, "n'est pas une liste", f"Écrivez « {name}: [mot, autre] ».")
        return tuple(cast("list[str]", value))

    def day(self, name: str) -> date:
        value = self._get(name)
        if type(value) is not date:
            raise self.wrong(name, "n'est pas une date", "Écrivez une date : 2026-11-23.")
        return value

    def flag(self, name: str) -> bool:
        value = self._get(name)
        if not isinstance(value, bool):
            raise self.wrong(name, "n'est ni true ni false", f"Écrivez « {name}: false ».")
        return value
