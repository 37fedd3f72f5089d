"""Builds the starter collection: every fiche checked, set as a PDF, entered in the catalogue."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.catalogue import CATALOGUE, Entry, read_catalogue, write_catalogue
from corpus.errors import CatalogueError
from corpus.fiche import FICHES, Fiche, load_sources, parse_fiche
from corpus.fiche_check import check_fiche, check_together
from corpus.home import BUNDLED_DOCUMENTS
from corpus.types import Document
from corpus.typeset import typeset_fiche

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLISHER: Final = "Assistant coopération"
LICENCE: Final = "CC BY 4.0"
_SHOWN_FAULTS: Final = 30
_HEADING: Final = """\
# La bibliographie : chaque document connu, y compris ceux que l'on doit fournir soi-même.
# Les documents « own = true » sont écrits par `coop corpus build` ; les autres le sont à la main.

"""


def build_collection(
    fiches: Path = FICHES,
    documents: Path = BUNDLED_DOCUMENTS,
    catalogue: Path = CATALOGUE,
    progress: Callable[[str, int, int], None] = lambda _name, _done, _total: None,
) -> tuple[Document, ...]:
    """Check all fiches, make all PDFs, then enter them in the catalogue; return their entries.

    Nothing is written unless every fiche is right. PDFs of fiches that are gone are removed.
    `progress` is told the name of the next PDF, how many are made, and of how many.

    Raises:
        CatalogueError: a fiche or the catalogue is wrong, or a PDF was changed by hand.
    """
    entries = read_catalogue(catalogue)
    sources = read_fiches(fiches)
    for entry in entries:
        _refuse_foreign(documents, entry.document, catalogue)
    made: dict[str, bytes] = {}
    for done, fiche in enumerate(sources):
        progress(fiche.file, done, len(sources))
        made[fiche.file] = typeset_fiche(fiche)
    documents.mkdir(parents=True, exist_ok=True)
    for name, pdf in made.items():
        partial = documents / f"{name}.part"
        partial.write_bytes(pdf)
        partial.replace(documents / name)
    for entry in entries:
        if entry.document.own and entry.document.file not in made:
            (documents / entry.document.file).unlink(missing_ok=True)
    own = tuple(fiche_document(fiche, made[fiche.file]) for fiche in sources)
    others = [entry for entry in entries if not entry.document.own]
    write_catalogue(catalogue, [*others, *map(Entry, own)], _HEADING)
    return own


def read_fiches(folder: Path = FICHES) -> tuple[Fiche, ...]:
    """All fiches of a folder by name, checked.

    Raises:
        CatalogueError: one cannot be read, or breaks a rule; the message lists the faults.
    """
    sources = load_sources()
    fiches = tuple(parse_fiche(path) for path in sorted(folder.glob("*.md")))
    faults = [fault for fiche in fiches for fault in check_fiche(fiche, sources)]
    faults += check_together(fiches)
    if faults:
        shown = [str(fault) for fault in faults[:_SHOWN_FAULTS]]
        raise CatalogueError(
            f"{len(faults)} faute(s) dans les fiches :\n" + "\n".join(shown),
            "\nCorrigez-les, puis relancez : coop corpus build",
        )
    return fiches


def fiche_document(fiche: Fiche, pdf: bytes) -> Document:
    """The catalogue's entry of a fiche made into this PDF."""
    header = fiche.header
    return Document(
        id=header.id,
        title=header.title,
        publisher=PUBLISHER,
        published=header.version.isoformat(),
        reviewed=header.version.isoformat() if header.reviewed else "",
        licence=LICENCE,
        file=fiche.file,
        sha256=hashlib.sha256(pdf).hexdigest(),
        themes=header.themes,
        forms=header.forms,
        own=True,
    )


def _refuse_foreign(documents: Path, document: Document, catalogue: Path) -> None:
    """Refuse to overwrite a PDF of the collection that is not the one last built."""
    path = documents / document.file
    if not document.own or not path.is_file():
        return
    if hashlib.sha256(path.read_bytes()).hexdigest() == document.sha256:
        return
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    line = next((n for n, text in enumerate(lines, 1) if document.sha256 in text), 1)
    raise CatalogueError(
        f"{catalogue.name}, ligne {line} : « {path.name} » n'a plus l'empreinte inscrite.",
        f"Supprimez {path} s'il a été modifié par erreur, puis relancez : coop corpus build",
    )
