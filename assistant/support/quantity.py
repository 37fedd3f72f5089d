"""How many are meant and how surely: all, some, only, always. Saying more than the source is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.support.passage import Found
    from assistant.support.reading import Reading

_ALL = frozenset("tout tous toute toutes chaque chacun chacune quelconque".split())
_SOME = frozenset(
    "certain certains certaine certaines plusieurs quelques peu beaucoup plupart majorite parfois"
    " souvent rarement partie".split()
)
_ALWAYS = frozenset("toujours jamais systematiquement automatiquement forcement".split())
_ONLY = frozenset("seul seule seuls seules seulement uniquement exclusivement unique".split())
_AS_ONLY = _ONLY | {"sans", "sauf", "hors"}
_DENYING = frozenset("pas jamais aucun aucune rien ni".split())
_SPAN = 10
"""Words from "ne" to its "que", at most."""

_REACH = 2
"""Words from a quantifier to what it counts, at most."""


def overstated(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Each word by which a statement says more than a sentence of its source."""
    said, there = found.claim.reading, found.unit.reading
    row = [word for number in numbers for word in _leading(said, number)]
    words = set(row)
    its = set(there.words)
    for word in sorted(words & _ALWAYS):
        if its.isdisjoint(_ALWAYS):
            yield f"« {word} » : la source ne le dit pas"
    if _restricts(row):
        words |= {"seulement"}
    for word in sorted(words & _ONLY):
        if its.isdisjoint(_AS_ONLY) and not _restricts(there.words):
            yield f"« {word} » : la source ne le dit pas"
    for number in numbers:
        own = _before(said, number)
        places = [_before(there, place.there) for place in found.places.get(number, ())]
        if places and not _ALL.isdisjoint(own) and all(_limits(there, place) for place in places):
            yield f"« {said.shown(said.contents[number])} » : la source ne le dit pas de tous"
        if places and all(not _SOME.isdisjoint(place) for place in places) and _SOME.isdisjoint(own):
            shown = said.shown(said.contents[number])
            yield f"« {shown} » : la source ne le dit pas de tous"


def _limits(there: Reading, before: set[str]) -> bool:
    """Whether a sentence of the source does not speak of all that a word names."""
    if not _ALL.isdisjoint(before):
        return False
    return "les" not in before and "des" in before or _restricts(there.words)


def _before(reading: Reading, number: int) -> set[str]:
    """The words before a content, in its clause."""
    content = reading.contents[number]
    first = max(0, content.at - _REACH)
    return {
        reading.words[at]
        for at in range(first, content.at + 1)
        if reading.clauses[at] == content.clause
    }


def _restricts(row: Sequence[str]) -> bool:
    """Whether a text says "ne … que"."""
    if "ne" not in row:
        return False
    behind = row[row.index("ne") :][:_SPAN]
    if "que" not in behind:
        return False
    between = behind[: behind.index("que")]
    return _DENYING.isdisjoint(between) and ("plus" not in between or between[-1] == "plus")


def _leading(reading: Reading, number: int) -> Sequence[str]:
    """The words from the content before one to its own."""
    content = reading.contents[number]
    before = reading.contents[number - 1] if number else None
    start = before.at + before.length if before else 0
    return reading.words[start : content.at + content.length]
