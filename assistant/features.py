"""What speaks for a sentence as the answer to a question: the numbers that the ranker weighs.

Four kinds: how much of what is asked it says (stems, character grams, vectors, word by word), how
its passage was found, what stands around it, and whether its kind (a figure, a date, a definition)
is the kind asked for. Nothing here is about one document or one field: the same numbers are made
for a fiche and for somebody's magazine.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from assistant.question import Form
from assistant.units import CELLS
from assistant.wanted import is_asking_word, wanted
from corpus import french
from corpus.query import lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from assistant.question import Question
    from assistant.units import Unit
    from assistant.wanted import Wanted
    from corpus.library import Library
    from corpus.types import Hit

    Scores = NDArray[np.float32]

_SIGNS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "figure": (
            r"\d|\b(deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze"
            r"|seize|vingt|trente|quarante|cinquante|soixante|cents?|mille|moitié|tiers|quarts?)\b"
        ),
        "time": (
            r"\b(\d{4}|jours?|mois|ans?|années?|semaines?|délais?|avant|après|dès|lors)\b"
        ),
        "money": r"€|%|\b(euros?|montant|coût|prix|taux|gratuit\w*)\b",
        "lasting": r"\b(jours?|mois|ans?|années?|semaines?|heures?)\b",
        "defining": (
            r"^(l'|l’|le |la |les |un |une |des |du )?[^.:]{2,90}?\b(est|sont|désigne|désignent"
            r"|regroupe|consiste|permet|réunit|correspond|signifie|se définit|associe)\b"
        ),
        "reason": r"\b(parce|car|afin|permet|raison|grâce|évite|objectif|but|pour)\b",
        "person": (
            r"\b(toute personne|personnes?|membres?|associations?|structures?|entreprises?"
            r"|collectivités?|salariés?|employeurs?|associés?|fondateurs?|dirigeants?)\b"
        ),
        "advice": r"^(\w+ez\b|mieux vaut|il est (conseillé|utile|prudent))",
        "negation": r"\b(ne|n['’]|pas|aucun\w*|jamais|sans|sauf|interdit\w*|ni)\b",
        "may": r"\b(peut|peuvent|possible|permet\w*|autoris\w*|libre\w*)\b",
        "must": r"\b(doit|doivent|oblig\w*|faut|impos\w*|exig\w*|nécessaire\w*)\b",
    }.items()
}
"""Kinds of sentences, told by a word."""

_ASKED_SIGNS: Final[Mapping[Form, tuple[str, ...]]] = {
    Form.HOW_MUCH: ("figure", "money", "lasting"),
    Form.WHEN: ("time",),
    Form.DEFINITION: ("defining",),
    Form.COMPARISON: ("defining",),
    Form.WHY: ("reason",),
    Form.WHO: ("person",),
    Form.YES_NO: ("negation", "may", "must"),
}
"""The signs that the answer to a question of a form is likely to show."""

_SECTIONS: Final[Mapping[Form, str]] = {
    Form.DEFINITION: r"en bref|definition|c'est quoi|qu'est-ce",
    Form.COMPARISON: r"en bref|definition|confondre|difference|compar",
    Form.WHO: r"\bqui (peut|sont|est|fait|decide|accompagne|repond)\b|acteurs?",
    Form.STEPS: r"comment|etape|creation|demarche|methode",
    Form.WHY: r"pourquoi|atouts|interet|enjeu",
}
_ASKS_OR_LISTS: Final = re.compile(
    r"questions a (se )?poser|ecueils|sources|bibliographie|sommaire"
)
_OPENING: Final = 90
"""Characters of a sentence that are read as its opening."""

K1: Final = 1.2
_USUAL_TERMS: Final = 12.0


class _Read(NamedTuple):
    """What is known of a text whatever is asked; kept, as the same sentences come back."""

    terms: tuple[str, ...]
    stems: frozenset[str]
    words: tuple[str, ...]
    opening: frozenset[str]
    grams: frozenset[str]
    signs: tuple[float, ...]


@lru_cache(maxsize=12_000)
def _read(text: str) -> _Read:
    analysed = french.analysed(text)
    return _Read(
        terms=tuple(term.stem for term in analysed),
        stems=frozenset(term.stem for term in analysed),
        words=tuple(dict.fromkeys(term.word for term in analysed)),
        opening=frozenset(french.terms(text[:_OPENING])),
        grams=frozenset(french.character_grams(text)),
        signs=tuple(float(bool(sign.search(text))) for sign in _SIGNS.values()),
    )


@lru_cache(maxsize=20_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(french.terms(text))


class Asked(NamedTuple):
    """A question as sentences are held against it."""

    question: Question
    wanted: Wanted
    terms: tuple[tuple[str, float], ...]
    words: tuple[str, ...]
    weights: Scores
    aspects: NDArray[np.bool_]
    grams: frozenset[str]
    signs: tuple[float, ...]


def asked(question: Question, library: Library) -> Asked:
    """A question made ready: its typed stems with their rarity, its words, what it is about."""
    about = wanted(question, library)
    typed = [stem for stem, weight in question.query.terms.items() if weight == 1.0]
    terms = tuple(
        (stem, library.rarity(stem) * (0.25 if is_asking_word(stem) else 1.0)) for stem in typed
    )
    analysed = {term.word: term.stem for term in french.analysed(question.query.text)}
    naming = frozenset().union(*about.subjects)
    return Asked(
        question,
        about,
        terms,
        tuple(analysed),
        np.array([library.rarity(stem) for stem in analysed.values()], dtype=np.float32),
        np.array([stem not in naming for stem in analysed.values()], dtype=bool),
        frozenset(gram for gram, weight in question.query.grams.items() if weight == 1.0),
        _read(question.text).signs,
    )


def names() -> tuple[str, ...]:
    """The names of the features, in the order of the columns."""
    signs = [f"says {name}" for name in _SIGNS]
    both = [f"both {name}" for name in _SIGNS]
    forms = [f"form {form}" for form in Form]
    relative = [f"{kind} {name}" for name in _COMPARED for kind in ("short of", "place by")]
    return (*_OWN, *signs, *both, "signs asked for", *forms, *relative, "before", "after")


_OWN: Final = (
    "inside", "around", "beside", "by headings", "named", "named itself", "named around",
    "question", "as typed", "aspects", "heading", "heading aspects", "passage",
    "bm25", "stems", "grams", "grams both", "soft", "soft aspects", "soft least", "soft half",
    "reverse", "precision", "opening", "opening named", "hit", "hit place", "dense place",
    "word place", "character place", "foreseen", "section", "asks", "position", "first",
    "opens section", "length", "list", "row", "has subject", "aspects asked", "full stop",
    "contrast",
)  # fmt: skip
_COMPARED: Final = ("inside", "question", "aspects", "bm25", "soft", "soft aspects", "grams both",
                    "foreseen")  # fmt: skip


def features(asked: Asked, units: Sequence[Unit], library: Library) -> Scores:
    """The features of units, shape (n, f); columns as `names` says."""
    texts = [_read(unit.text) for unit in units]
    hits = list({unit.hit.passage.id: unit.hit for unit in units}.values())
    own = _own(asked, units, texts, hits, library)
    signs = np.array([text.signs for text in texts], dtype=np.float32)
    both = signs * np.array(asked.signs, dtype=np.float32)
    wanted_signs = [list(_SIGNS).index(name) for name in _ASKED_SIGNS.get(asked.question.form, ())]
    fitting = signs[:, wanted_signs].sum(axis=1, keepdims=True)
    forms = np.zeros((len(units), len(Form)), dtype=np.float32)
    forms[:, list(Form).index(asked.question.form)] = 1
    relative = [column for name in _COMPARED for column in _relative(own[:, _OWN.index(name)])]
    near = np.stack(_neighbours(own[:, _OWN.index("soft")], units), axis=1)
    return np.hstack([own, signs, both, fitting, forms, np.stack(relative, axis=1), near])


def _own(
    asked: Asked,
    units: Sequence[Unit],
    texts: Sequence[_Read],
    hits: Sequence[Hit],
    library: Library,
) -> Scores:
    """What each unit shows by itself, shape (n, len(_OWN))."""
    question, wanted = asked.question, asked.wanted
    aspects = _aspect_words(asked) or question.text
    of_hit = {hit.passage.id: number for number, hit in enumerate(hits)}
    opens = [library.opens_section(hit.passage) for hit in hits]
    headings = [" ".join(hit.passage.heading_path[-1:]) for hit in hits]
    plain = [unit.text for unit in units]
    cosines = library.similarities([question.query.dense, question.text, aspects], plain)
    by_heading = library.similarities([question.query.dense, aspects], headings)
    by_passage = library.similarities([question.query.dense], [h.passage.text for h in hits])[0]
    soft = _soft(asked, texts, library)
    found = []
    for number, (unit, text) in enumerate(zip(units, texts, strict=True)):
        hit = unit.hit
        at = of_hit[hit.passage.id]
        path = _stems(" ".join(hit.passage.heading_path))
        title = _stems(library.documents[hit.passage.document_id].title)
        inside, around = wanted.covered(text.stems), wanted.covered(text.stems | path | title)
        itself = wanted.subject_in(text.stems)
        near = wanted.subject_in(text.stems | path | title)
        first = unit.position == 0
        found.append([
            inside, around,
            wanted.covered(text.stems | path | title | _stems(hit.passage.text)),
            wanted.covered(path), 1.0 if itself else 0.9 if near else 0.4, itself, near,
            *cosines[:, number], *by_heading[:, at], by_passage[at],
            *_lexical(asked, text), *soft[number],
            wanted.covered(text.opening),
            bool(wanted.subjects) and wanted.subject_in(text.opening),
            hit.score, 1 / (1 + at), _place(hit.dense_rank), _place(hit.word_rank),
            _place(hit.character_rank), foreseen(unit),
            _in_section(question.form, headings[at]),
            bool(_ASKS_OR_LISTS.search(french.fold(headings[at]))),
            unit.position, first, first and opens[at], math.log1p(len(text.terms)), unit.is_list,
            CELLS in unit.text, bool(wanted.subjects), len(wanted.aspects),
            unit.text.rstrip().endswith("."), contrast(question, text.stems, title),
        ])  # fmt: skip
    return np.array(found, dtype=np.float32)


def foreseen(unit: Unit) -> float:
    """How like the question is to one that somebody foresaw, whose answer is this unit, [0, 1]."""
    there = [a.likeness for a in unit.hit.answers if a.start < unit.end and unit.start < a.end]
    return max(there, default=0.0)


def contrast(question: Question, own: AbstractSet[str], title: AbstractSet[str]) -> float:
    """For a comparison: 1 for what sets two of its things against each other, -1 for neither.

    A sentence does so when it names two, or names one in a document about another.
    """
    if question.form is not Form.COMPARISON:
        return 0.0
    named = [subject for subject in question.subjects if names_subject(own, subject)]
    near = [subject for subject in question.subjects if names_subject(own | title, subject)]
    if not named:
        return -1.0
    return 1.0 if len(near) > 1 else 0.0


def names_subject(stems: AbstractSet[str], subject: str) -> bool:
    """Whether stems name a thing, by its acronym or in full."""
    return any(_stems(name) <= stems for name in (subject, lexicon().acronyms.get(subject, subject)))


def _aspect_words(asked: Asked) -> str:
    """The question without what names its subject: "comment sortir" of "comment sortir d'un GE"."""
    analysed = french.analysed(asked.question.text)
    return " ".join(term.word for term in analysed if term.stem in asked.wanted.aspects)


def _in_section(form: Form, heading: str) -> bool:
    return form in _SECTIONS and bool(re.search(_SECTIONS[form], french.fold(heading)))


def _place(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def _lexical(asked: Asked, text: _Read) -> tuple[float, float, float, float]:
    """BM25 and coverage by the stems typed, as shares of the most; character grams, two ways."""
    total = sum(weight for _, weight in asked.terms) or 1.0
    norm = K1 * (0.4 + 0.6 * len(text.terms) / _USUAL_TERMS)
    bm25 = covered = 0.0
    for stem, weight in asked.terms:
        if stem in text.stems:
            count = text.terms.count(stem)
            bm25 += weight * count * (K1 + 1) / (count + norm)
            covered += weight
    common = len(asked.grams & text.grams)
    both = math.sqrt(len(asked.grams) * len(text.grams)) or 1.0
    return bm25 / total, covered / total, common / (len(asked.grams) or 1), common / both


def _soft(
    asked: Asked, texts: Sequence[_Read], library: Library
) -> list[tuple[float, float, float, float, float, float]]:
    """Word by word: how near the nearest word of a text is to each word of the question.

    For each text: the mean by rarity, the mean over the aspects, the least of them, the share of
    them with a word nearer than half; how near the text's words are to the question's; precision.
    """
    there = list(dict.fromkeys(word for text in texts for word in text.words))
    columns = {word: column for column, word in enumerate(there)}
    if not asked.words or not there:
        return [(0.0,) * 6] * len(texts)
    cosines = library.similarities(asked.words, there)
    rarity, aspects = asked.weights, asked.weights * asked.aspects
    typed = {stem for stem, _ in asked.terms}
    found: list[tuple[float, float, float, float, float, float]] = []
    for text in texts:
        if not text.words:
            found.append((0.0,) * 6)
            continue
        those = cosines[:, [columns[word] for word in text.words]]
        nearest = those.max(axis=1)
        of_aspects = nearest[asked.aspects]
        found.append((
            float(nearest @ rarity / (rarity.sum() + 1e-9)),
            float(nearest @ aspects / (aspects.sum() + 1e-9)) if len(of_aspects) else 1.0,
            float(of_aspects.min()) if len(of_aspects) else 1.0,
            float((nearest > 0.5) @ aspects / (aspects.sum() + 1e-9)) if len(of_aspects) else 1.0,
            float(those.max(axis=0).clip(0, 1).mean()),
            len(text.stems & typed) / (len(text.stems) or 1),
        ))  # fmt: skip
    return found


def _relative(column: Scores) -> tuple[Scores, Scores]:
    """What each falls short of the best, and 1 / its place."""
    places = np.argsort(np.argsort(-column, kind="stable"), kind="stable")
    return column - column.max(), (1 / (1 + places)).astype(np.float32)


def _neighbours(scores: Scores, units: Sequence[Unit]) -> tuple[Scores, Scores]:
    """The scores of the units before and after each in its passage, 0 where there is none."""
    before, after = np.zeros_like(scores), np.zeros_like(scores)
    for number in range(1, len(units)):
        if units[number - 1].hit.passage.id == units[number].hit.passage.id:
            before[number], after[number - 1] = scores[number - 1], scores[number]
    return before, after
