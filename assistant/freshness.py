"""What a reader must know of the age of a quoted text: reforms that it is too old to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.reforms import reforms_after, reforms_on

if TYPE_CHECKING:
    from corpus.reforms import Reform
    from corpus.types import Document


def warnings(document: Document, text: str, around: str = "") -> tuple[str, ...]:
    """French sentences, newest reform first; `around` holds the headings the text stands under.

    An undated document may know the reforms that touch the text: only the newest is named.
    """
    if not document.published:
        return tuple(
            f"Document sans date : vérifiez qu'il tient compte de la réforme {_told(reform)}."
            for reform in reforms_on(text, around)[-1:]
        )
    return tuple(
        f"Document {_of(document, reform)}, antérieur à la réforme {_told(reform)} : à revérifier."
        for reform in reversed(reforms_after(document, text, around))
    )


def _told(reform: Reform) -> str:
    """The date and what changed: "du 01/01/2016 (fin de …)"."""
    return f"{_when(reform.date)} ({reform.title})"


def _of(document: Document, reform: Reform) -> str:
    """When the document is from: its year, or more where the reform is of the same year."""
    same_year = document.year == reform.date[:4]
    return _when(document.published if same_year else document.year)


def _when(iso: str) -> str:
    """A date as French reads it: "de 2016", "de 09/2016", "du 01/09/2016"."""
    parts = iso.split("-")[::-1]
    return ("du " if len(parts) == 3 else "de ") + "/".join(parts)
