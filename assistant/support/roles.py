"""Whether a statement gives somebody the part that its source gives another."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from assistant.support import words
from assistant.support.reading import WHO, Content
from assistant.support.syntax import DOER, UNDERGOER, UNKNOWN, before, deeds, part, preposition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.support.passage import Found

SAME = 0.9
"""How alike two predicates must be to be one."""

_PARTS = frozenset({DOER, UNDERGOER, "a", "chez", "devant", "envers", "avec", "contre"})
"""Parts that nobody else may be given; "de", "dans"… tell too little."""

_NOT_OF = frozenset({"comme", "a", "contre"})
"""Parts that nothing says of whom "de" is said."""

_ORDERED = frozenset({"a", "de", UNDERGOER})
"""Parts that two may have at once, told apart by their order alone."""


def misplaced(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Who is said to do what the source says another does."""
    contents = [found.claim.reading.contents[number] for number in numbers]
    there = {content.key for content in found.unit.reading.contents}
    for who, what, undergone in deeds(found.claim.text):
        if what not in contents:
            continue
        alike: list[Content] = []
        opposite: list[Content] = []
        for deed in deeds(found.unit.text):
            if words.alike(what.key, deed.what.key) >= SAME:
                (alike if deed.undergone == undergone else opposite).append(deed.who)
        if any(
            who.key == other.key or (who.key not in there and words.related(who.key, other.key))
            for other in alike
        ):
            continue
        if any(words.comparable(who.key, other.key) for other in alike) or (
            not undergone and any(words.related(who.key, other.key) for other in opposite)
        ):
            yield f"« {found.claim.reading.shown(who)} » : la source le dit d'un autre"


def displaced(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Who has a part that the source gives another: the doer, the one it is done to."""
    claim, unit = found.claim.reading, found.unit.reading
    theirs = {n: part(unit, c) for n, c in enumerate(unit.contents) if c.kind == WHO}
    for number in _told(found, numbers):
        content = claim.contents[number]
        own, its = part(claim, content), {theirs[place.there] for place in found.places[number]}
        done_by = before(claim, content) == "par" and not its & {DOER, UNKNOWN}
        compared = own == "de" and bool(its) and its <= _NOT_OF
        taken = any(
            words.comparable(content.key, unit.contents[there].key)
            for there, other in theirs.items()
            if other == own
        )
        if done_by or compared or (own in _PARTS and not its & {own, UNKNOWN} and taken):
            yield f"« {claim.shown(content)} » : la source le dit d'un autre"


def exchanged(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Two that have taken each other's preposition, or each other's place."""
    claim, unit = found.claim.reading, found.unit.reading
    cases = {n: preposition(claim, claim.contents[n]) for n in numbers if n in found.places}
    for first, second in combinations([n for n, case in cases.items() if case], 2):
        theirs = {
            (
                preposition(unit, unit.contents[one.there]),
                preposition(unit, unit.contents[two.there]),
            )
            for one in found.places[first]
            for two in found.places[second]
        }
        if cases[first] != cases[second] and theirs == {(cases[second], cases[first])}:
            yield f"« {claim.shown(claim.contents[first])} » : la source le dit d'un autre"
    for first, second in combinations(_told(found, numbers), 2):
        who, whom = claim.contents[first], claim.contents[second]
        own = part(claim, who)
        if own not in _ORDERED or own != part(claim, whom):
            continue
        if words.comparable(who.key, whom.key) and all(
            one.there > two.there
            and part(unit, unit.contents[one.there]) == part(unit, unit.contents[two.there]) == own
            for one in found.places[first]
            for two in found.places[second]
        ):
            yield f"« {claim.shown(who)} » : la source le dit d'un autre"


def _told(found: Found, numbers: Sequence[int]) -> list[int]:
    """Those of a statement whom the source names, but whom it is about by inheritance."""
    inherited = len(numbers) > 1 and numbers[0] + 1 != numbers[1]
    contents = found.claim.reading.contents
    return [n for n in numbers[inherited:] if n in found.places and contents[n].kind == WHO]
