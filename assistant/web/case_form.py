"""The form that turns a reader's opinion into a case of the evaluation set."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from assistant.web.markup import excerpt, joined, say
from corpus.subjects import THEMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.memory import Feedback

REFUSAL = "refusal"
_EMPTY_ROWS = 2  # places for quotes that the answer lacked
_EXTRA = "+ "


def case_form_html(
    opinion: Feedback,
    fields: Mapping[str, Any],
    kinds: Mapping[str, str],
    titles: Mapping[str, str],
) -> str:
    """The form, filled with what the opinion suggests; `titles` are the library's documents."""
    points = "\n".join(
        f"{'' if point.get('vital', True) else _EXTRA}{' '.join(point['text'].split())}"
        for point in fields.get("points", ())
    )
    quotes = [*fields.get("evidence", ()), *({} for _ in range(_EMPTY_ROWS))]
    rows = joined(_quote(number, quote, titles) for number, quote in enumerate(quotes, 1))
    why = f"Avis : {opinion.reason}." if opinion.reason else "Avis sans explication."
    why = f"{why} Question comprise : {opinion.answer['understood_question']}"
    return (
        f'<form class="case-form" data-opinion="{opinion.id}"><h3>{say("Nouveau cas")}</h3>'
        f'<p class="quiet">{say(why)}</p>'
        f"<label>Question<textarea name='question' rows='2' required>"
        f"{escape(fields['question'])}</textarea></label>"
        f"<label>{say('Questions posées avant, une par ligne (facultatif)')}"
        '<textarea name="turns" rows="1"></textarea></label>'
        f'<div class="pair">{_select("Thème", "theme", THEMES, fields["theme"])}'
        f"{_select('Genre', 'kind', kinds, fields['kind'])}</div>"
        f"<label>{say('Ce qu’une bonne réponse dit, un point par ligne (« + » devant un point facultatif) ; rien si la question est à refuser')}"  # noqa: E501
        f'<textarea name="points" rows="5">{escape(points)}</textarea></label>'
        f"<fieldset><legend>{say('Les phrases exactes qui le disent, et leur page dans le PDF')}"
        f"</legend>{rows}</fieldset>"
        '<label>Votre nom<input name="reviewer" required autocomplete="name"></label>'
        '<button type="submit" class="main-button">Ajouter le cas</button></form>'
    )


def _select(label: str, name: str, choices: Mapping[str, str], chosen: str) -> str:
    options = joined(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{say(told)}'
        "</option>"
        for value, told in choices.items()
    )
    return f'<label>{say(label)}<select name="{name}">{options}</select></label>'


def _quote(number: int, quote: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    named = {"": "Aucun document", **{id_: excerpt(title, 60) for id_, title in titles.items()}}
    page = quote.get("page", "")
    return (
        f'<div class="quote" role="group" aria-label="{say(f"Phrase {number}")}">'
        f"{_select('Document', 'document', named, quote.get('document', ''))}"
        f'<label>Page<input name="page" type="number" min="1" value="{page}"></label>'
        f'<label class="wide">Phrase<textarea name="quote" rows="2">'
        f"{escape(quote.get('quote', ''))}</textarea></label></div>"
    )


def case_fields(suggested: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the case: what was suggested, replaced by what the form says.

    Args:
        suggested: what `Evaluation.draft` gave.
        told: question, turns (text), theme, kind, points (text), quotes (document, page, quote).
    """
    texts = {name: str(told.get(name, "")).strip() for name in ("question", "theme", "kind")}
    case = {**suggested, **texts, "answerable": texts["kind"] != REFUSAL}
    case["turns"] = [line.strip() for line in str(told.get("turns", "")).splitlines()]
    case["turns"] = [line for line in case["turns"] if line]
    case["points"] = _points(str(told.get("points", "")))
    case["evidence"] = _quotes(told.get("quotes", ()))
    return {name: value for name, value in case.items() if value not in ("", [])}


def _points(text: str) -> list[dict[str, Any]]:
    lines = (line.strip() for line in text.splitlines())
    return [
        {"text": line.removeprefix(_EXTRA), "vital": not line.startswith(_EXTRA)}
        for line in lines
        if line
    ]


def _quotes(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "document": str(quote.get("document", "")),
            "page": int(page) if (page := str(quote.get("page", ""))).isdigit() else 0,
            "quote": str(quote["quote"]).strip(),
        }
        for quote in told
        if str(quote.get("quote", "")).strip()
    ]
