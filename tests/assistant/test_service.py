"""A service in processes of its own: what it writes down, what it survives, whom it talks to."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from chroma_process import ChromaServer
from command_line import environment, run
from pdf_factory import text_pdf
from web_client import problem

from assistant.web.password import hash_password
from evals.serving import Chat, chat, send

if TYPE_CHECKING:
    from collections.abc import Iterator

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


# --- whom it talks to ---------------------------------------------------------------------------

WATCH = """
import os, sys

HERE = ("127.", "::1", "localhost", "0.0.0.0")

def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host or ""
    if host and not host.startswith(HERE):
        with open(os.environ["WATCHED"], "a") as file:
            file.write(f"{event} {host}\\n")
        raise OSError(f"{host} is not this machine")

sys.addaudithook(watch)
"""


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """Settings under which a Python process notes, and is refused, what is not this machine."""
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    (tmp_path / "watched").touch()
    return {"PYTHONPATH": str(tmp_path), "WATCHED": str(tmp_path / "watched")}


def test_the_watch_sees_what_leaves(watched: dict[str, str], ready: Path) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"
    tried = subprocess.run(
        [sys.executable, "-c", code], env=environment(ready) | watched, check=False
    )
    assert tried.returncode == 1
    assert "192.0.2.1" in Path(watched["WATCHED"]).read_text()


def test_no_connection_leaves_the_machine(ready: Path, watched: dict[str, str]) -> None:
    assert run(ready, "ask", QUESTION, **watched).returncode == 0
    assert run(ready, "doctor", **watched).returncode == 0
    with chat(ready, Path(watched["WATCHED"]).with_name("errors"), **watched) as running:
        for path in ("/", "/corpus", "/qualite", "/aide", "/config", "/theme.css"):
            assert send(running.url, "GET", path).status == 200
        for path in ("/page.png", "/api/page"):
            query = "?document=gie&page=0"
            assert send(running.url, "GET", path + query).status == 200
        assert send(running.url, "POST", "/api/ask", {"question": QUESTION}).status == 200
    assert Path(watched["WATCHED"]).read_text() == ""


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_nothing_compiled_leaves_the_machine_either(ready: Path, tmp_path: Path) -> None:
    traced = tmp_path / "calls"
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    subprocess.run(
        ["strace", "-f", "-e", calls, "-o", traced, sys.executable, "-m", "coop", "ask", QUESTION],
        env=environment(ready),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    calls_made = traced.read_text().splitlines()
    assert [line for line in calls_made if "AF_INET" in line and "127.0.0.1" not in line] == []
