"""The web server: the port, the headers, our own routes, the Gradio pages."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI

from assistant.brief import prepare
from assistant.brief.outline import SHORTEST
from assistant.dialogue import Assistant
from assistant.web.api import API, api
from assistant.web.bodies import BoundedBodies
from assistant.web.gate import Gate
from assistant.web.health import add_health
from assistant.web.login import add_login
from assistant.web.owner import OwnerCookie
from assistant.web.request_log import RequestLog, set_up_logs
from assistant.web.routes import add_routes
from assistant.web.service import Service
from corpus.errors import CoopError, SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.memory import Memory
    from assistant.web.context import Context
    from assistant.web.password import Door

HOST = "127.0.0.1"
PORT = 7860
_ALONE = Service()
_log = logging.getLogger(__name__)

_HEADERS = {
    # Gradio's own page needs inline scripts and eval; nothing comes from another origin, images
    # included, so that a document can neither load anything nor call home.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


_GRADIO_SETTINGS = {
    # Read when gradio and huggingface_hub are imported: no look-ups on the network.
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    # Read when the page is made: gradio would make a table of all past events after each one.
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
}


def serve(
    context: Context,
    *,
    host: str = HOST,
    port: int = PORT,
    service: Service = _ALONE,
    on_ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the chat until interrupted; `on_ready` is given its address once it answers.

    Port 0 takes any free port.

    Raises:
        SettingError: the address or the port cannot be used, or a password is missing.
    """
    door = service.door(host)
    listener = _listen(host, port)
    set_up_logs(service.log)
    config = uvicorn.Config(
        build_app(context, door, service.names(host)),
        log_level="warning",
        log_config=uvicorn.config.LOGGING_CONFIG if service.log == "none" else None,
        timeout_graceful_shutdown=2,  # open pages keep a stream that would never end
    )
    if service.retention_days:
        keep = (context.memory, service.retention_days)
        threading.Thread(target=_forget_old, args=keep, daemon=True).start()
    threading.Thread(target=_warm_up, args=(context.assistant,), daemon=True).start()
    server = _Server(config, lambda: on_ready(_address(listener)))
    with contextlib.closing(listener), contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _warm_up(assistant: Assistant) -> None:
    """Load what the first question and the first brief need before they come."""
    with contextlib.suppress(CoopError):  # said when a question is asked
        # No language model is called for a question that nobody asked.
        Assistant(lambda: assistant.library).ask("Qu'est-ce que la coopération ?")
        prepare("Des associations veulent coopérer.", "", SHORTEST, assistant.library)


def _forget_old(memory: Memory, days: int) -> None:
    """Erase what is older than it may be, now and every hour."""
    while True:
        try:
            memory.forget_older(days)
        except CoopError as error:  # the database may be back in an hour
            _log.warning("%s", error)
        time.sleep(3600)


def build_app(
    context: Context, door: Door | None = None, hosts: Collection[str] | None = None
) -> FastAPI:
    """The whole application, without a port."""
    os.environ.update(_GRADIO_SETTINGS)
    from assistant.web.app import mount  # noqa: PLC0415 — gradio takes seconds

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(OwnerCookie)
    app.add_middleware(BoundedBodies)
    app.add_middleware(Gate, door=door, hosts=hosts)
    app.add_middleware(_SafeHeaders)
    app.add_middleware(RequestLog)
    if door:
        add_login(app, door)
    add_health(app, context)
    add_routes(app, context)
    app.mount(API, api(context))
    mount(app, context)
    return app


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()


class _SafeHeaders:
    """Adds the security headers to every response, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", ()),
                    *((name.lower().encode(), value.encode()) for name, value in _HEADERS.items()),
                ]
            await send(message)

        await self._app(scope, receive, send_safely)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before the slow start, so that a busy port is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        # A port left a second ago can be taken again; elsewhere this would share a busy one.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _unusable(host, port, error) from error
    return listener


def _unusable(host: str, port: int, error: OSError | OverflowError) -> SettingError:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return SettingError(
            f"Le port {port} est déjà occupé.",
            f"Fermez ce qui l'occupe, ou prenez-en un autre : coop chat --port {port + 1}",
        )
    if isinstance(error, OverflowError):
        return SettingError(
            f"Le port {port} n'existe pas.",
            f"Prenez un port de 1024 à 65535 : coop chat --port {PORT}",
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return SettingError(
            f"Le port {port} est réservé au système.",
            f"Prenez un port au-dessus de 1023 : coop chat --port {PORT}",
        )
    return SettingError(
        f"L'adresse « {host} » n'est pas une adresse de cette machine.",
        f"Indiquez-en une autre : coop chat --host {HOST}",
    )


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 — every address: shown as one that opens here
        host = HOST
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
