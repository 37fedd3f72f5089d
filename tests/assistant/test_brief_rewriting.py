"""Themes of a brief told by a language model: checked, or left word for word with the reason."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from openai_server import data, fails, says, trickles
from playwright.sync_api import expect
from web_fixtures import served

from assistant.brief import Brief, Line, Part, prepare
from assistant.brief.edits import Edit, apply
from assistant.brief.handout import brief_handout
from assistant.brief.kept import KeptBriefs
from assistant.brief.rewriting import FALLBACK, open_rewriter
from assistant.dialogue import Assistant
from assistant.export import as_markdown
from assistant.memory import Memory
from assistant.web.context import Context
from corpus.errors import ConflictError, UsageError
from corpus.home import Home
from corpus.library import Library
from corpus.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openai_server import Exchange, OpenAIServer
    from playwright.sync_api import Browser

    from corpus.embedding import Embedder

SITUATION = "Trois associations sportives veulent partager une comptable et un local"
THEME = "theme-emploi"

Rewrite = Any


@pytest.fixture(scope="module")
def library(ready: Path, embedder: Embedder) -> Library:
    return Library.open(Home(ready), embedder)


@pytest.fixture(scope="module")
def brief(library: Library) -> Brief:
    return prepare(SITUATION, "", 120, library)


@pytest.fixture
def rewritten(settings: Callable[..., Settings], brief: Brief) -> Rewrite:
    """The brief with a theme told by the scripted model: `rewritten(llm_unverified="show")`."""

    def make(now: Brief | None = None, **values: Any) -> Brief:
        rewriter = open_rewriter(settings(**values))
        assert rewriter is not None
        return rewriter.rewritten(brief, THEME)(now or brief)

    return make


def theme(brief: Brief) -> Part:
    return next(part for part in brief.parts if part.id == THEME)


def cited(line: Line, number: int) -> str:
    """A quote as a model gives it back, with a number."""
    return f"{line.text.rstrip('.')} [{number}]."


def test_verified_sentences_take_the_place_of_the_quotes_and_cite_them(
    provider: OpenAIServer, rewritten: Rewrite, brief: Brief
) -> None:
    first, second, *_ = theme(brief).lines
    provider.script = says(f"{cited(second, 2)} {cited(first, 1)}")
    told = theme(rewritten())
    assert [(line.kind, line.doubt) for line in told.lines] == [("written", "")] * 2
    assert [line.citations for line in told.lines] == [second.citations, first.citations]
    assert told.quotes == theme(brief).lines
    assert not told.remark
    ids = [line.id for line in rewritten().all_lines()]
    assert len(ids) == len(set(ids))


def test_the_model_is_sent_the_title_and_the_quotes_of_the_theme_alone(
    provider: OpenAIServer, rewritten: Rewrite, brief: Brief
) -> None:
    provider.script = says(cited(theme(brief).lines[0], 1))
    rewritten()
    (asked,) = provider.asked
    assert f"<titre>\n{theme(brief).title}\n</titre>" in asked.data
    assert re.findall(r'<passage n="(\d+)"', asked.data) == ["1", "2", "3"]
    assert all(line.text in asked.data for line in theme(brief).lines)
    assert SITUATION not in asked.data


def test_a_sentence_that_no_quote_supports_is_dropped_and_counted(
    provider: OpenAIServer, rewritten: Rewrite, brief: Brief
) -> None:
    quote = theme(brief).lines[0]
    provider.script = says(f"{cited(quote, 1)} Le GE est exonéré de TVA pendant douze ans [1].")
    told = theme(rewritten())
    assert [line.text for line in told.lines] == [quote.text]
    assert "retirées" in told.remark


def test_by_setting_a_doubtful_sentence_is_shown_as_such_wherever_the_brief_goes(
    provider: OpenAIServer, rewritten: Rewrite, brief: Brief
) -> None:
    first, second, *_ = theme(brief).lines
    false = f"{second.text.rstrip('.')} avant 1987 [2]."
    provider.script = says(f"{cited(first, 1)} {false}")
    made = rewritten(llm_unverified="show")
    assert [bool(line.doubt) for line in theme(made).lines] == [False, True]
    markdown = as_markdown(brief_handout(made, "01/12/2026"))
    assert f"{first.text} (vérifié) [" in markdown
    assert "avant 1987. (non vérifié : " in markdown
    assert "« vérifié »" in markdown


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (fails(500), "erreur 500"),
        (says(""), "rien répondu"),
        (says("Le GE est exonéré de TVA pendant douze ans [1]."), "n'a pu être vérifié"),
        (trickles(lambda _: data("encore et encore ")), "sans fin"),
    ],
    ids=["fails", "empty", "false", "endless"],
)
def test_whatever_fails_leaves_the_theme_word_for_word_and_says_why(
    provider: OpenAIServer, rewritten: Rewrite, brief: Brief, script: Any, said: str
) -> None:
    provider.script = script
    made = rewritten()
    assert theme(made) == replace(theme(brief), remark=theme(made).remark)
    assert said in theme(made).remark.replace("’", "'")
    assert FALLBACK in theme(made).remark
    assert theme(made).remark not in as_markdown(brief_handout(made, "01/12/2026"))


def test_a_window_too_small_for_a_quote_is_said(rewritten: Rewrite, provider: OpenAIServer) -> None:
    assert "trop petite" in theme(rewritten(llm_context=1024)).remark
    assert not provider.asked


def test_the_quotes_come_back_and_what_the_reader_changed_stays(
    provider: OpenAIServer, rewritten: Rewrite, brief: Brief
) -> None:
    first, second, *_ = theme(brief).lines
    provider.script = says(f"{cited(first, 1)} {cited(second, 2)}")
    made = rewritten()
    mine = theme(made).lines[1]
    made = apply(made, Edit("text", mine.id, "À ma façon.", mine.text))
    again = theme(apply(made, Edit("quotes", THEME)))
    assert [line.text for line in again.lines] == [
        *(line.text for line in theme(brief).lines),
        "À ma façon.",
    ]
    assert (again.quotes, again.remark) == ((), "")


def test_a_theme_changed_meanwhile_is_not_overwritten(
    provider: OpenAIServer, rewritten: Rewrite, brief: Brief
) -> None:
    quote = theme(brief).lines[0]
    provider.script = says(cited(quote, 1))
    with pytest.raises(ConflictError):
        rewritten(apply(brief, Edit("text", quote.id, "À ma façon.", quote.text)))


@pytest.mark.parametrize("id_", ["outline", "nowhere"])
def test_what_is_no_theme_is_not_sent(
    provider: OpenAIServer, settings: Callable[..., Settings], brief: Brief, id_: str
) -> None:
    rewriter = open_rewriter(settings())
    assert rewriter is not None
    with pytest.raises(UsageError):
        rewriter.rewritten(brief, id_)
    assert not provider.asked


def test_a_brief_that_was_rewritten_comes_back_as_it_was_kept(
    provider: OpenAIServer, rewritten: Rewrite, brief: Brief, tmp_path: Path
) -> None:
    provider.script = says(cited(theme(brief).lines[0], 1))
    briefs = KeptBriefs(Memory(f"sqlite:///{tmp_path / 'memory.sqlite'}"), "somebody")
    kept = briefs.add(rewritten())
    assert briefs.get(kept.id).brief == kept.brief


# --- the page -----------------------------------------------------------------------------------


def tells_each_passage(exchange: Exchange) -> None:
    """The first sentence of each passage, with its number; the second theme it is asked fails."""
    asked = exchange.server.asked
    if len(asked) == 2:
        fails(500)(exchange)
        return
    passages = re.findall(r'<passage n="(\d+)"[^>]*>\n(.*?)\n</passage>', asked[-1].data, re.DOTALL)
    said = (f"{text.rstrip('.')} [{number}]." for number, text in passages)
    says(" ".join(said))(exchange)


@pytest.mark.browser
def test_a_reader_has_the_themes_written_reads_them_and_takes_the_quotes_back(
    provider: OpenAIServer,
    settings: Callable[..., Settings],
    library: Library,
    browser: Browser,
    tmp_path: Path,
) -> None:
    provider.script = tells_each_passage
    memory = Memory(f"sqlite:///{tmp_path / 'memory.sqlite'}")
    assistant = Assistant(lambda: library)
    url = served(Context(assistant, memory, rewriter=open_rewriter(settings())))
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{url}/seance")
    page.get_by_label("La situation").fill(SITUATION)
    page.get_by_role("button", name="Préparer le dossier").click()
    button = page.get_by_role("button", name="Rédiger avec le modèle")
    themes = (button.get_attribute("data-parts", timeout=20_000) or "").split()
    assert len(themes) >= 3
    button.click()
    expect(page.locator("#brief-status")).to_contain_text("laissées mot à mot : 1", timeout=30_000)
    first, second = (page.locator(f"#part-{id_}") for id_ in themes[:2])
    expect(first.locator(".written .badge").first).to_have_text("vérifié")
    expect(second.locator(".remark")).to_contain_text("erreur 500")
    expect(second.locator(".quote").first).to_be_visible()
    expect(button).to_have_attribute("data-parts", themes[1])
    first.locator(".written .cite").first.click()
    expect(page.locator(".source.chosen img")).to_be_visible(timeout=20_000)
    first.get_by_text("Citations d’origine").click()
    first.get_by_role("button", name="Revenir aux citations").click()
    expect(first.locator(".written")).to_have_count(0)
    expect(first.locator(".lines > .quote").first).to_be_visible()
    page.close()


@pytest.mark.browser
def test_without_a_model_there_is_no_button(
    library: Library, browser: Browser, tmp_path: Path
) -> None:
    memory = Memory(f"sqlite:///{tmp_path / 'memory.sqlite'}")
    page = browser.new_page()
    page.goto(f"{served(Context(Assistant(lambda: library), memory))}/seance")
    page.get_by_label("La situation").fill(SITUATION)
    page.get_by_role("button", name="Préparer le dossier").click()
    brief = page.locator("#dossier")
    expect(brief).to_be_visible(timeout=20_000)
    expect(page.get_by_role("button", name="Rédiger avec le modèle")).to_have_count(0)
    answer = page.request.post(
        f"{page.url.split('/seance')[0]}/dossiers/{brief.get_attribute('data-id')}/rediger",
        data={"part": THEME},
    )
    assert not answer.ok
    page.close()
