"""The documents at hand: the bundled collection and the PDFs on the user's shelf."""

from __future__ import annotations

import dataclasses
import re
import shutil
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus import french
from corpus.errors import CatalogueError, UsageError
from corpus.generation import file_sha256
from corpus.home import BUNDLED_DOCUMENTS
from corpus.types import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.catalogue import Entry

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
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() == ".pdf")
            if not inside:
                raise UsageError(
                    f"Le dossier « {path} » ne contient aucun PDF.",
                    "Indiquez un fichier PDF ou un dossier qui en contient.",
                )
            files.extend(inside)
        elif path.exists():
            files.append(path)
        else:
            raise UsageError(
                f"Le fichier « {path} » n'existe pas.", "Vérifiez le chemin, puis relancez."
            )
    return files


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
    for same in (
        lambda document: document.sha256 == sha256,
        lambda document: document.file == path.name,
    ):
        for entry in catalogue:
            if same(entry.document) and entry.document.id not in taken:
                return dataclasses.replace(entry.document, file=path.name, sha256=sha256)
    title = re.sub(r"[_\s]+", " ", path.stem).strip() or path.name
    return Document(
        id=_free_id(path, taken | {entry.document.id for entry in catalogue}),
        title=title[:1].upper() + title[1:],
        publisher="",
        file=path.name,
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
    stem = unicodedata.normalize("NFC", path.stem)
    stem = "".join(c if c.isprintable() and c not in '<>:"/\\|?*' else "_" for c in stem)
    return f"{stem.strip(' .')[:120] or 'document'}.pdf"
