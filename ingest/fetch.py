"""Puts a document of the catalogue on the shelf, from its direct link."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from corpus.catalogue import add_entry
from corpus.errors import CatalogueError, DocumentError, FetchError, SettingError
from ingest.download import PUBLIC, Policy, download, otherwise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from corpus.catalogue import Entry
    from corpus.home import Home
    from corpus.types import Document


class Fetched(NamedTuple):
    """A document on the shelf; `new` is false when it stood there already."""

    document: Document
    path: Path
    new: bool


def fetch(
    home: Home,
    entry: Entry,
    *,
    force: bool = False,
    policy: Policy = PUBLIC,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Fetched:
    """Download a document onto the shelf and record its checksum in the user's catalogue.

    A file on the shelf is left alone, and another checksum than the recorded one is refused,
    unless `force` says otherwise. `on_progress` is told bytes, and of how many (0: unknown).

    Raises:
        CatalogueError: the document has no direct link, or belongs to the collection.
        FetchError: it cannot be downloaded, is too large, no PDF, or not the file it was.
        SettingError: the shelf cannot be written.
    """
    document = entry.document
    _check_fetchable(entry)
    target = home.documents / (document.file or f"{document.id}.pdf")
    if target.is_file() and not force:
        return Fetched(document, target, new=False)
    part = target.with_name(f"{target.name}.part")
    try:
        sha256 = _save(download(entry, policy), part, on_progress)
        _check_content(entry, part, sha256, force=force)
        part.replace(target)
    except OSError as error:
        raise SettingError(
            f"Le fichier « {target} » ne peut pas être écrit ({error.strerror}).",
            "Libérez de la place ou donnez-vous les droits d'écriture, puis relancez.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    document = dataclasses.replace(document, file=target.name, sha256=sha256)
    add_entry(home, entry._replace(document=document))
    return Fetched(document, target, new=True)


def _check_fetchable(entry: Entry) -> None:
    document = entry.document
    if document.own:
        raise CatalogueError(
            f"« {document.id} » fait partie de la collection fournie.",
            "Il est dans la bibliothèque dès que vous lancez : coop ingest",
        )
    if not entry.fetch_url:
        raise CatalogueError(
            f"« {document.title} » n'a pas de lien de téléchargement direct.",
            otherwise(entry),
        )


def _save(
    chunks: Iterator[tuple[bytes, int]], part: Path, on_progress: Callable[[int, int], None]
) -> str:
    """Write what comes to a file and return its SHA-256."""
    digest, done = hashlib.sha256(), 0
    with part.open("wb") as file:
        for chunk, total in chunks:
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            on_progress(done, total)
    return digest.hexdigest()


def _check_content(entry: Entry, part: Path, sha256: str, *, force: bool) -> None:
    from ingest.readout import check_file  # noqa: PLC0415 — heavy

    document = entry.document
    try:
        check_file(part)
    except DocumentError as error:
        raise FetchError(
            f"Le lien de « {document.title} » n'a pas donné de PDF lisible.", otherwise(entry)
        ) from error
    if document.sha256 and sha256 != document.sha256 and not force:
        raise FetchError(
            f"Le fichier de « {document.title} » n'est plus celui qui avait été enregistré "
            f"(empreinte {sha256[:12]}… au lieu de {document.sha256[:12]}…).",
            "Si c'est une nouvelle édition que vous voulez : "
            f"coop corpus fetch --force {document.id}",
        )
