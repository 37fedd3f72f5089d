"""The chat in a real browser, as a reader uses it."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.memory import Memory

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

YELLOW_PIXELS = """image => {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let yellow = 0;
  for (let i = 0; i < data.length; i += 4)
    if (data[i] > 220 && data[i + 1] > 180 && data[i + 2] < 140) yellow += 1;
  return yellow;
}"""

Open = "Callable[..., Page]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, chat_url: str) -> Iterator[Callable[..., Page]]:
    """Opens the chat as a new visitor: `visit()`, `visit(viewport=PHONE, color_scheme="dark")`."""
    contexts = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce"} | options)
        contexts.append(context)
        page = context.new_page()
        page.goto(chat_url)
        expect(page.locator(".shelf li")).to_have_count(2)
        return page

    yield open_page
    for context in contexts:
        context.close()


def ask(page: Page, question: str) -> Locator:
    """Type a question, send it, wait for the end of the answer; gives its article."""
    number = page.locator(".turn").count()
    box = page.get_by_label("Votre question")
    box.fill(question)
    box.press("Enter")
    turn = page.locator(".turn").nth(number)
    expect(turn.locator(".answer")).to_have_attribute("aria-busy", "false")
    return turn


def test_a_reader_asks_opens_a_source_and_sees_the_marked_page(visit: Callable[..., Page]) -> None:
    page = visit()
    page.get_by_role("button", name=re.compile("différence entre un GE et un GIE")).click()
    expect(page.locator(".cite").nth(1)).to_be_visible()
    page.locator(".cite").nth(1).click()
    expect(page.locator(".source.chosen")).to_have_count(1)
    image = page.locator(".source.chosen .page img")
    expect(image).to_be_visible()
    assert image.evaluate(YELLOW_PIXELS) > 500
    assert "surlignée" in (image.get_attribute("alt") or "")


def test_a_source_shows_document_year_both_pages_and_the_exact_quote(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    turn = ask(page, "Qui peut créer un groupement d'employeurs ?")
    statement = turn.locator(".statement").first.inner_text()
    source = page.locator("#sources .source").first
    assert source.locator("blockquote").inner_text() in statement
    shown = source.inner_text().replace("\u00a0", " ")
    assert "Le groupement d’employeurs (GE)" in shown
    assert "2026" in shown
    assert re.search(r"p\. 1[23] \(page [12] du PDF\)", shown)
    assert "Fiche du projet, non relue par un juriste" in shown


def test_sending_empties_the_box_and_a_follow_up_comes_below(visit: Callable[..., Page]) -> None:
    page = visit()
    ask(page, "Qui peut créer un groupement d'employeurs ?")
    expect(page.get_by_label("Votre question")).to_have_value("")
    ask(page, "C'est quoi un GIE ?")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#sources .panel:visible")).to_have_count(1)
    page.locator(".turn").first.locator(".cite").first.click()
    expect(page.locator("#sources .panel:visible .about")).to_contain_text("Qui peut créer")


def test_a_question_the_corpus_does_not_answer_is_refused_with_whom_to_ask(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    turn = ask(page, "Quelle est la recette du couscous ?")
    expect(turn.get_by_role("heading", name="Pas de réponse dans le corpus")).to_be_visible()
    expect(turn.locator(".orientation a").first).to_have_attribute("href", re.compile("^https?://"))
    expect(turn.locator(".cite")).to_have_count(0)


@pytest.mark.parametrize("question", ["", "   ", "mot " * 5000, "\x00\x01\x02"])
def test_a_question_that_cannot_be_asked_gets_a_message_and_the_next_is_answered(
    visit: Callable[..., Page], question: str
) -> None:
    page = visit()
    turn = ask(page, question)
    expect(turn.locator(".notice.error, .notice").first).to_be_visible()
    answered = page.locator(".turn.answered")
    page.get_by_label("Votre question").fill("Qui peut créer un groupement d'employeurs ?")
    page.get_by_role("button", name="Demander").click()
    expect(answered.locator(".cite").first).to_be_visible()


def test_an_unforeseen_failure_is_said_in_french_and_nothing_is_lost(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    ask(page, "Qui peut créer un groupement d'employeurs ?")
    turn = ask(page, "panne")
    expect(turn.locator(".notice.error")).to_contain_text("erreur inattendue")
    expect(page.locator(".turn").first.locator(".cite").first).to_be_visible()


def test_a_thumb_with_a_reason_is_kept_with_question_answer_and_evidence(
    visit: Callable[..., Page], chat_memory: Memory
) -> None:
    page = visit()
    turn = ask(page, "Qui peut créer un groupement d'employeurs ?")
    turn.get_by_role("button", name="Réponse à revoir").click()
    turn.get_by_label("Ce qui ne va pas").select_option("Incomplet")
    turn.get_by_label("En quelques mots").fill("Et les <b>associations</b> ?")
    turn.get_by_role("button", name="Envoyer mon avis").click()
    expect(turn.locator(".thanks")).to_be_visible()
    kept = chat_memory.feedback()[0]
    assert (kept.verdict, kept.question) == ("down", "Qui peut créer un groupement d'employeurs ?")
    assert kept.reason == "Incomplet : Et les <b>associations</b> ?"
    assert kept.answer["citations"][0]["quote"]


def test_what_is_being_read_does_not_move_while_the_answer_grows(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    ask(page, "Qui peut créer un groupement d'employeurs ?")
    page.get_by_label("Votre question").fill(
        "lentement C'est quoi la différence entre un GE et un GIE ?"
    )
    page.get_by_label("Votre question").press("Enter")
    turn = page.locator(".turn").nth(1)
    expect(turn.locator(".statement").first).to_be_visible()
    first = turn.locator(".statement").first
    places = [first.bounding_box()]
    busy = turn.locator(".answer[aria-busy=true]")
    while busy.count():
        places.append(first.bounding_box())
    places.append(first.bounding_box())
    assert len({(place["x"], place["y"]) for place in places if place}) == 1


def test_a_title_with_markup_is_shown_as_text(visit: Callable[..., Page]) -> None:
    page = visit()
    ask(page, "C'est quoi un GIE ?")
    expect(page.locator("#sources")).to_contain_text("Le GIE <b>expliqué</b>")


def test_a_question_with_markup_is_shown_as_text(visit: Callable[..., Page]) -> None:
    page = visit()
    turn = ask(page, 'Un <img src=x onerror="document.title=1"> GIE ${1+1} {{2}} ?')
    expect(turn.locator(".asked")).to_contain_text("<img src=x")
    expect(turn.locator(".asked")).to_contain_text("${1+1} {{2}}")
    expect(page).to_have_title("Assistant coopération ESS")


def test_nothing_is_fetched_from_elsewhere_and_nothing_fails(
    browser: Browser, chat_url: str
) -> None:
    page = browser.new_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(chat_url)
    ask(page, "C'est quoi un GIE ?").locator(".cite").first.click()
    expect(page.locator(".page img")).to_be_visible()
    page.close()
    assert [url for url in requests if not url.startswith((chat_url, "data:", "blob:"))] == []
    assert errors == []


def test_two_visitors_do_not_see_each_other(visit: Callable[..., Page]) -> None:
    one, other = visit(), visit()
    ask(one, "C'est quoi un GIE ?")
    ask(other, "Qui peut créer un groupement d'employeurs ?")
    expect(one.locator(".turn")).to_have_count(1)
    expect(other.locator(".turn")).to_have_count(1)


def test_a_source_opens_and_closes_from_the_keyboard(visit: Callable[..., Page]) -> None:
    page = visit()
    ask(page, "Qui peut créer un groupement d'employeurs ?")
    page.locator(".cite").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".page img")).to_be_visible()
    expect(page.get_by_role("button", name="Masquer la page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".page img")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_in_its_width(visit: Callable[..., Page], scheme: str) -> None:
    page = visit(viewport=PHONE, color_scheme=scheme)
    turn = ask(page, "C'est quoi la différence entre un GE et un GIE ?")
    turn.locator(".cite").first.click()
    expect(page.locator(".page img")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Retour à la réponse").click()
    expect(turn.locator(".cite").first).to_be_in_viewport()


def test_the_page_follows_the_system_into_the_dark(visit: Callable[..., Page]) -> None:
    def paper(page: Page) -> int:
        colour = page.locator(".gradio-container").evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert paper(visit(color_scheme="light")) > 600
    assert paper(visit(color_scheme="dark")) < 150


def test_the_page_is_in_french_for_every_browser(visit: Callable[..., Page]) -> None:
    page = visit(locale="en-US")
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert not re.search(r"Built with|Use via|Settings|API", page.locator("body").inner_text())
