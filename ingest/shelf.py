"""The documents at hand: the bundled collection and the PDFs on the user's shelf.

A file that is put on the shelf is entered in the user's catalogue, so that it keeps its id and what
is known of it whatever becomes of the file's name.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus import french
from corpus.catalogue import (
    Entry,
    add_entry,
    load_catalogue,
    read_catalogue,
    user_catalogue,
    write_catalogue,
)
from corpus.errors import CatalogueError, UsageError
from corpus.generation import file_sha256
from corpus.home import BUNDLED_DOCUMENTS
from corpus.types import Document
from ingest.matching import BY_TITLE, Match, Traces, match, read_traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from corpus.home import Home


class Supplied(NamedTuple):
    """A document whose file is at hand."""

    document: Document
    path: Path


class Duplicate(NamedTuple):
    """A file left out because another one holds the same bytes."""

    path: Path
    of: Document


def supplied_documents(
    home: Home, catalogue: Sequence[Entry]
) -> tuple[list[Supplied], list[Duplicate]]:
    """The documents at hand, bundled first, each file once; and the files that are copies.

    A file of the shelf is matched to the catalogue by checksum, then by name; an unknown one makes
    a document of its own, named after the file.
    """
    supplied: list[Supplied] = []
    duplicates: list[Duplicate] = []
    seen: dict[str, Document] = {}
    taken: set[str] = set()
    paths = [*sorted(BUNDLED_DOCUMENTS.glob("*.pdf")), *shelf_files(home)]
    for path in paths:
        sha256 = file_sha256(path)
        if sha256 in seen:
            duplicates.append(Duplicate(path, seen[sha256]))
            continue
        document = _describe(path, sha256, catalogue, taken)
        taken.add(document.id)
        seen[sha256] = document
        supplied.append(Supplied(document, path))
    return supplied, duplicates


def shelf_files(home: Home) -> list[Path]:
    """The PDFs on the shelf, by name."""
    if not home.documents.is_dir():
        return []
    return sorted(p for p in home.documents.iterdir() if p.suffix.lower() == ".pdf" and p.is_file())


def requested_files(paths: Iterable[Path]) -> list[Path]:
    """The files meant by paths: files as they are, folders by the PDFs they hold.

    Raises:
        UsageError: a path does not exist, or a folder holds no PDF.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                p for p in path.rglob("*") if p.suffix.lower() == ".pdf" and p.is_file()
            )
            if not inside:
                raise UsageError(
                    f"Le dossier « {path} » ne contient aucun PDF.",
                    "Indiquez un fichier PDF ou un dossier qui en contient.",
                )
            files.extend(inside)
        elif path.is_file():
            files.append(path)
        elif path.exists():
            raise UsageError(
                f"« {path} » n'est ni un fichier ni un dossier.", "Indiquez un fichier PDF."
            )
        else:
            raise UsageError(
                f"Le fichier « {path} » n'existe pas.", "Vérifiez le chemin, puis relancez."
            )
    return files


class Shelved(NamedTuple):
    """A file on the shelf, the document it is, and by what it was recognised ("": it is new)."""

    document: Document
    path: Path
    by: str


class Answers(NamedTuple):
    """What a user answers about a file; by default nobody is there, and what is known stands."""

    confirm: Callable[[Document], bool] = lambda _recognised: True
    complete: Callable[[Document], Document] = lambda new: new


def shelve(home: Home, path: Path, *, as_id: str = "", answers: Answers = Answers()) -> Shelved:  # noqa: B008 — immutable
    """Put a readable PDF on the shelf as the document it is, and enter it in the catalogue.

    `as_id` is the user's word on which document it is. A document recognised by its title is
    confirmed, a new one completed, by `answers`.

    Raises:
        DocumentError: the file cannot be read as a PDF.
        UsageError: `as_id` is unknown, one of our fiches, or has another file already.
    """
    traces, catalogue = read_traces(path), load_catalogue(home)
    found: Match | None
    if as_id:
        found = Match(_meant(home, as_id, catalogue, traces), "votre indication")
    else:
        found = _recognised(home, catalogue, traces, answers)
    entry, by = found or (_new_entry(path, traces, catalogue, answers), "")
    if entry.document.own:
        return Shelved(entry.document, path, by)  # a copy of a fiche, which is at hand already
    placed = place(home, path)
    document = dataclasses.replace(entry.document, file=placed.name, sha256=traces.sha256)
    _forget_others(home, document)
    if document != entry.document or not by:
        add_entry(home, entry._replace(document=document))
    return Shelved(document, placed, by)


def entry_named(catalogue: Iterable[Entry], id_: str) -> Entry:
    """The entry with this id.

    Raises:
        UsageError: there is none.
    """
    for entry in catalogue:
        if entry.document.id == id_:
            return entry
    raise UsageError(
        f"Aucun document du catalogue ne s'appelle « {id_} ».", "Listez les documents : coop corpus"
    )


def _meant(home: Home, as_id: str, catalogue: Sequence[Entry], traces: Traces) -> Entry:
    entry = entry_named(catalogue, as_id)
    document = entry.document
    if document.own:
        raise UsageError(
            f"« {as_id} » est une fiche de la collection fournie, pas un document à fournir.",
            "Listez les documents : coop corpus",
        )
    if _held(home, [entry], traces.sha256):
        raise UsageError(
            f"« {as_id} » a déjà un fichier sur votre étagère ({document.file}).",
            f"Pour le remplacer, retirez-le d'abord : coop corpus remove {as_id}",
        )
    return entry


def _recognised(
    home: Home, catalogue: Sequence[Entry], traces: Traces, answers: Answers
) -> Match | None:
    found = match(traces, catalogue, _held(home, catalogue, traces.sha256))
    if found and found.by == BY_TITLE and not answers.confirm(found.entry.document):
        return None
    return found


def _held(home: Home, catalogue: Iterable[Entry], sha256: str) -> set[str]:
    """The ids of the documents whose file is on the shelf, and is not the one of that checksum."""
    files = {path.name: path for path in shelf_files(home)}
    there = [entry.document for entry in catalogue if entry.document.file in files]
    return {d.id for d in there if (d.sha256 or file_sha256(files[d.file])) != sha256}


def _new_entry(path: Path, traces: Traces, catalogue: Sequence[Entry], answers: Answers) -> Entry:
    taken = {entry.document.id for entry in catalogue}
    document = _own_document(path, traces.sha256, taken)
    if traces.title:
        document = dataclasses.replace(document, title=traces.title)
    obtain = f"Remettez votre PDF sur l'étagère : coop ingest {_legible(path.name)}"
    return Entry(answers.complete(document), obtain)


def _forget_others(home: Home, document: Document) -> None:
    """Take out of the user's catalogue what else a file was held to be."""
    path = user_catalogue(home)
    entries = read_catalogue(path) if path.is_file() else ()
    kept = [
        entry
        for entry in entries
        if entry.document.sha256 != document.sha256 or entry.document.id == document.id
    ]
    if len(kept) < len(entries):
        write_catalogue(path, kept)


def place(home: Home, path: Path) -> Path:
    """Copy a file onto the shelf in one atomic step, and return its place there.

    The same bytes already there under any name are not copied again; another content under the
    same name gets a number, so that nothing on the shelf is overwritten.
    """
    sha256 = file_sha256(path)
    for present in shelf_files(home):
        if present.stat().st_size == path.stat().st_size and file_sha256(present) == sha256:
            return present
    name = _safe_name(path)
    target, number = home.documents / name, 2
    while target.exists():
        target = home.documents / f"{Path(name).stem}-{number}.pdf"
        number += 1
    partial = target.with_suffix(".part")
    shutil.copyfile(path, partial)
    partial.replace(target)
    return target


def take_off(home: Home, document: Document) -> Path:
    """Remove a document's file from the shelf.

    Raises:
        CatalogueError: the file is not on the shelf (a bundled document cannot be taken off).
    """
    path = home.documents / Path(document.file).name
    if not document.file or not path.is_file():
        raise CatalogueError(
            f"« {document.id} » n'est pas sur votre étagère ({home.documents}).",
            "Listez les documents : coop corpus",
        )
    path.unlink()
    return path


def _describe(path: Path, sha256: str, catalogue: Sequence[Entry], taken: set[str]) -> Document:
    free = [entry.document for entry in catalogue if entry.document.id not in taken]
    same_bytes = [document for document in free if document.sha256 == sha256]
    same_name = [document for document in free if document.file == path.name]
    for document in (*same_bytes, *same_name):
        return dataclasses.replace(document, file=path.name, sha256=sha256)
    return _own_document(path, sha256, taken | {entry.document.id for entry in catalogue})


def _own_document(path: Path, sha256: str, taken: set[str]) -> Document:
    """A document that no catalogue knows, named after its file."""
    title = re.sub(r"[_\s]+", " ", _legible(path.stem)).strip() or "Document"
    return Document(
        id=_free_id(path, taken),
        title=title[:1].upper() + title[1:],
        publisher="",
        file=_legible(path.name),
        sha256=sha256,
    )


def _free_id(path: Path, taken: set[str]) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", french.fold(path.stem)).strip("-")[:60] or "document"
    number, candidate = 2, slug
    while candidate in taken:
        candidate = f"{slug}-{number}"
        number += 1
    return candidate


def _safe_name(path: Path) -> str:
    """The file's name without control characters or a leading dot, ending in .pdf."""
    stem = unicodedata.normalize("NFC", _legible(path.stem))
    stem = "".join(c if c.isprintable() and c not in '<>:"/\\|?*' else "_" for c in stem)
    return f"{stem.strip(' .')[:120] or 'document'}.pdf"


def _legible(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 (surrogates, for Python) become "?"."""
    return name.encode("utf-8", "replace").decode("utf-8")
