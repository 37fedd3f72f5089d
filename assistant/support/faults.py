"""What is wrong with a statement, a sentence of its source in sight: swapped, denied, overstated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.support import words
from assistant.support.places import detached, moved, per_another, rival
from assistant.support.quantity import overstated
from assistant.support.reading import LIGHT, WHO, WORD
from assistant.support.roles import before, misplaced, swapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.support.passage import Found
    from assistant.support.polarity import Mark

_ALLOWING = frozenset(
    "permet permettent permettre permis autorise autorisent possible possibles droit facultatif"
    " facultative facultatifs facultatives libre libres eventuel eventuelle eventuellement".split()
)
_WITHIN = frozenset("de du des dans en".split())

_BOUNDING = frozenset(map(words.stem, ("dépasser", "excéder")))
"""What "ne dépasse pas" says is told by the bound of the figure."""


def faults(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Why a statement is not to be believed, each reason in French; none when nothing is wrong."""
    yield from _denied(found, numbers)
    yield from _modes(found, numbers)
    yield from _contrary(found, numbers)
    yield from overstated(found, numbers)
    yield from _of_another(found, numbers)
    for number in numbers:
        if other := rival(found, numbers, number):
            yield f"« {shown(found, number)} » : la source dit plutôt « {other} »"
        if moved(found, number) or per_another(found, number) or detached(found, numbers, number):
            yield f"« {shown(found, number)} » : la source le dit d'autre chose"
    for who, what in (*misplaced(found, numbers), *swapped(found, numbers)):
        yield f"« {who} », « {what} » : la source le dit d'un autre"


def shown(found: Found, number: int) -> str:
    """A content of the sentence, as it is shown to a reader."""
    reading = found.claim.reading
    return reading.shown(reading.contents[number])


def _denied(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """What the one affirms and the other denies."""
    own, its = found.claim.marks, found.unit.marks
    linked = {place.there for number in numbers for place in found.places.get(number, ())}
    for number in numbers:
        if not _agrees(found, number, lambda a, b: a.sign * b.sign >= 0):
            yield f"« {shown(found, number)} » : l'un affirme ce que l'autre nie"
    denies = [number for number in numbers if own[number].sign < 0]
    if denies and not any(its[there].sign <= 0 for there in linked):
        yield f"« {shown(found, denies[0])} » : la source ne le nie pas"
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


def _modes(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """What the one allows and the other requires, or states; a least that is a most."""
    own_marks = [found.claim.marks[number] for number in numbers]
    allows = any(mark.mode == "may" or mark.sign <= 0 for mark in own_marks) or not (
        _ALLOWING.isdisjoint(found.claim.reading.words)
    )
    for number in numbers:
        own = found.claim.marks[number]
        if own.bound and not _agrees(found, number, lambda a, b: b.bound in {"", a.bound}):
            yield f"« {shown(found, number)} » : un minimum n'est pas un maximum"
        if own.mode and not _agrees(found, number, lambda a, b: b.mode in {"", a.mode}):
            yield f"« {shown(found, number)} » : permis et obligatoire ne sont pas la même chose"
        if not allows and not _agrees(found, number, lambda _, b: b.mode != "may"):
            yield f"« {shown(found, number)} » : la source dit seulement que c'est possible"


def _of_another(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Whom only the headings name, where the sentence of the source names another of the kind."""
    linked = {place.there for number in numbers for place in found.places.get(number, ())}
    for number in numbers:
        content = found.claim.reading.contents[number]
        if content.kind != WHO or number in found.places:
            continue
        if _added(found, number):
            yield f"« {shown(found, number)} » : la source ne le dit pas"
        for there, other in enumerate(found.unit.reading.contents):
            if there not in linked and words.comparable(content.key, other.key):
                yield f"« {shown(found, number)} » : la source dit plutôt « {found.unit.reading.shown(other)} »"


def _added(found: Found, number: int) -> bool:
    """Whether who is named by headings alone is more than whom the sentence is about."""
    reading = found.claim.reading
    first = next(n for n, content in enumerate(reading.contents) if content.kind == WHO)
    return number != first and before(reading, reading.contents[number]) not in _WITHIN


def _contrary(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    for number in numbers:
        content = found.claim.reading.contents[number]
        if content.kind not in {WORD, LIGHT} or any(p.strength > 0.8 for p in found.places.get(number, ())):
            continue
        sign = found.claim.marks[number].sign
        for other, its in zip(found.unit.reading.contents, found.unit.marks, strict=True):
            if its.sign * sign > 0 and words.contrary(content.key, other.key):
                yield f"« {shown(found, number)} » : la source dit le contraire"
