"""The HTML of conversation and sources: escaped, French, honest about what is cited."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer_json import as_json
from assistant.memory import Conversation, Feedback
from assistant.references import OWN_LABEL, page_reference
from assistant.types import Answer, Orientation, Statement
from assistant.web.case_form import case_form_html
from assistant.web.composer import composer_html
from assistant.web.conversation import Problem, Turn, conversation_html, problem_html
from assistant.web.corpus_table import Known, documents_html, report_html
from assistant.web.history import bar_html, history_html
from assistant.web.markup import excerpt, lines, link, spaced
from assistant.web.quality_tables import complaints_html
from assistant.web.sources import shelf_html, sources_html
from corpus.types import Document
from ingest.listing import Row
from ingest.pipeline import DocumentReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.types import Citation

EVIL = '<img src=x onerror="alert(1)">${alert(1)}{{x}}\'"&<script>alert(1)</script>'


class Tags(HTMLParser):
    """The tags of a piece of HTML with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tampered(citation: Citation) -> Citation:
    """A citation of a document whose every word is markup."""
    document = replace(
        citation.document, id=EVIL, title=EVIL, publisher=EVIL, published=EVIL, source_url=EVIL
    )
    source = citation.sources[0]._replace(
        title=EVIL, publisher=EVIL, date=EVIL, read=EVIL, url=f"javascript:{EVIL}"
    )
    return replace(
        citation,
        document=document,
        page_label=EVIL,
        quote=EVIL,
        sources=(source,),
        warnings=(EVIL,),
    )


def test_nothing_from_outside_becomes_markup(cite: Callable[..., Citation]) -> None:
    citation = tampered(cite("ge", 0, "Un groupement"))
    answer = Answer(
        EVIL,
        EVIL + "?",
        statements=(Statement(EVIL, (citation,), "verbatim"),),
        message=EVIL,
        orientation=(Orientation(EVIL, EVIL, "javascript:alert(1)"),),
        suggestions=(EVIL,),
        warnings=(EVIL,),
        fallback_reason=EVIL,
    )
    turns = [Turn("t1", EVIL, answer, done=True)]
    html = conversation_html(turns) + sources_html(turns) + problem_html(Problem(EVIL, EVIL))
    html += shelf_html([citation.document])
    tags = Tags(html).found
    assert not {tag for tag, _ in tags} & {"img", "script"}
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert not [a for _, a in tags if (a.get("href") or "").startswith("javascript")]


@given(st.text(max_size=80))
def test_any_question_and_any_quote_come_out_as_they_went_in(text: str) -> None:
    document = Document("d", text, text)
    tags = Tags(shelf_html([document])).found
    assert {tag for tag, _ in tags} <= {"section", "h2", "p", "ul", "li", "a", "small"}


def test_names_of_conversations_documents_and_opinions_stay_text(answer: Answer) -> None:
    kept = Conversation(EVIL, EVIL, EVIL, EVIL)
    document = Document(EVIL, EVIL, EVIL, published=EVIL, licence=EVIL, source_url=EVIL, file=EVIL)
    rows = [Row(document, state, EVIL) for state in ("disponible", "illisible", "à fournir")]
    seen = Feedback(1, EVIL, "down", EVIL, EVIL, {**as_json(answer), "text": EVIL})
    report = DocumentReport(EVIL, EVIL, EVIL, "failed", {"read": 1}, 1, (EVIL,))
    fields = {"question": EVIL, "theme": EVIL, "kind": EVIL, "points": [{"text": EVIL}]}
    pieces = (
        history_html([kept], EVIL),
        bar_html(kept, EVIL),
        composer_html({EVIL: document}),
        documents_html(rows, {EVIL: Known(1, (EVIL,))}),
        report_html(report),
        complaints_html([seen]),
        case_form_html(seen, fields, {EVIL: EVIL}, {EVIL: EVIL}),
    )
    for html in pieces:
        tags = Tags(html).found
        assert not {tag for tag, _ in tags} & {"img", "script"}
        assert not [name for _, attributes in tags for name in attributes if name[:2] == "on"]


def test_a_statement_is_shown_word_for_word(answer: Answer) -> None:
    html = conversation_html([Turn("t1", answer.question, answer, done=True)])
    shown = unescape("".join(html.replace('<span class="tail">', "").split("</span>")))
    for statement in answer.statements:
        assert statement.text in shown


@pytest.mark.parametrize(
    ("label", "index", "shown"),
    [
        ("12", 13, "p.\u00a012 (page\u00a014 du PDF)"),
        ("14", 13, "p.\u00a014"),
        ("iv", 3, "p.\u00a0iv (page\u00a04 du PDF)"),
        ("", 3, "page\u00a04 du PDF"),
    ],
)
def test_the_printed_page_and_the_page_of_the_file_are_both_given_when_they_differ(
    label: str, index: int, shown: str
) -> None:
    assert page_reference(label, index) == shown


def test_a_fiche_of_ours_is_labelled_and_shows_what_it_rests_on(answer: Answer) -> None:
    html = sources_html([Turn("t1", answer.question, answer, done=True)])
    first, second = html.split('<li class="source"')[1:]
    assert OWN_LABEL in first
    assert "Code du travail, art. L. 1253-1" in first
    assert "https://www.legifrance.gouv.fr/" in first
    assert OWN_LABEL not in second
    assert "antérieur à une réforme" in second


def test_the_sources_of_the_latest_question_are_shown(answer: Answer) -> None:
    turns = [Turn("t1", "un", answer, done=True), Turn("t2", "deux", answer, done=True)]
    panels = [a for tag, a in Tags(sources_html(turns)).found if a.get("class") == "panel"]
    assert [("hidden" in panel) for panel in panels] == [True, False]


def test_a_refusal_says_whom_to_ask_with_the_link() -> None:
    orientation = Orientation("DLA", "Accompagne.", "https://www.info-dla.fr/")
    refusal = Answer("q", "q", message="Rien.", refused=True, orientation=(orientation,))
    html = conversation_html([Turn("t1", "q", refusal, done=True)])
    assert "Pas de réponse dans le corpus" in html
    assert 'href="https://www.info-dla.fr/"' in html
    assert "rien n’est affirmé" in sources_html([Turn("t1", "q", refusal, done=True)])


def test_how_the_question_was_understood_is_said_only_when_it_differs(answer: Answer) -> None:
    same = replace(answer, understood_question=answer.question.upper())
    assert "Question comprise" in conversation_html([Turn("t1", "q", answer)])
    assert "Question comprise" not in conversation_html([Turn("t1", "q", same)])


def test_french_spaces_are_put_into_our_wording() -> None:
    assert spaced("Voir : « l'ESS » ?") == "Voir\u00a0: «\u00a0l’ESS\u00a0»\u202f?"


@given(st.text(max_size=200))
def test_spacing_twice_changes_nothing_more(text: str) -> None:
    assert spaced(spaced(text)) == spaced(text)


def test_a_link_that_is_not_of_the_web_is_shown_as_text() -> None:
    assert link("javascript:alert(1)", "x") == "x"
    assert 'rel="noopener noreferrer"' in link("https://example.org", "x")


def test_a_question_of_twenty_thousand_characters_is_cut_at_a_word() -> None:
    assert excerpt("mot " * 5000, 20) == "mot mot mot mot mot…"
    assert len(excerpt("x" * 20_000, 400)) == 401


def test_a_colon_stays_with_the_word_before_it_and_no_letter_changes() -> None:
    html = lines("Capital : « libre » ; <b>\n• Délai : un mois")
    assert '<span class="held">Capital :</span>' in html
    assert re.sub(r"<[^>]+>", "", html) == "Capital : « libre » ; &lt;b&gt;• Délai : un mois"
