"""Next questions that the corpus can answer, from the sections of the document just cited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.french import plain

if TYPE_CHECKING:
    from assistant.types import Answer
    from corpus.library import Library

MOST = 3

# Fixed headings of the fiches, and the question each section answers ("du GIE", "le GIE").
_QUESTIONS = {
    "Qui peut en être membre": "Qui peut être membre {of} ?",
    "Création": "Quelles sont les étapes de création {of} ?",
    "Responsabilité des membres": "Qui est responsable des dettes {of} ?",
    "Fiscalité": "Quelle est la fiscalité {of} ?",
    "Salariés": "Quelles conséquences pour les salariés {of} ?",
    "En sortir": "Comment sortir {of} ?",
    "À ne pas confondre avec": "Avec quoi ne pas confondre {the} ?",
}
_ARTICLES = {"le ": "du ", "la ": "de la ", "les ": "des ", "l'": "de l'"}


def suggest(answer: Answer, library: Library) -> tuple[str, ...]:
    """Up to three questions about the first cited document, on sections not cited yet."""
    if not answer.citations:
        return ()
    document = answer.citations[0].document
    the = re.sub(r"\s*\([^)]*\)", "", plain(document.title))
    the = the[:1].lower() + the[1:]
    article = next((a for a in _ARTICLES if the.startswith(a)), None)
    if article is None:
        return ()
    of = _ARTICLES[article] + the.removeprefix(article)
    passages = library.passages(document.id)
    used = {hit.passage.heading_path[-1:] for hit in answer.hits[:3]}
    headings = dict.fromkeys(p.heading_path[-1:] for p in passages if p.heading_path)
    fresh = [heading[0] for heading in headings if heading not in used]
    found = [_QUESTIONS[name].format(of=of, the=the) for name in fresh if name in _QUESTIONS]
    return tuple(found[:MOST])
