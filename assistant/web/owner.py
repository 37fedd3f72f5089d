"""Whose conversations are whose: a random name that each browser keeps in a cookie."""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "coop_owner"
_YEAR_S = 365 * 24 * 3600
_NAME = re.compile(r"[A-Za-z0-9_-]{32,64}")


def known_owner(cookies: str) -> str:
    """The owner that a `Cookie` header names, or ""."""
    try:
        found = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found and _NAME.fullmatch(found.value) else ""


def new_owner() -> str:
    """A name that nobody can guess."""
    return secrets.token_urlsafe(32)


def owner_cookie(owner: str, *, secure: bool) -> str:
    """The `Set-Cookie` header that gives a name to a browser."""
    rules = f"Path=/; Max-Age={_YEAR_S}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    return f"{COOKIE}={owner}; {rules}"


class OwnerCookie:
    """Gives a name to each browser that opens a page without one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the cookie to a page that is given back."""
        if scope["type"] != "http" or known_owner(_header(scope, b"cookie")):
            await self._app(scope, receive, send)
            return
        cookie = owner_cookie(new_owner(), secure=scope.get("scheme") == "https")

        async def send_with_name(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                message["headers"] = [*message["headers"], (b"set-cookie", cookie.encode())]
            await send(message)

        await self._app(scope, receive, send_with_name)


def _header(scope: Scope, name: bytes) -> str:
    return next((v.decode("latin-1") for key, v in scope["headers"] if key == name), "")


def _is_page(message: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/html")
        for name, value in message.get("headers", ())
    )
