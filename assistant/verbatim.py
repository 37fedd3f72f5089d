"""Answers without a language model: the sentences of the corpus that answer, chosen and ordered.

A sentence is scored by how much of the question it covers (rare words count more), by how its
heading and form fit the form of the question, and by how well its passage was found. The first
statement is the best; others are added greedily for what they bring that is not said yet (budgeted
maximum coverage; Lin and Bilmes 2011). Weak evidence gives no statement at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.question import Form, Question
from assistant.types import Statement
from assistant.units import Unit, citations, units
from corpus import french
from corpus.query import lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corpus.library import Library
    from corpus.types import Hit

MOST_STATEMENTS = 5
HITS = 12
"""Passages searched for an answer."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the corpus supports an answer; `enough` is the decision."""

    coverage: float
    unknown: float

    @property
    def enough(self) -> bool:
        """Whether to answer: the question's rare words are in the best sentences' sections."""
        return self.coverage >= 0.5 and self.unknown <= 0.45


@dataclass(frozen=True, slots=True)
class Composition:
    """The statements chosen, and why (or why not)."""

    statements: tuple[Statement, ...]
    evidence: Evidence


@dataclass(slots=True)
class _Scored:
    unit: Unit
    score: float
    stems: frozenset[str]
    coverage: float


def compose(question: Question, hits: Sequence[Hit], library: Library) -> Composition:
    """Choose the statements that answer a question from the passages found."""
    wanted = _wanted(question, library)
    scored = _scored(question, hits, wanted, library)
    evidence = _evidence(scored, wanted, library)
    if not scored or not evidence.enough:
        return Composition((), evidence)
    chosen = _chosen(question, scored, library)
    statements: list[Statement] = []
    number = 1
    for item in chosen:
        cited, text = citations(item.unit, library, number)
        statements.append(Statement(text, cited, "verbatim"))
        number += len(cited)
    return Composition(tuple(statements), evidence)


# --- what the question wants --------------------------------------------------------------------

_ASKING_WORDS = """
    différence différences définition définir signifie exister existe possible possibles oblige
    obligé obligatoire question exemple façon manière chose principales principaux principal rôle
    concerne concernant fonctionne fonctionner marche mettre place parler
"""
_ASKING = frozenset(french.terms(_ASKING_WORDS))
"""Words that shape a question more than they say what it is about; they count a quarter."""


def _wanted(question: Question, library: Library) -> dict[str, float]:
    """The stems the question is about, each with its weight (idf; unknown stems weigh the most)."""
    expanded = {
        stem: name
        for name in question.query.acronyms
        for stem in french.terms(lexicon().acronyms[name])
    }
    weights: dict[str, float] = {}
    for stem, weight in question.query.terms.items():
        if weight < 1 or stem in expanded:
            continue  # an expansion is asked for through its acronym
        asking = 0.25 if stem in _ASKING else 1.0
        weights[stem] = asking * library.rarity(stem)
    for name in question.query.acronyms:
        weights[_acronym_key(name)] = max(library.rarity(name.lower()), 3.0)
    return weights


def _acronym_key(name: str) -> str:
    return f"acronym:{name}"


def _said(text: str, acronyms: Sequence[str]) -> frozenset[str]:
    """The stems of a text, and the keys of the question's acronyms it names or unfolds."""
    stems = french.terms(text)
    joined = f" {' '.join(stems)} "
    found = set(stems)
    for name in acronyms:
        expansion = f" {' '.join(french.terms(lexicon().acronyms[name]))} "
        if name.lower() in found or expansion in joined:
            found.add(_acronym_key(name))
    return frozenset(found)


# --- scoring ------------------------------------------------------------------------------------

_FIGURE = re.compile(r"\d|\b(deux|trois|quatre|cinq|six|sept|huit|neuf|dix|moitié|tiers|quart)\b")
_TIME = re.compile(
    r"\b(\d{4}|jours?|mois|ans?|années?|semaines?|délais?|avant|après|dès|lors)\b", re.IGNORECASE
)
_DEFINES = re.compile(
    r"^(l'|le |la |les |un |une |des |du )?[^.:]{2,90}?\b(est|sont|désigne|désignent|regroupe"
    r"|consiste|permet|réunit|correspond|signifie|se définit|associe)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(parce|car|afin|permet|raison|grâce|évite|objectif|but|pour)\b", re.IGNORECASE
)
_PERSON = re.compile(
    r"\b(toute personne|personnes?|membres?|associations?|structures?|entreprises?|collectivités?"
    r"|salariés?|employeurs?|associés?|fondateurs?|dirigeants?)\b",
    re.IGNORECASE,
)
_SECTIONS: Mapping[Form, str] = {
    Form.DEFINITION: r"en bref|definition|c'est quoi|qu'est-ce",
    Form.COMPARISON: r"en bref|definition|confondre|difference|compar",
    Form.WHO: r"\bqui\b|membre|acteurs?",
    Form.STEPS: r"comment|etape|creation|demarche|methode",
    Form.WHY: r"pourquoi|atouts|interet|enjeu",
}


def _scored(
    question: Question, hits: Sequence[Hit], wanted: Mapping[str, float], library: Library
) -> list[_Scored]:
    total = sum(wanted.values()) or 1.0
    candidates = [unit for hit in hits for unit in units(hit)]
    similarities = library.similarities(question.query.dense, [unit.text for unit in candidates])
    found: list[_Scored] = []
    for unit, similarity in zip(candidates, similarities, strict=True):
        passage = unit.hit.passage
        document = library.documents[passage.document_id]
        own = _said(unit.text, question.query.acronyms)
        around = _said(" \n".join([document.title, *passage.heading_path]), question.query.acronyms)
        inside = sum(weight for stem, weight in wanted.items() if stem in own) / total
        context = (
            sum(weight for stem, weight in wanted.items() if stem in around and stem not in own)
            / total
        )
        score = (
            0.9 * inside
            + 0.6 * context
            + 0.5 * max(0.0, float(similarity))
            + 0.6 * unit.hit.score
            + _fit(question, unit)
        )
        found.append(_Scored(unit, score, own, inside + context))
    return sorted(found, key=lambda s: -s.score)


def _fit(question: Question, unit: Unit) -> float:
    """How a unit suits the form of the question, in score points."""
    text, form = unit.text, question.form
    heading = french.fold(" > ".join(unit.hit.passage.heading_path[-1:]))
    fit = 0.12 / (1 + unit.position)
    if form in _SECTIONS and re.search(_SECTIONS[form], heading):
        fit += 0.25
    if form in (Form.DEFINITION, Form.COMPARISON):
        fit += 0.2 * bool(_DEFINES.match(text)) * (unit.position == 0)
    elif form is Form.HOW_MUCH:
        fit += 0.25 * bool(_FIGURE.search(text))
    elif form is Form.WHEN:
        fit += 0.2 * bool(_TIME.search(text))
    elif form is Form.WHY:
        fit += 0.15 * bool(_REASON.search(text))
    elif form is Form.WHO:
        fit += 0.1 * bool(_PERSON.search(text))
    elif form in (Form.STEPS, Form.LIST):
        fit += 0.2 * unit.is_list
    if re.search(r"questions a (se )?poser|ecueils|sources|bibliographie|sommaire", heading):
        fit -= 0.2
    return fit


def _evidence(scored: Sequence[_Scored], wanted: Mapping[str, float], library: Library) -> Evidence:
    total = sum(wanted.values()) or 1.0
    unknown = sum(
        weight
        for stem, weight in wanted.items()
        if not stem.startswith("acronym:") and not library.knows(stem)
    )
    best = scored[:3]
    return Evidence(
        coverage=max((item.coverage for item in best), default=0.0),
        unknown=unknown / total,
    )


# --- choosing -----------------------------------------------------------------------------------


def _chosen(question: Question, scored: list[_Scored], library: Library) -> list[_Scored]:
    if question.form is Form.COMPARISON:
        chosen = _one_each(question, scored, library)
    else:
        chosen = [_preferred(scored[0], scored, library)]
    floor = 0.62 * chosen[0].score
    pool = [item for item in scored if item not in chosen]
    while len(chosen) < MOST_STATEMENTS and pool:
        gains = [(item.score * (1 - _overlap(item, chosen)), item) for item in pool]
        gain, item = max(gains, key=lambda pair: pair[0])
        if gain < floor:
            break
        pool.remove(item)
        chosen.append(_preferred(item, pool, library))
        if chosen[-1] in pool:
            pool.remove(chosen[-1])
    documents = [item.unit.hit.passage.document_id for item in chosen]
    return [chosen[0], *sorted(chosen[1:], key=lambda item: _place(item, documents))]


def _one_each(question: Question, scored: list[_Scored], library: Library) -> list[_Scored]:
    """For a comparison: what says both things at once, else the best sentence about each."""
    chosen: list[_Scored] = []
    for subject in question.subjects[:4]:
        about = [item for item in scored if _speaks_of(item, subject, library)]
        fresh = [item for item in about if item not in chosen]
        if fresh:
            chosen.append(fresh[0])
    return chosen or [scored[0]]


def _speaks_of(item: _Scored, subject: str, library: Library) -> bool:
    """Whether a unit, its heading or its document is about one of the things compared."""
    passage = item.unit.hit.passage
    title = library.documents[passage.document_id].title
    if subject in lexicon().acronyms:
        return _acronym_key(subject) in _said(title, (subject,)) or _acronym_key(subject) in _said(
            item.unit.text[:80], (subject,)
        )
    return set(french.terms(subject)) <= set(french.terms(f"{title} {item.unit.text}"))


def _preferred(item: _Scored, others: Sequence[_Scored], library: Library) -> _Scored:
    """A document the user supplied that says the same comes before a fiche of ours."""
    if not library.documents[item.unit.hit.passage.document_id].own:
        return item
    for other in others:
        supplied = not library.documents[other.unit.hit.passage.document_id].own
        if supplied and other.score >= 0.85 * item.score and _overlap(other, [item]) >= 0.6:
            return other
    return item


def _overlap(item: _Scored, chosen: Sequence[_Scored]) -> float:
    """The largest share of a unit's stems that an already chosen one says."""
    if not item.stems:
        return 1.0
    return max(len(item.stems & other.stems) / len(item.stems) for other in chosen)


def _place(item: _Scored, documents: list[str]) -> tuple[int, int, int]:
    """Where a unit stands: documents in the order first cited, then pages, then place on them."""
    first = item.unit.hit.passage.spans[0]
    rank = documents.index(item.unit.hit.passage.document_id)
    return rank, first.page_index, first.page_start + item.unit.start
