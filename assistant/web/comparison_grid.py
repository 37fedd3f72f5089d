"""Forms compared, as HTML: what can be chosen, and the grid of cited cells."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from assistant.comparison import FEWEST, MOST
from assistant.criteria import criteria
from assistant.handout import NOT_FOUND
from assistant.references import NOTICE
from assistant.web.conversation import COMPARISON_PATH, exports_html, said_html
from assistant.web.markup import joined, say
from corpus.subjects import FORMS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from assistant.comparison import Cell, Comparison
    from assistant.types import Statement

GRID = "grille"
"""What the citations of the grid are called among the sources."""

EXPORT_ROUTE = "/grille"
UNDOCUMENTED = "Aucun document de la bibliothèque ne porte sur cette forme."

_READY = {
    "Partager des salariés": "groupement-employeurs,association-ensembliere,mise-a-disposition",
    "Mettre des services en commun": "gie,union-cooperatives-ues,association-ensembliere",
    "Décider avec usagers, salariés, collectivités": "scic,scop,association-ensembliere",
    "Coopérer dans le médico-social": "gcsms,gie,mandat-gestion,fusion-scission-apa",
    "Du plus léger au plus engageant": "convention-partenariat,association-ensembliere,"
    "fusion-scission-apa",
    "Acheter ou occuper un lieu": "sci-fonciere,scic,tiers-lieu",
}
"""Comparisons to begin with."""


def export_address(comparison: Comparison) -> str:
    """The address of the grid's files, without their suffix."""
    keys = ",".join(criterion.key for criterion in comparison.criteria)
    return f"{EXPORT_ROUTE}/{','.join(comparison.forms)}/{keys}"


# --- choosing -----------------------------------------------------------------------------------


def chooser_html(
    documented: Collection[str], forms: Collection[str], keys: Collection[str], *, opened: bool
) -> str:
    """The form: which forms, on which criteria; `documented` forms are those with a document."""
    boxes = joined(
        _box("forms", form, name, form in forms, "" if form in documented else "aucun document")
        for form, name in FORMS.items()
    )
    rows = joined(
        _box("criteria", key, criterion.title, key in keys, criterion.question)
        for key, criterion in criteria().items()
    )
    asked = say(f"Formes à comparer, de {FEWEST} à {MOST}")
    return (
        f'<h2>{say("Comparer les formes")}</h2><p class="lead">'
        f"{say('Chaque case cite un document, à sa page. Une case sans preuve le dit.')}</p>"
        f'<details class="chooser"{" open" if opened else ""}><summary class="secondary">'
        f"{say('Choisir les formes et les critères')}</summary>"
        f"<form>{_ready()}<fieldset><legend>{asked}</legend>"
        f'<div class="boxes">{boxes}</div></fieldset>'
        f'<details class="criteria"><summary>{say("Critères")} '
        f'<span class="count"></span></summary><fieldset><legend class="unseen">Critères</legend>'
        f'<div class="boxes">{rows}</div><button type="button" class="plain-button all">'
        f"{say('Tout cocher')}</button></fieldset></details>"
        '<div class="go"><button type="submit" class="main-button">Comparer</button>'
        '<span class="chosen-count" role="status"></span></div></form></details>'
    )


def _box(name: str, value: str, told: str, checked: bool, note: str) -> str:
    small = f"<small>{say(note)}</small>" if note else ""
    return (
        f'<label><input type="checkbox" name="{name}" value="{escape(value)}"'
        f"{' checked' if checked else ''}><span>{say(told)}{small}</span></label>"
    )


def _ready() -> str:
    """Links to comparisons to begin with."""
    links = joined(
        f'<li><a href="/{COMPARISON_PATH}?formes={forms}">{say(told)}</a></li>'
        for told, forms in _READY.items()
    )
    return f'<section class="ready"><h3>Pour commencer</h3><ul>{links}</ul></section>'


# --- the grid -----------------------------------------------------------------------------------


def grid_html(comparison: Comparison) -> str:
    """The grid as a table. Roles are told, since on a phone its parts are shown as blocks."""
    head = joined(_column(form, comparison) for form in comparison.forms)
    rows = joined(map(_row, comparison.rows))
    missing = sum(not cell.statements for row in comparison.rows for cell in row)
    told = f"{len(comparison.forms)} formes, {len(comparison.criteria)} critères"
    absent = {0: "", 1: ", 1 case sans réponse"}.get(missing, f", {missing} cases sans réponse")
    forms = ",".join(comparison.forms)
    names = ", ".join(FORMS[form] for form in comparison.forms)
    exports = exports_html(export_address(comparison))
    return (
        f'<div class="grid-bar"><p class="told" role="status" tabindex="-1" data-forms="{forms}">'
        f'{say(told + absent)}</p><div class="tools">{exports}</div></div>'
        '<div class="grid-window" tabindex="0" role="region" aria-labelledby="grid-caption">'
        '<table class="forms" role="table">'
        f'<caption id="grid-caption">{say(f"Comparaison : {names}")}</caption>'
        '<thead role="rowgroup"><tr role="row">'
        f'<th scope="col" role="columnheader">Critère</th>{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
        f'<p class="fine">{say(f"Phrases citées mot à mot ; un clic sur un numéro montre la page. {NOTICE}")}</p>'  # noqa: E501
    )


def _column(form: str, comparison: Comparison) -> str:
    bare = form in comparison.undocumented
    note = f"<small>{say(UNDOCUMENTED)}</small>" if bare else ""
    return f'<th scope="col" role="columnheader">{say(FORMS[form])}{note}</th>'


def _row(cells: Sequence[Cell]) -> str:
    criterion = cells[0].criterion
    body = joined(map(_cell, cells))
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{say(criterion.title)}'
        f"<small>{say(criterion.question)}</small></th>{body}</tr>"
    )


def _cell(cell: Cell) -> str:
    absent = f'<p class="absent">{say(NOT_FOUND)}</p>'
    body = joined(map(_statement, cell.statements)) or absent
    return (
        f'<td role="cell"><b class="form" aria-hidden="true">{say(FORMS[cell.form])}</b>{body}</td>'
    )


def _statement(statement: Statement) -> str:
    warned = any(citation.warnings for citation in statement.citations)
    mark = f' <span class="badge">{say("à revérifier")}</span>' if warned else ""
    return f"<p>{said_html(GRID, statement)}{mark}</p>"
