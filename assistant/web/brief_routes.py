"""The addresses of briefs: one changed, one read again, one as a file; for their owner alone."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from functools import partial
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
    from collections.abc import Callable

    from assistant.brief.kept import KeptBrief
    from assistant.brief.rewriting import Rewriter
    from assistant.brief.types import Brief
    from assistant.web.context import Context

    Briefs = Callable[[Request], KeptBriefs]
    Told = Callable[[KeptBrief], dict[str, Any]]

_LARGEST = 20_000  # bytes of a change
_WRITTEN_AT_ONCE = 2  # themes that a model writes at the same time, for all readers
_NOT_OURS = UsageError("Cette modification ne vient pas de la page.", "Rechargez la page.")
_UNREADABLE = UsageError("Cette modification est illisible.", "Rechargez la page.")


def add_briefs(app: FastAPI, context: Context) -> None:
    """Add them all."""

    def briefs(request: Request) -> KeptBriefs:
        return KeptBriefs(context.memory, known_owner(request.headers.get("cookie", "")))

    told = partial(_told, writes=context.rewriter is not None)

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
            return JSONResponse(told(briefs(request).get(id_)))
        except CoopError as error:
            return _refused(error, 404)

    @app.post(BRIEF_ROUTE + "/{id_}")
    async def change(request: Request, id_: str) -> Response:
        """Change a brief by an `Edit` in JSON; gives it as it is then.

        A form of a foreign page cannot send JSON. 409 where what is to be changed was changed
        meanwhile, with the brief as it is; 404 where it is no more there; 400 for other refusals.
        """
        body = await _body(request)
        if body is None:
            return _refused(_NOT_OURS, 415)

        def edited(_: Brief) -> Callable[[Brief], Brief]:
            edit = read_edit(_read(body))
            return lambda brief: apply(brief, edit)

        return await run_in_threadpool(_changed, briefs(request), id_, edited, told)

    _add_writing(app, context.rewriter, briefs, told)


def _add_writing(app: FastAPI, rewriter: Rewriter | None, briefs: Briefs, told: Told) -> None:
    """The way to have a model write a part; only where there is a model."""
    if rewriter is None:
        return
    places = asyncio.Semaphore(_WRITTEN_AT_ONCE)

    @app.post(BRIEF_ROUTE + "/{id_}/rediger")
    async def write_up(request: Request, id_: str) -> Response:
        """Have the part named by the JSON `{"part": …}` written; gives the brief as it is then.

        A model that fails is told in the brief, which then stays as it was.
        """
        body = await _body(request)
        if body is None:
            return _refused(_NOT_OURS, 415)

        def written(brief: Brief) -> Callable[[Brief], Brief]:
            fields = _read(body)
            part = fields.get("part") if isinstance(fields, dict) else None
            return rewriter.rewritten(brief, str(part))

        async with places:
            return await run_in_threadpool(_changed, briefs(request), id_, written, told)


async def _body(request: Request) -> bytes | None:
    """The body of a request of ours, which is JSON; None for any other."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return None
    return await request.body()


def _changed(
    briefs: KeptBriefs, id_: str, change_of: Callable[[Brief], Callable[[Brief], Brief]], told: Told
) -> Response:
    try:
        kept = briefs.get(id_)
    except CoopError as error:
        return _refused(error, 404)
    try:
        return JSONResponse(told(briefs.change(id_, change_of(kept.brief))))
    except ConflictError as error:
        return _refused(error, 409, told(briefs.get(kept.id)))
    except CoopError as error:
        return _refused(error, 400)


def _told(kept: KeptBrief, *, writes: bool) -> dict[str, Any]:
    return {"version": kept.version, "html": brief_html(kept, writes=writes)}


def _read(body: bytes) -> Any:
    if len(body) > _LARGEST:
        raise _UNREADABLE
    try:
        return json.loads(body)
    except ValueError as error:
        raise _UNREADABLE from error


def _refused(error: CoopError, status: int, told: dict[str, Any] | None = None) -> Response:
    words = {"error": spaced(error.message), "remedy": spaced(error.remedy)}
    return JSONResponse(words | (told or {}), status_code=status)
