"""How many are meant, how much and how surely: saying more than the source is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.support.reading import DATE, NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.support.passage import Found
    from assistant.support.reading import Reading

_ALL = frozenset("tout tous toute toutes chaque chacun chacune quelconque".split())
_EACH = frozenset({"tous", "toutes"})
_SOME = frozenset(
    "certain certains certaine certaines plusieurs quelques peu beaucoup plupart majorite parfois"
    " souvent rarement partie".split()
)
_ALWAYS = frozenset("toujours jamais systematiquement automatiquement forcement".split())
_ONLY = frozenset("seul seule seuls seules seulement uniquement exclusivement unique".split())
_DEGREES = frozenset({"plus", "moins"})
_SINCE = frozenset("depuis des partir apres compter".split())
_UNTIL = frozenset("jusque avant".split())
_DENYING = frozenset("pas jamais aucun aucune rien ni".split())
_COMPLEMENTS = [[word] for word in "a au aux de des dans avec en pour par".split()]
"""What follows "que" in "ne … plus … qu'à"."""

_SPAN = 10
"""Words from "ne" to its "que", at most."""

_REACH = 2
"""Words from a quantifier to what it counts, at most."""


def overstated(found: Found, numbers: Sequence[int]) -> Iterator[str]:
    """Each way in which a statement says more than a sentence of its source, or other than it."""
    said, there = found.claim.reading, found.unit.reading
    row = [word for number in numbers for word in _leading(said, number)]
    strong = {word for word in row if word in _ALWAYS and _ALWAYS.isdisjoint(there.words)}
    if _ONLY.isdisjoint(there.words) and not restricts(there.words):
        strong |= {"ne … que"} if restricts(row) else {word for word in row if word in _ONLY}
    bare = [word for at, word in enumerate(row) if row[at - 1 : at] != ["au"]]
    if "moins" in bare and "moins" not in there.words:
        strong |= {"moins"}
    for word in sorted(strong):
        yield f"« {word} » : la source ne le dit pas"
    for number in numbers:
        places = [place.there for place in found.places.get(number, ())]
        if places and _of_more(said, number, there, places):
            yield f"« {found.shown(number)} » : la source ne le dit pas de tous"
        if places and _otherwise(said, number, there, places):
            yield f"« {found.shown(number)} » : la source ne le dit pas ainsi"


def _of_more(said: Reading, number: int, there: Reading, places: Sequence[int]) -> bool:
    """Whether more are meant: all of them where the source says some, or of those it sets apart."""
    own = _before(said, number)
    theirs = [_before(there, place) for place in places]
    if not _ALL.isdisjoint(own) and all(_ALL.isdisjoint(one) for one in theirs):
        some = {"des"} if own.isdisjoint(_EACH) else {"des", "un", "une"}
        indefinite = all(not one.isdisjoint(some) and "les" not in one for one in theirs)
        if indefinite or restricts(there.words):
            return True
    return _SOME.isdisjoint(own) and not any(_SOME.isdisjoint(one) for one in theirs)


def _otherwise(said: Reading, number: int, there: Reading, places: Sequence[int]) -> bool:
    """Whether the one says more and the other less, or since and until."""
    content = said.contents[number]
    own = _before(said, number)
    theirs = [_before(there, place) for place in places]
    if content.kind in {NUMBER, DATE}:
        if "avant" in own or (content.kind == DATE and not own.isdisjoint(_UNTIL)):
            return all(one.isdisjoint(_UNTIL) for one in theirs)
        return not own.isdisjoint(_SINCE) and not any(one.isdisjoint(_UNTIL) for one in theirs)
    degree = set(said.words[max(0, content.at - 1) : content.at]) & _DEGREES
    if said.words[content.at - 2 : content.at - 1] == ("au",):
        return False  # "25 % au moins reviennent"
    if not degree or "ne" in said.words:
        return False
    return not any({there.words[there.contents[place].at - 1]} & degree for place in places)


def _before(reading: Reading, number: int) -> set[str]:
    """The few words before a content and its own, in its clause."""
    content = reading.contents[number]
    return {
        reading.words[at]
        for at in range(max(0, content.at - _REACH), content.at + 1)
        if reading.clauses[at] == content.clause
    }


def restricts(row: Sequence[str]) -> bool:
    """Whether a text says "ne … que"."""
    if "ne" not in row:
        return False
    behind = list(row)[list(row).index("ne") :][:_SPAN]
    if "que" not in behind:
        return False
    between = behind[: behind.index("que")]
    if not _DENYING.isdisjoint(between):
        return False
    behind = behind[len(between) + 1 :]
    return "plus" not in between or between[-1] == "plus" or behind[:1] in _COMPLEMENTS


def _leading(reading: Reading, number: int) -> Sequence[str]:
    """The words from the content before one to its own."""
    content = reading.contents[number]
    before = reading.contents[number - 1] if number else None
    start = before.at + before.length if before else 0
    return reading.words[start : content.at + content.length]
