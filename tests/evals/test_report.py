"""The report in a real browser: readable at any width, filterable, nothing loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from evals_world import case
from playwright.sync_api import Browser, expect
from web_pages import LAPTOP, PHONE

from corpus.library import Library
from evals.case import Evidence
from evals.report import html_report
from evals.run import Bench, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home

pytestmark = pytest.mark.browser

CASES = [
    case(
        "createurs",
        "Qui peut créer un groupement d'employeurs ?",
        Evidence(
            "ge", 1, "Toute personne physique ou morale peut créer un groupement d'employeurs."
        ),
        points=("toute personne physique ou morale",),
    ),
    case(
        "dettes",
        "Qui répond des dettes d'un GE ?",
        Evidence(
            "ge",
            1,
            "Les membres d'un groupement d'employeurs répondent solidairement de ses dettes.",
        ),
        points=("les membres répondent solidairement", "au-delà de leur apport de 1 250 €"),
    ),
    case("recette", "Quelle est la recette du gratin dauphinois ?"),
]


@pytest.fixture
def report(home: Home, embedder: Embedder, build: Callable[..., None], tmp_path: Path) -> Path:
    build()
    bench = Bench(home, Library.open(home, embedder), embedder)
    run, baseline = (
        evaluate(bench, CASES, system, "dev", lambda *_: None) for system in ("ours", "bm25")
    )
    path = tmp_path / "rapport.html"
    path.write_text(html_report(run, baseline), encoding="utf-8")
    return path


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE])
def test_the_report_fits_any_width_and_follows_the_scheme(
    report: Path, browser: Browser, viewport: dict[str, int]
) -> None:
    asked: list[str] = []
    papers = []
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(report.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert papers[0] != papers[1]
    assert {url.partition(":")[0] for url in asked} == {"file"}


def test_cases_are_filtered_by_verdict_and_by_words_whatever_the_accents(
    report: Path, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    shown, count = page.locator("details:visible"), page.locator("output")
    expect(shown).to_have_count(3)
    for words in ("CRÉER", "creer", "créer personne"):
        page.get_by_label("Mots").fill(words)
        expect(shown).to_have_count(1)
        expect(count).to_have_text("1 cas sur 3")
    page.get_by_label("Mots").fill("")
    page.get_by_label("Verdict").select_option(page.locator("summary .bad").inner_text())
    expect(shown).to_have_count(1)
    shown.locator("summary").click()
    expect(page.get_by_text("au-delà de leur apport")).to_have_count(2)
    page.close()
