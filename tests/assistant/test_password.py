"""A service beyond this machine: every route behind the password, every request from our pages."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, expect
from web_client import problem
from web_fixtures import served
from web_pages import ask

from assistant.dialogue import Assistant
from assistant.memory import Memory
from assistant.web import password as password_module
from assistant.web.context import Context
from assistant.web.login import _ours
from assistant.web.password import MOST_FAILURES, Attempts, Door, hash_password
from assistant.web.server import build_app, serve
from assistant.web.service import Service, is_local
from corpus.errors import SettingError, UsageError
from corpus.settings import Settings
from evals.serving import send

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.library import Library
    from evals.serving import Reply

PASSWORD = "quatre mots sans rapport é"  # noqa: S105 — of a server of the test's own
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def secret() -> str:
    return hash_password(PASSWORD)


@pytest.fixture(scope="module")
def context(shelf: Library, tmp_path_factory: pytest.TempPathFactory) -> Context:
    memory = Memory(f"sqlite:///{tmp_path_factory.mktemp('memory')}/m.sqlite")
    return Context(Assistant(lambda: shelf), memory, locked=True)


@pytest.fixture(scope="module")
def locked_url(context: Context, secret: str) -> str:
    """A server behind the password."""
    return served(context, Service(secret))


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"moi:{password}".encode()).decode()}


def enter(url: str, password: str, accept: str = "text/html", **fields: str) -> Reply:
    body = urlencode({"password": password} | fields).encode()
    return send(url, "POST", "/connexion", body, FORM | {"Accept": accept})


def cookie_of(reply: Reply) -> dict[str, str]:
    return {"Cookie": reply.headers["Set-Cookie"].split(";")[0]}


# --- every route is behind it -------------------------------------------------------------------


def routes_of(context: Context, secret: str) -> set[str]:
    """Every address that the application knows, Gradio's and the interface's included."""
    app = build_app(context, Door(secret, 60), None)
    found, waiting = set(), [("", app.routes)]
    while waiting:
        before, routes = waiting.pop()
        for route in routes:
            path = before + getattr(route, "path", "").rstrip("/")
            within = getattr(route, "app", None) or getattr(route, "original_router", None)
            inner = getattr(within, "routes", None)
            if inner:
                waiting.append((path, inner))
            found.add(re.sub(r"{[^}]*}", "x", path) or "/")
    return found


def test_no_route_answers_without_the_password(
    locked_url: str, context: Context, secret: str
) -> None:
    paths = routes_of(context, secret) - {"/connexion", "/healthz", "/readyz"}
    assert {"/api/ask", "/page.png", "/corpus/files", "/gradio_api/queue/join"} <= paths
    for path in sorted(paths):
        for method in ("GET", "POST"):
            reply = send(locked_url, method, path)
            assert (reply.status, problem(reply)) == (401, "unauthenticated"), path


def test_who_watches_a_service_needs_no_password(locked_url: str) -> None:
    assert send(locked_url, "GET", "/healthz").status == 200
    assert send(locked_url, "GET", "/readyz").json == {"status": "ready"}


def test_a_reader_is_led_to_the_login_and_back(locked_url: str) -> None:
    page = {"Accept": "text/html"}
    led = send(locked_url, "GET", "/corpus?a=1", headers=page)
    assert (led.status, led.headers["Location"]) == (303, "/connexion?vers=/corpus%3Fa%3D1")
    form = send(locked_url, "GET", led.headers["Location"], headers=page)
    assert 'value="/corpus?a=1"' in form.body.decode()
    entered = enter(locked_url, PASSWORD, vers="/corpus?a=1")
    assert (entered.status, entered.headers["Location"]) == (303, "/corpus?a=1")
    rules = entered.headers["Set-Cookie"].lower()
    assert "httponly" in rules
    assert "samesite=lax" in rules
    assert "max-age=43200" in rules
    shown = send(locked_url, "GET", "/", headers=page | cookie_of(entered))
    assert shown.status == 200
    assert (
        "Se déconnecter"
        in send(locked_url, "GET", "/connexion", headers=cookie_of(entered)).body.decode()
    )


def test_a_program_enters_with_basic_or_with_a_token(locked_url: str) -> None:
    assert send(locked_url, "GET", "/api/documents", headers=basic(PASSWORD)).status == 200
    token = enter(locked_url, PASSWORD, "application/json").json["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert send(locked_url, "GET", "/api/documents", headers=bearer).status == 200
    # The same letters, composed otherwise.
    assert enter(locked_url, PASSWORD.replace("é", "e\u0301")).status == 303


def test_leaving_takes_the_cookie_away(locked_url: str) -> None:
    left = send(locked_url, "POST", "/connexion", b"leave=1", FORM)
    assert 'coop_session=""' in left.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic é", "Basic %%%", "Basic /w==", "Bearer", "Bearer x", "Bearer a.b.c", "Nego x"],
)
def test_what_is_no_password_and_no_token_opens_nothing(
    locked_url: str, authorization: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Attempts, "failed", lambda *_: None)
    headers = {"Authorization": authorization.encode().decode("latin-1")}
    reply = send(locked_url, "GET", "/api/documents", headers=headers)
    assert reply.status == 401
    assert problem(reply) in {"unauthenticated", "wrong_password", "session_over"}


def test_a_session_ends_and_a_new_password_ends_all(
    secret: str,
) -> None:
    door = Door(secret, 60)
    token = door.token()
    assert door.accepts(token)
    assert Door(secret, 60).accepts(token), "another replica accepts it"
    assert not Door(hash_password("un autre mot de passe"), 60).accepts(token)
    assert not door.accepts(token[:-1] + ("a" if token[-1] != "a" else "b"))
    door.session_s = -1
    assert not door.accepts(token)


def test_guessing_has_to_wait(
    context: Context, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = served(context, Service(secret))
    for _ in range(MOST_FAILURES - 1):
        assert problem(enter(url, "faux", "application/json")) == "wrong_password"
    assert send(url, "GET", "/api/documents", headers=basic("faux")).status == 401
    refused = enter(url, PASSWORD, "application/json")
    assert (refused.status, problem(refused)) == (429, "too_many_attempts")
    assert int(refused.headers["Retry-After"]) > 0
    assert problem(send(url, "GET", "/api/documents", headers=basic(PASSWORD))) == (
        "too_many_attempts"
    )
    assert "Trop d’essais" in enter(url, PASSWORD).body.decode()
    monkeypatch.setattr(password_module, "WINDOW_S", 0.0)
    assert enter(url, PASSWORD).status == 303


def test_addresses_of_one_network_are_counted_together_and_the_count_is_bounded() -> None:
    attempts = Attempts()
    for last in range(MOST_FAILURES):
        attempts.failed(f"2001:db8:1:2::{last}")
    assert attempts.wait_s("2001:db8:1:2:ffff::1")
    assert not attempts.wait_s("2001:db8:1:3::1")
    for number in range(10_100):
        attempts.failed(f"10.0.{number // 256}.{number % 256}")
    assert len(attempts._failures) == 10_000


@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "http://evil", "/\r\n"])
def test_the_login_leads_nowhere_else(wanted: str) -> None:
    assert _ours(wanted) == "/"


# --- when it is required ------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "maison.local"])  # noqa: S104
def test_nobody_listens_to_other_machines_without_a_password(host: str) -> None:
    assert not is_local(host)
    with pytest.raises(SettingError, match="mot de passe") as error:
        serve(None, host=host, port=0)  # type: ignore[arg-type]
    assert "coop password" in error.value.remedy


def test_a_name_behind_a_proxy_needs_a_password_too() -> None:
    with pytest.raises(SettingError, match="mot de passe"):
        Service(hosts=frozenset({"assistant.example"})).door("127.0.0.1")


@pytest.mark.parametrize("value", ["motdepasse", "$argon2id$v=19$m=1", "x" * 100])
def test_a_hash_that_is_none_is_said(value: str) -> None:
    with pytest.raises(SettingError, match="COOP_PASSWORD_HASH") as error:
        Service(value).door("127.0.0.1")
    assert value not in str(error.value)


@pytest.mark.parametrize("password", ["", "court", "x" * 5000])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(UsageError, match="caractères"):
        hash_password(password)


def test_the_settings_make_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOP_PASSWORD_HASH", "secret")
    monkeypatch.setenv("COOP_HOSTS", "a.example, B.example ,")
    monkeypatch.setenv("COOP_SESSION_HOURS", "1")
    service = Service.of(Settings())
    assert service == Service("secret", 3600, frozenset({"a.example", "b.example"}), "requests")


# --- where a request comes from -----------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:7860", "", "[::1", "x@y"])
def test_a_foreign_name_is_refused_on_this_machine(open_url: str, host: str) -> None:
    reply = send(open_url, "GET", "/api/documents", headers={"Host": host})
    assert (reply.status, problem(reply)) == (421, "unknown_host")


@pytest.fixture(scope="module")
def open_url(context: Context) -> str:
    """A server for this machine alone, that tells its names."""
    return served(context, Service())


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": ""},
    ],
)
def test_a_foreign_page_can_neither_change_nor_read(
    open_url: str, method: str, headers: dict[str, str]
) -> None:
    for path in ("/api/conversations", "/gradio_api/queue/join", "/corpus/files"):
        reply = send(open_url, method, path, headers=headers)
        assert (reply.status, problem(reply)) == (403, "foreign_origin")


def test_our_own_page_may(open_url: str) -> None:
    own = {"Origin": open_url}
    assert send(open_url, "DELETE", "/api/conversations", headers=own).json == {"erased": 0}
    form = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert send(open_url, "DELETE", "/api/conversations", headers=form).status == 200
    foreign_form = {"Sec-Fetch-Site": "cross-site"}
    assert send(open_url, "DELETE", "/api/conversations", headers=foreign_form).status == 403


def test_hosts_given_are_taken_and_others_are_not(context: Context, secret: str) -> None:
    url = served(context, Service(secret, hosts=frozenset({"assistant.example"})))
    known = basic(PASSWORD) | {"Host": "assistant.example"}
    assert send(url, "GET", "/api/documents", headers=known).status == 200
    own = known | {"Origin": "https://assistant.example"}
    assert send(url, "DELETE", "/api/conversations", headers=own).status == 200
    port = urlsplit(url).port
    other = basic(PASSWORD) | {"Host": f"other.example:{port}"}
    assert send(url, "GET", "/api/documents", headers=other).status == 421


# --- in a browser -------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_reader_enters_asks_takes_everything_away_erases_it_and_leaves(
    browser: Browser, locked_url: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(locked_url)
    page.get_by_label("Mot de passe").fill("faux")
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("alert")).to_contain_text("pas le bon")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Entrer").click()
    ask(page, "Qui peut créer un groupement d'employeurs ?")
    expect(page.locator("#history li")).to_have_count(1)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tout emporter").click()
    (kept,) = json.loads(taken.value.path().read_text())
    assert kept["turns"][0]["answer"]["citations"]
    page.get_by_role("button", name="Tout effacer").click()
    page.get_by_role("button", name="Confirmer : tout effacer").click()
    expect(page.locator(".examples button").first).to_be_visible()
    expect(page.locator("#history .quiet")).to_be_visible()
    # A session that ends under an open page leads to the login.
    context.clear_cookies(name="coop_session")
    page.locator(".examples button").first.click()
    expect(page.get_by_label("Mot de passe")).to_be_visible()
    context.close()


# --- how long things are kept -------------------------------------------------------------------


def test_what_is_older_than_it_may_be_is_erased(shelf: Library, tmp_path: Path) -> None:
    memory = Memory(f"sqlite:///{tmp_path / 'm.sqlite'}")
    for title in ("ancienne", "récente"):
        kept = memory.begin("me", title)
        memory.add_turn("me", kept.id, Assistant(lambda: shelf).ask("C'est quoi un GIE ?"))
    with sqlite3.connect(tmp_path / "m.sqlite") as database:
        database.execute("update conversations set updated = '2020' where title = 'ancienne'")
    served(Context(Assistant(lambda: shelf), memory), Service(retention_days=30))
    for _ in range(100):
        if len(memory.conversations("me")) == 1:
            break
        time.sleep(0.1)
    assert [kept.title for kept in memory.conversations("me")] == ["récente"]
    with sqlite3.connect(tmp_path / "m.sqlite") as database:
        assert database.execute("select count(*) from turns").fetchone() == (1,)


def test_a_form_of_a_thousand_fields_is_a_wrong_password(context: Context, secret: str) -> None:
    url = served(context, Service(secret))
    reply = send(url, "POST", "/connexion", b"a=1&" * 1000, FORM | {"Accept": "application/json"})
    assert (reply.status, problem(reply)) == (401, "wrong_password")
