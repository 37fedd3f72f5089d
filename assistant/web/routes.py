"""Our own addresses beside Gradio's pages: page images, PDFs, exported files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from pydantic import BaseModel, Field

from assistant.comparison import compare
from assistant.export import export
from assistant.handout import comparison_handout, conversation_handout
from assistant.page_view import Place, page_image
from assistant.references import page_reference
from assistant.web.brief_routes import add_briefs
from assistant.web.comparison_grid import EXPORT_ROUTE as GRID_ROUTE
from assistant.web.history import EXPORT_ROUTE
from assistant.web.markup import spaced
from assistant.web.owner import known_owner
from assistant.web.quality_tables import REPORT_ROUTE
from assistant.web.sources import PAGE_ROUTE, PDF_ROUTE
from assistant.web.upload import add_upload
from corpus.errors import CoopError, UsageError

if TYPE_CHECKING:
    from assistant.export import File
    from assistant.web.context import Context
    from corpus.library import Library

_NO_CONVERSATION = UsageError(
    "Cette conversation n'existe pas, ou plus.", "Rouvrez-la dans la page Discuter."
)
_MOST = 10_000_000  # pages of a document, characters of a page
_MINUTES = {"Cache-Control": "private, max-age=600"}


class PageQuery(BaseModel):
    """The address of a page image: a `Place`, and pixels a point."""

    document: str
    page: int = Field(ge=0, le=_MOST)
    start: int = Field(0, ge=0, le=_MOST)
    end: int = Field(0, ge=0, le=_MOST)
    check: str = ""
    scale: float = Field(2.0, ge=0.2, le=4)


def add_routes(app: FastAPI, context: Context) -> None:
    """Add them all."""
    _add_page(app, context)
    _add_pdf(app, context)
    _add_export(app, context)
    _add_grid(app, context)
    add_upload(app, context)
    add_briefs(app, context)
    _add_report(app, context)


def _add_page(app: FastAPI, context: Context) -> None:
    @app.get(PAGE_ROUTE)
    def page(query: Annotated[PageQuery, Query()]) -> Response:
        """The image of a page with a quote marked; 404 and the reason when there is none."""
        try:
            return page_response(context.assistant.library, query)
        except CoopError as error:
            return _missing(error)


def page_response(library: Library, query: PageQuery) -> Response:
    """The image of a page with a quote marked.

    `X-Marks` holds the marks, `X-Pages` how many pages the document has, `X-Page` what this one is
    called (percent-encoded).

    Raises:
        DocumentError: the library has no such page, or its file is missing or unreadable.
    """
    place = Place(query.document, query.page, query.start, query.end, query.check)
    image = page_image(library, place, scale=query.scale)
    headers = {
        "X-Marks": json.dumps([[round(edge, 4) for edge in mark] for mark in image.marks]),
        "X-Pages": str(image.pages),
        "X-Page": quote(page_reference(image.label, query.page)),
    }
    return Response(image.png, media_type="image/png", headers=headers | _MINUTES)


def _add_pdf(app: FastAPI, context: Context) -> None:
    @app.get(PDF_ROUTE)
    def pdf(document: str) -> Response:
        """The PDF of a document of the library, shown rather than saved; 404 without one."""
        library = context.assistant.library
        known = library.documents.get(document)
        path = library.home.find(known.file) if known else None
        if path is None:
            words = spaced("Ce document n'est plus dans la bibliothèque.")
            return PlainTextResponse(words, status_code=404)
        return FileResponse(
            path,
            media_type="application/pdf",
            filename=path.name,
            content_disposition_type="inline",
            headers=_MINUTES,
        )


def _add_export(app: FastAPI, context: Context) -> None:
    def exported(request: Request, conversation: str, turn: int | None, suffix: str) -> Response:
        memory, owner = context.memory, known_owner(request.headers.get("cookie", ""))
        try:
            kept = memory.conversation(owner, conversation)
            turns = [t for t in memory.turns(owner, conversation) if turn in {None, t.id}]
            if kept is None or not turns:
                return _missing(_NO_CONVERSATION)
            title = kept.title if turn is None else turns[0].answer.question
            answers = [t.answer for t in turns]
            return _saved(export(conversation_handout(title, _today(), answers), suffix))
        except CoopError as error:
            return _missing(error)

    @app.get(EXPORT_ROUTE + "/{conversation}.{suffix}")
    def whole(request: Request, conversation: str, suffix: str) -> Response:
        """A conversation of the reader's as a file; 404 where they have no such one."""
        return exported(request, conversation, None, suffix)

    @app.get(EXPORT_ROUTE + "/{conversation}/{turn}.{suffix}")
    def one(request: Request, conversation: str, turn: int, suffix: str) -> Response:
        """One answer of a conversation of the reader's as a file; 404 where there is none."""
        return exported(request, conversation, turn, suffix)


def _add_grid(app: FastAPI, context: Context) -> None:
    @app.get(GRID_ROUTE + "/{forms}/{keys}.{suffix}")
    def grid(forms: str, keys: str, suffix: str) -> Response:
        """Forms compared on criteria, both told by commas, as a file; 404 and the reason."""
        try:
            made = compare(context.assistant.library, forms.split(","), keys.split(","))
            return _saved(export(comparison_handout(made, _today()), suffix))
        except CoopError as error:
            return _missing(error)


def _today() -> str:
    return f"{datetime.now(UTC):%d/%m/%Y}"


def _saved(file: File) -> Response:
    """A file that the browser saves rather than shows."""
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
    }
    return Response(file.body, media_type=file.media_type, headers=headers)


def _add_report(app: FastAPI, context: Context) -> None:
    @app.get(REPORT_ROUTE)
    def report() -> Response:
        """The whole report of the last evaluation; 404 without one."""
        evaluation = context.backstage.evaluation
        try:
            return HTMLResponse(
                evaluation.report() if evaluation else "", 200 if evaluation else 404
            )
        except CoopError as error:
            return _missing(error)


def _missing(error: CoopError) -> Response:
    return PlainTextResponse(spaced(str(error)), status_code=404)
