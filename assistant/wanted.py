"""What a question is about: the subjects it names, and the aspects it asks about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from corpus import french
from corpus.query import lexicon
from corpus.subjects import FORM_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from collections.abc import Set as AbstractSet

    from assistant.question import Question
    from corpus.library import Library
    from corpus.types import Document

SYNONYM_SHARE = 0.65
"""What a word that means the same counts for one that was asked."""

CARRIED_SHARE = 0.4
"""What a word of the conversation's topic counts for one that was just typed."""

_ASKING_WORDS = """
    différence différences définition définir présentation présenter expliquer signifie exister
    existe possible possibles oblige
    obligé obligatoire question exemple façon manière chose principales principaux principal rôle
    concerne concernant fonctionne fonctionner marche place parler combien sais sait
    savoir fais fait type types jamais exactement concrètement conséquence conséquences effet
    effets cas passer passé chercher vouloir vs versus
"""
_ASKING = frozenset(french.terms(_ASKING_WORDS))
"""Words that shape a question more than they say what it is about; they count a quarter."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a good sentence speaks of: one of the subjects, and the aspects asked about.

    A subject is a set of stems that name it together ("group", "employeur"), or an acronym's; an
    aspect is a stem with its weight (idf, so that a word the library lacks weighs the most).
    """

    subjects: tuple[frozenset[str], ...]
    aspects: Mapping[str, float]

    def subject_in(self, stems: AbstractSet[str]) -> bool:
        """Whether some subject is named, trivially when there is none."""
        return not self.subjects or any(subject <= stems for subject in self.subjects)

    def covered(self, stems: AbstractSet[str]) -> float:
        """The share of the aspects that stems cover, by weight; 1 when nothing more is asked."""
        total = sum(self.aspects.values())
        if not total:
            return 1.0
        return sum(weight * _said(stem, stems) for stem, weight in self.aspects.items()) / total


def _said(stem: str, stems: AbstractSet[str]) -> float:
    """Whether stems say one: 1 as it is, less by a word that means the same."""
    if stem in stems:
        return 1.0
    return SYNONYM_SHARE if not stems.isdisjoint(lexicon().synonyms.get(stem, ())) else 0.0


def wanted(question: Question, library: Library) -> Wanted:
    """What a question is about: its subjects, and what is asked of them."""
    weights = {stem: 1.0 for stem, weight in question.query.terms.items() if weight == 1.0}
    weights |= dict.fromkeys(question.carried, CARRIED_SHARE)
    asked = weights.keys() - _joined_compounds(question.text)
    subjects: list[frozenset[str]] = []
    for name in question.query.acronyms:
        subjects.append(frozenset(french.terms(name)))
        subjects.append(frozenset(french.terms(lexicon().acronyms[name])))
    phrase = _phrase(question.text)
    names = [name for names in _form_names().values() for name in names]
    names.extend(_title(document) for document in library.documents.values())
    subjects.extend(frozenset(name.split()) for name in names if name.strip() and name in phrase)
    subjects = [subject for subject in dict.fromkeys(subjects) if subject]
    naming = frozenset().union(*subjects)
    aspects = {
        stem: (0.25 if stem in _ASKING else 1.0) * weights[stem] * library.rarity(stem)
        for stem in asked
        if stem not in naming
    }
    if subjects and _ASKING.issuperset(aspects):
        aspects = {}  # "GIE définition": nothing but the subject is asked about
    return Wanted(tuple(subjects), aspects)


@cache
def _form_names() -> Mapping[str, tuple[str, ...]]:
    """The names of each legal form, as phrases of stems."""
    return {form: tuple(map(_phrase, names)) for form, names in FORM_NAMES.items()}


@lru_cache(maxsize=10_000)
def _title(document: Document) -> str:
    """A short title as a phrase of stems, naming what the document is about; "" for a long one."""
    phrase = _phrase(re.sub(r"\([^)]*\)", "", document.title))
    return phrase if len(phrase.split()) <= 3 else ""


def forms_named(text: str) -> list[str]:
    """The legal forms (keys of `FORMS`) that a text names."""
    phrase = _phrase(text)
    return [form for form, names in _form_names().items() if any(name in phrase for name in names)]


def _phrase(text: str) -> str:
    """The stems of a text in order, between spaces: " mis disposit "."""
    return f" {' '.join(french.terms(text))} "


def is_about(document: Document, subjects: Collection[frozenset[str]]) -> bool:
    """Whether a document is about one of the subjects, by its form or by its short title."""
    names = [name for form in document.forms for name in _form_names().get(form, ())]
    return any(frozenset(name.split()) in subjects for name in (*names, _title(document)))


def _joined_compounds(text: str) -> set[str]:
    """The joined forms of compounds ("prudhomm"), whose parts are asked for already."""
    found: set[str] = set()
    for word in french.words(text):
        parts = french.terms(word)
        if len(parts) > 1:
            found.add(parts[-1])
    return found
