"""A service in processes of its own: what it writes down, what it survives, whom it talks to."""

from __future__ import annotations

import base64
import json
import shutil
import threading
from typing import TYPE_CHECKING, NamedTuple

import pytest
from chat_process import Chat, chat
from chroma_process import ChromaServer
from command_line import environment, run
from pdf_factory import text_pdf
from web_client import problem, send

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


# --- several replicas ---------------------------------------------------------------------------

NEWS = "Le rucher école de Montreuil accueille douze apprentis chaque année."
ABOUT_NEWS = "Combien d'apprentis accueille le rucher école de Montreuil ?"


class Replicas(NamedTuple):
    """Two servers over one home, one Chroma server and one database."""

    home: Path
    settings: dict[str, str]
    chroma: ChromaServer
    one: Chat
    two: Chat


@pytest.fixture(scope="module")
def replicas(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    root = tmp_path_factory.mktemp("replicas")
    home = shutil.copytree(ready, root / "home")
    chroma = ChromaServer(root / "chroma")
    settings = {
        "COOP_CHROMA_URL": chroma.url,
        "COOP_DATABASE_URL": f"sqlite:///{root / 'shared.sqlite'}",
    }
    ingested = run(home, "ingest", **settings)
    assert ingested.returncode == 0, ingested.stderr
    with (
        chat(home, root / "errors", **settings) as one,
        chat(home, root / "errors", **settings) as two,
    ):
        yield Replicas(home, settings, chroma, one, two)
    chroma.kill()


def test_replicas_take_up_a_new_generation_whole_and_without_a_restart(
    replicas: Replicas, tmp_path: Path
) -> None:
    guide = text_pdf(tmp_path / "rucher.pdf", NEWS)
    statuses: set[int] = set()
    said: list[bool] = []

    def keep_asking(url: str, done: threading.Event) -> None:
        while not done.is_set():
            reply = send(url, "POST", "/api/ask", {"question": ABOUT_NEWS})
            statuses.add(reply.status)
            said.append(reply.json["refused"])

    done = threading.Event()
    asking = [
        threading.Thread(target=keep_asking, args=(replica.url, done))
        for replica in (replicas.one, replicas.two)
    ]
    for thread in asking:
        thread.start()
    ingested = run(replicas.home, "ingest", str(guide), **replicas.settings)
    done.set()
    for thread in asking:
        thread.join()
    assert ingested.returncode == 0, ingested.stderr
    assert statuses == {200}
    assert said[0], "refused before it was there"
    for replica in (replicas.one, replicas.two):
        answer = send(replica.url, "POST", "/api/ask", {"question": ABOUT_NEWS}).json
        assert answer["citations"][0]["document"] == "rucher"
        assert not answer["refused"]


def test_a_conversation_begun_at_one_replica_goes_on_at_the_other(replicas: Replicas) -> None:
    begun = send(
        replicas.one.url, "POST", "/api/ask", {"question": QUESTION, "conversation": "new"}
    )
    cookie = {"Cookie": begun.headers["Set-Cookie"].split(";")[0]}
    body = {"question": "Et ses dettes ?", "conversation": begun.headers["X-Conversation"]}
    assert send(replicas.two.url, "POST", "/api/ask", body, cookie).status == 200
    (kept,) = send(replicas.one.url, "GET", "/api/conversations", headers=cookie).json
    assert len(kept["turns"]) == 2


def test_a_chroma_server_that_dies_is_said_and_its_return_is_noticed(replicas: Replicas) -> None:
    replicas.chroma.kill()
    reply = send(replicas.one.url, "POST", "/api/ask", {"question": QUESTION})
    assert (reply.status, problem(reply)) == (503, "vector_store")
    unready = send(replicas.one.url, "GET", "/readyz")
    assert (unready.status, unready.json["code"]) == (503, "vector_store")
    assert send(replicas.one.url, "GET", "/healthz").status == 200
    assert "ne répond pas" in run(replicas.home, "doctor", **replicas.settings).stdout
    replicas.chroma.start()
    assert send(replicas.one.url, "POST", "/api/ask", {"question": QUESTION}).status == 200
    assert send(replicas.one.url, "GET", "/readyz").status == 200
