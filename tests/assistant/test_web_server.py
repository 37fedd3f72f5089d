"""The chat's server: its port, its headers, the one route that gives files."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from assistant.page_view import Place
from assistant.web.server import serve
from assistant.web.sources import page_url
from corpus.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPResponse

    from assistant.memory import Memory
    from assistant.types import Citation


def fetch(url: str) -> HTTPResponse:
    response: HTTPResponse = urlopen(url)  # noqa: S310 — an address of the test's own server
    return response


def refusal(url: str) -> tuple[int, str]:
    with pytest.raises(HTTPError) as error:
        fetch(url)
    with error.value as response:
        return response.code, response.read().decode()


def test_a_busy_port_is_said_with_another_to_take(chat_memory: Memory) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(SettingError, match="occupé") as error:
            serve(None, chat_memory, port=port)  # type: ignore[arg-type]
    assert f"coop chat --port {port + 1}" in error.value.remedy


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("192.0.2.1", 0, "192.0.2.1"),
        ("nulle.part.invalid", 0, "nulle"),
        ("127.0.0.1", 70_000, "70000"),
    ],
)
def test_an_address_that_cannot_be_used_is_named(
    chat_memory: Memory, host: str, port: int, words: str
) -> None:
    with pytest.raises(SettingError, match=words):
        serve(None, chat_memory, host=host, port=port)  # type: ignore[arg-type]


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
