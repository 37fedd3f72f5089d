"""The last evaluation and readers' opinions as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from assistant.references import page_reference
from assistant.web.markup import excerpt, joined, say
from corpus.subjects import THEMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.memory import Feedback

REPORT_ROUTE = "/evaluation.html"

_MOST = 50
_SPLITS = {"dev": "mise au point", "test": "test", "all": "tous les cas"}
_LEAD = (
    "Ce que valent les réponses, mesuré sur des questions dont la bonne réponse et sa page sont "
    "connues, et ce que des lecteurs en ont dit."
)


def evaluation_html(last: Mapping[str, Any] | None) -> str:
    """The figures of a run (`evals/service.py` tells its keys), or how to make one."""
    head = f'<p class="lead">{say(_LEAD)}</p><section><h3>{say("Dernière évaluation")}</h3>'
    if last is None:
        how = "Aucune n'a été faite sur cette machine. Pour en faire une : coop eval run"
        return f'{head}<p class="quiet empty">{say(how)}</p></section>'
    day = "/".join(last["started"][:10].split("-")[::-1])
    told = (
        f"Le {day}, {last['cases']} questions ({_SPLITS.get(last['split'], last['split'])}) : "
        f"{last['answerable']} dont la réponse est au corpus, {last['unanswerable']} à refuser."
    )
    return (
        f'{head}<p class="quiet">{say(told)} '
        f'<a href="{REPORT_ROUTE}">{say("Le rapport entier, avec chaque cas")}</a></p>'
        f"{_measures(last['measures'])}<details><summary>Par thème</summary>"
        f"{_themes(last['heads'], last['themes'])}</details></section>"
    )


def _measures(rows: Sequence[Mapping[str, Any]]) -> str:
    heads = ("Mesure", "Valeur", "Intervalle à 95 %", "n", "But")
    body = joined(
        f'<tr><th scope="row">{say(row["label"])}</th>{_number(row["value"])}'
        f"{_number(row['interval'])}{_number(row['n'])}"
        f'<td class="number">{say(row["goal"])} {_met(row["met"])}</td></tr>'
        for row in rows
    )
    return _figures(heads, body)


def _met(met: bool | None) -> str:
    if met is None:
        return ""
    told, kind = ("atteint", "good") if met else ("manqué", "wrong")
    return f'<span class="state {kind}">{told}</span>'


def _themes(heads: Sequence[str], themes: Mapping[str, Sequence[str]]) -> str:
    body = joined(
        f'<tr><th scope="row">{say(THEMES.get(theme, theme))}</th>'
        f"{joined(map(_number, values))}</tr>"
        for theme, values in themes.items()
    )
    return _figures(("Thème", *heads), body)


def _figures(heads: Sequence[str], body: str) -> str:
    """A table of figures, which scrolls by itself where it is too wide."""
    first, *others = heads
    head = f'<th scope="col">{say(first)}</th>' + joined(
        f'<th scope="col" class="number">{say(name)}</th>' for name in others
    )
    return (
        '<div class="scrolling" tabindex="0" role="group" aria-label="Tableau de mesures">'
        f'<table class="grid figures"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        "</table></div>"
    )


def _number(text: str) -> str:
    return f'<td class="number">{say(text)}</td>'


def complaints_html(opinions: Sequence[Feedback]) -> str:
    """The answers that readers judged, complaints first, each with the way to a case."""
    bad = [seen for seen in opinions if seen.verdict == "down"]
    good = len(opinions) - len(bad)
    told = f"{len(bad)} réponses à revoir, {good} réponses utiles."
    items = joined(map(_complaint, bad[:_MOST]))
    shown = f'<ul class="complaints">{items}</ul>' if items else _nothing()
    return (
        f"<section><h3>{say('Réponses à revoir')}</h3>"
        f'<p class="quiet">{say(told)}</p>{shown}</section>'
    )


def _nothing() -> str:
    words = "Personne n'a encore signalé de réponse : le pouce vers le bas, sous une réponse."
    return f'<p class="quiet empty">{say(words)}</p>'


def _complaint(seen: Feedback) -> str:
    day = "/".join(seen.created[:10].split("-")[::-1])
    reason = f'<p class="why">{say(seen.reason)}</p>' if seen.reason else ""
    pages = joined(
        f"<li>{say(c['title'])}, {say(page_reference(c['page_label'], c['page_index']))}</li>"
        for c in seen.answer["citations"]
    )
    return (
        f'<li><h4>{say(excerpt(seen.question, 300))}</h4><p class="quiet">{escape(day)}</p>{reason}'
        f"<details><summary>{say('La réponse donnée')}</summary>"
        f'<p class="given">{escape(seen.answer["text"])}</p><ul>{pages}</ul></details>'
        f'<button type="button" class="secondary make-case" data-opinion="{seen.id}">'
        "En faire un cas</button></li>"
    )
