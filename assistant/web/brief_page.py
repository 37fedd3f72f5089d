"""The page « Préparer une séance »: a situation becomes a brief, which its reader makes their own.

Changes of a brief go by routes of ours (`brief_routes.py`): their answer is certain, where an event
of Gradio's may be lost with the connection.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.brief import prepare, read_length
from assistant.brief.kept import KeptBriefs
from assistant.web.brief_html import PANEL, brief_html, examples_html, form_html, list_html
from assistant.web.conversation import Problem, problem_html
from assistant.web.events import QUIET, owner_of, sent
from assistant.web.markup import say
from assistant.web.sources import cards_html
from corpus.errors import CoopError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.brief.kept import KeptBrief
    from assistant.types import Citation
    from assistant.web.context import Context

TITLE = "Préparer une séance"
PATH = "seance"

_HERE = Path(__file__).parent
_NO_COOKIE = Problem(
    "Votre navigateur refuse les cookies : un dossier ne pourrait pas être gardé.",
    "Acceptez ceux de cette page, puis rechargez-la.",
)
_UNEXPECTED = Problem(
    "Une erreur inattendue a empêché de préparer ce dossier.",
    "Réessayez ; si cela se reproduit, lisez le terminal et lancez : coop doctor",
)

_log = logging.getLogger(__name__)


def build(context: Context) -> None:
    """Fill the page."""
    page = _BriefPage(context)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="past"):
            history = gr.HTML(elem_id="history", apply_default_css=False)
        with gr.Column(elem_id="talk"):
            gr.HTML(form_html(), elem_id="situation", apply_default_css=False)
            paper = gr.HTML(
                elem_id="paper",
                js_on_load=(_HERE / "brief.js").read_text(encoding="utf-8"),
                apply_default_css=False,
            )
            gr.HTML(examples_html(), elem_id="examples", apply_default_css=False)
        with gr.Column(elem_id="evidence"):
            sources = gr.HTML(
                _waiting(),
                elem_id="sources",
                js_on_load=(_HERE / "sources.js").read_text(encoding="utf-8"),
                apply_default_css=False,
            )
    shown = [paper, sources, history]
    gr.on(None, page.open_first, None, shown, **QUIET)
    paper.submit(page.prepare, None, shown, trigger_mode="once", **QUIET)
    paper.select(page.open, None, shown, **QUIET)
    paper.delete(page.delete, None, shown, **QUIET)


Shown = tuple[Any, Any, Any]
"""What an event changes: brief, sources, list of briefs."""


class _BriefPage:
    def __init__(self, context: Context) -> None:
        self._assistant = context.assistant
        self._memory = context.memory
        self._writes = context.rewriter is not None

    def open_first(self, request: gr.Request) -> Shown:
        """Open the brief that the address names; without one, leave what may be there by now."""
        owner, id_ = owner_of(request), request.query_params.get("dossier", "")
        return self._open(owner, id_) if id_ else (gr.skip(), gr.skip(), self._listed(owner))

    def open(self, event: gr.EventData, request: gr.Request) -> Shown:
        """Open another brief, or the form."""
        return self._open(owner_of(request), sent(event, "brief"))

    def prepare(self, event: gr.EventData, request: gr.Request) -> Shown:
        """Prepare a brief of the form, and keep it."""
        owner = owner_of(request)
        situation, participants = sent(event, "situation"), sent(event, "participants")
        if not owner:
            return self._refused(owner, _NO_COOKIE)
        try:
            minutes = read_length(sent(event, "minutes"))
            brief = prepare(situation, participants, minutes, self._assistant.library)
            return self._shown(owner, KeptBriefs(self._memory, owner).add(brief))
        except CoopError as error:
            return self._refused(owner, Problem(error.message, error.remedy))
        except Exception:  # noqa: BLE001 — the last resort of a page: logged, and said
            _log.exception("no brief of %r", situation)
            return self._refused(owner, _UNEXPECTED)

    def delete(self, event: gr.EventData, request: gr.Request) -> Shown:
        """Delete the open brief, and show the form."""
        owner = owner_of(request)
        try:
            KeptBriefs(self._memory, owner).forget(sent(event, "brief"))
        except CoopError as error:
            return self._refused(owner, Problem(error.message, error.remedy))
        return self._shown(owner, None)

    def _open(self, owner: str, id_: str) -> Shown:
        try:
            return self._shown(owner, KeptBriefs(self._memory, owner).get(id_) if id_ else None)
        except CoopError as error:
            return self._refused(owner, Problem(error.message, error.remedy))

    def _refused(self, owner: str, problem: Problem) -> Shown:
        return problem_html(problem), _waiting(), self._listed(owner)

    def _shown(self, owner: str, kept: KeptBrief | None) -> Shown:
        if kept is None:
            return "", _waiting(), self._listed(owner)
        cited = {c.number: c for line in kept.brief.all_lines() for c in line.citations}
        sources = [cited[number] for number in sorted(cited)]
        return (
            brief_html(kept, writes=self._writes),
            _sources(sources),
            self._listed(owner, kept.id),
        )

    def _listed(self, owner: str, open_id: str = "") -> str:
        try:
            return list_html(KeptBriefs(self._memory, owner).all() if owner else [], open_id)
        except CoopError as error:
            return problem_html(Problem(error.message, error.remedy))


def _sources(citations: Sequence[Citation]) -> str:
    cards = cards_html(PANEL, citations, "Retour au dossier") if citations else ""
    nothing = f'<p class="about">{say("Aucune : le corpus ne dit rien de cette situation.")}</p>'
    return (
        f'<section class="panel" data-turn="{PANEL}"><h2>Sources</h2>{cards or nothing}</section>'
    )


def _waiting() -> str:
    """What stands in the place of the sources before there is a brief."""
    return (
        '<section class="shelf"><h2>Sources</h2>'
        f"<p>{say('Les pages citées par le dossier s’affichent ici, le passage surligné.')}</p>"
        "</section>"
    )
