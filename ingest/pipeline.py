"""Brings the library up to date with the bundled collection and the user's shelf."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from corpus.catalogue import load_catalogue
from corpus.errors import (
    DocumentError,
    LibraryCorruptError,
    LibraryError,
    LibraryMismatchError,
)
from corpus.generation import (
    Manifest,
    Staging,
    check_files,
    check_vectors,
    current_folder,
    recipe_for,
    writing,
)
from corpus.lexical import REBUILD
from corpus.record import PageState, Record
from ingest import ocr
from ingest.ocr_store import OcrStore
from ingest.readout import Readout, read_all
from ingest.shelf import Duplicate, Supplied, supplied_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from corpus.embedding import Embedder
    from corpus.home import Home
    from corpus.types import Document, Recipe

Change = Literal["new", "changed", "completed", "unchanged", "failed", "duplicate", "removed"]


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What became of a document; `pages` counts pages by state, `problems` names each page lost.

    `for_ocr` counts the pages that OCR would read, or read more of.
    """

    id: str
    title: str
    file: str
    change: Change
    pages: dict[str, int] = field(default_factory=dict)
    passages: int = 0
    problems: tuple[str, ...] = ()
    for_ocr: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingestion did; `switched` is false when everything was up to date already.

    `seconds` leaves out loading the model. `advice` says, in French, what to install for the
    pages that wait; "" when none does.
    """

    generation: str
    switched: bool
    documents: tuple[DocumentReport, ...]
    pages: int
    passages: int
    seconds: float
    advice: str = ""

    @property
    def failed(self) -> tuple[DocumentReport, ...]:
        """The documents that could not be read."""
        return tuple(report for report in self.documents if report.change == "failed")


class _Previous:
    """The current generation, from which unchanged documents are taken over.

    With OCR at hand, a document some pages of which wait for it is not unchanged.

    Raises:
        LibraryError: there is none, or none that is sound and of the present format.
    """

    def __init__(self, home: Home, recipe: Recipe, *, with_ocr: bool) -> None:
        import numpy as np  # noqa: PLC0415

        folder = current_folder(home)
        self.manifest = Manifest.load(folder / "manifest.json")
        if self.manifest.recipe.format != recipe.format:
            raise LibraryMismatchError("La bibliothèque est d'un format antérieur.", REBUILD)
        self._with_ocr = with_ocr
        check_files(folder, self.manifest, thorough=True)
        self.has_vectors = True
        try:
            check_vectors(home, folder, self.manifest)
        except LibraryCorruptError:  # Chroma's part is built again from ours
            self.has_vectors = False
        self.same_recipe = self.manifest.recipe == recipe
        self.record = Record(folder / "record.sqlite")
        self.documents = {document.id: document for document in self.record.documents()}
        self._vectors = np.load(folder / "vectors.npy", mmap_mode="r")
        self._positions: dict[str, list[int]] = {}
        for position, (_, document_id) in enumerate(self.record.keys()):
            self._positions.setdefault(document_id, []).append(position)

    def has(self, document: Document) -> bool:
        """Whether the document can be taken over as it is."""
        if not self.same_recipe or self.documents.get(document.id) != document:
            return False
        states = self.record.page_states(document.id) if self._with_ocr else []
        return not any(map(awaits_ocr, states))

    def vectors_of(self, document_id: str) -> NDArray[np.float32]:
        """The document's vectors, shape (passages, d)."""
        rows: NDArray[np.float32] = self._vectors[self._positions.get(document_id, [])]
        return rows

    def report(self, document_id: str, change: Change, *problems: str) -> DocumentReport:
        """What the generation holds of a document."""
        return _report(
            self.documents[document_id],
            change,
            self.record.page_states(document_id),
            len(self._positions.get(document_id, [])),
            *problems,
        )


def synchronise(
    home: Home,
    embedder: Embedder,
    *,
    on_document: Callable[[str, int, int], None] = lambda _title, _done, _total: None,
) -> Report:
    """Read what is new or changed, take over what is not, and switch to the new generation.

    Calls `on_document(title, done, total)` before each document, and with the pages done of a long
    one. Nothing is written when nothing changed, unless pages wait for OCR and
    it was installed since. A document whose file cannot be read any more keeps its last good state.

    Raises:
        SettingError: the home cannot be written.
        LibraryBusyError: another process is writing.
        StoreError: the Chroma server cannot be used.
    """
    started = time.perf_counter()
    home.prepare()
    store, with_ocr = OcrStore(home.library), ocr.is_installed()
    with writing(home):
        supplied, duplicates = supplied_documents(home, load_catalogue(home))
        try:
            previous = _Previous(home, recipe_for(embedder), with_ocr=with_ocr)
        except LibraryError:
            previous = None  # nothing, or nothing sound: everything is read
        if previous and _up_to_date(previous, supplied):
            reports = [_reported(previous, item) for item in supplied]
            manifest, switched = previous.manifest, False
        else:
            with Staging(home, embedder) as staging:
                reports = []
                contents = read_all(
                    [item for item in supplied if not (previous and previous.has(item.document))],
                    store=store,
                    with_ocr=with_ocr,
                    on_pages=on_document,
                )
                for done, item in enumerate(supplied):
                    on_document(item.document.title, done, len(supplied))
                    reports.append(_take(staging, previous, item, contents))
                manifest, switched = staging.commit(), True
            store.forget_others({item.document.sha256 for item in supplied})
            reports.extend(_removed(previous, supplied))
    reports.extend(_duplicate(duplicate) for duplicate in duplicates)
    return Report(
        generation=manifest.generation,
        switched=switched,
        documents=tuple(reports),
        pages=manifest.pages,
        passages=manifest.passages,
        seconds=round(time.perf_counter() - started, 3),
        advice=ocr.advice() if any(report.for_ocr for report in reports) else "",
    )


def _up_to_date(previous: _Previous, supplied: list[Supplied]) -> bool:
    manifest = previous.manifest
    known = {id_ for id_ in manifest.documents if id_ not in manifest.failed}
    same = {item.document.id for item in supplied} == known | set(manifest.failed)
    return (
        same
        and previous.has_vectors
        and all(
            previous.has(item.document) or _failed_before(previous, item.document)
            for item in supplied
        )
    )


def _failed_before(previous: _Previous, document: Document) -> bool:
    sha256, _ = previous.manifest.failed.get(document.id, ("", ""))
    return previous.same_recipe and sha256 == document.sha256


def _reported(previous: _Previous, item: Supplied) -> DocumentReport:
    """The report of a document that was not touched."""
    if not _failed_before(previous, item.document):
        return previous.report(item.document.id, "unchanged")
    _, why = previous.manifest.failed[item.document.id]
    return _report(item.document, "failed", [], 0, why)


def _take(
    staging: Staging, previous: _Previous | None, item: Supplied, contents: Iterator[Readout]
) -> DocumentReport:
    """Bring one document into the generation being staged; new ones come from `contents`."""
    document = item.document
    if previous and previous.has(document):
        staging.keep(document, previous.record, previous.vectors_of(document.id))
        return previous.report(document.id, "unchanged")
    content = next(contents)
    if isinstance(content, DocumentError):
        staging.note_failure(document, str(content))
        if previous is None or document.id not in previous.documents:
            return _report(document, "failed", [], 0, str(content))
        _keep_last_good(staging, previous, document.id)
        return previous.report(document.id, "failed", str(content), _KEPT)
    staging.add(document, content.pages, content.passages)
    change: Change = "changed" if previous and document.id in previous.documents else "new"
    if previous and previous.same_recipe and previous.documents.get(document.id) == document:
        change = "completed"  # by OCR
    return _report(document, change, content.states, len(content.passages), *content.problems)


_KEPT = "La version lue auparavant reste dans la bibliothèque."


def _keep_last_good(staging: Staging, previous: _Previous, document_id: str) -> None:
    last = previous.documents[document_id]
    if previous.same_recipe:
        staging.keep(last, previous.record, previous.vectors_of(document_id))
    else:
        pages = list(previous.record.pages(document_id))
        staging.add(last, pages, list(previous.record.passages(document_id)))


def _report(
    document: Document,
    change: Change,
    states: Iterable[PageState],
    passages: int,
    *problems: str,
) -> DocumentReport:
    states = list(states)
    waiting = [state for state in states if awaits_ocr(state)]
    lost = _by_reason(s for s in states if s.state in {"failed", "second"} or awaits_ocr(s))
    counts = dict(sorted(Counter(state.state for state in states).items()))
    return DocumentReport(
        document.id,
        document.title,
        document.file,
        change,
        counts,
        passages,
        (*lost, *problems),
        len(waiting),
    )


def awaits_ocr(state: PageState) -> bool:
    """Whether OCR would read a page, or read more of it."""
    return state.state == "waiting" or (state.state == "read" and bool(state.reason))


def _by_reason(states: Iterable[PageState]) -> list[str]:
    """Each reason once, behind the pages it holds for."""
    pages: dict[str, list[int]] = {}
    for state in states:
        pages.setdefault(state.reason, []).append(state.number + 1)
    return [f"{_numbers(numbers)} : {reason}" for reason, numbers in pages.items()]


def _numbers(numbers: list[int]) -> str:
    """Page numbers in order, runs of them shortened: "Pages 1-3, 7"."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    named = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    return f"Page{'s' if len(numbers) > 1 else ''} {named}"


def _removed(previous: _Previous | None, supplied: list[Supplied]) -> list[DocumentReport]:
    if previous is None:
        return []
    here = {item.document.id for item in supplied}
    gone = [document for id_, document in previous.documents.items() if id_ not in here]
    return [_report(document, "removed", [], 0) for document in gone]


def _duplicate(duplicate: Duplicate) -> DocumentReport:
    copy = f"Copie de « {duplicate.of.title} » ({duplicate.of.file}) : lue une seule fois."
    return DocumentReport(
        duplicate.of.id, duplicate.of.title, duplicate.path.name, "duplicate", problems=(copy,)
    )
