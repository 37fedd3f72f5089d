"""What is wrong with a statement, a sentence of its source in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.support import words
from assistant.support.places import detached, moved, rivals
from assistant.support.quantity import overstated
from assistant.support.reading import LIGHT, WHO, WORD
from assistant.support.roles import SAME, displaced, exchanged, misplaced
from assistant.support.syntax import before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.support.passage import Found
    from assistant.support.polarity import Mark

_ALLOWING = frozenset(
    "permet permettent permettre permis autorise autorisent possible possibles droit facultatif"
    " facultative facultatifs facultatives libre libres eventuel eventuelle eventuellement".split()
)
_WITHIN = frozenset("de du des dans en".split())
"""Words before whom a sentence is about that its source need not repeat."""

_ASKING = frozenset(map(words.stem, "vérifier recontrôler confirmer demander préciser".split()))
"""Verbs by which a source leaves a question open."""

_BOUNDING = frozenset(map(words.stem, ("dépasser", "excéder")))
"""What "ne dépasse pas" says is told by the bound of the figure."""


def faults(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Why a statement is not to be believed, each reason in French; none when nothing is wrong."""
    for rule in RULES:
        yield from rule(found, numbers)


def denied(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """What the one affirms and the other denies."""
    own, its = found.claim.marks, found.unit.marks
    linked = found.linked(numbers)
    for number in numbers:
        if not _agrees(found, number, lambda a, b: a.sign * b.sign >= 0):
            yield f"« {found.shown(number)} » : l'un affirme ce que l'autre nie"
    denies = [number for number in numbers if own[number].sign < 0]
    if denies and not any(its[there].sign <= 0 for there in linked):
        yield f"« {found.shown(denies[0])} » : la source ne le nie pas"
    if not any(own[number].sign <= 0 for number in numbers):
        clauses = {
            found.unit.reading.contents[place.there].clause
            for number in numbers
            for place in found.places.get(number, ())
            if all(its[p.there].sign == 0 for p in found.places[number])
        }
        for there, content in enumerate(found.unit.reading.contents):
            if content.key in _BOUNDING:
                continue
            if its[there].sign < 0 and there not in linked and content.clause in clauses:
                yield f"« {found.unit.reading.shown(content)} » : la source le nie"


def _agrees(found: Found, number: int, agree: Callable[[Mark, Mark], bool]) -> bool:
    """Whether a place of a content has a mark that agrees with its own, or it has no place."""
    places = found.places.get(number, ())
    best = max((place.strength for place in places), default=0.0)
    own, its = found.claim.marks, found.unit.marks
    return not places or any(
        agree(own[number], its[place.there]) for place in places if place.strength == best
    )


def modes(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """What the one allows and the other requires, or states; a least that is a most."""
    own_marks = [found.claim.marks[number] for number in numbers]
    allows = any(mark.mode == "may" or mark.sign <= 0 for mark in own_marks) or not (
        _ALLOWING.isdisjoint(found.claim.reading.words)
    )
    for number in numbers:
        own = found.claim.marks[number]
        if own.bound and not _agrees(found, number, lambda a, b: b.bound in {"", a.bound}):
            yield f"« {found.shown(number)} » : un minimum n'est pas un maximum"
        if own.mode and not _agrees(found, number, lambda a, b: b.mode in {"", a.mode}):
            yield f"« {found.shown(number)} » : permis et obligatoire ne sont pas la même chose"
        if not allows and not _agrees(found, number, lambda _, b: b.mode != "may"):
            yield f"« {found.shown(number)} » : la source dit seulement que c'est possible"


def of_another(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Whom only the headings name, where the sentence of the source names another of the kind."""
    linked = found.linked(numbers)
    for number in numbers:
        content = found.claim.reading.contents[number]
        if content.kind != WHO or number in found.places:
            continue
        if _added(found, number):
            yield f"« {found.shown(number)} » : la source ne le dit pas"
        for there, other in enumerate(found.unit.reading.contents):
            if there not in linked and words.comparable(content.key, other.key):
                instead = found.unit.reading.shown(other)
                yield f"« {found.shown(number)} » : la source dit plutôt « {instead} »"


def _added(found: Found, number: int) -> bool:
    """Whether who is named by headings alone is more than whom the sentence is about."""
    reading = found.claim.reading
    first = next(n for n, content in enumerate(reading.contents) if content.kind == WHO)
    return number != first and before(reading, reading.contents[number]) not in _WITHIN


def asked(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """What the source asks to be verified, and the statement takes as said."""
    said, there = found.claim.reading, found.unit.reading
    asks = not _ASKING.isdisjoint(map(words.stem, there.spelt[:3]))
    if asks and numbers and _ASKING.isdisjoint(map(words.stem, said.spelt)):
        yield "la source demande seulement de le vérifier"


def contrary(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Each word of which the source has the contrary."""
    for number in numbers:
        content = found.claim.reading.contents[number]
        same = any(place.strength >= SAME for place in found.places.get(number, ()))
        if content.kind not in {WORD, LIGHT} or same:
            continue
        sign = found.claim.marks[number].sign
        for other, its in zip(found.unit.reading.contents, found.unit.marks, strict=True):
            if its.sign * sign > 0 and words.contrary(content.key, other.key):
                yield f"« {found.shown(number)} » : la source dit le contraire"


RULES: Final = (
    denied,
    modes,
    asked,
    contrary,
    overstated,
    of_another,
    rivals,
    moved,
    detached,
    misplaced,
    displaced,
    exchanged,
)
"""What may be wrong, each rule by itself."""
