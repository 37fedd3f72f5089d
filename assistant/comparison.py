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

from assistant.criteria import CRITERIA, USUAL, Criterion
from assistant.extracts import extracts, is_about
from assistant.types import Statement
from assistant.units import citations
from assistant.wanted import forms_named
from corpus import french
from corpus.errors import UsageError
from corpus.subjects import FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.extracts import Extract
    from assistant.types import Citation
    from corpus.library import Library

FEWEST, MOST = 2, 5
"""How many forms are compared."""

FLOOR = 0.8
"""The score under which a quote is not worth a cell: see `_score`."""

_LONGEST = 420
"""Characters up to which a second quote joins the first."""

_ADVICE = re.compile(
    r"^(\w+ez\b|mieux vaut|il est (conseille|utile|prudent))|faites(-les?)? (verifier|preciser|confirmer)"
    r"|ne (le )?(decrivent|disent|precisent) pas|n'est pas decri"
)
_OF_AN_OCCASION = re.compile(
    r"^(en (mai |octobre )?\d{4}|fin \d{4}|depuis|dans une|selon|d'apres|au printemps|a l'origine)"
)


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


def compare(
    library: Library, forms: Sequence[str], criteria: Sequence[str] = USUAL
) -> Comparison:
    """Compare forms (keys of `FORMS`) on criteria (keys of `CRITERIA`).

    Raises:
        UsageError: fewer than two forms or more than five, one unknown, or no criterion.
    """
    forms = checked_forms(forms)
    chosen = checked_criteria(criteria)
    columns = [cells(library, form, [c.key for c in chosen]) for form in forms]
    documents = library.documents.values()
    return Comparison(
        forms,
        chosen,
        _numbered(tuple(zip(*columns, strict=True))),
        tuple(f for f in forms if not any(is_about(document, f) for document in documents)),
    )


def cells(library: Library, form: str, criteria: Sequence[str] = USUAL) -> tuple[Cell, ...]:
    """What the library says of one form, a cell a criterion; citations are numbered from 1."""
    pieces = extracts(library, form)
    found = tuple(
        Cell(form, criterion, _statements(criterion, form, pieces, library))
        for criterion in checked_criteria(criteria)
    )
    return _numbered((found,))[0]


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


def checked_criteria(criteria: Sequence[str]) -> tuple[Criterion, ...]:
    """Criteria as asked for, in the order of the grid.

    Raises:
        UsageError: one is unknown, or there is none.
    """
    unknown = [key for key in criteria if key not in CRITERIA]
    if unknown:
        raise UsageError(
            f"Critère inconnu : {', '.join(f'« {key[:60]} »' for key in unknown)}.",
            "Choisissez les critères dans la liste.",
        )
    if not criteria:
        raise UsageError("Aucun critère n'est choisi.", "Choisissez-en au moins un.")
    return tuple(criterion for key, criterion in CRITERIA.items() if key in criteria)


# --- choosing what a cell says ------------------------------------------------------------------


def _statements(
    criterion: Criterion, form: str, pieces: Sequence[Extract], library: Library
) -> tuple[Statement, ...]:
    scored = [(_score(criterion, form, piece), piece) for piece in pieces]
    ranked = sorted((s for s in scored if s[0] >= FLOOR), key=lambda s: -s[0])
    chosen: list[Extract] = []
    for _, piece in ranked:
        if chosen and (len(chosen[0].text) + len(piece.text) > _LONGEST or _repeats(piece, chosen)):
            continue
        chosen.append(piece)
        if len(chosen) == 2:
            break
    statements = []
    for piece in chosen:
        cited, text = citations(piece.unit, library, 1)
        statements.append(Statement(text, cited, "verbatim"))
    return tuple(statements)


def _score(criterion: Criterion, form: str, piece: Extract) -> float:
    """How well a piece fills a cell; 0 when it is about something else."""
    text = french.fold(piece.text)
    if criterion.refused.search(text):
        return 0.0
    told = bool(criterion.telling.search(text))
    if piece.column or piece.label:
        about = criterion.label.search(piece.column or piece.label)
        if not about:
            return 0.0
        return 1.3 if piece.devoted else 0.95
    inside = any(criterion.heading.search(section) for section in piece.sections)
    if inside and (told or criterion.words.search(text)):
        score = 1.0 + 0.15 * told
    elif told:
        score = 0.8
    else:
        return 0.0
    named = forms_named(piece.text)
    score += 0.1 * (form in named) - 0.15 * bool(set(named) - {form})
    score += 0.25 * piece.opens if inside else 0.0
    score += 0.1 / (1 + piece.unit.position)
    score -= 0.3 * bool(_ADVICE.search(text)) + 0.15 * bool(_OF_AN_OCCASION.search(text))
    return score - 0.2 * (not piece.devoted) - 0.1 * piece.unit.is_list


def _repeats(piece: Extract, chosen: Sequence[Extract]) -> bool:
    """Whether a piece says little that is not already said."""
    own = set(french.terms(piece.text))
    said = set().union(*(french.terms(other.text) for other in chosen))
    return len(own & said) >= 0.6 * len(own)


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
