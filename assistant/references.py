"""How a citation is told in words: which page, which document, of which year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.types import Answer, Citation, Elsewhere
    from corpus.types import Document

OWN_LABEL = "Fiche du projet, non relue par un juriste"
MORE = "En savoir plus"
NOTICE = "Une orientation, pas un conseil juridique."

_NO_BREAK = "\u00a0"


def page_reference(label: str, index: int) -> str:
    """The printed number of a page, and its place in the PDF when that is another one.

    ("12", 13) -> "p. 12 (page 14 du PDF)"; ("14", 13) -> "p. 14"; ("", 13) -> "page 14 du PDF".
    """
    number = str(index + 1)
    if not label:
        return f"page{_NO_BREAK}{number} du PDF"
    printed = f"p.{_NO_BREAK}{label}"
    return printed if label == number else f"{printed} (page{_NO_BREAK}{number} du PDF)"


def provenance(document: Document) -> str:
    """The publisher and the year: "France Active · 2015"; "sans date" where none is known."""
    parts = (document.publisher, document.year or "sans date")
    return " · ".join(part for part in parts if part)


def source_line(source: Citation | Elsewhere) -> str:
    """A source in one line: title, publisher, year, page."""
    document = source.document
    parts = [
        document.title,
        document.publisher,
        document.year or "sans date",
        page_reference(source.page_label, source.page_index),
    ]
    return ", ".join(part for part in parts if part)


def elsewhere_lines(citation: Citation) -> list[str]:
    """What tells that the same words stand in other files, a line for each."""
    return [f"Dit aussi dans : {source_line(other)}." for other in citation.elsewhere]


def text_with_sources(answer: Answer) -> str:
    """An answer as plain text, its sources below, for the clipboard."""
    lines = [answer.question, "", answer.text]
    if answer.citations:
        lines += ["", "Sources"]
    for citation in answer.citations:
        lines.append(f"[{citation.number}] {source_line(citation)}")
        if citation.document.source_url:
            lines.append(f"    {citation.document.source_url}")
        lines.extend(f"    {note}" for note in (*elsewhere_lines(citation), *citation.warnings))
    return "\n".join([*lines, "", NOTICE])
