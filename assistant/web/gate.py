"""What every request passes: under which name, from which page, with which password.

One ASGI middleware before all routes, Gradio's own included. Open to all are the two addresses of
`health.py`, which tell nothing, and that of the login.
"""

from __future__ import annotations

import base64
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse

from assistant.web.health import ALIVE, READY
from assistant.web.problems import (
    FOREIGN_ORIGIN,
    SESSION_OVER,
    UNAUTHENTICATED,
    UNKNOWN_HOST,
    problem_response,
)
from assistant.web.service import is_local

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from assistant.web.password import Door

LOGIN: Final = "/connexion"
COOKIE: Final = "coop_session"
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}


class Gate:
    """Refuses what comes under a foreign name, from a foreign page, or without the password.

    `hosts` are the names the server is reached by, None for any: behind a password a foreign name
    gains nothing, since cookies go by names.
    """

    def __init__(self, app: ASGIApp, door: Door | None, hosts: Collection[str] | None) -> None:
        self._app = app
        self._door = door
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in {ALIVE, READY}:
            await self._app(scope, receive, send)
            return
        refusal = await self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts is not None and _name(host) not in self._hosts:
            return problem_response(UNKNOWN_HOST)
        if not self._from_our_page(headers, host, reads=scope.get("method") in _SAFE):
            return problem_response(FOREIGN_ORIGIN)
        if self._door is None or scope["path"] == LOGIN:
            return None
        return await self._identified(scope, headers, self._door)

    def _from_our_page(self, headers: Headers, host: str, *, reads: bool) -> bool:
        """Whether a request was not made by the script or the form of another site's page.

        Programs send neither header. Our own forms have the origin "null", since our pages send no
        referrer; then the browser tells where they come from in `Sec-Fetch-Site`.
        """
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is None:
            return reads or site in {None, "none", "same-origin"}
        if origin == "null":
            return site == "same-origin"
        where = urlsplit(origin).netloc
        name = _name(where)  # other servers of this machine are foreign too
        return where == host or (name in (self._hosts or ()) and not is_local(name))

    async def _identified(self, scope: Scope, headers: Headers, door: Door) -> Response | None:
        token = session_of(headers.get("cookie", ""))
        if token and door.accepts(token):
            return None
        kind, _, credentials = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            known = door.accepts(credentials.strip())
            return None if known else problem_response(SESSION_OVER)
        if kind.lower() == "basic":
            return await door.refusal(address_of(scope), _password_of(credentials))
        if scope.get("method") in _SAFE and "text/html" in headers.get("accept", ""):
            query = scope["query_string"].decode("latin-1")
            wanted = quote(f"{scope['path']}?{query}".rstrip("?"), safe="/")
            return RedirectResponse(f"{LOGIN}?vers={wanted}", 303)
        # No `Basic` here: a browser would open a box of its own over the page.
        return problem_response(
            SESSION_OVER if token else UNAUTHENTICATED, {"WWW-Authenticate": "Bearer"}
        )


def _password_of(credentials: str) -> str:
    """The password in the credentials of HTTP Basic, under whatever name; "" where it is none."""
    try:
        said = base64.b64decode(credentials, validate=True).decode("utf-8")
    except ValueError:  # neither base64 nor UTF-8
        return ""
    return said.partition(":")[2]


def address_of(scope: Scope) -> str:
    """The address of a client, as uvicorn tells it (a proxy on this machine is believed)."""
    client = scope.get("client")
    return client[0] if client else ""


def session_of(cookies: str) -> str:
    """The session that a `Cookie` header holds, or ""."""
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _name(host: str) -> str:
    """A `Host` header without its port, small letters; "" when it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""
