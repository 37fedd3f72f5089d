"""The addresses of briefs: one changed, one read again, one as a file; for their owner alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from assistant.brief.edits import apply, read_edit
from assistant.brief.handout import brief_handout
from assistant.brief.kept import KeptBriefs
from assistant.export import export
from assistant.web.brief_html import BRIEF_ROUTE, brief_html
from assistant.web.markup import spaced
from assistant.web.owner import known_owner
from corpus.errors import ConflictError, CoopError, UsageError

if TYPE_CHECKING:
    from assistant.brief.kept import KeptBrief
    from assistant.web.context import Context

_LARGEST = 20_000  # bytes of a change
_NOT_OURS = UsageError("Cette modification ne vient pas de la page.", "Rechargez la page.")
_UNREADABLE = UsageError("Cette modification est illisible.", "Rechargez la page.")


def add_briefs(app: FastAPI, context: Context) -> None:
    """Add them all."""

    def briefs(request: Request) -> KeptBriefs:
        return KeptBriefs(context.memory, known_owner(request.headers.get("cookie", "")))

    @app.get(BRIEF_ROUTE + "/{id_}.{suffix}")
    def exported(request: Request, id_: str, suffix: str) -> Response:
        """A brief of the reader's as a file; 404 where they have no such one."""
        try:
            brief = briefs(request).get(id_).brief
            file = export(brief_handout(brief, f"{datetime.now(UTC):%d/%m/%Y}"), suffix)
        except CoopError as error:
            return PlainTextResponse(spaced(str(error)), status_code=404)
        headers = {
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "no-store",
        }
        return Response(file.body, media_type=file.media_type, headers=headers)

    @app.get(BRIEF_ROUTE + "/{id_}")
    def read(request: Request, id_: str) -> Response:
        """A brief as it is now."""
        try:
            return JSONResponse(_told(briefs(request).get(id_)))
        except CoopError as error:
            return _refused(error, 404)

    @app.post(BRIEF_ROUTE + "/{id_}")
    async def change(request: Request, id_: str) -> Response:
        """Change a brief by an `Edit` in JSON; gives it as it is then.

        A form of a foreign page cannot send JSON. 409 where what is to be changed was changed
        meanwhile, with the brief as it is; 404 where it is no more there; 400 for other refusals.
        """
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _refused(_NOT_OURS, 415)
        body = await request.body()
        return await run_in_threadpool(_changed, briefs(request), id_, body)


def _changed(briefs: KeptBriefs, id_: str, body: bytes) -> Response:
    try:
        kept = briefs.get(id_)
    except CoopError as error:
        return _refused(error, 404)
    try:
        edit = read_edit(_read(body))
        return JSONResponse(_told(briefs.change(id_, lambda brief: apply(brief, edit))))
    except ConflictError as error:
        return _refused(error, 409, _told(briefs.get(kept.id)))
    except CoopError as error:
        return _refused(error, 400)


def _read(body: bytes) -> Any:
    if len(body) > _LARGEST:
        raise _UNREADABLE
    try:
        return json.loads(body)
    except ValueError as error:
        raise _UNREADABLE from error


def _told(kept: KeptBrief) -> dict[str, Any]:
    return {"version": kept.version, "html": brief_html(kept)}


def _refused(error: CoopError, status: int, told: dict[str, Any] | None = None) -> Response:
    words = {"error": spaced(error.message), "remedy": spaced(error.remedy)}
    return JSONResponse(words | (told or {}), status_code=status)
