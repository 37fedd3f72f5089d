"""The legal forms that a situation suggests, by what the corpus says of when to choose each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.brief.sections import CHOOSING, nearest, stands_alone, statements_in
from assistant.units import units
from assistant.wanted import forms_named
from corpus import french
from corpus.subjects import FORM_NAMES, FORMS
from corpus.types import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.brief.needs import Need
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

_SUITS = re.compile(r".{0,160}?\bconvien(t|nent)\b|(prenez|choisissez)-l[ae]\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Option:
    """A form to be compared: its document, what it is, when to choose it, when not."""

    form: str
    document: Document
    is_: tuple[Unit, ...]
    suits: tuple[Unit, ...]
    unlike: tuple[Unit, ...]

    @property
    def name(self) -> str:
        """The name of the form."""
        return FORMS[self.form]

    @property
    def called(self) -> str:
        """What people call it: "GE", "mise à disposition"."""
        return FORM_NAMES[self.form][0]

    @property
    def units(self) -> tuple[Unit, ...]:
        """All that is quoted of it."""
        return (*self.is_, *self.suits, *self.unlike)


def options(situation: str, wanted: Sequence[Need], library: Library) -> tuple[Option, ...]:
    """Two to four forms, or none when nothing that the situation needs calls for a form."""
    documents = {
        document.forms[0]: document
        for document in library.documents.values()
        if len(document.forms) == 1 and document.forms[0] in FORMS
    }
    sentences = statements_in(documents.values(), CHOOSING, library)
    suiting = [unit for unit in sentences if _SUITS.match(unit.text)]
    forms = [form for form in forms_named(situation) if form in documents]
    for need in wanted:
        forms += [form for phrase in need.choosing[:1] for form in _best(phrase, suiting, library)]
    forms = list(dict.fromkeys(forms))[:MOST]
    rest = [phrase for need in wanted for phrase in need.choosing[1:]]
    for phrase in [*rest, LIGHT] if forms else []:
        if len(forms) < ENOUGH:
            forms += [form for form in _best(phrase, suiting, library) if form not in forms]
    return tuple(_option(form, documents[form], sentences, library) for form in forms)


def _best(phrase: str, suiting: Sequence[Unit], library: Library) -> list[str]:
    """The form that suits a need best, and those that suit it about as well."""
    ranked = nearest(suiting, [phrase], library)
    least = max(FLOOR, CLOSE * ranked[0].nearness) if ranked else FLOOR
    return list(dict.fromkeys(i.document.forms[0] for i in ranked if i.nearness >= least))


def _option(form: str, document: Document, sentences: Sequence[Unit], library: Library) -> Option:
    own = [unit for unit in sentences if unit.hit.passage.document_id == document.id]
    suits = tuple(unit for unit in own if _SUITS.match(unit.text))
    unlike = tuple(unit for unit in own if _warns(unit.text))
    return Option(form, document, _opening(document, library), suits[:2], unlike[:2])


def _warns(text: str) -> bool:
    return french.fold(text).startswith(("evitez", "preferez", "regardez plutot", "commencez"))


def _opening(document: Document, library: Library) -> tuple[Unit, ...]:
    """The sentence that says what the document is about: its first that stands alone."""
    first = library.passages(document.id)[:1]
    found = [u for passage in first for u in units(Hit(passage, 1.0)) if stands_alone(u.text)]
    return tuple(found[:1])
