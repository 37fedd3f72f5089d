"""The bibliography: every document known, those to be supplied included.

`catalogue.toml` holds one `[[document]]` table a document. The user's own catalogue, in the same
form at the root of `COOP_HOME`, adds documents and replaces those of the same id.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.errors import CatalogueError
from corpus.home import PACKAGE
from corpus.types import Document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.home import Home

CATALOGUE: Final = PACKAGE / "catalogue.toml"

_TEXTS: Final = ("title", "publisher", "published", "reviewed", "licence", "source_url", "file")
_FIELDS: Final = {
    "id": str,
    **dict.fromkeys(_TEXTS, str),
    "sha256": str,
    "themes": list,
    "forms": list,
    "own": bool,
    "obtain": str,
    "fetch_url": str,
}
_DATE = re.compile(r"(?:\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)?")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHA256 = re.compile(r"(?:[0-9a-f]{64})?")


class Entry(NamedTuple):
    """A document and, where the user must supply it, how to obtain it lawfully.

    `fetch_url` is a direct link to the file, or "" where there is none.
    """

    document: Document
    obtain: str = ""
    fetch_url: str = ""


def load_catalogue(home: Home | None = None) -> tuple[Entry, ...]:
    """All entries, ours first; those of the user's catalogue replace ours of the same id.

    Raises:
        CatalogueError: a catalogue cannot be read or an entry is wrong.
    """
    entries = {entry.document.id: entry for entry in read_catalogue(CATALOGUE)}
    own = home and user_catalogue(home)
    if own and own.is_file():
        entries |= {entry.document.id: entry for entry in read_catalogue(own)}
    return tuple(entries.values())


def user_catalogue(home: Home) -> Path:
    """Where the user's own catalogue stands; it may not exist."""
    return home.root / "catalogue.toml"


def read_catalogue(path: Path) -> tuple[Entry, ...]:
    """The entries of one file, in its order.

    Raises:
        CatalogueError: the file cannot be read, or an entry lacks a field, has one too many, a
            wrong date or an id already taken.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(
            f"Le catalogue « {path} » ne peut pas être lu ({error}).",
            "Corrigez-le, ou rétablissez le fichier d'origine.",
        ) from error
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[document]]"]
    documents = tables.pop("document", [])
    if tables or not isinstance(documents, list) or len(documents) != len(starts):
        raise CatalogueError(
            f"Le catalogue « {path} » contient autre chose que des « [[document]] ».",
            "Écrivez chaque document sous une ligne « [[document]] ».",
        )
    entries: dict[str, Entry] = {}
    for start, table in zip(starts, documents, strict=True):
        place = _Place(path, text, start)
        entry = _entry(place, table)
        if entry.document.id in entries:
            raise place.wrong("id", f"« {entry.document.id} » est déjà pris", "Changez-le.")
        entries[entry.document.id] = entry
    return tuple(entries.values())


class _Place(NamedTuple):
    """Where a table stands, to name the line of a field."""

    path: Path
    text: str
    start: int

    def wrong(self, field: str, what: str, remedy: str) -> CatalogueError:
        lines = self.text.splitlines()
        line = self.start
        for number in range(self.start, len(lines)):
            if lines[number].strip() == "[[document]]":
                break
            if re.match(rf"{re.escape(field)}\s*=", lines[number]):
                line = number + 1
        message = f"{self.path.name}, ligne {line} : le champ « {field} » {what}."
        return CatalogueError(message, remedy)


def _entry(place: _Place, table: dict[str, object]) -> Entry:
    for name, value in table.items():
        if name not in _FIELDS:
            raise place.wrong(name, "est inconnu", f"Champs permis : {', '.join(_FIELDS)}.")
        if not isinstance(value, _FIELDS[name]):
            raise place.wrong(name, "n'a pas la bonne forme", "Voyez les autres documents.")
    for name in ("id", "title"):
        if not table.get(name):
            raise place.wrong(name, "manque", f'Ajoutez {name} = "…".')
    texts = {name: str(table.get(name, "")) for name in (*_TEXTS, "id", "sha256")}
    for name, pattern, remedy in (
        ("id", _ID, "Écrivez-le en minuscules, chiffres et tirets."),
        ("published", _DATE, "Écrivez 2026, 2026-11 ou 2026-11-23."),
        ("reviewed", _DATE, "Écrivez 2026, 2026-11 ou 2026-11-23."),
        ("sha256", _SHA256, "Écrivez les 64 chiffres de l'empreinte, ou rien."),
    ):
        if not pattern.fullmatch(texts[name]):
            raise place.wrong(name, f"vaut « {texts[name]} »", remedy)
    if Path(texts["file"]).name != texts["file"]:
        raise place.wrong("file", "est un chemin", "Écrivez le nom du fichier seul.")
    document = Document(
        **texts,
        themes=_words(place, table, "themes"),
        forms=_words(place, table, "forms"),
        own=bool(table.get("own", False)),
    )
    return Entry(document, str(table.get("obtain", "")), str(table.get("fetch_url", "")))


def _words(place: _Place, table: dict[str, object], name: str) -> tuple[str, ...]:
    words = table.get(name, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise place.wrong(name, "n'est pas une liste de mots", f'Écrivez {name} = ["mot"].')
    return tuple(words)


# --- writing ---------------------------------------------------------------------------------


def add_entry(home: Home, entry: Entry) -> None:
    """Write an entry into the user's catalogue, in place of the one with its id.

    Raises:
        CatalogueError: the user's catalogue, as it stands, cannot be read.
    """
    path = user_catalogue(home)
    known = {e.document.id: e for e in read_catalogue(path)} if path.is_file() else {}
    write_catalogue(path, [*(known | {entry.document.id: entry}).values()])


def write_catalogue(path: Path, entries: Iterable[Entry], heading: str = "") -> None:
    """Write a whole catalogue in one atomic step."""
    text = heading + "\n".join(map(_table, entries))
    partial = path.with_suffix(".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _table(entry: Entry) -> str:
    document = entry.document
    values: dict[str, object] = {
        name: getattr(document, name, None) for name in _FIELDS if hasattr(document, name)
    }
    values |= {"obtain": entry.obtain, "fetch_url": entry.fetch_url}
    lines = [f"{name} = {_toml(value)}" for name, value in values.items() if value or name == "id"]
    return "\n".join(["[[document]]", *lines, ""])


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda c: f"\\u{ord(c[0]):04x}", escaped) + '"'
