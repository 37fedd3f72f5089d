"""Generations: how a new state of the library is written, verified and switched to.

`library/<generation>/` holds the record, the vectors of record, the lexical indexes and Chroma's
files (or its vectors are a collection of that name on a Chroma server). `manifest.json` is written
last; then the pointer `library/current` is replaced in one atomic
step. A process that dies before that leaves the old generation in place and untouched.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from corpus import french
from corpus.errors import (
    LibraryBusyError,
    LibraryCorruptError,
    LibraryMissingError,
    StoreError,
)
from corpus.fiche_questions import questions_digest
from corpus.indexing import StagedSentences, indexed_text, write_indexes
from corpus.lexical import REBUILD
from corpus.record import Record, RecordedPage
from corpus.types import Document, Passage, Recipe
from corpus.vectors import Served, VectorIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from corpus.embedding import Embedder
    from corpus.home import Home

PASSAGES_VERSION = 4
"""Raised when the same PDF would give other passages; part of the recipe."""

_POINTER = "current"
_PARITY_PROBES = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of.

    `documents` maps ids to the SHA-256 of their files; `failed` maps the ids of files that could
    not be read to (SHA-256, why); `files` maps our own files to (bytes, SHA-256).
    """

    generation: str
    created: str
    recipe: Recipe
    documents: dict[str, str]
    failed: dict[str, tuple[str, str]]
    pages: int
    passages: int
    files: dict[str, tuple[int, str]]

    def save(self, path: Path) -> None:
        """Write the manifest in one atomic, durable step."""
        body = json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1)
        _replace(path, body)

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Read a manifest.

        Raises:
            LibraryCorruptError: it is missing, damaged or of another format.
        """
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            body["recipe"] = Recipe(**body["recipe"])
            for name in ("files", "failed"):
                body[name] = {key: tuple(value) for key, value in body[name].items()}
            return cls(**body)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise LibraryCorruptError(f"Le manifeste « {path} » est illisible.", REBUILD) from error


def recipe_for(embedder: Embedder) -> Recipe:
    """The recipe this code and this model would build with."""
    return Recipe(
        embedder.name,
        embedder.dimensions,
        french.VERSION,
        PASSAGES_VERSION,
        questions_digest(),
    )


def pointer(home: Home) -> str:
    """The name of the current generation.

    Raises:
        LibraryMissingError: no library was built yet.
    """
    try:
        return (home.library / _POINTER).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        raise LibraryMissingError(
            f"Aucune bibliothèque dans « {home.root} ».", "Construisez-la : coop ingest"
        ) from None


def previous_folder(home: Home) -> Path | None:
    """The folder of the generation that was current before, or None."""
    names = (path.parent for path in home.library.glob("generation-*/manifest.json"))
    return max((folder for folder in names if folder.name < pointer(home)), default=None)


def current_folder(home: Home) -> Path:
    """The folder of the current generation.

    Raises:
        LibraryMissingError: no library was built yet.
        LibraryCorruptError: the pointer names a folder that is not there.
    """
    name = pointer(home)
    folder = home.library / Path(name).name
    if not (folder / "manifest.json").is_file():
        raise LibraryCorruptError(f"La génération « {name} » est incomplète.", REBUILD)
    return folder


def check_files(folder: Path, manifest: Manifest, *, thorough: bool) -> None:
    """Compare a generation's files with its manifest: sizes, and checksums when thorough.

    Raises:
        LibraryCorruptError: names the first file that differs.
    """
    for name, (size, sha256) in manifest.files.items():
        path = folder / name
        same = path.is_file() and path.stat().st_size == size
        if not same or (thorough and file_sha256(path) != sha256):
            raise LibraryCorruptError(f"Le fichier « {path} » est abîmé.", REBUILD)


def vectors_of(home: Home, folder: Path) -> Path | Served:
    """Where the vectors of a generation are, given its folder."""
    return Served(home.chroma, f"coop-{folder.name}") if home.chroma else folder / "chroma"


def check_vectors(home: Home, folder: Path, manifest: Manifest) -> None:
    """Prove that Chroma opens a generation's vectors and holds every passage.

    Raises:
        LibraryCorruptError: it does not.
        StoreError: the Chroma server cannot be used.
    """
    held = VectorIndex.open(vectors_of(home, folder)).count()
    if held != manifest.passages:
        raise LibraryCorruptError(
            f"Chroma ne retrouve que {held} passages sur {manifest.passages}.", REBUILD
        )


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def writing(home: Home, wait_s: float = 600) -> Iterator[None]:
    """Hold the library's write lock; a second writer waits.

    Raises:
        LibraryBusyError: another process still writes after `wait_s` seconds.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415

    try:
        with FileLock(home.library / "write.lock", timeout=wait_s):
            yield
    except Timeout as error:
        raise LibraryBusyError(
            f"Une autre ingestion occupe la bibliothèque « {home.library} ».",
            "Attendez qu'elle finisse, puis relancez : coop ingest",
        ) from error


class Staging:
    """Writes a new generation beside the current one; `commit` makes it current.

    Used inside `writing`. Leaving the context without `commit` drops what was staged.
    """

    def __init__(self, home: Home, embedder: Embedder) -> None:
        self._home = home
        self._embedder = embedder
        self.recipe = recipe_for(embedder)
        self._vectors: list[NDArray[np.float32]] = []
        self._sentences = StagedSentences(embedder)
        self._documents: dict[str, str] = {}
        self._failed: dict[str, tuple[str, str]] = {}

    def __enter__(self) -> Self:
        for leftover in self._home.library.glob("staging-*"):
            self._remove(leftover, self._named(leftover))  # of a run that was interrupted
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        self._name = f"generation-{stamp}"
        self._folder = self._home.library / f"staging-{stamp}"
        self._folder.mkdir()
        self._record = Record(self._folder / "record.sqlite", create=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._record.close()
        if self._folder.exists():
            with contextlib.suppress(StoreError):  # then the next run does it, by the folder's name
                self._remove(self._folder, self._named(self._folder))

    def _remove(self, folder: Path, generation: Path) -> None:
        """Remove a folder of ours, its collection first: the folder remembers its name."""
        place = vectors_of(self._home, generation)
        if isinstance(place, Served):
            VectorIndex.drop(place)
        shutil.rmtree(folder)

    def _named(self, staged: Path) -> Path:
        """The folder that what is staged is to become."""
        return staged.with_name(staged.name.replace("staging-", "generation-"))

    def add(
        self, document: Document, pages: Iterable[RecordedPage], passages: list[Passage]
    ) -> None:
        """Add a document that was read, and embed its passages."""
        texts = [indexed_text(document, passage) for passage in passages]
        self._sentences.add(passages)
        self._store(document, pages, passages, self._embedder.embed_passages(texts))

    def keep(self, document: Document, previous: Record, vectors: NDArray[np.float32]) -> None:
        """Take an unchanged document over from the current generation, vectors included."""
        pages, passages = previous.pages(document.id), list(previous.passages(document.id))
        self._sentences.keep(document.id, passages, previous, current_folder(self._home))
        self._store(document, pages, passages, vectors)

    def note_failure(self, document: Document, why: str) -> None:
        """Record that a document's file could not be read."""
        self._failed[document.id] = (document.sha256, why)

    def _store(
        self,
        document: Document,
        pages: Iterable[RecordedPage],
        passages: list[Passage],
        vectors: NDArray[np.float32],
    ) -> None:
        self._record.add(document, pages, passages)
        self._vectors.append(vectors.reshape(len(passages), self.recipe.dimensions))
        self._documents[document.id] = document.sha256

    def commit(self) -> Manifest:
        """Build the indexes, verify them, write the manifest and switch to this generation."""
        import numpy as np  # noqa: PLC0415

        empty = np.zeros((0, self.recipe.dimensions), dtype=np.float32)
        vectors = np.concatenate([empty, *self._vectors])
        np.save(self._folder / "vectors.npy", vectors)
        self._sentences.save(self._folder)
        write_indexes(self._folder, self._record, self._embedder)
        keys = self._record.keys()
        place = vectors_of(self._home, self._named(self._folder))
        if not isinstance(place, Served):
            place = self._folder / place.name
        ids, documents = [id_ for id_, _ in keys], [document for _, document in keys]
        index = VectorIndex.build(place, ids, documents, vectors)
        _verify(index, ids, vectors)
        pages = sum(len(self._record.page_states(document)) for document in self._documents)
        self._record.close()
        manifest = Manifest(
            generation=self._name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            recipe=self.recipe,
            documents=self._documents,
            failed=self._failed,
            pages=pages,
            passages=len(keys),
            files=_inventory(self._folder),
        )
        manifest.save(self._folder / "manifest.json")
        self._switch()
        return manifest

    def _switch(self) -> None:
        """Name the folder, point to it, and drop all but the one it replaces."""
        current = self._home.library / _POINTER
        before = pointer(self._home) if current.exists() else ""
        self._folder.rename(self._home.library / self._name)
        _replace(current, self._name)
        for old in self._home.library.glob("generation-*"):
            if old.name not in (before, self._name):
                with contextlib.suppress(StoreError):  # then the next switch does it
                    self._remove(old, old)


def _verify(index: VectorIndex, ids: list[str], vectors: NDArray[Any]) -> None:
    """Prove that Chroma holds every passage and finds probes where exact search does."""
    if index.count() != len(ids):
        raise LibraryCorruptError(
            f"Chroma a enregistré {index.count()} passages sur {len(ids)}.", REBUILD
        )
    for probe in range(0, len(ids), max(1, len(ids) // _PARITY_PROBES)):
        best = float((vectors @ vectors[probe]).max())
        found = index.nearest(vectors[probe], 1)
        if not found or best - float(vectors[ids.index(found[0])] @ vectors[probe]) > 1e-4:
            raise LibraryCorruptError("Chroma ne retrouve pas les passages écrits.", REBUILD)


def _inventory(folder: Path) -> dict[str, tuple[int, str]]:
    """Sizes and checksums of our files; Chroma's own files change when they are opened."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: (path.stat().st_size, file_sha256(path))
        for name, path in names.items()
        if not name.startswith("chroma/")
    }


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.new")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
