"""The HTTP interface, asked over a real connection."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from web_client import problem

from assistant.answer_json import as_json
from assistant.dialogue import Assistant
from assistant.memory import Memory
from assistant.web import bodies
from assistant.web.bodies import LARGEST_BODY
from evals.serving import Reply, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.types import Citation
    from corpus.library import Library

QUESTION = "Qui peut créer un groupement d'employeurs ?"


def ask(url: str, question: object = QUESTION, **fields: object) -> Reply:
    return send(url, "POST", "/api/ask", {"question": question} | fields)


def events(reply: Reply) -> list[tuple[str, Any]]:
    found = []
    for block in reply.body.decode().strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"timings_ms": {}}


# --- what it answers ----------------------------------------------------------------------------


def test_an_answer_is_that_of_the_command_line(chat_url: str, shelf: Library) -> None:
    reply = ask(chat_url)
    assert reply.status == 200
    wanted = json.loads(json.dumps(as_json(Assistant(lambda: shelf).ask(QUESTION))))
    assert timeless(reply.json) == timeless(wanted)
    assert reply.json["citations"][0]["document"] == "ge"


def test_a_refusal_to_answer_is_an_answer(chat_url: str) -> None:
    reply = ask(chat_url, "Quelle est la recette du couscous ?")
    assert (reply.status, reply.json["refused"]) == (200, True)


def test_an_answer_comes_as_it_grows_to_who_accepts_events(chat_url: str) -> None:
    reply = send(
        chat_url, "POST", "/api/ask", {"question": QUESTION}, {"Accept": "text/event-stream"}
    )
    assert reply.headers["Content-Type"].startswith("text/event-stream")
    *partial, (name, last) = events(reply)
    assert (name, {n for n, _ in partial}) == ("answer", {"partial"})
    assert timeless(last) == timeless(ask(chat_url).json)


def test_a_question_may_be_limited_to_a_document(chat_url: str) -> None:
    limited = ask(chat_url, "Qu'est-ce qu'un groupement ?", document=["gie"]).json
    assert {citation["document"] for citation in limited["citations"]} <= {"gie"}


def test_a_conversation_is_kept_for_its_person_and_goes_on(chat_url: str) -> None:
    first = ask(chat_url, conversation="new")
    cookie = {"Cookie": first.headers["Set-Cookie"].split(";")[0]}
    name = first.headers["X-Conversation"]
    body = {"question": "Et ses dettes ?", "conversation": name}
    second = send(chat_url, "POST", "/api/ask", body, cookie)
    assert second.headers["X-Conversation"] == name
    assert "groupement d'employeurs" in second.json["understood_question"].replace("’", "'")
    (kept,) = send(chat_url, "GET", "/api/conversations", headers=cookie).json
    assert [turn["answer"]["question"] for turn in kept["turns"]] == [QUESTION, "Et ses dettes ?"]
    assert send(chat_url, "GET", "/api/conversations").json == []
    assert problem(send(chat_url, "POST", "/api/ask", body)) == "invalid_request"
    assert send(chat_url, "DELETE", "/api/conversations", headers=cookie).json == {"erased": 1}
    assert send(chat_url, "GET", "/api/conversations", headers=cookie).json == []


def test_passages_are_found_best_first(chat_url: str) -> None:
    query = urlencode({"q": "dettes du groupement d'employeurs", "k": 2, "document": "ge"})
    found = send(chat_url, "GET", f"/api/search?{query}").json
    assert {hit["page_index"] for hit in found} == {0, 1}
    assert found[0]["score"] >= found[1]["score"]


def test_the_documents_are_listed(chat_url: str) -> None:
    listed = send(chat_url, "GET", "/api/documents").json
    assert {document["id"] for document in listed} == {"ge", "gie"}


def test_forms_are_compared_by_key_name_or_acronym(chat_url: str) -> None:
    body = {"forms": ["GE", "gie", "fusion"], "criteria": ["membres", "responsabilite"]}
    grid = send(chat_url, "POST", "/api/compare", body).json
    forms = [form["form"] for form in grid["forms"]]
    assert forms == ["groupement-employeurs", "gie", "fusion-scission-apa"]
    assert {row["criterion"] for row in grid["rows"]} == {"membres", "responsabilite"}
    assert all(len(row["cells"]) == 3 for row in grid["rows"])


def test_a_brief_is_made_of_a_situation(chat_url: str) -> None:
    body = {"situation": "Deux associations veulent créer un groupement d'employeurs"}
    brief = send(chat_url, "POST", "/api/brief", body).json
    steps = [line for part in brief["parts"] for line in part["lines"] if line["kind"] == "step"]
    assert sum(step["minutes"] for step in steps) == brief["minutes"] == 120
    quotes = {citation["number"]: citation["quote"] for citation in brief["citations"]}
    for line in (line for part in brief["parts"] for line in part["lines"]):
        assert (line["kind"] == "quote") == bool(line["citations"])
        assert not line["citations"] or line["text"] == " ".join(
            quotes[n] for n in line["citations"]
        )


def test_the_page_of_a_citation_comes_with_its_quote_marked(
    chat_url: str, cite: Callable[..., Citation]
) -> None:
    cited = cite("ge", 1, "Toute personne")
    query = {"document": "ge", "page": 1, "start": cited.start, "end": cited.end}
    reply = send(chat_url, "GET", f"/api/page?{urlencode(query)}")
    assert reply.body.startswith(b"\x89PNG")
    assert json.loads(reply.headers["X-Marks"])


def test_the_interface_describes_itself(chat_url: str) -> None:
    described = send(chat_url, "GET", "/api/openapi.json").json
    assert described["servers"] == [{"url": "/api"}]
    known = {"/ask", "/search", "/documents", "/page", "/conversations", "/compare", "/brief"}
    assert known <= set(described["paths"])
    problems = described["paths"]["/ask"]["post"]["responses"]["422"]["content"]
    assert "ProblemJson" in json.dumps(problems)


def test_each_request_has_an_id_and_keeps_the_one_it_came_with(chat_url: str) -> None:
    first, second = (send(chat_url, "GET", "/api/documents") for _ in range(2))
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    given = send(chat_url, "GET", "/nowhere", headers={"X-Request-Id": "proxy-12345"})
    assert given.headers["X-Request-Id"] == "proxy-12345"
    forged = send(chat_url, "GET", "/nowhere", headers={"X-Request-Id": "a" * 500})
    assert forged.headers["X-Request-Id"] != "a" * 500


def test_a_server_says_that_it_lives_and_that_it_is_ready(chat_url: str) -> None:
    assert send(chat_url, "GET", "/healthz").json == {"status": "alive"}
    assert send(chat_url, "GET", "/readyz").json == {"status": "ready"}


# --- what it refuses ----------------------------------------------------------------------------

DEEP = b'{"question": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_request"),
        (b"{", 400, "unreadable"),
        (b"\xff\xfe", 400, "unreadable"),
        (b"[]", 422, "invalid_request"),
        (b"null", 422, "invalid_request"),
        (DEEP, 400, "unreadable"),
        (b'{"question": ' + b"[" * 400 + b"]" * 400 + b"}", 422, "invalid_request"),
        (b"{}", 422, "invalid_request"),
        (b'{"question": ""}', 422, "invalid_request"),
        (b'{"question": "  \\u0000 "}', 422, "invalid_request"),
        (b'{"question": "\\ud800"}', 422, "invalid_request"),
        (b'{"question": 7}', 422, "invalid_request"),
        (b'{"question": "Qui ?", "\\ud800": 1}', 422, "invalid_request"),
        (b'{"question": "Qui ?", "document": ["nulle part"]}', 422, "invalid_request"),
        (b'{"question": "Qui ?", "since": 2020, "until": 2010}', 422, "invalid_request"),
        (b'{"question": "Qui ?", "since": 1e999}', 422, "invalid_request"),
        (b'{"question": "Qui ?", "conversation": "personne"}', 422, "invalid_request"),
        (json.dumps({"question": "a" * 5000}).encode(), 422, "invalid_request"),
        (json.dumps({"question": "a" * LARGEST_BODY}).encode(), 413, "too_large"),
    ],
    ids=range(19),
)
def test_a_body_of_the_wrong_shape_is_refused_with_a_code_and_a_remedy(
    chat_url: str, body: bytes, status: int, code: str
) -> None:
    reply = send(chat_url, "POST", "/api/ask", body, {"Content-Type": "application/json"})
    assert (reply.status, problem(reply)) == (status, code)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("compare", {}),
        ("compare", {"forms": []}),
        ("compare", {"forms": ["gie"]}),
        ("compare", {"forms": ["gie", "gie"]}),
        ("compare", {"forms": ["gie", "nulle part"]}),
        ("compare", {"forms": ["gie"] * 21}),
        ("compare", {"forms": ["gie", "a" * 101]}),
        ("compare", {"forms": ["ge", "gie", "scic", "scop", "ues", "fusion"]}),
        ("compare", {"forms": ["ge", "gie"], "criteria": ["couleur"]}),
        ("brief", {"situation": ""}),
        ("brief", {"situation": " \u0000 "}),
        ("brief", {"situation": "a" * 3000}),
        ("brief", {"situation": "We would like to share an accountant between clubs"}),
        ("brief", {"situation": "Deux clubs partagent un local", "minutes": 1}),
        ("brief", {"situation": "Deux clubs partagent un local", "participants": "a" * 900}),
        ("brief", {"situation": "Deux clubs partagent un local", "owner": "personne"}),
    ],
)
def test_a_grid_or_a_brief_that_cannot_be_is_refused(
    chat_url: str, path: str, body: dict[str, object]
) -> None:
    reply = send(chat_url, "POST", f"/api/{path}", body)
    assert (reply.status, problem(reply)) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nowhere", 404, "not_found"),
        ("GET", "/api/ask", 405, "method"),
        ("GET", "/api/search", 422, "invalid_request"),
        ("GET", "/api/search?q=%00", 422, "invalid_request"),
        ("GET", "/api/search?q=ge&k=9999999999999999999999", 422, "invalid_request"),
        ("GET", "/api/page?document=ge&page=99", 404, "not_found"),
        ("GET", "/api/page?document=ge&page=99999999999999999999", 422, "invalid_request"),
        ("GET", "/api/page?document=..%2F..%2Fetc%2Fpasswd&page=0", 404, "not_found"),
        ("GET", "/api/page?document=ge&page=0&start=5&end=2", 422, "invalid_request"),
    ],
)
def test_what_is_not_there_or_makes_no_sense_is_refused(
    chat_url: str, method: str, path: str, status: int, code: str
) -> None:
    reply = send(chat_url, method, path)
    assert (reply.status, problem(reply)) == (status, code)


def test_a_body_without_end_is_cut_at_its_limit(chat_url: str) -> None:
    place = urlsplit(chat_url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as wire:
        wire.sendall(
            b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        try:
            for _ in range(1000):
                wire.sendall(b"1000\r\n" + b"a" * 4096 + b"\r\n")
        except OSError:
            pass  # the server has closed the door
        assert b"413" in wire.recv(64)


def test_a_body_that_never_ends_is_given_up(chat_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SLOWEST_S", 0.3)
    place = urlsplit(chat_url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as wire:
        wire.sendall(
            b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 50\r\n\r\n{"
        )
        assert b"408" in wire.recv(64)


def test_what_nobody_foresaw_is_an_error_with_a_code(chat_url: str) -> None:
    reply = ask(chat_url, "panne")
    assert (reply.status, problem(reply)) == (500, "internal")
    assert "foresaw" not in reply.body.decode()


def test_what_fails_half_way_ends_the_events_with_its_code(chat_url: str) -> None:
    accept = {"Accept": "text/event-stream"}
    reply = send(chat_url, "POST", "/api/ask", {"question": ""}, accept)
    assert (reply.status, problem(reply)) == (422, "invalid_request")


def test_an_erased_memory_forgets_only_its_owner(shelf: Library, tmp_path: object) -> None:
    memory = Memory(f"sqlite:///{tmp_path}/m.sqlite")
    answer = Assistant(lambda: shelf).ask(QUESTION)
    for owner in ("me", "you"):
        memory.add_turn(owner, memory.begin(owner, "À moi").id, answer)
    assert memory.forget_all("me") == 1
    assert len(memory.conversations("you")) == 1
    assert memory.forget_older(1) == 0
    assert memory.forget_older(-1) == 1
