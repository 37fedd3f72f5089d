"""A client of the HTTP interface: one real connection a request."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit


class Reply:
    """A response, read."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def send(
    url: str, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> Reply:
    """One request; a `dict` is sent as JSON, bytes as they are."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=60)
    sent = headers or {}
    if body is not None and not isinstance(body, bytes):
        body, sent = json.dumps(body).encode(), {"Content-Type": "application/json"} | sent
    try:
        connection.request(method, path, body, sent)
        return Reply(connection.getresponse())
    finally:
        connection.close()


def problem(reply: Reply) -> str:
    """The code of a refusal, which has its message and its remedy in French."""
    assert set(reply.json) == {"code", "message", "remedy"}
    assert reply.json["message"].strip()
    code: str = reply.json["code"]
    return code
