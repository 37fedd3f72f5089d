"""The legal forms that a situation suggests, by what the corpus says of when to choose each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.brief.sections import CHOOSING, nearest, statements_in
from assistant.comparison import cells
from assistant.wanted import forms_named
from corpus.subjects import FORM_NAMES, FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.brief.needs import Need
    from assistant.types import Statement
    from assistant.units import Unit
    from corpus.library import Library
    from corpus.types import Document

MOST = 4
ENOUGH = 3
"""Forms from which no further one is looked for."""

FLOOR = 0.9
"""Nearness under which a form does not answer a need; measured on the needs of the table."""

CLOSE = 0.9
"""Share of the nearness of a need's best form from which another form is worth comparing."""

LIGHT = "un essai sans structure nouvelle, à quelques partenaires, pour un projet borné"
"""What completes too few options: something lighter, that can be undone."""

_SUITS = re.compile(r".{0,160}?\bconvien(t|nent)\b", re.IGNORECASE)
_TOLD = {"nature": 1, "choisir": 2, "eviter": 2, "responsabilite": 1, "sortie": 1}
"""The criteria of an option (see `comparison.py`), and how many quotes of each."""


@dataclass(frozen=True, slots=True)
class Option:
    """A form to be compared: its document, and what is quoted of it."""

    form: str
    document: Document
    statements: tuple[Statement, ...]

    @property
    def name(self) -> str:
        """The name of the form."""
        return FORMS[self.form]

    @property
    def called(self) -> str:
        """What people call it: "GE", "mise à disposition"."""
        return FORM_NAMES[self.form][0]


def options(situation: str, wanted: Sequence[Need], library: Library) -> tuple[Option, ...]:
    """Two to four forms, or none when nothing that the situation needs calls for a form."""
    documents = {
        document.forms[0]: document
        for document in library.documents.values()
        if len(document.forms) == 1 and document.forms[0] in FORMS
    }
    sentences = statements_in(documents.values(), CHOOSING, library)
    suiting = [sentence for sentence in sentences if _SUITS.match(sentence.text)]
    forms = [form for form in forms_named(situation) if form in documents]
    for need in wanted:
        forms += [form for phrase in need.choosing[:1] for form in _best(phrase, suiting, library)]
    forms = list(dict.fromkeys(forms))[:MOST]
    rest = [phrase for need in wanted for phrase in need.choosing[1:]]
    for phrase in [*rest, LIGHT] if forms else []:
        if len(forms) < ENOUGH:
            forms += [form for form in _best(phrase, suiting, library) if form not in forms]
    return tuple(Option(form, documents[form], _told(form, library)) for form in forms)


def _best(phrase: str, suiting: Sequence[Unit], library: Library) -> list[str]:
    """The form that suits a need best, and those that suit it about as well."""
    ranked = nearest(suiting, [phrase], library)
    least = max(FLOOR, CLOSE * ranked[0].nearness) if ranked else FLOOR
    return list(dict.fromkeys(i.document.forms[0] for i in ranked if i.nearness >= least))


def _told(form: str, library: Library) -> tuple[Statement, ...]:
    """What it is, when to choose it and when not, who pays its debts, how one leaves."""
    return tuple(
        statement
        for cell in cells(library, form, list(_TOLD))
        for statement in cell.statements[: _TOLD[cell.criterion.key]]
    )
