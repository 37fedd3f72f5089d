"""What is wrong with a sentence, its source in sight: what lacks, is swapped, or is denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.support import words
from assistant.support.reading import DATE, LIGHT, NAME, NUMBER, REFERENCE, WHO, WORD
from assistant.support.rivals import agreement, astray, rival
from assistant.support.roles import misplaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.support.evidence import Evidence
    from assistant.support.polarity import Mark

NEARER = 1.2
"""How many times nearer a place that says the contrary must be to be believed."""

SAME = 0.9
"""How alike two words must be to be one; where it stands, its synonyms contradict nothing."""

ANY = "1"
"""The figure of "au moins une", which may be said "une"."""

_ALWAYS = frozenset("toujours jamais systematiquement automatiquement".split())
_AS_ALWAYS = _ALWAYS | frozenset(
    "tout tous toute toutes chaque chacun chacune aucun aucune rien encore reste restent continue"
    " ne".split()
)
_ONLY = frozenset("seulement uniquement exclusivement".split())
_AS_ONLY = _ONLY | frozenset("seul seule seuls seules unique que sauf hors".split())
_WHAT = {
    NUMBER: "le nombre",
    DATE: "la date",
    REFERENCE: "la référence",
    WHO: "le mot",
    NAME: "le nom",
}


def reasons(found: Evidence) -> list[str]:
    """Why a sentence is not to be believed, each reason in French; none when nothing is wrong."""
    return [
        *_lacking(found),
        *_swapped(found),
        *_misplaced(found),
        *_denied(found),
        *_contrary(found),
        *_overstated(found),
    ]


def _lacking(found: Evidence) -> Iterator[str]:
    for number, content in enumerate(found.claim.reading.contents):
        if content.kind == LIGHT or content.key == ANY:
            continue
        if found.there(number) or found.named[number]:
            continue
        shown = found.claim.reading.shown(content)
        yield f"{_WHAT.get(content.kind, 'le mot')} « {shown} » n'est pas dans la source"


def _swapped(found: Evidence) -> Iterator[str]:
    for number, content in enumerate(found.claim.reading.contents):
        if content.kind in {WORD, LIGHT} or content.key == ANY:
            continue
        if other := rival(found, number):
            shown = found.claim.reading.shown(content)
            yield f"{_WHAT[content.kind]} « {shown} » : la source dit plutôt « {other} »"
        elif not found.named[number] and astray(found, number):
            shown = found.claim.reading.shown(content)
            yield f"{_WHAT[content.kind]} « {shown} » : la source le dit d'autre chose"


def _misplaced(found: Evidence) -> Iterator[str]:
    for who, what in misplaced(found):
        yield f"« {who} », « {what} » : la source le dit d'un autre"


def _denied(found: Evidence) -> Iterator[str]:
    for number, content in enumerate(found.claim.reading.contents):
        mark = found.claim.marks[number]
        shown = found.claim.reading.shown(content)
        if mark.sign and _nearest(found, number, lambda its, own: its.sign == -own.sign):
            yield f"« {shown} » : l'un affirme ce que l'autre nie"
        if mark.mode and _nearest(found, number, lambda its, own: its.mode not in {"", own.mode}):
            yield f"« {shown} » : permis et obligatoire ne sont pas la même chose"
        if mark.bound and _nearest(
            found, number, lambda its, own: its.bound not in {"", own.bound}
        ):
            yield f"« {shown} » : un minimum n'est pas un maximum"


def _nearest(found: Evidence, number: int, contradicts: Callable[[Mark, Mark], bool]) -> bool:
    """Whether the place of the source that comes nearest to a content contradicts its mark."""
    own = found.claim.marks[number]
    if any(
        contradicts(mark, own) and content.key == found.claim.reading.contents[number].key
        for content, mark in zip(found.claim.reading.contents, found.claim.marks, strict=True)
    ):
        return False  # the sentence itself says both, of different things
    links = [link for link in found.links[number] if link.unit in found.chosen]
    same_word = _same_word(found, number)
    for_it, against_it = 0.0, 0.0
    for link in links:
        nearness = link.strength * (1 + agreement(found, number, link.unit, link.there))
        if not contradicts(found.source.units[link.unit].marks[link.there], own):
            for_it = max(for_it, nearness)
        elif link.strength >= SAME or not same_word:
            against_it = max(against_it, nearness)
    return against_it > NEARER * for_it


def _contrary(found: Evidence) -> Iterator[str]:
    for number, content in enumerate(found.claim.reading.contents):
        if content.kind not in {WORD, LIGHT} or _same_word(found, number):
            continue
        sign = found.claim.marks[number].sign
        for chosen in found.chosen:
            unit = found.source.units[chosen]
            for other, its in zip(unit.reading.contents, unit.marks, strict=True):
                if its.sign * sign > 0 and words.contrary(content.key, other.key):
                    shown = found.claim.reading.shown(content)
                    yield f"« {shown} » : la source dit le contraire"


def _same_word(found: Evidence, number: int) -> bool:
    return any(link.strength >= SAME for link in found.links[number] if link.unit in found.chosen)


def _overstated(found: Evidence) -> Iterator[str]:
    """A strong word ("toujours", "y compris") where no unit of the source is as strong."""
    said = found.claim.reading.words
    there = {word for chosen in found.chosen for word in found.source.units[chosen].reading.words}
    restricted = "ne" in there and "que" in there
    for at, word in enumerate(said):
        including = word == "compris" and said[at - 1 : at] == ("y",)
        if (
            (word in _ALWAYS and (restricted or there.isdisjoint(_AS_ALWAYS)))
            or (word in _ONLY and there.isdisjoint(_AS_ONLY))
            or (including and there.isdisjoint({word, "meme"}))
        ):
            yield f"« {word} » : la source ne le dit pas"
