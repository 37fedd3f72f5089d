"""What is known of each document: in the library, at hand, or still to be supplied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.catalogue import load_catalogue
from corpus.errors import CatalogueError, LibraryError
from corpus.generation import Manifest, current_folder
from corpus.record import Record
from ingest.ocr import advice
from ingest.shelf import supplied_documents

if TYPE_CHECKING:
    from corpus.home import Home
    from corpus.types import Document


@dataclass(frozen=True, slots=True)
class Row:
    """A document, its state in French, and what to do about it when something can be done."""

    document: Document
    state: str
    remedy: str = ""


def listed(home: Home) -> list[Row]:
    """Every document of the catalogue and of the shelf, at hand first."""
    catalogue = load_catalogue(home)
    supplied, _ = supplied_documents(home, catalogue)
    indexed, failed, waiting = _library(home)
    rows = []
    for item in supplied:
        document = item.document
        if document.id in failed:
            rows.append(Row(document, "illisible", failed[document.id][1]))
        elif indexed.get(document.id) == document.sha256:
            rows.append(Row(document, "disponible", waiting.get(document.id, "")))
        else:
            rows.append(Row(document, "à ingérer", "coop ingest"))
    here = {item.document.id for item in supplied}
    rows.extend(
        Row(entry.document, "à fournir", entry.obtain)
        for entry in catalogue
        if entry.document.id not in here
    )
    return rows


def document_named(home: Home, id_: str) -> Document:
    """The document with this id.

    Raises:
        CatalogueError: there is none.
    """
    for row in listed(home):
        if row.document.id == id_:
            return row.document
    raise CatalogueError(
        f"Aucun document ne s'appelle « {id_} ».", "Listez les documents : coop corpus"
    )


def _library(home: Home) -> tuple[dict[str, str], dict[str, tuple[str, str]], dict[str, str]]:
    """By document of the library: its file's checksum, why it failed, what it waits for."""
    try:
        folder = current_folder(home)
        manifest = Manifest.load(folder / "manifest.json")
        record = Record(folder / "record.sqlite")
    except LibraryError:
        return {}, {}, {}
    remedy = advice()
    waiting = {
        id_: f"{count} page{'s' * (count > 1)} sans texte. {remedy}"
        for id_, count in record.waiting().items()
    }
    record.close()
    return manifest.documents, manifest.failed, waiting
