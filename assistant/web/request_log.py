"""What is seen of a running server: an id for each request, and one JSON object a line.

A line never holds what was asked, an address's query, a cookie or a password. With
`COOP_LOG=questions` the questions are logged too, by `log_question`.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kept = Literal["none", "requests", "questions"]
"""What is logged of requests."""

_HEADER = "x-request-id"
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")  # an id that a proxy gave is kept
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_requests = logging.getLogger("coop.requests")
_questions = logging.getLogger("coop.questions")


def set_up_logs(kept: Kept) -> None:
    """Write what is logged to standard error, one JSON object a line; "none" leaves logs as is."""
    _questions.setLevel(logging.INFO if kept == "questions" else logging.CRITICAL)
    if kept == "none":
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    _requests.setLevel(logging.INFO)


def log_question(question: str) -> None:
    """Log a question, where that was asked for."""
    _questions.info("question", extra={"fields": {"question": question}})


class RequestLog:
    """Gives each request an id, and logs it when it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its id comes back in `X-Request-Id`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        named = dict(scope["headers"]).get(_HEADER.encode(), b"").decode("latin-1")
        id_ = named if _GIVEN.fullmatch(named) else secrets.token_hex(8)
        _request_id.set(id_)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (_HEADER.encode(), id_.encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            _log_request(scope, status, time.perf_counter() - started)


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    fields = {
        "method": scope["method"],
        "path": scope["path"][:200],
        "status": status,
        "ms": round(seconds * 1000, 1),
        "client": (scope.get("client") or ("",))[0],
    }
    _requests.info("request", extra={"fields": fields})


class _JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _request_id.get(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)
