"""The page « Préparer une séance » in a real browser: a brief prepared, edited, exported."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import docx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from web_fixtures import served
from web_pages import LAPTOP, PHONE

from assistant.dialogue import Assistant
from assistant.memory import Memory
from assistant.web.context import Context
from corpus.home import Home
from corpus.library import current_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from corpus.embedding import Embedder

pytestmark = pytest.mark.browser

SITUATION = "Trois associations sportives veulent partager une comptable et un local"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, ready: Path, embedder: Embedder) -> str:
    """The pages over the bundled collection, with a memory of their own."""
    memory = Memory(f"sqlite:///{tmp_path_factory.mktemp('briefs') / 'memory.sqlite'}")
    return served(Context(Assistant(current_library(Home(ready), embedder)), memory))


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Opens the page as a new visitor: `visit()`, `visit(viewport=PHONE)`."""
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce"} | options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{url}/seance")
        expect(page.get_by_label("La situation")).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        context.close()


def prepare(page: Page, situation: str = SITUATION, minutes: str = "120") -> Locator:
    """Fill the form and send it; gives the brief."""
    page.get_by_label("La situation").fill(situation)
    page.get_by_label("Participants").fill("Deux personnes par club")
    page.get_by_label("Durée").fill(minutes)
    page.get_by_role("button", name="Préparer le dossier").click()
    brief = page.locator("#dossier")
    expect(brief).to_be_visible(timeout=20_000)
    return brief


def do(line: Locator, what: str) -> None:
    """Press a button of a line as with a mouse."""
    line.hover()
    line.locator(f"[data-act={what}]").click()


def lines(page: Page, part: str) -> Locator:
    return page.locator(f"#part-{part} .lines > .line")


def test_a_brief_is_prepared_made_one_s_own_and_exported(visit: Callable[..., Page]) -> None:
    page = visit()
    brief = prepare(page)
    quoted = lines(page, "theme-emploi")
    first, second = quoted.nth(0), quoted.nth(1)
    kept = second.locator(".said").inner_text().split("»")[0].strip("« \u00a0")
    do(first, "text")
    editor = page.get_by_label("Texte de la ligne")
    editor.fill("Écrire <b>qui décide</b> des congés.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(first.locator(".badge")).to_have_text("modifié par vous")
    expect(first.locator(".said")).to_contain_text("Écrire <b>qui décide</b>")
    do(first, "down")
    expect(quoted.nth(1).locator(".badge")).to_be_visible()
    actors = lines(page, "actors")
    gone = actors.first.get_attribute("data-text") or ""
    do(actors.first, "remove")
    expect(page.locator("#part-actors .put-away")).to_contain_text("Lignes retirées (1)")
    people = page.locator("[data-target=participants]")
    do(people, "text")
    page.get_by_label("Texte de la ligne").fill("Dix personnes")
    page.get_by_role("button", name="Enregistrer").click()
    expect(people).to_contain_text("Participants : Dix personnes")
    page.locator("#part-questions .add").click()
    page.get_by_label("Nouvelle ligne").fill("Qui garde les clés ?")
    page.keyboard.press("Control+Enter")
    expect(lines(page, "questions").last).to_contain_text("Qui garde les clés ?")
    page.reload()
    expect(lines(page, "questions").last).to_contain_text("Qui garde les clés ?", timeout=20_000)
    brief.get_by_text("Exporter").click()
    with page.expect_download() as download:
        brief.get_by_role("link", name="Word").click()
    word = docx.Document(io.BytesIO(download.value.path().read_bytes()))
    told = [paragraph.text for paragraph in word.paragraphs]
    edited = next(text for text in told if text.startswith("Écrire <b>qui décide</b> des congés."))
    assert "(modifié par vous)" in edited
    quote = next(text for text in told if text.startswith(f"«\u00a0{kept}"))
    assert told.index(quote) < told.index(edited)
    assert {"Qui garde les clés ?", "Participants : Dix personnes"} <= set(told)
    assert not any(gone in text for text in told)
    styles = {paragraph.style.name for paragraph in word.paragraphs if paragraph.style}
    assert {"Heading 1", "Heading 2", "List Bullet", "Title"} <= styles
    sources = told[told.index("Sources") + 1 :]
    assert any(kept in text and ", p.\u00a0" in text for text in sources)
    assert word.tables[0].rows[0].cells[2].text == "Étape"


def test_a_citation_opens_its_page_and_leads_back(visit: Callable[..., Page]) -> None:
    page = visit(viewport=PHONE)
    prepare(page)
    cite = page.locator("#dossier .cite").first
    cite.click()
    picture = page.locator(".source.chosen img")
    expect(picture).to_be_visible(timeout=20_000)
    assert "surlignée" in (picture.get_attribute("alt") or "")
    page.get_by_role("button", name="Retour au dossier").click()
    expect(cite).to_be_focused()


def test_lines_move_and_are_written_from_the_keyboard(visit: Callable[..., Page]) -> None:
    page = visit()
    prepare(page)
    aims = lines(page, "aims")
    moved = aims.first.get_attribute("data-text") or ""
    aims.first.locator("[data-act=text]").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(aims.nth(1)).to_have_attribute("data-text", moved)
    expect(aims.nth(1).locator("[data-act=down]")).to_be_focused()
    aims.nth(1).locator("[data-act=text]").press("Enter")
    page.keyboard.type(" Vraiment.")
    page.keyboard.press("Escape")
    expect(aims.nth(1)).to_have_attribute("data-text", moved)
    expect(aims.nth(1).locator("[data-act=text]")).to_be_focused()


def test_the_minutes_of_the_outline_are_kept_and_counted(visit: Callable[..., Page]) -> None:
    page = visit()
    prepare(page)
    outline = page.locator("#part-outline")
    expect(outline).to_contain_text("Total : 2 h.")
    box = outline.locator(".minutes input").first
    box.fill("15")
    box.press("Tab")
    expect(outline).to_contain_text("10 min de plus que prévu")
    expect(outline.locator(".from").nth(1)).to_have_text("0 h 15")


def test_two_windows_on_a_brief_lose_nothing_silently(visit: Callable[..., Page]) -> None:
    page = visit()
    prepare(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#dossier")).to_be_visible(timeout=20_000)
    mine, theirs = lines(page, "aims").first, lines(other, "aims").first
    do(mine, "text")
    page.get_by_label("Texte de la ligne").fill("Ma version.")
    do(theirs, "text")
    other.get_by_label("Texte de la ligne").fill("L'autre version.")
    other.get_by_role("button", name="Enregistrer").click()
    expect(theirs).to_contain_text("L'autre version.")
    expect(page.locator("#brief-status")).to_contain_text("changer dans une autre fenêtre")
    expect(page.locator(".refusal")).to_contain_text("« L'autre version. »")
    expect(page.get_by_label("Texte de la ligne")).to_have_value("Ma version.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(mine).to_contain_text("Ma version.")
    expect(theirs).to_contain_text("Ma version.")
    do(theirs, "text")
    other.get_by_label("Texte de la ligne").fill("Encore.")
    page.get_by_role("button", name="Supprimer").click()
    page.get_by_role("button", name="Confirmer la suppression").click()
    expect(page.get_by_label("La situation")).to_be_visible()
    other.get_by_role("button", name="Enregistrer").click()
    expect(other.locator(".refusal")).to_contain_text("Ce dossier n’existe pas, ou plus.")
    expect(other.get_by_label("Texte de la ligne")).to_have_value("Encore.")


def test_a_line_changed_where_nobody_tells_is_not_overwritten(visit: Callable[..., Page]) -> None:
    page = visit()
    brief = prepare(page)
    line = lines(page, "aims").first
    do(line, "text")
    page.get_by_label("Texte de la ligne").fill("Ma version.")
    edit = {
        "act": "text",
        "target": line.get_attribute("data-target"),
        "text": "Celle d'une autre machine.",
        "was": line.get_attribute("data-text"),
    }
    id_ = brief.get_attribute("data-id")
    page.request.post(f"{page.url.split('/seance')[0]}/dossiers/{id_}", data=edit)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".refusal")).to_contain_text("Celle d’une autre machine.")
    expect(page.get_by_label("Texte de la ligne")).to_have_value("Ma version.")
    page.get_by_role("button", name="Annuler").click()
    expect(line).to_contain_text("Celle d'une autre machine.")


def test_without_the_server_what_is_written_stays(visit: Callable[..., Page]) -> None:
    page = visit()
    prepare(page)
    do(lines(page, "aims").first, "text")
    page.get_by_label("Texte de la ligne").fill("Ma version.")
    page.context.set_offline(offline=True)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".refusal")).to_contain_text("Non enregistré")
    page.context.set_offline(offline=False)
    page.get_by_role("button", name="Enregistrer").click()
    expect(lines(page, "aims").first).to_contain_text("Ma version.")


@pytest.mark.parametrize(
    ("situation", "minutes", "said"),
    [
        ("", "120", "La situation manque."),
        (SITUATION, "5", "5 minutes, c’est trop court"),
        (SITUATION, "600", "10 h, c’est plus qu’une journée"),
        (SITUATION, "", "La durée de la séance manque."),
        ("We would like to share an accountant between clubs", "60", "Décrivez-la en français."),
    ],
)
def test_what_cannot_be_prepared_is_said_and_the_form_stays(
    visit: Callable[..., Page], situation: str, minutes: str, said: str
) -> None:
    page = visit()
    page.get_by_label("La situation").fill(situation)
    page.get_by_label("Durée").fill(minutes)
    page.get_by_role("button", name="Préparer le dossier").click()
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_label("La situation")).to_have_value(situation)
    expect(page.get_by_role("button", name="Préparer le dossier")).to_be_enabled()


def test_a_hostile_situation_is_shown_as_text(visit: Callable[..., Page]) -> None:
    page = visit()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    brief = prepare(page, 'Deux clubs <img src=x onerror=alert(1)> "partagent" un local', "60")
    expect(brief.locator("img")).to_have_count(0)
    expect(brief.locator("h2")).to_contain_text("Deux clubs")


def test_what_the_corpus_does_not_know_is_said(visit: Callable[..., Page]) -> None:
    page = visit()
    brief = prepare(page, "La recette de la tarte aux pommes", "30")
    expect(brief.locator(".warning").first).to_contain_text("Le corpus ne dit rien")
    expect(page.locator("#part-options")).to_contain_text("Aucune forme ne ressort")


def test_a_brief_is_its_owner_s_alone(visit: Callable[..., Page]) -> None:
    page = visit()
    prepare(page)
    stranger = visit()
    stranger.goto(page.url)
    expect(stranger.get_by_role("alert")).to_contain_text("n’existe pas")
    id_ = page.locator("#dossier").get_attribute("data-id")
    answer = stranger.request.get(f"{page.url.split('/seance')[0]}/dossiers/{id_}.docx")
    assert answer.status == 404
    answer = page.request.post(
        f"{page.url.split('/seance')[0]}/dossiers/{id_}", form={"act": "remove", "target": "l1"}
    )
    assert answer.status == 415


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits_a_phone(visit: Callable[..., Page], scheme: str) -> None:
    page = visit(viewport=PHONE, color_scheme=scheme)

    def check() -> None:
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    check()
    prepare(page)
    here = page.locator("#masthead [aria-current]").bounding_box()
    assert here is not None
    assert 0 <= here["x"] <= PHONE["width"] - here["width"]
    page.locator("#dossier .menu summary").click()
    exports = page.locator("#dossier .menu ul").bounding_box()
    assert exports is not None
    assert 0 <= exports["x"] <= PHONE["width"] - exports["width"]
    page.keyboard.press("Escape")
    line = lines(page, "theme-emploi").first
    line.locator(".more").click()
    check()
    line.locator("[data-act=text]").click()
    check()
