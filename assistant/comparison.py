"""Legal forms compared: forms by criteria, each cell one or two quotes, or nothing.

A cell is filled from the documents about its form alone. A quote is about a criterion when the
section it stands in is, and it says so itself, or when its own words leave no doubt; the best of
them is the one that opens the section, names the form and states a rule. A cell for which there is
none stays empty: better that than a sentence about something near.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.criteria import Criterion, criteria, usual
from assistant.extracts import extracts, is_about
from assistant.types import Statement
from assistant.units import citations
from assistant.wanted import forms_named
from corpus import french
from corpus.errors import UsageError
from corpus.subjects import FORM_NAMES, FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.extracts import Extract
    from assistant.types import Citation
    from corpus.library import Library

FEWEST, MOST = 2, 5
"""How many forms are compared."""

FLOOR, FLOOR_OF_SECOND = 0.7, 0.85
"""The scores under which a quote is not worth a cell, or a second place in it: see `_score`."""

_LONGEST = 420
"""Characters up to which a second quote joins the first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the corpus says of a form on a criterion: one or two statements, or none."""

    form: str
    criterion: Criterion
    statements: tuple[Statement, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of its statements."""
        return tuple(c for statement in self.statements for c in statement.citations)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A grid: `rows[i][j]` is the cell of `criteria[i]` and `forms[j]` (keys of `FORMS`).

    The citations are numbered through the grid, row by row; the same quote has the same number.
    `undocumented` are the forms that no document of the library is about.
    """

    forms: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    rows: tuple[tuple[Cell, ...], ...]
    undocumented: tuple[str, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The distinct citations, by number."""
        found = {c.number: c for row in self.rows for cell in row for c in cell.citations}
        return tuple(found[number] for number in sorted(found))


def compare(library: Library, forms: Sequence[str], keys: Sequence[str] = ()) -> Comparison:
    """Compare forms (keys of `FORMS`) on criteria (keys of `criteria()`; none: the usual ones).

    Raises:
        UsageError: fewer than two forms or more than five, or a form or a criterion is unknown.
    """
    forms = checked_forms(forms)
    chosen = checked_criteria(keys or usual())
    columns = [cells(library, form, [c.key for c in chosen]) for form in forms]
    documents = library.documents.values()
    return Comparison(
        forms,
        chosen,
        _numbered(tuple(zip(*columns, strict=True))),
        tuple(f for f in forms if not any(is_about(document, f) for document in documents)),
    )


def cells(library: Library, form: str, keys: Sequence[str] = ()) -> tuple[Cell, ...]:
    """What the library says of one form, a cell a criterion; citations are numbered from 1."""
    pieces = extracts(library, form)
    found = tuple(
        Cell(
            form,
            criterion,
            tuple(_statement(piece, library) for piece in _chosen(criterion, form, pieces)),
        )
        for criterion in checked_criteria(keys or usual())
    )
    return _numbered((found,))[0]


_COMPARES = re.compile(r"differen|compar|choisir|plutot|\bvs\b|versus|\bou\b|mieux|distingu|hesit")


def compared_forms(question: str) -> tuple[str, ...]:
    """The forms that a question sets against each other; none when it does not."""
    named = tuple(forms_named(question))
    compares = _COMPARES.search(french.fold(question)) and FEWEST <= len(named) <= MOST
    return named if compares else ()


def checked_forms(forms: Sequence[str]) -> tuple[str, ...]:
    """Forms as asked for, each once.

    Raises:
        UsageError: one is unknown, or there are too few or too many.
    """
    asked = tuple(dict.fromkeys(forms))
    unknown = [form for form in asked if form not in FORMS]
    if unknown:
        raise UsageError(
            f"Forme inconnue : {', '.join(f'« {form[:60]} »' for form in unknown)}.",
            "Choisissez les formes dans la liste.",
        )
    if len(asked) < FEWEST:
        told = "Aucune forme n'est choisie." if not asked else "Une seule forme est choisie."
        raise UsageError(told, f"Choisissez-en de {FEWEST} à {MOST} pour les comparer.")
    if len(asked) > MOST:
        raise UsageError(
            f"{len(asked)} formes sont choisies ; une grille en compare {MOST} au plus.",
            "Retirez-en, puis comparez.",
        )
    return asked


def checked_criteria(keys: Sequence[str]) -> tuple[Criterion, ...]:
    """Criteria as asked for, in the order of the grid.

    Raises:
        UsageError: one is unknown.
    """
    unknown = [key for key in keys if key not in criteria()]
    if unknown:
        raise UsageError(
            f"Critère inconnu : {', '.join(f'« {key[:60]} »' for key in unknown)}.",
            "Choisissez les critères dans la liste.",
        )
    return tuple(criterion for key, criterion in criteria().items() if key in keys)


# --- choosing what a cell says ------------------------------------------------------------------

_ADVICE = re.compile(
    r"^((?!evitez)\w+ez|faites)\b|^mieux vaut|^il est (conseille|utile|prudent)"
    r"|(ne (le )?(decrivent|disent|precisent|donnent)|n'est) pas (decri|jusqu|de fiscalite)"
)
"""A piece of advice, or what says that the sources say nothing: told for want of a rule."""

_ADVISING = re.compile(r"mieux vaut|\bfaites(-l\w+)? |: \w+ez\b")
_BESIDE = re.compile(
    r"^(depuis|selon|a l'origine|pour (l'appel|repondre)|avant|quand|jusqu|l'article)"
    r"|\baussi\b|\bdonc\b|\bensuite\b"
)
"""What an afterthought or a particular case says; a rule does not."""

_CASE = re.compile(
    r"^(en (\w+ )?\d{4}|fin \d{4}|au printemps)"
    r"|cour d'appel|cassation|a juge|recensement|amendement"
)
"""A figure of one year, a judgment: no rule at all."""


def _statement(piece: Extract, library: Library) -> Statement:
    cited, text = citations(piece.unit, library, 1)
    return Statement(text, cited, "verbatim")


def _chosen(criterion: Criterion, form: str, pieces: Sequence[Extract]) -> list[Extract]:
    """The best piece, and a second one that adds a rule to it; none where none is good enough.

    Two of one section stand as they do there, and a rule before a piece of advice.
    """
    scored = [(_score(criterion, form, piece), piece) for piece in pieces]
    scored = sorted((s for s in scored if s[0] >= FLOOR), key=lambda s: -s[0])
    if not scored:
        return []
    best = _preferred(form, scored)
    others = [p for s, p in scored[1:] if s >= FLOOR_OF_SECOND and p is not best]
    more = [piece for piece in others if _adds(criterion, form, piece, best)]
    more.sort(key=lambda piece: not _other_name(form, piece, best))
    chosen = [best, *more[: criterion.most - 1]]
    if _ADVICE.search(best.folded):
        return chosen[::-1]
    if len({(piece.sections, bool(piece.label)) for piece in chosen}) == 1:
        chosen.sort(key=lambda piece: piece.place)
    return chosen


def _score(criterion: Criterion, form: str, piece: Extract) -> float:
    """How well a piece fills a cell, about from 0.5 to 1.6; 0 when it is about something else."""
    text = piece.folded
    if criterion.refused.search(text) or (criterion.names_form and form not in piece.named):
        return 0.0
    if piece.label:
        if not criterion.label.search(piece.column or piece.label):
            return 0.0
        return 1.3 if piece.devoted else 0.85
    if _within(criterion, piece) and criterion.words.search(text):
        score = 1.0 + 0.25 * (piece.place == 0)
    elif criterion.alone.search(text):
        score = 0.75 - 0.1 * _elsewhere(criterion, piece)
    else:
        return 0.0
    score += 0.15 * bool(criterion.strong.search(text))
    score += 0.1 * (form in piece.named) + 0.1 / (1 + piece.place)
    score -= 0.3 if _ADVICE.search(text) else 0.1 * bool(_ADVISING.search(text))
    score -= 0.15 * bool(_BESIDE.search(text)) + 0.3 * bool(_CASE.search(text))
    score -= 0.3 * _opens_on_another(form, piece) + 0.1 * piece.unit.is_list
    return score - 0.2 * (not piece.devoted)


def _opens_on_another(form: str, piece: Extract) -> bool:
    """Whether a piece is first about another form."""
    return bool(piece.named - {form}) and form not in forms_named(piece.text[:60])


def _within(criterion: Criterion, piece: Extract) -> bool:
    """Whether a piece stands in a section about the criterion."""
    return any(criterion.heading.search(section) for section in piece.sections)


def _elsewhere(criterion: Criterion, piece: Extract) -> bool:
    """Whether a piece stands in the section of another criterion."""
    others = [c for c in criteria().values() if c.key not in {criterion.key, "nature"}]
    return any(_within(other, piece) for other in others)


def _preferred(form: str, scored: Sequence[tuple[float, Extract]]) -> Extract:
    """The best piece, or a supplied document's that says the same as one of ours."""
    best = scored[0][1]
    same = (
        piece
        for score, piece in scored[1:]
        if not piece.own and score >= FLOOR_OF_SECOND and _shared(form, piece, best) >= 0.5
    )
    return next(same, best) if best.own else best


def _adds(criterion: Criterion, form: str, piece: Extract, best: Extract) -> bool:
    """Whether a piece is worth standing behind the best: a rule, short, and not said yet."""
    if len(best.text) + len(piece.text) > _LONGEST or (best.devoted and not piece.devoted):
        return False
    rule = bool(piece.label or criterion.strong.search(piece.folded))
    if not (rule or _other_name(form, piece, best)) or piece.unit.is_list:
        return False
    aside = _ADVICE.search(piece.folded) or _CASE.search(piece.folded)
    if aside or _opens_on_another(form, piece):
        return False
    if not piece.label and not _within(criterion, piece) and _elsewhere(criterion, piece):
        return False
    figures = french.figures(piece.text) - french.figures(best.text)
    return _shared(form, piece, best) < (0.75 if figures else 0.5)


def _shared(form: str, one: Extract, other: Extract) -> float:
    """What two pieces both say, the form's name aside, as a share of the shorter one's stems."""
    name = frozenset(french.terms(" ".join(FORM_NAMES[form])))
    mine, theirs = one.stems - name, other.stems - name
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))


def _other_name(form: str, piece: Extract, best: Extract) -> bool:
    """Whether a piece is on another of several forms under one key: fonds, fondation abritée."""
    names = [french.fold(name) for name in FORM_NAMES[form] if not name.isupper()]
    return any(name in piece.folded and name not in best.folded for name in names)


def _numbered(rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    """The cells with their citations numbered from 1 in reading order, the same quote once."""
    numbers: dict[tuple[str, int, int, int], int] = {}

    def number(citation: Citation) -> Citation:
        key = (citation.document.id, citation.page_index, citation.start, citation.end)
        return replace(citation, number=numbers.setdefault(key, len(numbers) + 1))

    def renumbered(cell: Cell) -> Cell:
        statements = tuple(
            replace(s, citations=tuple(map(number, s.citations))) for s in cell.statements
        )
        return replace(cell, statements=statements)

    return tuple(tuple(map(renumbered, row)) for row in rows)
