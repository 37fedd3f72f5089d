"""The sources of answers as HTML: which document, page and words, and how far to trust them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from assistant.page_view import Place
from assistant.references import OWN_LABEL, elsewhere_lines, page_reference, provenance
from assistant.web.markup import excerpt, joined, lines, link, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.types import Citation
    from assistant.web.conversation import Turn
    from corpus.types import Document, Source

PAGE_ROUTE = "/page.png"
PDF_ROUTE = "/document.pdf"

BACK = "Retour à la réponse"

_MOST_DOCUMENTS = 12


def page_url(place: Place) -> str:
    """The address of the image of a page with a quote marked."""
    query = urlencode({
        "document": place.document_id,
        "page": place.page_index,
        "start": place.start,
        "end": place.end,
        "check": place.check,
    })  # fmt: skip
    return f"{PAGE_ROUTE}?{query}"


def pdf_url(document_id: str, page_index: int) -> str:
    """The address of a document's PDF, opened at a page."""
    return f"{PDF_ROUTE}?{urlencode({'document': document_id})}#page={page_index + 1}"


def sources_html(turns: Sequence[Turn]) -> str:
    """A panel of sources for each turn, the latest shown; the page's script shows another."""
    return joined(_panel(turn, shown=turn is turns[-1]) for turn in turns)


def shelf_html(documents: Sequence[Document]) -> str:
    """What the corpus holds, shown before any question."""
    if not documents:
        return (
            '<section class="shelf"><h2>Le corpus est vide</h2>'
            f"<p>{say('Ajoutez des documents : coop ingest FICHIER.pdf')}</p></section>"
        )
    rows = joined(
        f'<li><a href="{escape(pdf_url(document.id, 0))}" target="_blank" rel="noopener">'
        f"{say(excerpt(document.title, 110))}</a>"
        f"<small>{escape(provenance(document))}</small></li>"
        for document in documents[:_MOST_DOCUMENTS]
    )
    more = len(documents) - _MOST_DOCUMENTS
    rest = f'<p class="quiet">{say(f"et {more} autres.")}</p>' if more > 0 else ""
    return (
        f'<section class="shelf"><h2>{say("Ce que l’assistant a lu")}</h2>'
        f"<p>{say('Les sources d’une réponse s’affichent ici, avec l’image de la page.')}</p>"
        f"<ul>{rows}</ul>{rest}</section>"
    )


def _panel(turn: Turn, *, shown: bool) -> str:
    citations = turn.answer.citations if turn.answer else ()
    nothing = f"<p>{say('Aucune : rien n’est affirmé sans page à l’appui.')}</p>"
    body = cards_html(turn.id, citations) if citations else nothing if turn.done else ""
    return (
        f'<section class="panel" data-turn="{turn.id}"{"" if shown else " hidden"}>'
        f'<h2>Sources</h2><p class="about">{say(excerpt(turn.question, 90))}</p>{body}</section>'
    )


def cards_html(turn_id: str, citations: Sequence[Citation], back: str = BACK) -> str:
    """A list of sources; the page's script opens one by the number of its citation."""
    return f"<ol>{joined(_card(turn_id, citation, back) for citation in citations)}</ol>"


def _card(turn_id: str, citation: Citation, back: str) -> str:
    document = citation.document
    label = f'<p class="own">{say(OWN_LABEL)}</p>' if document.own else ""
    warnings = joined(f'<p class="warning">{say(text)}</p>' for text in citation.warnings)
    others = joined(f'<p class="elsewhere">{say(text)}</p>' for text in elsewhere_lines(citation))
    page = page_reference(citation.page_label, citation.page_index)
    which = f'data-turn="{turn_id}" data-number="{citation.number}"'
    return (
        f'<li class="source" id="{turn_id}-s{citation.number}" data-number="{citation.number}">'
        f'<h3><span class="number">{citation.number}</span>'
        f"<span>{say(document.title)}</span></h3>"
        f'<p class="meta">{escape(provenance(document))} · <b>{say(page)}</b></p>{label}'
        f"<blockquote>{lines(citation.quote)}</blockquote>{others}{warnings}"
        f"{_primary(citation.sources)}{_address(document)}"
        f'<div class="actions"><button type="button" class="show" aria-expanded="false" {which}>'
        f"Voir la page</button>"
        f'<button type="button" class="back" {which}>{say(back)}</button></div>'
        f'<div class="page" data-image="{escape(page_url(Place.of(citation)))}" '
        f'data-document="{escape(document.id)}" data-index="{citation.page_index}" '
        f'data-name="{say(document.title)}"></div></li>'
    )


def _address(document: Document) -> str:
    if not document.source_url:
        return ""
    return f'<p class="address">{link(document.source_url, "Document d’origine")}</p>'


def _primary(sources: Sequence[Source]) -> str:
    """The articles and pages on which a sentence of a fiche rests."""
    if not sources:
        return ""
    items = joined(f"<li>{_source(source)}</li>" for source in sources)
    return f'<div class="primary"><h4>{say("Cette phrase repose sur")}</h4><ul>{items}</ul></div>'


def _source(source: Source) -> str:
    details = dict.fromkeys((source.publisher, source.date, source.read))
    return link(source.url, source.title) + "".join(
        f"<small>{say(part)}</small>" for part in details if part
    )
