"""The pages around the conversation in a real browser: documents, quality, help, all of them."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from web_fixtures import served, typeset
from web_pages import LAPTOP, PHONE, ask

from assistant.dialogue import Assistant
from assistant.memory import Memory
from assistant.web.context import Backstage, Context
from corpus.generation import writing
from corpus.home import Home
from corpus.library import Library, current_library
from evals.case import CASES, load_cases
from evals.run import Bench, evaluate
from evals.service import EvaluationService
from ingest.service import ShelfService

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.embedding import Embedder

pytestmark = pytest.mark.browser

QUESTION = "Qui peut créer un groupement d'employeurs ?"
GUIDE = (
    "Le zinzolin partagé est une teinture que trois ateliers de Tartempion préparent ensemble. "
    "Chaque atelier du zinzolin partagé paie un tiers de la cuve."
)
PATHS = {
    "": ".shelf li",
    "comparer": ".ready",
    "corpus": "#listing section",
    "qualite": "#complaints section",
    "aide": "h3",
}
"""The pages, and what stands on each once it is there."""


class World(NamedTuple):
    """A whole assistant being served, with what stands behind its pages."""

    url: str
    home: Home
    memory: Memory
    cases: Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, ready: Path, embedder: Embedder) -> World:
    """The bundled collection, a set of cases, and an evaluation of a few of them."""
    root = tmp_path_factory.mktemp("world")
    shutil.copytree(ready, root / "home")
    shutil.copytree(CASES, root / "cases")
    home, memory = Home(root / "home"), Memory(f"sqlite:///{root / 'memory.sqlite'}")
    library = current_library(home, embedder)
    few = [case for case in load_cases() if case.split == "dev" and not case.requires][:4]
    bench = Bench(home, Library.open(home, embedder), embedder)
    evaluate(bench, few, "ours", "dev", lambda _title, _done, _total: None)
    backstage = Backstage(
        ShelfService(home, lambda: embedder), EvaluationService(home, library, root / "cases")
    )
    url = served(Context(Assistant(library), memory, backstage))
    return World(url, home, memory, root / "cases")


@pytest.fixture
def visit(browser: Browser, world: World) -> Iterator[Callable[..., Page]]:
    """Opens a page as a new visitor: `visit("corpus")`, `visit("aide", viewport=PHONE)`."""
    contexts = []

    def open_page(path: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce"} | options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{world.url}/{path}")
        expect(page.locator("h2:visible").first).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        context.close()


def give(page: Page, *files: Path) -> None:
    """Give files to the page « Corpus », and wait until each has its report."""
    before = page.locator(".uploads .notice").count()
    page.locator("#files").set_input_files(files)
    expect(page.locator(".uploads .notice")).to_have_count(before + len(files), timeout=60_000)


def test_a_pdf_is_added_asked_about_and_taken_off(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    guide = tmp_path / "guide <b>du zinzolin.pdf"
    guide.write_bytes(typeset((GUIDE,)))
    text = tmp_path / "<i>notes.pdf"
    text.write_text("ceci n'est pas un PDF")
    page = visit("corpus")
    give(page, guide, text, guide)
    told = page.locator(".uploads li")
    expect(told.nth(2)).to_contain_text("ajouté (1 page lue)")
    expect(told.nth(1)).to_contain_text("<i>notes.pdf")
    expect(told.nth(1)).to_contain_text("n’est pas un PDF")
    expect(told.nth(0)).to_contain_text("déjà dans la bibliothèque")
    row = page.locator("#listing tr", has_text="zinzolin")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("disponible")
    chat = visit("")
    turn = ask(chat, "C'est quoi le zinzolin partagé ?")
    expect(turn.locator(".statement").first).to_contain_text("trois ateliers de Tartempion")
    row.get_by_role("button").click()
    row.get_by_role("button", name="Confirmer").click()
    expect(page.locator("#listing .notice")).to_contain_text("est retiré", timeout=60_000)
    expect(row).to_have_count(0)


def test_a_file_given_while_another_is_read_waits_its_turn(
    visit: Callable[..., Page], world: World, tmp_path: Path
) -> None:
    guide = tmp_path / "attente.pdf"
    guide.write_bytes(typeset((GUIDE.replace("zinzolin", "garance"),)))
    page = visit("corpus")
    release = threading.Event()

    def ingest_elsewhere() -> None:
        with writing(world.home):
            release.wait(30)

    elsewhere = threading.Thread(target=ingest_elsewhere)
    elsewhere.start()
    page.locator("#files").set_input_files(guide)
    expect(page.locator(".uploads li span")).to_contain_text("Reconnaissance")
    expect(page.locator(".uploads .notice")).to_have_count(0)
    release.set()
    elsewhere.join()
    expect(page.locator(".uploads .notice")).to_contain_text("ajouté", timeout=60_000)


def test_a_huge_file_is_refused_before_it_is_read(world: World) -> None:
    address = urlsplit(world.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    connection.putrequest("POST", "/corpus/files")
    connection.putheader("Content-Length", "500000000")
    connection.putheader("X-File-Name", "gros.pdf")
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == 413
    assert "100 Mo" in json.loads(response.read())["error"]
    connection.close()


def test_a_foreign_page_cannot_add_a_file(world: World) -> None:
    address = urlsplit(world.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    connection.request("POST", "/corpus/files", b"%PDF-1.7")
    assert connection.getresponse().status == 403
    connection.close()


def test_the_corpus_says_how_to_obtain_what_is_missing(visit: Callable[..., Page]) -> None:
    page = visit("corpus")
    missing = page.locator(".missing li", has_text="jouez collectif")
    expect(missing).to_contain_text("France Active")
    expect(missing.get_by_role("link")).to_have_attribute("href", re.compile("calameo"))
    page.get_by_text("Voir les fiches").click()
    expect(page.get_by_role("link", name="Le groupement d’employeurs (GE)")).to_be_visible()


def test_a_complaint_is_found_under_quality_and_becomes_a_case(
    visit: Callable[..., Page], world: World
) -> None:
    chat = visit("")
    turn = ask(chat, QUESTION)
    turn.get_by_role("button", name="Réponse à revoir").click()
    turn.get_by_label("Ce qui ne va pas").select_option("Incomplet")
    turn.get_by_label("En quelques mots").fill("Et les <b>associations</b> ?")
    turn.get_by_role("button", name="Envoyer mon avis").click()
    expect(turn.locator(".thanks")).to_be_visible()
    page = visit("qualite")
    complaint = page.locator(".complaints li", has_text="Qui peut créer").first
    expect(complaint).to_contain_text("Incomplet : Et les <b>associations</b>")
    complaint.get_by_role("button", name="En faire un cas").click()
    form = page.locator(".case-form")
    expect(form.locator("[name=points]")).to_have_value(re.compile("groupement"))
    form.locator("[name=question]").fill("Une fédération peut-elle fonder un GE ?")
    form.get_by_label("Votre nom").fill("Camille")
    quote = form.locator("[name=quote]").first
    kept = quote.input_value()
    quote.fill("Une phrase qu'aucune page ne dit.")
    form.get_by_role("button", name="Ajouter le cas").click()
    expect(page.locator("#refusal .notice")).to_contain_text("citation introuvable")
    expect(form.get_by_label("Votre nom")).to_have_value("Camille")
    quote.fill(kept)
    form.get_by_role("button", name="Ajouter le cas").click()
    expect(page.locator("#case .notice")).to_contain_text("est ajouté")
    added = [case for case in load_cases(world.cases) if "fédération peut-elle" in case.question]
    assert [(case.split, "Camille" in case.source) for case in added] == [("dev", True)]


def test_quality_shows_the_last_evaluation_and_every_case(visit: Callable[..., Page]) -> None:
    page = visit("qualite")
    expect(page.locator("#figures table").first).to_contain_text("Exactitude stricte")
    page.get_by_text("Par thème").click()
    expect(page.locator("#figures table").nth(1)).to_be_visible()
    page.get_by_role("link", name="Le rapport entier").click()
    expect(page.locator("details[data-verdict]")).to_have_count(4)


def test_pages_are_reached_from_the_keyboard_and_say_where_one_is(
    visit: Callable[..., Page],
) -> None:
    page = visit("aide")
    expect(page).to_have_title("Aide · Assistant coopération ESS")
    expect(page.locator("nav [aria-current=page]")).to_have_text("Aide")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.get_by_role("link", name="Qualité").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_title("Qualité · Assistant coopération ESS")


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_accessible_and_fits_a_phone(visit: Callable[..., Page], path: str) -> None:
    for scheme in ("light", "dark"):
        page = visit(path, viewport=PHONE, color_scheme=scheme)
        expect(page.locator(PATHS[path]).first).to_be_attached()
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
