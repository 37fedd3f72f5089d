"""The chat in a real browser, as a reader uses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import docx
import pytest
from playwright.sync_api import Browser, Page, expect
from web_pages import LAPTOP, PHONE, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.memory import Memory

pytestmark = pytest.mark.browser

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


def test_a_question_that_cannot_be_asked_gets_a_message_and_the_next_is_answered(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    box, send = page.get_by_label("Votre question"), page.get_by_role("button", name="Demander")
    for question in ("", "   ", "mot " * 5000, "\x00\x01\x02"):
        box.fill(question)
        send.click()
        last = page.locator(".turn").last
        expect(last.locator(".answer[aria-busy=false] .notice").first).to_be_visible()
        box.fill("Qui peut créer un groupement d'employeurs ?")
        send.click()
        expect(page.locator(".turn").last.locator(".cite").first).to_be_visible()


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


def docx_text(page: Page, link: str) -> str:
    """The words of the Word file that a menu gives."""
    with page.expect_download() as download:
        page.locator(link).click()
    words = docx.Document(str(download.value.path())).paragraphs
    return "\n".join(paragraph.text for paragraph in words).replace("\u00a0", " ")


def test_a_conversation_is_kept_renamed_exported_and_deleted(visit: Callable[..., Page]) -> None:
    page = visit()
    ask(page, "Qui peut créer un groupement d'employeurs ?")
    ask(page, "C'est quoi un GIE ?")
    expect(page).to_have_url(re.compile(r"\?conversation=[\w-]+$"))
    page.get_by_role("button", name="Renommer").click()
    page.get_by_label("Titre de la conversation").fill("GE <b>ou</b> GIE")
    page.keyboard.press("Enter")
    expect(page.locator("#history li")).to_contain_text("GE <b>ou</b> GIE")
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".turn").first.locator(".cite").first.click()
    expect(page.locator(".sheet img")).to_be_visible()
    page.locator(".bar summary").click()
    told = docx_text(page, ".bar .menu a[href$=docx]")
    assert "Le groupement d’employeurs (GE), Le projet, 2026, p. 13 (page 2 du PDF)" in told
    assert "Le GIE <b>expliqué</b>, France Active, 2015" in told
    page.locator(".turn").last.get_by_text("Exporter").click()
    assert "Le groupement d’employeurs (GE)" not in docx_text(
        page, ".turn:last-of-type a[href$=docx]"
    )
    page.get_by_role("link", name="Nouvelle question").click()
    expect(page.locator(".welcome")).to_be_visible()
    page.locator("#history li a").click()
    expect(page.locator(".turn")).to_have_count(2)
    page.get_by_role("button", name="Supprimer").click()
    page.get_by_role("button", name="Confirmer la suppression").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#history li")).to_have_count(0)


def test_a_conversation_deleted_in_another_tab_goes_on_in_a_new_one(
    visit: Callable[..., Page],
) -> None:
    page = visit()
    ask(page, "Qui peut créer un groupement d'employeurs ?")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".turn")).to_have_count(1)
    other.get_by_role("button", name="Supprimer").click()
    other.get_by_role("button", name="Confirmer la suppression").click()
    expect(other.locator(".welcome")).to_be_visible()
    gone = page.url
    ask(page, "C'est quoi un GIE ?")
    expect(page.locator("#thread > * .warning, .bar ~ .warning").first).to_contain_text("supprimée")
    expect(page).not_to_have_url(gone)
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)


def test_nobody_opens_or_exports_the_conversation_of_another(
    visit: Callable[..., Page], chat_url: str
) -> None:
    page, other = visit(), visit()
    ask(page, "C'est quoi un GIE ?")
    other.goto(page.url)
    expect(other.locator(".bar ~ .warning")).to_contain_text("n’existe pas")
    expect(other.locator(".turn")).to_have_count(0)
    id_ = page.url.split("=")[1]
    assert other.request.get(f"{chat_url}/export/{id_}.docx").status == 404
    assert page.request.get(f"{chat_url}/export/{id_}.pdf").body().startswith(b"%PDF")
    assert page.request.get(f"{chat_url}/export/{id_}/1.exe").status == 404


def test_a_question_is_corrected_and_a_search_is_limited(visit: Callable[..., Page]) -> None:
    page = visit()
    turn = ask(page, "Qui peut créer un GE ?")
    turn.get_by_role("button", name="Corriger").click()
    turn.get_by_label("La question telle que").fill("C'est quoi un GIE ?")
    turn.get_by_role("button", name="Reposer la question").click()
    expect(page.locator(".turn").nth(1)).to_contain_text("prolonge l’activité")
    page.get_by_text("Limiter la recherche").click()
    page.get_by_label(re.compile("^Document")).select_option("gie")
    limited = ask(page, "Qui peut créer un groupement d'employeurs ?")
    expect(limited.locator(".limits")).to_contain_text("Le GIE <b>expliqué</b>")
    expect(page.locator("#sources .panel:visible")).not_to_contain_text("(GE)")


def test_a_source_shows_neighbouring_pages_larger_and_its_pdf(visit: Callable[..., Page]) -> None:
    page = visit()
    ask(page, "Qui peut créer un groupement d'employeurs ?").locator(".cite").first.click()
    picture, tools = page.locator(".sheet img"), page.locator(".page-tools")
    expect(picture).to_have_attribute("alt", re.compile("surlignée"))
    width = picture.bounding_box()
    page.get_by_role("button", name="Page précédente").click()
    expect(tools).to_contain_text("voisine")
    expect(page.get_by_role("button", name="Page précédente")).to_be_disabled()
    page.get_by_role("button", name="Agrandir").click()
    larger = picture.bounding_box()
    assert width is not None
    assert larger is not None
    assert larger["width"] > width["width"]
    link = page.get_by_role("link", name="Ouvrir le PDF").get_attribute("href") or ""
    assert link.endswith("#page=1")
    pdf = page.request.get(page.url.split("/?")[0] + link)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")
    page.get_by_role("button", name="Revenir à la page citée").click()
    expect(tools).not_to_contain_text("voisine")


def test_an_answer_is_copied_with_its_sources(visit: Callable[..., Page]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, "Qui peut créer un groupement d'employeurs ?")
    turn.get_by_role("button", name="Copier avec les sources").click()
    expect(turn.locator(".copied")).to_have_text("Copié")
    copied = page.evaluate("navigator.clipboard.readText()").replace("\u00a0", " ")
    assert "[1]" in copied
    assert "Le groupement d’employeurs (GE), Le projet, 2026, p. 13" in copied
