"""The conversation as HTML: what was asked, what was answered, and what can be done next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from assistant.comparison import compared_forms
from assistant.export import FORMATS
from assistant.references import MORE, NOTICE, page_reference, text_with_sources
from assistant.web.markup import excerpt, held, joined, lines, link, say
from corpus import french

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.memory import Verdict
    from assistant.types import Answer, Citation, Statement

EXAMPLES = (
    "C'est quoi la différence entre un GE et un GIE ?",
    "Qui peut créer un groupement d'employeurs ?",
    "Par quoi commencer quand on veut coopérer ?",
    "On a peur de perdre notre identité en coopérant, que faire ?",
    "Que mettre dans une convention de partenariat ?",
    "Qui peut être associé d'une SCIC ?",
)

COMPARISON_PATH = "comparer"
"""The address of the page that sets legal forms side by side."""

REASONS = (
    "Hors sujet",
    "Incomplet",
    "Faux ou dépassé",
    "La source ne dit pas cela",
    "Réponse refusée à tort",
)

_LAST_WORD = re.compile(r"\S{1,24}\s*$")
_SUPPORT = {
    "verified": "vérifié",
    "unverified": "non vérifié",
}
_THUMBS = {
    "up": "M7 11v9H4v-9h3zm0 0 4-8c1.5 0 2.5 1 2.5 2.5V9h5a2 2 0 0 1 2 2.3l-1 7a2 2 0 0 1-2 1.7H7",
    "down": "M17 13V4h3v9h-3zm0 0-4 8c-1.5 0-2.5-1-2.5-2.5V15h-5a2 2 0 0 1-2-2.3l1-7a2 2 0 0 1 "
    "2-1.7H17",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no answer, and what to do."""

    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what became of it; `done` once the answer is complete or given up.

    `limits` says to what the search was limited; `kept` is its number in the memory and `exports`
    the address of its files, without their suffix, once it is there.
    """

    id: str
    question: str
    answer: Answer | None = None
    problem: Problem | None = None
    done: bool = False
    verdict: Verdict | None = None
    feedback_problem: Problem | None = None
    limits: str = ""
    kept: int = 0
    exports: str = ""


def conversation_html(turns: Sequence[Turn]) -> str:
    """All turns, oldest first; the welcome when there is none."""
    if not turns:
        return _welcome()
    return f'{joined(map(_turn, turns))}<p class="unseen" role="status">{_status(turns[-1])}</p>'


def _welcome() -> str:
    buttons = joined(f"<li>{_question_button(question)}</li>" for question in EXAMPLES)
    return (
        '<section class="welcome"><h2>Coopérer entre structures de l’ESS</h2>'
        f"<p>{say('Pourquoi, comment, sous quelle forme juridique, avec quels effets sur les impôts et les salariés : posez votre question comme elle vient.')} "  # noqa: E501
        f"{say('Chaque phrase de la réponse montre la page dont elle vient ; quand le corpus ne répond pas, c’est dit, avec les personnes à qui demander.')}</p>"  # noqa: E501
        f'<h3>Pour essayer</h3><ul class="examples">{buttons}</ul></section>'
    )


def _question_button(question: str) -> str:
    return (
        f'<button type="button" class="ask" data-ask="{escape(question)}">{say(question)}</button>'
    )


def _status(turn: Turn) -> str:
    """What a screen reader announces."""
    if not turn.done:
        return say("Recherche en cours.")
    if turn.problem:
        return say("La question n'a pas pu être traitée.")
    answer = turn.answer
    if answer is None or answer.refused:
        return say("Pas de réponse dans le corpus.")
    return say(
        f"Réponse prête : phrases {len(answer.statements)}, sources {len(answer.citations)}."
    )


def _turn(turn: Turn) -> str:
    kind = "problem" if turn.problem else "refused" if _is_refused(turn) else "answered"
    asked = f'<h2 class="asked">{say(excerpt(turn.question, 400))}</h2>'
    return (
        f'<article class="turn {kind}" id="{turn.id}" data-turn="{turn.id}">'
        f"{asked if turn.question.strip() else ''}"
        f'<div class="answer" aria-busy="{"false" if turn.done else "true"}">'
        f'<div class="before">{_before(turn)}</div>'
        f'<div class="statements">{_statements(turn)}</div>'
        f'<div class="after">{_after(turn) if turn.done else ""}</div></div></article>'
    )


def _is_refused(turn: Turn) -> bool:
    return turn.answer is not None and turn.answer.refused


def problem_html(problem: Problem) -> str:
    """What is wrong, then the remedy."""
    return (
        f'<div class="notice error" role="alert"><p>{say(problem.message)}</p>'
        f'<p class="remedy">{say(problem.remedy)}</p></div>'
    )


def _before(turn: Turn) -> str:
    """What stands above the statements: problem, refusal, how the question was understood."""
    if turn.problem:
        return problem_html(turn.problem)
    answer = turn.answer
    if answer is None:
        return f'<p class="pending">{say("Recherche dans le corpus…")}</p>'
    understood = ""
    if french.fold(answer.understood_question) != french.fold(answer.question):
        understood = _understood(excerpt(answer.understood_question, 400))
    limits = (
        f'<p class="limits">{say(f"Recherche limitée à : {turn.limits}")}</p>'
        if turn.limits
        else ""
    )
    heading = "<h3>Pas de réponse dans le corpus</h3>" if answer.refused else ""
    message = f"<p>{say(answer.message)}</p>" if answer.message else ""
    notice = f'<div class="notice">{heading}{message}</div>' if heading or message else ""
    fallback = (
        f'<div class="notice fallback"><p>{say(answer.fallback_reason)}</p></div>'
        if answer.fallback_reason
        else ""
    )
    return understood + limits + fallback + notice


def _understood(question: str) -> str:
    """How the question was understood, and the form that corrects it."""
    return (
        f'<p class="understood">{say("Question comprise :")} {say(question)} '
        '<button type="button" class="plain-button correct" aria-expanded="false">Corriger'
        "</button></p>"
        f'<form class="correction" hidden><label>{say("La question telle que vous l’entendez")}'
        f'<textarea name="question" rows="2" maxlength="1000">{escape(question)}</textarea></label>'
        f'<button type="submit">{say("Reposer la question")}</button></form>'
    )


def _statements(turn: Turn) -> str:
    if turn.answer is None:
        return ""
    answer = joined(_statement(turn.id, statement) for statement in turn.answer.statements)
    more = joined(_statement(turn.id, statement) for statement in turn.answer.more)
    summary = f"<summary>{say(MORE)}</summary>"
    return answer + (f'<details class="more">{summary}{more}</details>' if more else "")


def _statement(turn_id: str, statement: Statement) -> str:
    return f'<p class="statement {statement.support}">{said_html(turn_id, statement)}</p>'


def said_html(turn_id: str, statement: Statement) -> str:
    """The sentence with its numbers; its last word and they stay on one line."""
    cites = joined(cite_html(turn_id, citation) for citation in statement.citations)
    mark = _badge(statement)
    whole, _, last = statement.text.rpartition("\n")
    start = match.start() if (match := _LAST_WORD.search(last)) else len(last)
    tail = f'{held(last[:start])}<span class="tail">{escape(last[start:])} {cites}{mark}</span>'
    return f'{lines(whole)}<span class="item">{tail}</span>' if whole else tail


def _badge(statement: Statement) -> str:
    """What is known of the sentence beyond its citations, and what is missing of it."""
    badge = _SUPPORT.get(statement.support)
    if not badge:
        return ""
    doubt = f'<span class="unseen"> ({say(statement.doubt)})</span>' if statement.doubt else ""
    return f'<span class="badge" title="{say(statement.doubt)}">{say(badge)}{doubt}</span>'


def cite_html(turn_id: str, citation: Citation) -> str:
    """The number of a citation, which opens it in the pane of sources."""
    page = page_reference(citation.page_label, citation.page_index)
    name = f"Source {citation.number} : {citation.document.title}, {page}"
    return (
        f'<button type="button" class="cite" data-turn="{turn_id}" '
        f'data-number="{citation.number}" aria-label="{say(name)}" title="{say(name)}">'
        f"{citation.number}</button>"
    )


def _after(turn: Turn) -> str:
    """What stands below a complete answer."""
    answer = turn.answer
    if answer is None or turn.problem:
        return ""
    return joined((
        _warnings(answer),
        _comparison(answer),
        _orientation(answer),
        _suggestions(answer),
        _footer(turn, answer),
    ))  # fmt: skip


def _warnings(answer: Answer) -> str:
    return joined(f'<p class="warning">{say(warning)}</p>' for warning in answer.warnings)


def _comparison(answer: Answer) -> str:
    """The way to the grid, where a question sets forms against each other."""
    forms = ",".join(compared_forms(answer.understood_question))
    link_ = f'<a href="/{COMPARISON_PATH}?formes={forms}">{say("Comparer ces formes")}</a>'
    return f'<p class="comparison">{link_}</p>' if forms else ""


def _orientation(answer: Answer) -> str:
    if not answer.orientation:
        return ""
    items = joined(
        f"<li>{link(orientation.url, orientation.actor)}<p>{say(orientation.why)}</p></li>"
        for orientation in answer.orientation
    )
    title = "À qui demander" if answer.refused else "Pour vérifier, ou aller plus loin"
    return f'<section class="orientation"><h3>{say(title)}</h3><ul>{items}</ul></section>'


def _suggestions(answer: Answer) -> str:
    if not answer.suggestions:
        return ""
    items = joined(f"<li>{_question_button(text)}</li>" for text in answer.suggestions)
    return f'<section class="next"><h3>Pour continuer</h3><ul>{items}</ul></section>'


def _footer(turn: Turn, answer: Answer) -> str:
    notes = []
    if answer.statements and answer.mode == "verbatim":
        notes.append("Phrases citées mot à mot ; un clic sur un numéro montre la page.")
    elif answer.statements:
        notes.append("Phrases écrites par un modèle de langage et comparées aux pages citées.")
    notes.append(NOTICE)
    return (
        f'<footer><p class="fine">{say(" ".join(notes))}</p>'
        f'<div class="tools">{_copy(answer)}{exports_html(turn.exports)}</div>'
        f"{_feedback(turn)}</footer>"
    )


def _copy(answer: Answer) -> str:
    """The button that copies the answer, and the text it copies."""
    if not answer.statements:
        return ""
    return (
        f'<button type="button" class="plain-button copy">{say("Copier avec les sources")}</button>'
        f'<span class="copied" role="status"></span>'
        f'<pre class="plain" hidden>{escape(text_with_sources(answer))}</pre>'
    )


def exports_html(address: str) -> str:
    """The menu of the files that can be made, or "" where there is nothing to make them of."""
    if not address:
        return ""
    items = joined(
        f'<li><a href="{escape(address)}.{suffix}" download>{say(name)}</a></li>'
        for suffix, name in FORMATS.items()
    )
    return (
        '<details class="menu"><summary class="plain-button">Exporter</summary>'
        f"<ul>{items}</ul></details>"
    )


def _feedback(turn: Turn) -> str:
    if turn.verdict:
        return f'<p class="thanks" role="status">{say("Merci ! Votre avis est gardé sur le serveur de cet assistant, avec la question et la réponse.")}</p>'  # noqa: E501
    problem = turn.feedback_problem
    refused = problem_html(problem) if problem else ""
    thumbs = _thumb("up", "Réponse utile") + _thumb("down", "Réponse à revoir")
    reasons = joined(f"<option>{say(reason)}</option>" for reason in REASONS)
    options = f'<option value="">{say("Choisir…")}</option>{reasons}'
    return (
        f'{refused}<div class="feedback" data-turn="{turn.id}">'
        f'<div class="thumbs" role="group" aria-label="Votre avis">{thumbs}</div>'
        '<form class="reason" hidden>'
        f'<label class="why">{say("Ce qui ne va pas")}'
        f'<select name="kind">{options}</select></label>'
        f"<label>{say('En quelques mots (facultatif)')}"
        '<textarea name="words" rows="2" maxlength="1500"></textarea></label>'
        f'<button type="submit">{say("Envoyer mon avis")}</button></form></div>'
    )


def _thumb(verdict: Verdict, name: str) -> str:
    return (
        f'<button type="button" class="thumb" data-verdict="{verdict}" aria-pressed="false" '
        f'aria-label="{name}" title="{name}"><svg viewBox="0 0 24 24" aria-hidden="true">'
        f'<path d="{_THUMBS[verdict]}"/></svg></button>'
    )
