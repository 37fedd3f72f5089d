"""The page « Qualité »: the last evaluation, what readers complained about, cases made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.web.case_form import case_fields, case_form_html
from assistant.web.conversation import Problem, problem_html
from assistant.web.events import QUIET, sent
from assistant.web.markup import say
from assistant.web.quality_tables import complaints_html, evaluation_html
from corpus.errors import CoopError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.memory import Feedback
    from assistant.web.context import Context, Evaluation

TITLE = "Qualité"
PATH = "qualite"

_SCRIPT = Path(__file__).with_name("quality.js")
_NOBODY = UsageError(
    "Cette page n'a pas accès aux évaluations.", "Ouvrez l'assistant avec : coop chat"
)
_NO_OPINION = UsageError("Cet avis n'existe plus.", "Rechargez la page.")
_NO_NAME = UsageError("Un cas est signé par qui l'a relu.", "Écrivez votre nom.")


def build(context: Context) -> None:
    """Fill the page."""
    page = _QualityPage(context)
    with gr.Column(elem_id="content"):
        figures = gr.HTML(elem_id="figures", apply_default_css=False)
        complaints = gr.HTML(
            elem_id="complaints",
            js_on_load=_SCRIPT.read_text(encoding="utf-8"),
            apply_default_css=False,
        )
        form = gr.HTML(elem_id="case", apply_default_css=False)
        refusal = gr.HTML(elem_id="refusal", apply_default_css=False)
    gr.on(None, page.shown, None, [figures, complaints], **QUIET)
    complaints.select(page.open_form, None, [form, refusal], **QUIET)
    complaints.apply(page.add_case, None, [form, refusal], **QUIET)


class _QualityPage:
    def __init__(self, context: Context) -> None:
        self._context = context

    def shown(self) -> tuple[str, str]:
        """The last evaluation, and the answers that readers judged."""
        try:
            figures = evaluation_html(self._evaluation().last())
        except CoopError as error:
            figures = problem_html(Problem(error.message, error.remedy))
        try:
            complaints = complaints_html(self._context.memory.feedback())
        except CoopError as error:
            complaints = problem_html(Problem(error.message, error.remedy))
        return f"<h2>{say(TITLE)}</h2>{figures}", complaints

    def open_form(self, event: gr.EventData) -> tuple[str, str]:
        """The form that turns one opinion into a case."""
        try:
            opinion = self._opinion(sent(event, "opinion"))
            evaluation = self._evaluation()
            form = case_form_html(
                opinion, evaluation.draft(opinion), evaluation.kinds(), self._titles()
            )
        except CoopError as error:
            form = problem_html(Problem(error.message, error.remedy))
        return form, ""

    def add_case(self, event: gr.EventData) -> tuple[Any, str]:
        """Add the case of the completed form to the set; a refusal leaves the form as it is."""
        try:
            told: Mapping[str, Any] = json.loads(sent(event, "fields") or "{}")
            reviewer = str(told.get("reviewer", "")).strip()
            if not reviewer:
                raise _NO_NAME
            evaluation = self._evaluation()
            suggested = evaluation.draft(self._opinion(str(told.get("opinion", ""))))
            id_ = evaluation.accept(case_fields(suggested, told), reviewer)
        except CoopError as error:
            return gr.skip(), problem_html(Problem(error.message, error.remedy))
        said = f"Le cas « {id_} » est ajouté. Il compte dès la prochaine évaluation : coop eval run"
        return f'<p class="notice" role="status">{say(said)}</p>', ""

    def _evaluation(self) -> Evaluation:
        if self._context.backstage.evaluation is None:
            raise _NOBODY
        return self._context.backstage.evaluation

    def _opinion(self, number: str) -> Feedback:
        found = (seen for seen in self._context.memory.feedback() if str(seen.id) == number)
        opinion = next(found, None)
        if opinion is None:
            raise _NO_OPINION
        return opinion

    def _titles(self) -> dict[str, str]:
        documents = self._context.assistant.library.documents
        return {id_: document.title for id_, document in documents.items()}
