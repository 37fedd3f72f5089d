"""Whether a figure, a date, a reference or a name is said of the same thing as in the source.

In "the State pays 5 €, the town 3 €" all of "the town pays 5 €" is there, beside the wrong words.
So each is looked at with its neighbours in the sentence: in the source they must stand by it rather
than by another of its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.support import words
from assistant.support.figures import Date
from assistant.support.passage import ANY
from assistant.support.reading import DATE, LIGHT, NAME, NUMBER, REFERENCE, WHO, WORD, Content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.support.passage import Found, Unit

NEAR = 4.0
"""Words at which a neighbour counts for half as much."""

ELSEWHERE = 0.6
"""What a neighbour counts for in another clause."""

MARGIN = 2.0
"""How many times better the neighbours of a rival must agree to be believed."""

LEAST = 0.3
"""By how much they must agree better, at least."""

_COUNTED = 3
"""Words from a number to what it counts, at most."""


def rivals(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Each content in the place of which the source says another."""
    for number in numbers:
        wanted = found.claim.reading.contents[number]
        if wanted.kind in {WORD, LIGHT} or wanted.key == ANY or number not in found.places:
            continue
        own = found.linked([number])
        for there, content in enumerate(found.unit.reading.contents):
            if there in own or not same_kind(wanted, content) or _joined(found.unit, own, there):
                continue
            if _better(found, numbers, number, there):
                instead = found.unit.reading.shown(content)
                yield f"« {found.shown(number)} » : la source dit plutôt « {instead} »"


def _better(found: Found, numbers: Sequence[int], number: int, there: int) -> bool:
    """Whether a place of the source agrees much better than its own with what a content is by."""
    own = found.linked([number])
    kept = max(_agreement(found, numbers, number, place) for place in own)
    instead = _agreement(found, numbers, number, there)
    both = next((other for other in numbers if there in found.linked([other])), None)
    if both is not None:
        # Both are in the statement: they must agree better the other way round.
        kept += max(_agreement(found, numbers, both, p.there) for p in found.places[both])
        instead += max(_agreement(found, numbers, both, place) for place in own)
        figure = found.claim.reading.contents[number].kind != WHO
        if figure and instead >= kept and _turned(found, number, both):
            return True
    return instead > MARGIN * kept and instead > kept + LEAST


def _turned(found: Found, number: int, other: int) -> bool:
    """Whether two contents stand in another order than in the source."""
    first, second = sorted((number, other))
    return all(p.there > q.there for p in found.places[first] for q in found.places[second])


def _joined(unit: Unit, own: set[int], there: int) -> bool:
    """Whether a content stands with one of others as in "l'union ou la fédération"."""
    contents = unit.reading.contents
    for one in own:
        first, last = sorted((contents[one], contents[there]), key=lambda content: content.at)
        between = unit.reading.words[first.at + first.length : last.at]
        if len(between) <= _COUNTED and not {"et", "ou"}.isdisjoint(between[:1]):
            return True
    return False


def detached(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Each figure that stands in a clause of the source of which nothing else is said."""
    linked = found.linked(numbers)
    contents = found.unit.reading.contents
    for number in numbers:
        wanted = found.claim.reading.contents[number]
        if wanted.kind not in {NUMBER, DATE, REFERENCE} or number not in found.places:
            continue
        around = [
            {
                there
                for there, content in enumerate(contents)
                if content.clause == contents[place.there].clause
                and content.figure is None
                and content.kind != LIGHT
            }
            for place in found.places[number]
        ]
        others = (c for there, c in enumerate(contents) if there not in linked)
        alone = all(clause and linked.isdisjoint(clause) for clause in around)
        if alone and any(same_kind(wanted, other) for other in others):
            yield f"« {found.shown(number)} » : la source le dit d'autre chose"


def moved(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Each number that counts here what another counts in the source, or so much a head."""
    for number in numbers:
        if number in found.places and (
            _counts_another(found, number)
            or _per(found, number)
            or _in_the_clause_of_another(found, numbers, number)
        ):
            yield f"« {found.shown(number)} » : la source le dit d'autre chose"


def _in_the_clause_of_another(found: Found, numbers: Sequence[int], number: int) -> bool:
    """Whether part of what a figure is said of stands behind, in the clause of another figure."""
    if found.claim.reading.contents[number].kind != NUMBER:
        return False
    contents, own = found.unit.reading.contents, found.linked([number])
    wanted, linked = found.claim.reading.contents[number], found.linked(numbers)
    mine = {contents[there].clause for there in own}
    others = {
        content.clause
        for there, content in enumerate(contents)
        if there not in linked and same_kind(wanted, content)
    }
    for other in numbers:
        content, clauses = found.claim.reading.contents[other], set()
        if content.kind in {WORD, WHO}:
            clauses = {contents[there].clause for there in found.linked([other])}
        if clauses and clauses <= others and min(clauses) > max(mine):
            return True
    return False


def _counts_another(found: Found, number: int) -> bool:
    counted = _counted(found.claim, number)
    if counted is None:
        return False
    there = found.linked([counted])
    own = {_counted(found.unit, place.there) for place in found.places[number]}
    others = {_counted(found.unit, n) for n in range(len(found.unit.reading.contents))} - {None}
    return bool(there & others) and not found.linked([counted, counted + 1]) & own


def _per(found: Found, number: int) -> bool:
    """Whether so much is said by head, by year… where the source says another figure so."""
    own = _rated(found.claim, number)
    theirs = {_rated(found.unit, place.there) for place in found.places[number]} - {None}
    return own is not None and bool(theirs) and theirs.isdisjoint(found.linked([own]))


def _rated(unit: Unit, number: int) -> int | None:
    """The figure that is said by what a content names: "15 € par salarié"."""
    content = unit.reading.contents[number]
    if content.at == 0 or unit.reading.words[content.at - 1] != "par":
        return None
    before = [
        n
        for n, other in enumerate(unit.reading.contents[:number])
        if other.kind == NUMBER and other.clause == content.clause
    ]
    return before[-1] if before else None


def _counted(unit: Unit, number: int) -> int | None:
    """What a number counts: the content next to it, in its clause."""
    contents = unit.reading.contents
    if number + 1 == len(contents):
        return None
    content, following = contents[number], contents[number + 1]
    if content.kind != NUMBER:
        return None
    gap = following.at - content.at - content.length
    if (
        following.clause != content.clause
        or gap >= _COUNTED
        or following.kind not in {WORD, WHO, NAME}
    ):
        return None
    if content.key.partition(" ")[2] and "par" not in unit.reading.words[content.at : following.at]:
        return None
    return number + 1


def same_kind(wanted: Content, there: Content) -> bool:
    """Whether a content could stand in the place of another: two durations, two legal forms."""
    if wanted.kind == there.kind == WHO:
        return words.comparable(wanted.key, there.key)
    if wanted.kind == NUMBER and there.kind == NUMBER:
        return wanted.key.partition(" ")[2] == there.key.partition(" ")[2]
    if isinstance(wanted.figure, Date) and isinstance(there.figure, Date):
        return not (there.figure.says(wanted.figure) or wanted.figure.says(there.figure))
    return wanted.kind == there.kind


def _agreement(found: Found, numbers: Sequence[int], number: int, there: int) -> float:
    """How much of what stands by a content of the statement stands by a content of the unit."""
    contents = found.claim.reading.contents
    total = 0.0
    for other in numbers:
        if other == number or contents[other].kind == LIGHT:
            continue
        if _of_a_kind(contents[other], contents[number]):
            continue
        near = max(
            (
                place.strength * _nearness(found.unit, place.there, there)
                for place in found.places.get(other, ())
                if place.there != there
            ),
            default=0.0,
        )
        total += near * _nearness(found.claim, other, number)
    return total


def _of_a_kind(first: Content, second: Content) -> bool:
    """Whether two figures or references count the same, so that they may be swapped together."""
    if first.kind in {NUMBER, DATE, REFERENCE}:
        return first.kind == second.kind and first.key != second.key
    return False


def _nearness(unit: Unit, first: int, second: int) -> float:
    one, two = unit.reading.contents[first], unit.reading.contents[second]
    gap = max(one.at, two.at) - min(one.at + one.length, two.at + two.length)
    nearness = NEAR / (NEAR + max(0, gap))
    return nearness if one.clause == two.clause else nearness * ELSEWHERE
