"""What the corpus says for a brief: statements by theme, questions for the group, risks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from assistant.brief.needs import questions_by_theme
from assistant.brief.sections import (
    RISKS,
    nearest,
    questions_in,
    stands_alone,
    statements_in,
)
from assistant.dialogue import find
from assistant.question import read_question
from assistant.verbatim import compose
from corpus.types import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.brief.needs import Need
    from assistant.brief.sections import Found, Said
    from assistant.types import Statement
    from corpus.library import Library
    from corpus.types import Document

OF_A_QUESTION = 2
"""Statements kept of what the corpus answers to one question."""

OF_A_FORM = 2
"""Questions, and points of vigilance, of one form."""

NEAR = 0.62
"""Nearness under which a question or a risk of a document is about something else; measured."""

_PASSAGES = 10
"""Passages read for a question; twenty say the same in twice the time."""

_ANSWERED: WeakKeyDictionary[Library, dict[str, list[Statement]]] = WeakKeyDictionary()
"""What each library answers to the questions of the table, which are always the same."""

_TOLD = 2  # statements on the situation itself
_LONGEST = 420  # characters of a statement that is read aloud
_METHOD = ("methode", "gouvernance")
_QUESTION = "questions à poser au groupe : objectif commun, attentes, prochaine étape"


class About(NamedTuple):
    """What a brief is about: needs, forms to be compared, other documents that it cites."""

    needs: Sequence[Need]
    forms: Sequence[Document]
    beside: Sequence[Document]


def told(situation: str, wanted: Sequence[Need], library: Library, said: Said) -> list[Statement]:
    """What answers when the situation itself is put to the corpus; nothing where that is weak.

    Our own fiches are asked by need and theme: only where no need is known are they asked this.
    """
    supplied = tuple(d.id for d in library.documents.values() if not d.own)
    if wanted and not supplied:
        return []
    filters = Filters(documents=supplied) if wanted else None
    return said.fresh(_answers(situation, library, filters), _TOLD)


def by_theme(
    wanted: Sequence[Need], library: Library, said: Said, most: int
) -> dict[str, list[Statement]]:
    """What the corpus answers to the questions of each theme; empty where it answers none.

    The best answer to each question comes before the second best of any; `most` of a theme.
    """
    found: dict[str, list[Statement]] = {}
    for theme, asked in questions_by_theme(wanted).items():
        answers = [_answered(question, library) for question in asked]
        kept: list[list[Statement]] = [[] for _ in answers]
        for _ in range(OF_A_QUESTION):
            for number, answer in enumerate(answers):
                if sum(map(len, kept)) < most:
                    kept[number] += said.fresh(_of_one_document(answer, kept[number]), 1)
        found[theme] = [statement for statements in kept for statement in statements]
    return found


def _of_one_document(answer: Sequence[Statement], kept: Sequence[Statement]) -> Iterator[Statement]:
    """The statements of an answer that may follow the first one kept: those of its document."""
    documents = {c.document.id for statement in kept[:1] for c in statement.citations}
    for statement in answer:
        if not documents or statement.citations[0].document.id in documents:
            yield statement


def _answered(question: str, library: Library) -> list[Statement]:
    """The answers to a question of the table, found once for each library."""
    known = _ANSWERED.setdefault(library, {})
    if question not in known:
        known[question] = _answers(question, library)
    return known[question]


def _answers(question: str, library: Library, filters: Filters | None = None) -> list[Statement]:
    read = read_question(question, library)
    composition = compose(read, find(read, library, filters)[:_PASSAGES], library)
    return [
        statement
        for statement in composition.statements
        if stands_alone(statement.text) and len(statement.text) <= _LONGEST
    ]


def questions(about: About, most: int, library: Library, said: Said) -> list[Found]:
    """Questions to ask the group: a third on the method, then on its needs, then on the options."""
    method = [d for d in library.documents.values() if d.own and _is_method(d)]
    looked_for = [need.questions for need in about.needs]
    beside = [document for document in about.beside if document not in method]
    of_method = nearest(questions_in(method, library), [_QUESTION], library)
    of_needs = _near(nearest(questions_in(beside, library), looked_for, library))
    of_forms = nearest(questions_in(about.forms, library), looked_for, library)
    third = max(1, most // 3)
    kept = said.chosen(of_method, third, 2)
    kept += said.chosen(of_needs, third, 2)
    for _ in range(OF_A_FORM):
        kept += said.chosen(of_forms, most - len(kept), 1)
    return kept


def risks(about: About, most: int, library: Library, said: Said) -> list[Found]:
    """Points of vigilance: of the options first, then of what else the brief cites."""
    looked_for = [need.risks for need in about.needs]
    of_forms = nearest(statements_in(about.forms, RISKS, library), looked_for, library)
    of_needs = _near(nearest(statements_in(about.beside, RISKS, library), looked_for, library))
    kept: list[Found] = []
    for _ in range(OF_A_FORM):
        kept += said.chosen(of_forms, most * 2 // 3 - len(kept), 1)
        of_forms = _near(of_forms)
    return kept + said.chosen(of_needs, most - len(kept), 1)


def _near(ranked: Sequence[Found]) -> list[Found]:
    return [item for item in ranked if item.nearness >= NEAR]


def _is_method(document: Document) -> bool:
    return not document.forms and document.themes[:1] != () and document.themes[0] in _METHOD
