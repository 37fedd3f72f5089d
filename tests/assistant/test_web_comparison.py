"""« Comparer » in a real browser: choose forms, read the grid, open a source, hand it over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from web_fixtures import served
from web_pages import LAPTOP, PHONE, ask

from assistant.dialogue import Assistant
from assistant.memory import Memory
from assistant.web.context import Context
from corpus.generation import Staging, writing
from corpus.home import Home
from corpus.library import Library, current_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator

    from corpus.embedding import Embedder

pytestmark = pytest.mark.browser

FOUR = ("(GE)", "(GIE)", "(GCSMS)", "(SCIC)")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, ready: Path, embedder: Embedder) -> str:
    """The real server over the bundled collection."""
    library = Library.open(Home(ready), embedder)
    memory = Memory(f"sqlite:///{tmp_path_factory.mktemp('memory') / 'memory.sqlite'}")
    return served(Context(Assistant(lambda: library), memory))


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as a new visitor: `visit("?formes=ge,gie", viewport=PHONE)`."""
    contexts = []

    def open_page(query: str = "", at: str = url, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce"} | options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{at}/comparer{query}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def box(page: Page, name: str) -> Locator:
    return page.locator("#chooser").get_by_label(name)


def compare(page: Page) -> None:
    page.get_by_role("button", name="Comparer", exact=True).click()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [v["id"] for v in found if v["impact"] in {"serious", "critical"}]


def cell(page: Page, criterion: str, column: int) -> Locator:
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=criterion))
    return row.get_by_role("cell").nth(column)


def test_four_forms_are_compared_a_source_is_opened_and_the_grid_is_handed_over(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = visit()
    for name in FOUR:
        box(page, name).check()
    expect(page.locator(".chosen-count")).to_have_text("4 formes choisies")
    compare(page)
    told = page.locator(".told")
    expect(told).to_contain_text("4 formes, 13 critères")
    expect(told).to_be_focused()
    expect(box(page, "(GE)")).to_be_hidden()
    expect(page.get_by_role("columnheader")).to_have_count(5)
    expect(page.get_by_role("table", name=re.compile("Comparaison : Groupement"))).to_be_visible()
    debts = cell(page, "Responsabilité", 1)
    expect(debts).to_contain_text("solidairement et sans limite")
    expect(cell(page, "Capital", 0)).to_have_text(re.compile("Non trouvé dans le corpus"))

    cite = debts.get_by_role("button").first
    cite.click()
    source = page.locator(".source.chosen")
    expect(source.locator("h3")).to_contain_text("Le groupement d’intérêt économique (GIE)")
    expect(source.locator("blockquote")).to_contain_text("solidairement et sans limite")
    expect(source.get_by_role("img")).to_have_attribute("alt", re.compile("est surlignée"))
    expect(cite).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Retour à la grille").click()
    expect(cite).to_be_focused()
    page.get_by_role("button", name="Fermer").click()
    expect(source).to_be_hidden()
    expect(cite).to_be_focused()

    page.get_by_text("Exporter").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Word (.docx)").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert file.name == "comparaison-ge-gie-gcsms-scic.docx"
    word = docx.Document(str(file))
    assert len(word.tables[0].columns) == 5
    text = [paragraph.text for paragraph in word.paragraphs]
    sources = text[text.index("Sources") + 1 :]
    assert any("(GIE), " in s and "2026, p.\u00a0" in s for s in sources)
    assert any("solidairement et sans limite" in source for source in sources)


def test_the_address_compares_again_and_takes_acronyms(visit: Callable[..., Page]) -> None:
    page = visit("?formes=GE,scop&criteres=membres,cout")
    expect(page.locator(".told")).to_contain_text("2 formes, 2 critères")
    page.get_by_text("Choisir les formes et les critères").click()
    expect(box(page, "(GE)")).to_be_checked()
    box(page, "(GE)").uncheck()
    box(page, "(CAE)").check()
    compare(page)
    expect(page.get_by_role("columnheader", name="(CAE)")).to_be_visible()
    page.reload()
    expect(page.get_by_role("columnheader", name="(CAE)")).to_be_visible()
    expect(page.locator(".told")).to_contain_text("2 formes, 2 critères")


def test_too_few_and_too_many_forms_are_refused_and_the_grid_stays(
    visit: Callable[..., Page],
) -> None:
    page = visit("?formes=gie,scic")
    expect(page.get_by_role("table")).to_be_visible()
    page.get_by_text("Choisir les formes et les critères").click()
    box(page, "(SCIC)").uncheck()
    expect(page.locator(".chosen-count")).to_contain_text("au moins une autre")
    compare(page)
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Une seule forme est choisie.")
    for name in ("(GE)", "(SCOP)", "(CAE)", "(GIP)", "(PTCE)"):
        box(page, name).check()
    compare(page)
    expect(refusal).to_contain_text("6 formes sont choisies")
    expect(page.get_by_role("columnheader", name="(SCIC)")).to_be_attached()
    box(page, "(PTCE)").uncheck()
    compare(page)
    expect(page.get_by_role("columnheader")).to_have_count(6)
    expect(refusal).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?formes=ge", "Une seule forme est choisie."),
        ("?formes=ge,%3Cb%3Ezut", "Forme inconnue : « <b>zut »."),
        ("?formes=ge,gie&criteres=zut", "Critère inconnu : « zut »."),
        ("?formes=ge,gie,scic,scop,cae,gip", "6 formes sont choisies"),
    ],
)
def test_an_address_that_cannot_be_compared_says_why(
    visit: Callable[..., Page], query: str, message: str
) -> None:
    page = visit(query)
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(box(page, "(GIE)")).to_be_visible()


def test_the_grid_is_used_from_the_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("?formes=gie,scic")
    page.locator(".cite").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".source.chosen .show")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".cite").nth(1)).to_be_focused()
    expect(page.locator("#evidence")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE])
def test_grid_and_source_are_accessible_and_fit(
    visit: Callable[..., Page], scheme: str, viewport: dict[str, int]
) -> None:
    page = visit("?formes=ge,gie,gcsms,scic,gip", viewport=viewport, color_scheme=scheme)
    expect(page.get_by_role("table")).to_be_visible()
    assert serious(page) == []
    page.locator(".cite").first.click()
    expect(page.locator(".sheet img")).to_be_visible()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_an_answer_about_two_forms_leads_to_their_grid(
    visit: Callable[..., Page], url: str
) -> None:
    page = visit()
    page.goto(url)
    turn = ask(page, "C'est quoi la différence entre un GE et un GIE ?")
    turn.get_by_role("link", name="Comparer ces formes").click()
    expect(page.get_by_role("columnheader", name="(GIE)")).to_be_visible()
    page.goto(url)
    turn = ask(page, "Qui peut créer un groupement d'employeurs ?")
    expect(turn.get_by_role("link", name="Comparer ces formes")).to_have_count(0)


def test_a_grid_that_cannot_be_made_is_no_file(visit: Callable[..., Page], url: str) -> None:
    page = visit()
    answer = page.request.get(f"{url}/grille/gie/membres.docx")
    assert answer.status == 404
    assert "Une seule forme" in answer.text()
    assert page.request.get(f"{url}/grille/gie,scic/membres.odt").status == 404


def test_without_a_document_the_page_says_what_to_do(
    visit: Callable[..., Page], home: Home, embedder: Embedder
) -> None:
    library = current_library(home, embedder)
    at = served(Context(Assistant(library), Memory.in_home(home)))
    page = visit("?formes=gie,scic", at=at)
    expect(page.get_by_role("alert")).to_contain_text("coop ingest")
    with writing(home), Staging(home, embedder) as staging:
        staging.commit()
    page.reload()
    expect(page.locator("#board")).to_contain_text("Le corpus est vide")
