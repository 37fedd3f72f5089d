"""Whether the process lives, and whether it can answer: for those who watch a service."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

from assistant.web.problems import problem_of
from corpus.errors import CoopError

if TYPE_CHECKING:
    from assistant.web.context import Context

ALIVE: Final = "/healthz"
READY: Final = "/readyz"

_log = logging.getLogger(__name__)


def add_health(app: FastAPI, context: Context) -> None:
    """Add the two addresses. They are open to all, so they tell a code and nothing more."""

    @app.get(ALIVE)
    def alive() -> dict[str, str]:
        """200 as long as the process answers."""
        return {"status": "alive"}

    @app.get(READY)
    def ready() -> Response:
        """200 when the library can be searched and the memory written; else 503 and why."""
        try:
            context.assistant.library.check()
            context.memory.check()
        except CoopError as error:
            problem = problem_of(error)
            _log.warning("not ready: %s", error)
            return JSONResponse({"status": "unready", "code": problem.code}, 503)
        return JSONResponse({"status": "ready"})
