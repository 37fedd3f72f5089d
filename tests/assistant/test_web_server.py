"""The chat's server: its port, its headers, the one route that gives files."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from assistant.page_view import Place
from assistant.web.owner import known_owner
from assistant.web.server import serve
from assistant.web.sources import page_url
from corpus.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

    from assistant.types import Citation


def fetch(url: str) -> HTTPResponse:
    response: HTTPResponse = urlopen(url)  # noqa: S310 — an address of the test's own server
    return response


def refusal(url: str) -> tuple[int, str]:
    with pytest.raises(HTTPError) as error:
        fetch(url)
    with error.value as response:
        return response.code, response.read().decode()


def test_a_busy_port_is_said_with_another_to_take() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(SettingError, match="occupé") as error:
            serve(None, port=port)  # type: ignore[arg-type]
    assert f"coop chat --port {port + 1}" in error.value.remedy


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("192.0.2.1", 0, "192.0.2.1"),
        ("nulle.part.invalid", 0, "nulle"),
        ("127.0.0.1", 70_000, "70000"),
    ],
)
def test_an_address_that_cannot_be_used_is_named(host: str, port: int, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        serve(None, host=host, port=port)  # type: ignore[arg-type]


def test_the_page_of_a_citation_comes_as_an_image_with_its_marks(
    chat_url: str, cite: Callable[..., Citation]
) -> None:
    with fetch(chat_url + page_url(Place.of(cite("ge", 1, "Toute personne")))) as response:
        assert response.headers["Content-Type"] == "image/png"
        marks = json.loads(response.headers["X-Marks"])
        assert response.read().startswith(b"\x89PNG")
    assert marks
    assert all(0 <= edge <= 1 for mark in marks for edge in mark)


@pytest.mark.parametrize(
    "query",
    [
        {"document": "nowhere", "page": 0},
        {"document": "ge", "page": 99},
        {"document": "../../../../etc/passwd", "page": 0},
        {"document": "essai-ge.pdf", "page": 0},
    ],
)
def test_only_pages_of_the_library_are_given(chat_url: str, query: dict[str, object]) -> None:
    status, words = refusal(f"{chat_url}/page.png?{urlencode(query)}")
    assert status == 404
    assert "bibliothèque" in words


@pytest.mark.parametrize("query", ["", "document=ge&page=-1", "document=ge&page=0&scale=1000"])
def test_a_request_that_makes_no_sense_is_refused(chat_url: str, query: str) -> None:
    assert refusal(f"{chat_url}/page.png?{query}")[0] == 422


@pytest.mark.parametrize("path", ["/", "/page.png?document=ge&page=0", "/config"])
def test_every_response_forbids_what_comes_from_elsewhere(chat_url: str, path: str) -> None:
    with fetch(chat_url + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'self'" in policy
    assert "img-src 'self' data: blob:" in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_no_documentation_of_the_interface_is_served(chat_url: str, path: str) -> None:
    assert refusal(chat_url + path)[0] == 404


def test_a_browser_gets_one_name_that_scripts_cannot_read(chat_url: str) -> None:
    with fetch(chat_url) as response:
        cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("coop_owner=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    request = Request(chat_url, headers={"Cookie": cookie.split(";")[0]})  # noqa: S310 — our own
    with urlopen(request) as response:  # noqa: S310
        assert response.headers["Set-Cookie"] is None
    with fetch(f"{chat_url}/page.png?document=ge&page=0") as response:
        assert response.headers["Set-Cookie"] is None


@pytest.mark.parametrize("cookie", ["coop_owner=x", "coop_owner=" + "é" * 40, "\x00", "a=b; ;;="])
def test_a_name_that_nobody_gave_is_nobody(cookie: str) -> None:
    assert known_owner(cookie) == ""


@pytest.mark.parametrize("document", ["nowhere", "../../etc/passwd", "essai-ge.pdf"])
def test_only_pdfs_of_the_library_are_given(chat_url: str, document: str) -> None:
    assert refusal(f"{chat_url}/document.pdf?{urlencode({'document': document})}")[0] == 404


@pytest.mark.parametrize(
    "path",
    ["/evaluation.html", "/export/none.docx", "/export/..%2f..%2fx.md", "/export/none/1.pdf"],
)
def test_what_a_reader_does_not_have_is_not_found(chat_url: str, path: str) -> None:
    assert refusal(chat_url + path)[0] == 404
