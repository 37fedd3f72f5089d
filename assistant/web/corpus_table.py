"""The documents of the corpus as HTML: what each is, its state, what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from assistant.references import OWN_LABEL
from assistant.web.markup import joined, link, say
from assistant.web.sources import pdf_url

if TYPE_CHECKING:
    from assistant.web.context import Added, Listed
    from corpus.types import Document

MISSING = "à fournir"
AVAILABLE = "disponible"

_COMMAND = re.compile(r"(, puis)?( ajoutez votre PDF)? : coop ingest .*$")
_CHANGES = {
    "new": "ajouté",
    "changed": "mis à jour",
    "unchanged": "déjà dans la bibliothèque",
    "duplicate": "déjà dans la bibliothèque sous un autre nom",
    "failed": "illisible",
    "removed": "retiré",
}
_STATES = {
    "read": ("page lue", "pages lues"),
    "second": ("page lue par pypdf", "pages lues par pypdf"),
    "recognised": ("page reconnue par OCR", "pages reconnues par OCR"),
    "empty": ("page vide", "pages vides"),
    "waiting": ("page à lire par reconnaissance de caractères",) * 2,
    "failed": ("page en échec", "pages en échec"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the library tells of a document: its pages, and the reforms it is too old to know."""

    pages: int
    reforms: tuple[str, ...] = ()


def documents_html(rows: Sequence[Listed], known: Mapping[str, Known]) -> str:
    """Three lists: the user's own documents, those to be supplied, our fiches."""
    own = [row for row in rows if row.document.own]
    missing = [row for row in rows if row.state == MISSING]
    supplied = [row for row in rows if not row.document.own and row.state != MISSING]
    pages = sum(of.pages for of in known.values())
    return (
        f'<p class="lead">{say(f"{len(own) + len(supplied)} documents au corpus, {pages} pages.")}'
        f"</p><section><h3>{say(f'Vos documents ({len(supplied)})')}</h3>"
        f"{_table(supplied, known, removable=True) if supplied else _no_document()}</section>"
        f"<section><h3>{say(f'À fournir ({len(missing)})')}</h3>"
        f'<p class="quiet">{say(_MISSING_NOTE)}</p>{_missing(missing)}</section>'
        f"<section><h3>{say(f'Fiches du projet ({len(own)})')}</h3>"
        f'<p class="quiet">{say(f"{OWN_LABEL} ; chaque phrase renvoie à sa source.")}</p>'
        f"<details><summary>{say('Voir les fiches')}</summary>{_table(own, known)}</details>"
        "</section>"
    )


_MISSING_NOTE = (
    "Ces publications utiles ne peuvent pas être fournies avec l'assistant. Obtenez-les comme il "
    "est dit, puis ajoutez-les : elles seront reconnues."
)


def _no_document() -> str:
    words = "Aucun pour l'instant. Ajoutez un PDF ci-dessus : il sera cité comme les autres."
    return f'<p class="quiet empty">{say(words)}</p>'


def _table(rows: Sequence[Listed], known: Mapping[str, Known], *, removable: bool = False) -> str:
    heads = ["Document", "Année", "Pages", "Licence", "État", *(["Action"] if removable else [])]
    head = joined(f'<th scope="col">{say(name)}</th>' for name in heads)
    body = joined(_row(row, known.get(row.document.id), removable=removable) for row in rows)
    return f'<table class="grid"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(row: Listed, known: Known | None, *, removable: bool) -> str:
    document = row.document
    title = (
        f'<a href="{escape(pdf_url(document.id, 0))}" target="_blank" rel="noopener">'
        f"{say(document.title)}</a>"
        if row.state == AVAILABLE
        else say(document.title)
    )
    remedy = f'<p class="remedy">{say(row.remedy)}</p>' if row.remedy else ""
    cells = [
        ("Année", say(document.year or "sans date")),
        ("Pages", str(known.pages) if known else "—"),
        ("Licence", say(document.licence or "non précisée")),
        ("État", f'<span class="state {_class(row.state)}">{say(row.state)}</span>'),
    ]
    if removable:
        cells.append(("Action", _remove_button(document)))
    told = joined(f'<td data-label="{say(name)}">{cell}</td>' for name, cell in cells)
    return (
        f'<tr id="doc-{escape(document.id)}"><th scope="row">{title}'
        f"<small>{say(document.publisher)}</small>{_reforms(known)}{remedy}</th>{told}</tr>"
    )


def _class(state: str) -> str:
    return "good" if state == AVAILABLE else "wrong"


def _remove_button(document: Document) -> str:
    return (
        f'<button type="button" class="plain-button remove" data-document="{escape(document.id)}" '
        f'aria-label="{say(f"Retirer {document.title}")}">Retirer</button>'
    )


def _reforms(known: Known | None) -> str:
    if known is None or not known.reforms:
        return ""
    items = joined(f"<li>{say(told)}</li>" for told in known.reforms)
    count = len(known.reforms)
    name = "une réforme" if count == 1 else f"{count} réformes"
    return (
        f'<details class="reforms"><summary class="warning">{say(f"Antérieur à {name}")}</summary>'
        f"<ul>{items}</ul></details>"
    )


def _missing(rows: Sequence[Listed]) -> str:
    items = joined(
        f"<li><b>{say(row.document.title)}</b> "
        f"<small>{say(', '.join(p for p in (row.document.publisher, row.document.year) if p))}"
        f"</small><p>{say(_how(row.remedy))} "
        f"{link(row.document.source_url, 'Voir la page') if row.document.source_url else ''}</p>"
        "</li>"
        for row in rows
    )
    return f'<ul class="missing">{items}</ul>'


def _how(remedy: str) -> str:
    """How to obtain a document, told to somebody who is on this page."""
    return _COMMAND.sub(", puis ajoutez-le ci-dessus", remedy).rstrip(".") + "."


def report_html(added: Added) -> str:
    """What became of a file that was added."""
    pages = ", ".join(f"{count} {_STATES[s][count > 1]}" for s, count in added.pages.items())
    told = f"« {added.title} » : {_CHANGES.get(added.change, added.change)}"
    counts = f" ({pages})" if pages else ""
    problems = joined(f"<li>{say(problem)}</li>" for problem in added.problems)
    kind = "error" if added.change == "failed" else "done"
    lost = f"<ul>{problems}</ul>" if problems else ""
    return f'<div class="notice {kind}"><p>{say(f"{told}{counts}.")}</p>{lost}</div>'
