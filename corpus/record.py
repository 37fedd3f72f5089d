"""The record of a generation: documents, pages and passages in one SQLite file of ours.

It is written once, in a staging folder, and only read afterwards.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import struct
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.errors import LibraryCorruptError
from corpus.types import Box, Document, GlyphRun, Page, Passage, Reference, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_SCHEMA = """
create table documents (id text primary key, sha256 text not null, body text not null);
create table pages (
  document text not null, number integer not null, label text not null, state text not null,
  reason text not null, text text not null, glyphs blob not null, sources text not null,
  ocr_confidence real,
  primary key (document, number)
);
create table passages (
  position integer primary key, id text not null unique, document text not null,
  headings text not null, text text not null, spans text not null
);
create index passages_document on passages (document, position);
"""
_PAGE = "document, number, label, text, glyphs, sources, ocr_confidence"
_GLYPH = struct.Struct("<ii4f")


class PageState(NamedTuple):
    """What became of a page, and why.

    Read, second (read by the second reader), recognised (by OCR), empty, waiting (for OCR), failed.

    A page that was read and has a reason may say more once OCR has looked at it.
    """

    number: int
    label: str
    state: str
    reason: str


class RecordedPage(NamedTuple):
    """A page with what became of it."""

    page: Page
    state: str
    reason: str


class Record:
    """Reads and, while staging, writes the record file."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'ro'}"
        try:
            # The web page answers from several threads; SQLite serialises them.
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
            if create:
                self._db.executescript(_SCHEMA)
            self._db.execute("select count(*) from documents")
        except sqlite3.Error as error:
            raise LibraryCorruptError(
                f"Le fichier « {path} » de la bibliothèque est illisible.",
                "Reconstruisez la bibliothèque : coop ingest",
            ) from error

    def close(self) -> None:
        """Close the file; what was added is already committed."""
        self._db.close()

    # --- writing ---

    def add(
        self, document: Document, pages: Iterable[RecordedPage], passages: Iterable[Passage]
    ) -> None:
        """Append a document; its passages take the next positions."""
        body = json.dumps(dataclasses.asdict(document), ensure_ascii=False)
        self._db.execute(
            "insert into documents values (?, ?, ?)", (document.id, document.sha256, body)
        )
        self._db.executemany(
            "insert into pages values (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_page_row, pages)
        )
        self._db.executemany(
            "insert into passages (id, document, headings, text, spans) values (?, ?, ?, ?, ?)",
            map(_passage_row, passages),
        )
        self._db.commit()

    # --- reading ---

    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order they were added."""
        rows = self._db.execute("select body from documents order by rowid")
        return tuple(_document(body) for (body,) in rows)

    def page_states(self, document_id: str) -> list[PageState]:
        """What became of each page of a document, in order."""
        rows = self._db.execute(
            "select number, label, state, reason from pages where document = ? order by number",
            (document_id,),
        )
        return [PageState(*row) for row in rows]

    def waiting(self) -> dict[str, int]:
        """How many pages wait for OCR in each document that has such pages."""
        rows = self._db.execute(
            "select document, count(*) from pages where state = 'waiting' group by document"
        )
        return dict(rows.fetchall())

    def pages(self, document_id: str) -> Iterator[RecordedPage]:
        """The pages of a document, in order."""
        rows = self._db.execute(
            f"select {_PAGE}, state, reason from pages where document = ? order by number",  # noqa: S608 — no value is spliced in
            (document_id,),
        )
        for *page, state, reason in rows:
            yield RecordedPage(_page(page), state, reason)

    def page(self, document_id: str, index: int) -> Page | None:
        """One page, or None when the document has no such page."""
        row = self._db.execute(
            f"select {_PAGE} from pages where document = ? and number = ?",  # noqa: S608 — no value is spliced in
            (document_id, index),
        ).fetchone()
        return _page(row) if row else None

    def keys(self) -> list[tuple[str, str]]:
        """(passage id, document id) of all passages, by position."""
        return list(self._db.execute("select id, document from passages order by position"))

    def passages(self, document_id: str | None = None) -> Iterator[Passage]:
        """All passages, or a document's, by position."""
        where, values = (
            ("where document = ?", (document_id,)) if document_id is not None else ("", ())
        )
        rows = self._db.execute(
            f"select id, document, headings, text, spans from passages {where} order by position",  # noqa: S608 — no value is spliced in
            values,
        )
        return (_passage(*row) for row in rows)

    def passages_at(self, positions: Sequence[int]) -> list[Passage]:
        """The passages at positions counted from 0, in the order asked."""
        found: dict[int, Passage] = {}
        for start in range(0, len(positions), 500):
            part = [position + 1 for position in positions[start : start + 500]]
            marks = ",".join("?" * len(part))
            rows = self._db.execute(
                f"select position, id, document, headings, text, spans from passages where position in ({marks})",  # noqa: E501, S608 — question marks only
                part,
            )
            found.update({position - 1: _passage(*rest) for position, *rest in rows})
        return [found[position] for position in positions if position in found]


def _document(body: str) -> Document:
    fields = json.loads(body)
    return Document(**fields | {k: tuple(fields[k]) for k in ("themes", "forms")})


def _page_row(recorded: RecordedPage) -> tuple[object, ...]:
    page = recorded.page
    glyphs = b"".join(_GLYPH.pack(run.start, run.end, *run.box) for run in page.glyphs)
    sources = json.dumps([[r.start, r.end, r.keys] for r in page.references])
    return (
        page.document_id,
        page.index,
        page.label,
        recorded.state,
        recorded.reason,
        page.text,
        zlib.compress(glyphs, 6),
        sources,
        page.ocr_confidence,
    )


def _page(row: Sequence[Any]) -> Page:
    document_id, index, label, text, glyphs, sources, ocr_confidence = row
    runs = _GLYPH.iter_unpack(zlib.decompress(glyphs))
    return Page(
        document_id=document_id,
        index=index,
        label=label,
        text=text,
        glyphs=tuple(GlyphRun(start, end, Box(*box)) for start, end, *box in runs),
        references=tuple(Reference(s, e, tuple(keys)) for s, e, keys in json.loads(sources)),
        ocr_confidence=ocr_confidence,
    )


def _passage_row(passage: Passage) -> tuple[str, str, str, str, str]:
    return (
        passage.id,
        passage.document_id,
        json.dumps(passage.heading_path, ensure_ascii=False),
        passage.text,
        json.dumps(passage.spans, ensure_ascii=False),
    )


def _passage(id_: str, document_id: str, headings: str, text: str, spans: str) -> Passage:
    return Passage(
        id=id_,
        document_id=document_id,
        heading_path=tuple(json.loads(headings)),
        text=text,
        spans=tuple(Span(*span) for span in json.loads(spans)),
    )
