"""Who does what: the doer of each predicate, as far as word order, "par" and "qui" tell it."""

from __future__ import annotations

import re
from itertools import combinations
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.support import words
from assistant.support.reading import LIGHT, NAME, WHO, WORD, Content, Reading, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.support.passage import Found

REACH = 5
"""Words from a doer to what it does, at most, the complement of its name aside."""

SAME = 0.9
"""How alike two predicates must be to be one."""

_DETERMINERS = frozenset(
    "le la les l un une des du de ce cet cette ces son sa ses leur leurs notre nos votre vos chaque"
    " tout tous toute toutes aucun aucune certains certaines deux trois plusieurs quelques".split()
)
_BEFORE = {"", *(
    "que et mais ou or donc car lorsque quand si puisque ainsi aussi alors parce dont".split()
)}  # fmt: skip
_ADJECTIVE = re.compile(r"(ifs?|ives?|ale?s?|aux|elle?s?|els?|iques?|ables?|ibles?|aires?)$")
DOER, UNDERGOER, UNKNOWN = "doer", "undergoer", "unknown"
_PARTS = frozenset({DOER, UNDERGOER, "a", "chez", "devant", "envers", "avec", "contre"})
_ORDERED = frozenset({"a", UNDERGOER})
_PREPOSITIONS = {
    word: word
    for word in "en devant envers avec contre chez aupres pour entre sous vers selon de a dans sur sans comme hors parmi".split()
} | {"aux": "a", "au": "a", "du": "de", "des": "de"}
_PARTICIPLE = re.compile(r"(e|ee|es|ees|i|ie|is|ies|it|ite|its|ites|u|ue|us|ues|ert|erte|aint|ainte)$")
_NEAR = 8
_LONG = {"aupres": "devant", "egard": "envers", "aide": "avec"}
"""What "auprès de" and "à l'égard de" are said for."""

_OF = frozenset("de du des".split())
_BEING = frozenset(
    "est sont etait etaient ete etre sera seront serait fut furent soit soient".split()
)


class Deed(NamedTuple):
    """A doer and its predicate, as contents of a text; `undergone` in the passive without "par"."""

    who: Content
    what: Content
    undergone: bool


@lru_cache(maxsize=20_000)
def deeds(text: str) -> tuple[Deed, ...]:
    """Who does what in a text."""
    return tuple(_deeds(read(text)))


def _deeds(reading: Reading) -> Iterator[Deed]:
    contents = reading.contents
    for number, content in enumerate(contents):
        if content.kind not in {WHO, NAME}:
            continue
        case = before(reading, content)
        if case == "par":
            doing = _last_word(contents[:number], content)
            if doing is not None:
                yield Deed(content, doing, undergone=False)
        elif case in _BEFORE or _leads(reading, content):
            doing = _next_word(reading, number)
            if doing is not None:
                yield Deed(content, doing, undergone=_passive(reading, content, doing))


def _leads(reading: Reading, content: Content) -> bool:
    """Whether a relative clause tells what somebody does: "une société qui détient"."""
    end = content.at + content.length
    return "qui" in reading.words[end : end + 2]


def before(reading: Reading, content: Content) -> str:
    """The word before a content and its determiners, "" at the beginning of a clause."""
    at = content.at - 1
    while at >= 0 and reading.clauses[at] == content.clause:
        word = reading.words[at]
        if word == "est" and (at == 0 or reading.clauses[at - 1] != content.clause):
            return ""  # "c'est le groupement qui"
        if word not in _DETERMINERS:
            return word
        if word in _OF and reading.words[at - 1] in _LONG:
            return _LONG[reading.words[at - 1]]
        if word in {"du", "de"}:
            return "de"
        at -= 1
    return ""


def _last_word(contents: tuple[Content, ...], before: Content) -> Content | None:
    if not contents:
        return None
    last = contents[-1]
    near = before.at - last.at - last.length <= REACH and last.clause == before.clause
    return last if near and last.kind in {WORD, LIGHT} else None


def _next_word(reading: Reading, number: int) -> Content | None:
    """The first word behind a name and its complement ("les membres d'un groupement paient")."""
    content = reading.contents[number]
    end = content.at + content.length
    for following in reading.contents[number + 1 :]:
        if following.clause != content.clause or following.at - end > REACH:
            return None
        if following.kind in {WORD, LIGHT}:
            if _ADJECTIVE.search(reading.words[following.at]):
                end = following.at + following.length
                continue
            return None if before(reading, following) in _OF else following
        if following.kind not in {WHO, NAME}:
            return None
        end = following.at + following.length
    return None


def _passive(reading: Reading, who: Content, what: Content) -> bool:
    return not _BEING.isdisjoint(reading.words[who.at + who.length : what.at])


def misplaced(found: Found, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Who is said to do what the source says another does: the one of the sentence, the other."""
    contents = [found.claim.reading.contents[number] for number in numbers]
    for who, what, undergone in deeds(found.claim.text):
        if what not in contents:
            continue
        alike: list[Content] = []
        opposite: list[Content] = []
        for deed in deeds(found.unit.text):
            if words.alike(what.key, deed.what.key) >= SAME:
                (alike if deed.undergone == undergone else opposite).append(deed.who)
        there = {content.key for content in found.unit.reading.contents}
        if any(
            who.key == other.key or (who.key not in there and words.related(who.key, other.key))
            for other in alike
        ):
            continue
        if any(_comparable(who, other) for other in alike) or (
            not undergone and any(words.related(who.key, other.key) for other in opposite)
        ):
            yield found.claim.reading.shown(who), found.claim.reading.shown(what)


def swapped(found: Found, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Who is given the part that the source gives another: the doer, the one it is done to, …"""
    claim, unit = found.claim.reading, found.unit.reading
    theirs = [_part(unit, content) for content in unit.contents]
    taken = {place.there for number in numbers for place in found.places.get(number, ())}
    # Whom a statement is about by inheritance has no part in it that words would tell.
    inherited = len(numbers) > 1 and numbers[0] + 1 != numbers[1]
    own = {n: _part(claim, claim.contents[n]) for n in numbers[inherited:]}
    for number, part in own.items():
        content, places = claim.contents[number], found.places.get(number, ())
        its = {theirs[place.there] for place in places}
        by = before(claim, content) == "par" and not its & {DOER, UNKNOWN}
        if by or (part == "de" and its == {"comme"}):
            yield claim.shown(content), claim.shown(content)
        if part not in _PARTS or not its or part in its or UNKNOWN in its:
            continue
        for there, other in enumerate(unit.contents):
            if theirs[there] == part and words.comparable(content.key, other.key):
                yield claim.shown(content), unit.shown(other)
    cases = {n: _preposition(claim, claim.contents[n]) for n in own if n in found.places}
    its_cases = [_preposition(unit, content) for content in unit.contents]
    for first, second in combinations([n for n, case in cases.items() if case], 2):
        pairs = [
            (its_cases[p.there], its_cases[q.there])
            for p in found.places[first]
            for q in found.places[second]
        ]
        if cases[first] != cases[second] and set(pairs) == {(cases[second], cases[first])}:
            yield claim.shown(claim.contents[first]), claim.shown(claim.contents[second])
    for first, second in combinations([n for n in own if n in found.places], 2):
        one, two = claim.contents[first], claim.contents[second]
        if own[first] != own[second] or own[first] not in _ORDERED or one.kind != WHO != two.kind:
            continue
        if all(p.there > q.there and theirs[p.there] == theirs[q.there] == own[first]
               for p in found.places[first] for q in found.places[second]):
            yield claim.shown(one), claim.shown(two)


def _preposition(reading: Reading, content: Content) -> str:
    """The preposition before a content and its determiners, "" when there is none."""
    if content.at and reading.words[content.at - 1] == "des":
        return "de"
    return _PREPOSITIONS.get(before(reading, content), "")


def _part(reading: Reading, content: Content) -> str:
    """What part a content has: its preposition, DOER, UNDERGOER, or UNKNOWN."""
    if content.kind != WHO:
        return UNKNOWN
    for other in reading.contents:
        if other.kind == WHO and other.at + other.length == content.at:
            return _part(reading, other)  # "les salariés associés"
    case = before(reading, content)
    if case == "par":
        return DOER
    behind = reading.words[content.at + content.length :][:_NEAR]
    if case in _BEFORE:
        being = next((n for n, word in enumerate(behind) if word in _BEING), None)
        if being is not None and any(map(_PARTICIPLE.search, behind[being + 1 :][:3])):
            return UNDERGOER
        return DOER
    if case in _PREPOSITIONS:
        return _PREPOSITIONS[case]
    first = next(at for at, clause in enumerate(reading.clauses) if clause == content.clause)
    if reading.words[first].endswith("ez"):
        return UNDERGOER
    ahead = [c for c in reading.contents if c.at < content.at and c.clause == content.clause]
    doer = any(c.kind == WHO and before(reading, c) in _BEFORE for c in ahead)
    return UNDERGOER if doer else UNKNOWN


def _comparable(first: Content, second: Content) -> bool:
    groups = words.lists().groups
    return all(
        content.kind == NAME or groups.get(content.key) in words.BEINGS
        for content in (first, second)
    )
