"""The page « Comparer »: legal forms side by side, each cell with the page it rests on.

This module imports gradio; `server` imports it late.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.comparison import compare
from assistant.criteria import usual
from assistant.extracts import is_about
from assistant.filters import filters_of
from assistant.web.comparison_grid import GRID, chooser_html, grid_html
from assistant.web.conversation import COMPARISON_PATH, Problem, problem_html
from assistant.web.events import QUIET, sent
from assistant.web.markup import say
from assistant.web.sources import cards_html, shelf_html
from corpus.errors import CoopError, UsageError
from corpus.subjects import FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.web.context import Context

TITLE = "Comparer"
PATH = COMPARISON_PATH

_HERE = Path(__file__).parent
_BACK = "Retour à la grille"


def build(context: Context) -> None:
    """Fill the page."""
    page = _ComparisonPage(context)
    with gr.Row(elem_id="desk", elem_classes="comparing"):
        with gr.Column(elem_id="board"):
            chooser = gr.HTML(
                elem_id="chooser",
                js_on_load=(_HERE / "comparison.js").read_text(encoding="utf-8"),
                apply_default_css=False,
            )
            refusal = gr.HTML(elem_id="refusal", apply_default_css=False)
            grid = gr.HTML(elem_id="grid", apply_default_css=False)
        with gr.Column(elem_id="evidence"):
            sources = gr.HTML(
                elem_id="sources",
                js_on_load=(_HERE / "sources.js").read_text(encoding="utf-8"),
                apply_default_css=False,
            )
    gr.on(None, page.opened, None, [chooser, refusal, grid, sources], **QUIET)
    chooser.submit(page.compared, None, [refusal, grid, sources], **QUIET)


class _ComparisonPage:
    def __init__(self, context: Context) -> None:
        self._assistant = context.assistant

    def opened(self, request: gr.Request) -> tuple[str, str, str, str]:
        """The form, and the grid that the address asks for: `?formes=ge,gie&criteres=membres`."""
        asked = _words(request.query_params.get("formes", ""))
        keys = _words(request.query_params.get("criteres", ""))
        try:
            documents = self._assistant.library.documents.values()
        except CoopError as error:
            return "", problem_html(Problem(error.message, error.remedy)), "", ""
        if not documents:
            return "", shelf_html(()), "", ""
        documented = {form for form in FORMS if any(is_about(d, form) for d in documents)}
        refusal, grid, sources = "", "", ""
        forms: Sequence[str] = ()
        if asked:
            try:
                forms = _named(asked)
                grid, sources = self._grid(forms, keys)
            except CoopError as error:
                refusal = problem_html(Problem(error.message, error.remedy))
        kept = keys if keys and sources else usual()
        chooser = chooser_html(documented, forms, kept, opened=not sources)
        return chooser, refusal, grid, sources

    def compared(self, event: gr.EventData) -> tuple[Any, Any, Any]:
        """The grid of what was chosen; a refusal leaves the grid as it is."""
        forms, keys = _words(sent(event, "forms")), _words(sent(event, "criteria"))
        try:
            if not keys:
                return _NO_CRITERION, gr.skip(), gr.skip()
            return "", *self._grid(forms, keys)
        except CoopError as error:
            return problem_html(Problem(error.message, error.remedy)), gr.skip(), gr.skip()

    def _grid(self, forms: Sequence[str], keys: Sequence[str]) -> tuple[str, str]:
        """The grid and its sources."""
        comparison = compare(self._assistant.library, forms, keys)
        close = f'<button type="button" class="plain-button close">{say("Fermer")}</button>'
        cards = cards_html(GRID, comparison.citations, _BACK)
        sources = (
            f'<section class="panel" data-turn="{GRID}"><div class="panel-head"><h2>Source</h2>'
            f"{close}</div>{cards}</section>"
        )
        return grid_html(comparison), sources


_NO_CRITERION = problem_html(
    Problem("Aucun critère n'est choisi.", "Cochez-en au moins un, sous « Critères ».")
)


def _named(words: Sequence[str]) -> tuple[str, ...]:
    """The forms that the address calls by their keys, names or acronyms."""
    try:
        return filters_of({}, forms=words).forms
    except UsageError as error:
        raise UsageError(error.message, "Choisissez les formes dans la liste.") from error


def _words(told: str) -> list[str]:
    """What stands between commas."""
    return [word.strip() for word in told[:2000].split(",") if word.strip()]
