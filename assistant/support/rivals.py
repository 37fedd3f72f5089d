"""Whether another figure, date, reference or name stands where a sentence puts its own.

In "the State pays 5 €, the town 3 €" all of "the town pays 5 €" is there, beside the wrong words.
So each of these is looked at with its neighbours in the sentence: in the source they must stand by
it rather than by another of its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.support import words
from assistant.support.evidence import WEIGHTS
from assistant.support.figures import Date
from assistant.support.reading import DATE, NAME, NUMBER, REFERENCE, WHO, Content

if TYPE_CHECKING:
    from assistant.support.evidence import Evidence, Unit

NEAR = 4.0
"""Words at which a neighbour counts for half as much."""

ELSEWHERE = 0.6
"""What a neighbour counts for in another clause."""

MARGIN = 1.3
"""How many times better the neighbours of a rival in another unit must agree to be believed."""

MARGIN_WITHIN = 1.8
"""The same for a rival in the unit itself, where only distances tell them apart."""

ASTRAY = 0.5
"""Share of what stands by a figure that must stand by it in the source too."""

ANYWHERE = -1
"""No place of a unit in particular."""

MARGIN_GROUP = 1.6
"""The same for a rival of another group, as a person in the place of a legal form."""

MARGIN_BOTH = 1.1
"""The same when the sentence has the rival too, in its own place: both must agree better."""

MARGIN_NAMED = 2.5
"""The same when the headings name the one and not the other: sentences may leave it out."""

LEAST = 0.3
"""By how much the neighbours of a rival must agree better, at least."""


def rival(found: Evidence, number: int) -> str | None:
    """What the source says in the place of a content of the sentence, or None."""
    own = _own(found, number)
    homes = {chosen for chosen, _ in own}
    if not own:
        return None
    best_flat = max(agreement(found, number, *place, flat=True) for place in own)
    best = max(agreement(found, number, *place) for place in own)
    wanted = found.claim.reading.contents[number]
    for chosen, unit in enumerate(found.source.units):
        for there, content in enumerate(unit.reading.contents):
            within = chosen in homes
            if (chosen, there) in own or not _same_kind(wanted, content, close=within):
                continue
            kept = best if within else best_flat
            instead = agreement(found, number, chosen, there, flat=not within)
            if instead < kept + LEAST:
                continue
            both = _said_by(found, chosen, there)
            for other in both:
                # Both are in the sentence: they must agree better the other way round.
                kept += max(
                    agreement(found, other, *place, flat=not within) for place in _own(found, other)
                )
                instead += max(agreement(found, other, *place, flat=not within) for place in own)
            margin = MARGIN_WITHIN if within else MARGIN
            if found.named[number] and not found.heads(content):
                margin = MARGIN_NAMED
            if not within and not _same_kind(wanted, content, close=True):
                margin = max(margin, MARGIN_GROUP)
            if both and not within:
                margin = MARGIN_BOTH
            if instead > margin * kept and instead > kept + LEAST:
                return unit.reading.shown(content)
    return None


def astray(found: Evidence, number: int) -> bool:
    """Whether a figure, date or reference stands in the source, but far from what it is said of."""
    own = _own(found, number)
    if not own:
        return False
    best = max(agreement(found, number, *place, flat=True) for place in own)
    elsewhere = max(
        agreement(found, number, chosen, ANYWHERE, flat=True)
        for chosen in range(len(found.source.units))
    )
    return best + LEAST < ASTRAY * elsewhere


def _own(found: Evidence, number: int) -> set[tuple[int, int]]:
    return {(link.unit, link.there) for link in found.links[number]}


def _said_by(found: Evidence, chosen: int, there: int) -> list[int]:
    """The contents of the sentence that a content of the source says, one at most."""
    return [number for number in range(len(found.links)) if (chosen, there) in _own(found, number)][
        :1
    ]


def _same_kind(wanted: Content, there: Content, *, close: bool) -> bool:
    """Whether a content could stand in the place of another: two durations, two legal forms.

    With `close`, a person in the place of a legal form does not count.
    """
    if wanted.kind in {WHO, NAME} and there.kind in {WHO, NAME}:
        if words.related(wanted.key, there.key):
            return False
        groups = words.lists().groups
        first, second = (
            "bodies" if content.kind == NAME else groups.get(content.key, "")
            for content in (wanted, there)
        )
        return first == second or (not close and {first, second} <= words.BEINGS)
    if wanted.kind == NUMBER and there.kind == NUMBER:
        return wanted.key.partition(" ")[2] == there.key.partition(" ")[2]
    if isinstance(wanted.figure, Date) and isinstance(there.figure, Date):
        return not (there.figure.says(wanted.figure) or wanted.figure.says(there.figure))
    return wanted.kind == there.kind


def agreement(
    found: Evidence, number: int, chosen: int, there: int, *, flat: bool = False
) -> float:
    """How much of what stands by a content of the sentence stands by a content of a unit.

    `flat` leaves out how far apart they stand in the unit.
    """
    contents = found.claim.reading.contents
    unit = found.source.units[chosen]
    total = 0.0
    for other, content in enumerate(contents):
        if other == number or _of_a_kind(content, contents[number]):
            continue
        near = max(
            (
                link.strength * (1.0 if flat else _nearness(unit, link.there, there))
                for link in found.links[other]
                if link.unit == chosen and link.there != there
            ),
            default=0.0,
        )
        if near:
            weight = WEIGHTS.get(content.kind, 1.0)
            total += weight * near * _nearness(found.claim, other, number)
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
