"""Answers without a language model: the sentences of the corpus that answer, chosen and ordered.

A sentence is scored by how much of the question it covers (rare words count more), by how its
heading and form fit the form of the question, and by how well its passage was found. The first
statement is the best; the next best follow unless they repeat it. (Weighing each by what it adds,
as in Lin and Bilmes 2011, brought sentences beside the question.) Weak evidence gives no statement.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evidence import FIGURE, TIME, Evidence, tells
from assistant.question import Form, Question
from assistant.types import Statement
from assistant.units import Unit, citations, units
from assistant.wanted import wanted
from corpus import french
from corpus.query import lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from assistant.wanted import Wanted
    from corpus.library import Library
    from corpus.types import Hit

MOST_STATEMENTS = 6
FLOOR = 0.7
"""Share of the best sentence's score under which another is not worth quoting."""

MORE_FLOOR = 0.5
"""The same under which another is not worth a look."""

MOST_MORE = 4

MOST_REPEATED = 0.8
"""Share of its stems that a further sentence may repeat."""

UNLIKE = 0.35
"""Likeness to a foreseen question under which it counts for nothing."""

FORESEEN = 0.7
"""What a sentence gains when the question is the very one foreseen for it."""

HITS = 20
"""Passages searched for an answer."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The statements chosen, those that say more around them, and why (or why not)."""

    statements: tuple[Statement, ...]
    more: tuple[Statement, ...]
    evidence: Evidence


@dataclass(slots=True)
class _Scored:
    unit: Unit
    score: float
    stems: frozenset[str]
    around: float
    coverage: float
    similarity: float


def compose(question: Question, hits: Sequence[Hit], library: Library) -> Composition:
    """Choose the statements that answer a question from the passages found."""
    scored = _scored(question, hits, library)
    evidence = _evidence(question, scored, library)
    if not evidence.enough:
        return Composition((), (), evidence)
    chosen, more = _chosen(question, scored, library)
    statements: list[Statement] = []
    number = 1
    for unit in (*chosen, *more):
        cited, text = citations(unit, library, number, hits)
        statements.append(Statement(text, cited, "verbatim"))
        number += len(cited)
    return Composition(tuple(statements[: len(chosen)]), tuple(statements[len(chosen) :]), evidence)


# --- scoring ------------------------------------------------------------------------------------

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
_ADVICE = re.compile(r"^(\w+ez\b|mieux vaut|il est (conseillé|utile|prudent))", re.IGNORECASE)
_ADVISING = frozenset({Form.STEPS, Form.LIST, Form.OPEN, Form.WHY})
_SECTIONS: Mapping[Form, str] = {
    Form.DEFINITION: r"en bref|definition|c'est quoi|qu'est-ce",
    Form.COMPARISON: r"en bref|definition|confondre|difference|compar",
    Form.WHO: r"\bqui (peut|sont|est|fait|decide|accompagne|repond)\b|acteurs?",
    Form.STEPS: r"comment|etape|creation|demarche|methode",
    Form.WHY: r"pourquoi|atouts|interet|enjeu",
}


def _scored(question: Question, hits: Sequence[Hit], library: Library) -> list[_Scored]:
    asked = wanted(question, library)
    candidates = [unit for hit in hits for unit in units(hit)]
    passage_stems = {hit.passage.id: frozenset(french.terms(hit.passage.text)) for hit in hits}
    opening = {hit.passage.id: library.opens_section(hit.passage) for hit in hits}
    texts = [unit.text for unit in candidates]
    whole, aspects = library.similarities([question.text, _aspect_words(question, asked)], texts)
    found: list[_Scored] = []
    for number, unit in enumerate(candidates):
        passage = unit.hit.passage
        opens = unit.position == 0 and opening[passage.id]
        own = frozenset(french.terms(unit.text))
        headings = frozenset(french.terms(" ".join(passage.heading_path)))
        title = frozenset(french.terms(library.documents[passage.document_id].title))
        inside, around = asked.covered(own), asked.covered(own | headings | title)
        named = _named(asked, own, headings | title)
        score = named * (
            0.8 * inside
            + 0.6 * (around - inside)
            + 0.25 * float(whole[number])
            + 0.35 * float(aspects[number])
            + 0.5 * unit.hit.score
            + _fit(question, unit, opens=opens)
            + _contrast(question, own, title)
            + FORESEEN * max(0.0, unit.foreseen - UNLIKE) / (1 - UNLIKE)
        )
        beside = asked.covered(own | headings | title | passage_stems[passage.id])
        coverage = named * (inside + 0.9 * (around - inside) + 0.4 * (beside - around))
        found.append(_Scored(unit, score, own, around, coverage, float(aspects[number])))
    return sorted(found, key=lambda s: -s.score)


def _aspect_words(question: Question, wanted: Wanted) -> str:
    """The question without what names its subject: "comment sortir" of "comment sortir d'un GE"."""
    kept = [term.word for term in french.analysed(question.text) if term.stem in wanted.aspects]
    return " ".join(kept)


def _named(asked: Wanted, own: AbstractSet[str], around: AbstractSet[str]) -> float:
    """How surely a sentence is about the subject: it names it, its document does, or neither."""
    if asked.subject_in(own):
        return 1.0
    return 0.9 if asked.subject_in(own | around) else 0.4


def _contrast(question: Question, own: AbstractSet[str], around: AbstractSet[str]) -> float:
    """For a comparison, what a sentence gains by setting its things against each other.

    It does when it names one of them and its document is about another, or when it names two; a
    sentence that names none loses as much.
    """
    if question.form is not Form.COMPARISON:
        return 0.0
    named = [subject for subject in question.subjects if _names(own, subject)]
    near = [subject for subject in question.subjects if _names(own | around, subject)]
    if not named:
        return -0.3
    return 0.3 if len(near) > 1 else 0.0


def _names(stems: AbstractSet[str], subject: str) -> bool:
    names = (subject, lexicon().acronyms.get(subject, subject))
    return any(frozenset(french.terms(name)) <= stems for name in names)


def _fit(question: Question, unit: Unit, *, opens: bool) -> float:
    """How a unit suits the form of the question, in score points."""
    text, form = unit.text, question.form
    heading = french.fold(" > ".join(unit.hit.passage.heading_path[-1:]))
    fit = 0.12 * opens
    if form in _SECTIONS and re.search(_SECTIONS[form], heading):
        fit += 0.25
    if form in (Form.DEFINITION, Form.COMPARISON):
        fit += 0.2 * (opens and bool(_DEFINES.match(text)))
    elif form is Form.HOW_MUCH:
        fit += 0.25 * bool(FIGURE.search(text))
    elif form is Form.WHEN:
        fit += 0.2 * bool(TIME.search(text))
    elif form is Form.WHY:
        fit += 0.15 * bool(_REASON.search(text))
    elif form is Form.WHO:
        fit += 0.1 * bool(_PERSON.search(text))
    elif form in (Form.STEPS, Form.LIST):
        fit += 0.2 * unit.is_list
    if form not in _ADVISING and _ADVICE.match(text):
        fit -= 0.2
    if re.search(r"questions a (se )?poser|ecueils|sources|bibliographie|sommaire", heading):
        fit -= 0.2
    return fit


def _evidence(question: Question, scored: Sequence[_Scored], library: Library) -> Evidence:
    if not scored:
        return Evidence()
    telling = [item for item in scored[:3] if tells(question, item.unit.text)]
    aspects = wanted(question, library).aspects
    total = sum(aspects.values())
    unknown = sum(weight for stem, weight in aspects.items() if not library.knows(stem))
    return Evidence(
        coverage=max((item.coverage for item in telling), default=0.0),
        around=scored[0].around,
        similarity=max(item.similarity for item in scored[:3]),
        asked=math.log1p(total),
        figure=question.form in {Form.HOW_MUCH, Form.WHEN},
        unknown=unknown / total if total else 0.0,
        foreseen=max(item.unit.foreseen for item in scored[:3]),
    )


# --- choosing -----------------------------------------------------------------------------------


def _chosen(
    question: Question, scored: list[_Scored], library: Library
) -> tuple[list[Unit], list[Unit]]:
    """The units to quote: the best, then the next best that say more, in reading order.

    Those that come next are for readers who want to know more.
    """
    if question.form is Form.COMPARISON:
        chosen = _one_each(question, scored)
    else:
        chosen = [_preferred(scored[0], scored[1:], library)]
    best = chosen[0].score
    _extend(chosen, scored, FLOOR * best, MOST_STATEMENTS, library)
    answering = len(chosen)
    _extend(chosen, scored, MORE_FLOOR * best, answering + MOST_MORE, library)
    documents = [item.unit.hit.passage.document_id for item in chosen]
    rest = sorted(chosen[1:answering], key=lambda item: _place(item, documents))
    answer = [chosen[0].unit, *(item.unit for item in rest)]
    return answer, [item.unit for item in chosen[answering:]]


def _extend(
    chosen: list[_Scored], scored: Sequence[_Scored], floor: float, most: int, library: Library
) -> None:
    """Add the next best, down to a score and up to a number, that do not say the same again."""
    for item in scored:
        if len(chosen) >= most or item.score < floor:
            return
        better = _preferred(item, scored, library)
        said = any(_share_words(better.unit, other.unit) for other in chosen)
        if not said and _overlap(item, chosen) <= MOST_REPEATED:
            chosen.append(better)


def _share_words(one: Unit, other: Unit) -> bool:
    """Whether two units quote the same place."""
    if one.hit.passage.id != other.hit.passage.id:
        return False
    return one.start < other.end and other.start < one.end


def _one_each(question: Question, scored: list[_Scored]) -> list[_Scored]:
    """For a comparison: what says both things at once, else the best sentence about each."""
    chosen: list[_Scored] = []
    for subject in question.subjects[:4]:
        about = [item for item in scored if _speaks_of(item, subject)]
        fresh = [item for item in about if item not in chosen]
        if fresh:
            chosen.append(fresh[0])
    return chosen or [scored[0]]


def _speaks_of(item: _Scored, subject: str) -> bool:
    """Whether a unit opens on one of the things compared."""
    return _names(frozenset(french.terms(item.unit.text[:90])), subject)


def _preferred(item: _Scored, others: Sequence[_Scored], library: Library) -> _Scored:
    """What is quoted for a unit: the list it is an item of; what a supplied document says alike.

    An item alone reads as the whole truth where its list says "if both". A document the user
    supplied that says the same comes before a fiche of ours.
    """
    for other in others:
        if other.unit.is_list and _within(item.unit, other.unit):
            return other
    if not library.documents[item.unit.hit.passage.document_id].own:
        return item
    for other in others:
        supplied = not library.documents[other.unit.hit.passage.document_id].own
        if supplied and other.score >= 0.85 * item.score and _overlap(other, [item]) >= 0.6:
            return other
    return item


def _within(unit: Unit, whole: Unit) -> bool:
    """Whether a unit is a part of another."""
    same = unit.hit.passage.id == whole.hit.passage.id and unit != whole
    return same and whole.start <= unit.start and unit.end <= whole.end


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
