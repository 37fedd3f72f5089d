"""A service in processes of its own: what it writes down, what it survives, whom it talks to."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from chat_process import Chat, chat
from command_line import environment, run
from web_client import send

from assistant.web.password import hash_password

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTION = "Qui peut créer un groupement d'employeurs ?"
PASSWORD = "quatre mots sans rapport"  # noqa: S105 — of a server of the test's own
BASIC = {"Authorization": "Basic " + base64.b64encode(f"x:{PASSWORD}".encode()).decode()}


@pytest.fixture(scope="module")
def service(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A server behind a password, that logs questions."""
    folder = tmp_path_factory.mktemp("service")
    settings = {
        "COOP_PASSWORD_HASH": hash_password(PASSWORD),
        "COOP_LOG": "questions",
        "COOP_DATABASE_URL": f"sqlite:///{folder / 'memory.sqlite'}",
    }
    with chat(ready, folder / "errors", **settings) as running:
        yield running


def lines(running: Chat) -> list[dict[str, object]]:
    """What a server wrote: nothing but JSON, an object a line."""
    return [json.loads(line) for line in running.errors.read_text().splitlines()]


def test_a_line_is_logged_for_each_request_without_question_or_secret(service: Chat) -> None:
    reply = send(service.url, "POST", "/api/ask", {"question": QUESTION}, BASIC)
    send(service.url, "GET", "/api/search?q=groupement", headers={"Authorization": "Basic eDp5"})
    logged = [line for line in lines(service) if line["logger"] == "coop.requests"]
    (line,) = [line for line in logged if line["path"] == "/api/ask"]
    assert line["request_id"] == reply.headers["X-Request-Id"]
    assert (line["method"], line["status"]) == ("POST", 200)
    assert "groupement" not in json.dumps(logged)
    written = service.errors.read_text()
    for secret in (PASSWORD, "Basic", "eDp5", "argon2", base64.b64encode(PASSWORD.encode())):
        assert str(secret) not in written


def test_questions_are_logged_where_that_is_asked_for(service: Chat) -> None:
    reply = send(service.url, "POST", "/api/ask", {"question": QUESTION}, BASIC)
    asked = [line for line in lines(service) if line["logger"] == "coop.questions"]
    assert (asked[-1]["question"], asked[-1]["request_id"]) == (
        QUESTION,
        reply.headers["X-Request-Id"],
    )


def test_a_password_is_made_into_a_setting(ready: Path) -> None:
    import subprocess
    import sys

    made = subprocess.run(
        [sys.executable, "-m", "coop", "password"],
        env=environment(ready),
        input=PASSWORD + "\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert made.startswith("COOP_PASSWORD_HASH='$argon2id$")
    assert PASSWORD not in made


def test_a_service_without_a_password_does_not_start(ready: Path) -> None:
    refused = run(ready, "chat", "--host", "0.0.0.0")  # noqa: S104 — that is what is refused
    assert refused.returncode == 1
    assert "coop password" in refused.stderr
