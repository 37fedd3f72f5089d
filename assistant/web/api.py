"""The HTTP interface under `/api`: what programs may ask; described by `/api/openapi.json`.

Bodies are bounded in size and time. Whatever is wrong comes as `ProblemJson`. An answer is the JSON
of `coop ask --json`; with `Accept: text/event-stream` it comes as it grows.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from assistant.answer_json import AnswerJson, HitJson, as_json, hit_json
from assistant.filters import filters_of
from assistant.page_view import fingerprint
from assistant.question import LONGEST, cleaned
from assistant.web.asking import Desk, Talk
from assistant.web.mine import add_mine
from assistant.web.papers import add_papers
from assistant.web.problems import (
    INTERNAL,
    INVALID,
    ProblemJson,
    problem_json,
    problem_of,
    problem_of_status,
    problem_response,
)
from assistant.web.request_log import log_question
from assistant.web.routes import PageQuery, page_response
from corpus.errors import CoopError, UsageError
from corpus.types import Document

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from assistant.types import Answer
    from assistant.web.context import Context
    from corpus.types import Filters

API: Final = "/api"
_EVENTS: Final = "text/event-stream"
_Words = Annotated[list[str], Field(max_length=20)]
_Year = Annotated[int | None, Field(ge=1000, le=9999)]


class Limits(BaseModel):
    """What a search is limited to; the words are those of the command line."""

    model_config = ConfigDict(extra="forbid")

    theme: _Words = []
    form: _Words = []
    document: _Words = []
    since: _Year = None
    until: _Year = None

    def filters(self, documents: Mapping[str, Document]) -> Filters:
        """The filters that they mean.

        Raises:
            UsageError: a word means nothing here.
        """
        years = (self.since, self.until)
        return filters_of(documents, self.theme, self.form, self.document, years)

    def told(self) -> str:
        """The same in words, to be kept with the answer."""
        words = [*self.theme, *self.form, *self.document]
        words += [f"depuis {self.since}"] if self.since else []
        return ", ".join([*words, f"jusqu'à {self.until}"] if self.until else words)


class Question(Limits):
    """A question. `conversation` is "new" or an id: the answer is kept, and earlier ones count."""

    question: str = Field(min_length=1, max_length=4 * LONGEST)
    conversation: str = Field("", max_length=64)


class Search(Limits):
    """What is searched, and how many passages are wanted."""

    q: str = Field(min_length=1, max_length=4 * LONGEST)
    k: int = Field(8, ge=1, le=100)


def api(context: Context) -> FastAPI:
    """The interface, to be mounted at `API`."""
    app = FastAPI(
        title="Assistant de la coopération",
        version="1",
        docs_url=None,
        redoc_url=None,
        responses={
            status: {"model": ProblemJson, "description": problem_of_status(status).message}
            for status in (400, 401, 403, 404, 408, 413, 421, 422, 429, 500, 503)
        },
    )
    _add_problems(app)
    desk = Desk()
    _add_ask(app, context, desk)
    _add_reading(app, context)
    add_papers(app, context, desk)
    add_mine(app, context)
    return app


def _add_problems(app: FastAPI) -> None:
    """Every refusal has the same form."""

    async def ours(_request: Request, error: CoopError) -> Response:
        return problem_response(problem_of(error))

    async def theirs(_request: Request, error: HTTPException) -> Response:
        return problem_response(problem_of_status(error.status_code), error.headers)

    async def misshapen(_request: Request, error: RequestValidationError) -> Response:
        return problem_response(_named(error))

    async def unforeseen(_request: Request, _error: Exception) -> Response:
        return problem_response(INTERNAL)

    handlers: dict[Any, Any] = {
        CoopError: ours,
        HTTPException: theirs,
        RequestValidationError: misshapen,
        Exception: unforeseen,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def _named(error: RequestValidationError) -> Any:
    """What is wrong with a request; a client's own words are never given back."""
    for one in error.errors():
        if one["type"] == "json_invalid":
            return problem_of_status(400)
        if one["type"] == "extra_forbidden":
            return INVALID._replace(message="La requête a un champ qui n'existe pas.")
        name = next((part for part in one["loc"][1:] if isinstance(part, str)), "")
        if name:
            said = "manque" if one["type"] == "missing" else "n'a pas la forme attendue"
            return INVALID._replace(message=f"Le champ « {name} » {said}.")
    return INVALID


def _add_ask(app: FastAPI, context: Context, desk: Desk) -> None:
    assistant = context.assistant

    @app.post(
        "/ask",
        response_model=None,
        responses={
            200: {"model": AnswerJson, "content": {_EVENTS: {"schema": {"type": "string"}}}}
        },
    )
    async def ask(request: Request, body: Question) -> Response:
        """The answer to a question; as events `partial`, then `answer` or `error`, when accepted.

        Each event's data is the whole answer so far. `X-Conversation` names the conversation in
        which the answer is kept, where that was asked for; it belongs to the cookie that comes.
        """
        log_question(body.question)

        def opened() -> tuple[Talk, Iterator[Answer]]:
            talk = Talk.open(context.memory, request, body.conversation)
            limits = body.filters(assistant.library.documents)
            return talk, assistant.stream(body.question, talk.history, limits)

        talk, answers = await desk.work(opened)
        growing = desk.growing(answers)
        first = await anext(growing)  # what is wrong with a question is said by the status
        talk = await desk.work(partial(talk.begun, body.question))
        whole = _whole(first, growing, desk, partial(talk.keep, limits=body.told()))
        headers = dict(talk.headers)
        if _EVENTS in request.headers.get("accept", ""):
            return StreamingResponse(_events(whole), media_type=_EVENTS, headers=headers)
        answer = [answer async for _, answer in whole][-1]
        return JSONResponse(as_json(answer), headers=headers)


async def _whole(
    first: Answer,
    growing: AsyncIterator[Answer],
    desk: Desk,
    keep: Callable[[Answer], None],
) -> AsyncIterator[tuple[str, Answer]]:
    """An answer as it grows, each time "partial"; then, once it is kept, the same as "answer"."""
    answer = first
    yield "partial", answer
    async for answer in growing:
        yield "partial", answer
    await desk.work(partial(keep, answer))
    yield "answer", answer


async def _events(answers: AsyncIterator[tuple[str, Answer]]) -> AsyncIterator[str]:
    """Server-sent events of an answer that grows; a failure is the last of them."""
    try:
        async for name, answer in answers:
            yield _event(name, as_json(answer))
    except CoopError as error:
        yield _event("error", problem_json(problem_of(error)))
    except Exception:
        yield _event("error", problem_json(INTERNAL))
        raise


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _add_reading(app: FastAPI, context: Context) -> None:
    """What the library holds."""
    assistant = context.assistant

    @app.get("/search")
    def search(query: Annotated[Search, Query()]) -> list[HitJson]:
        """The passages nearest to a question, best first."""
        library = assistant.library
        hits = library.search(cleaned(query.q), query.k, query.filters(library.documents))
        return [hit_json(hit, library.documents[hit.passage.document_id]) for hit in hits]

    @app.get("/documents")
    def documents() -> list[Document]:
        """The documents of the library."""
        return list(assistant.library.documents.values())

    @app.get(
        "/page",
        response_class=Response,
        responses={200: {"content": {"image/png": {"schema": {"type": "string"}}}}},
    )
    def page(query: Annotated[PageQuery, Query()]) -> Response:
        """The image of a page; with `start` and `end`, the lines of that quote marked.

        `X-Marks` holds the marks in fractions of the page, `X-Pages` how many pages there are.
        """
        if query.start > query.end:
            raise UsageError("« start » vient après « end ».", "Reprenez ceux de la citation.")
        library = assistant.library
        there = library.page(query.document, query.page)
        if there is not None and not query.check:
            check = fingerprint(there.text[query.start : query.end])
            query = query.model_copy(update={"check": check})
        return page_response(library, query)
