"""The login: a page for people, the same address for programs; and the way out."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from assistant.web.gate import COOKIE, LOGIN, address_of, session_of
from assistant.web.markup import say

if TYPE_CHECKING:
    from assistant.web.password import Door

_PAGE: Final = Path(__file__).with_name("login.html")


def add_login(app: FastAPI, door: Door) -> None:
    """Add the addresses of who comes in and goes out."""

    @app.get(LOGIN)
    def page(request: Request) -> Response:
        """The form; for who is already in, the way out."""
        inside = door.accepts(session_of(request.headers.get("cookie", "")))
        body = _leaving() if inside else _entering(request.query_params.get("vers", "/"))
        return _shown(body)

    @app.post(LOGIN)
    async def enter(request: Request) -> Response:
        """Open a session for who sends the password, as the field `password` of a form.

        A page is led to where it wanted to go; who accepts JSON gets {"token", "expires_in"}.
        """
        fields = _fields(await request.body())
        if "leave" in fields:
            gone = RedirectResponse(LOGIN, 303)
            gone.delete_cookie(COOKIE)
            return gone
        wanted = _ours(fields.get("vers", ["/"])[0])
        as_json = "application/json" in request.headers.get("accept", "")
        password = fields.get("password", [""])[0]
        refusal = await door.refusal(address_of(request.scope), password)
        if refusal is not None:
            return refusal if as_json else _refused(refusal, wanted)
        token, age = door.token(), int(door.session_s)
        if as_json:
            return JSONResponse(
                {"token": token, "expires_in": age}, headers={"Cache-Control": "no-store"}
            )
        entered = RedirectResponse(wanted, 303)
        rules: dict[str, Any] = {"httponly": True, "samesite": "lax", "max_age": age}
        entered.set_cookie(COOKIE, token, secure=request.url.scheme == "https", **rules)
        return entered


def _fields(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:  # more fields than any form of ours
        return {}


def _refused(refusal: Response, wanted: str) -> Response:
    """The same for people: above the form, without the header that opens a browser's own box."""
    said = json.loads(bytes(refusal.body))
    alert = f'<p role="alert">{say(said["message"])} {say(said["remedy"])}</p>'
    kept = {name: v for name, v in refusal.headers.items() if name == "retry-after"}
    return _shown(alert + _entering(wanted), refusal.status_code, kept)


def _shown(body: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    page = Template(_PAGE.read_text(encoding="utf-8")).substitute(body=body)
    return HTMLResponse(page, status, {"Cache-Control": "no-store"} | (headers or {}))


def _entering(wanted: str) -> str:
    return (
        f'<form method="post" action="{LOGIN}">'
        f'<input type="hidden" name="vers" value="{escape(_ours(wanted))}">'
        '<label>Mot de passe<input type="password" name="password" required autofocus '
        'autocomplete="current-password" maxlength="1000"></label>'
        "<button>Entrer</button></form>"
    )


def _leaving() -> str:
    return (
        f'<p>{say("Vous êtes connecté.")} <a href="/">{say("Ouvrir l’assistant")}</a></p>'
        f'<form method="post" action="{LOGIN}"><input type="hidden" name="leave" value="1">'
        "<button>Se déconnecter</button></form>"
    )


def _ours(wanted: str) -> str:
    """An address of ours to go to; the first page where it is none."""
    whole = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if whole and wanted.isascii() else "/"
