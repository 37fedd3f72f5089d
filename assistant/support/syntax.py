"""What word order, prepositions, "par" and "qui" tell: who does what, and to whom."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.support.reading import LIGHT, NAME, WHO, WORD, Content, Reading, read

if TYPE_CHECKING:
    from collections.abc import Iterator

DOER, UNDERGOER, UNKNOWN = "doer", "undergoer", "unknown"
"""Parts that somebody has in a sentence, beside those that a preposition tells."""

REACH = 5
"""Words from a doer to what it does, at most, the complement of its name aside."""

_NEAR = 8
"""Words in which a passive is looked for, behind a subject."""

_DETERMINERS = frozenset(
    "le la les l un une des du de ce cet cette ces son sa ses leur leurs notre nos votre vos chaque"
    " tout tous toute toutes aucun aucune certains certaines deux trois plusieurs quelques".split()
)
_BEFORE_SUBJECT = {"", *(
    "que et mais ou or donc car lorsque quand si puisque ainsi aussi alors parce dont".split()
)}  # fmt: skip
_PREPOSITIONS = {
    word: word
    for word in (
        "en devant envers avec contre chez pour entre sous vers selon de a dans sur sans comme hors"
        " parmi avant apres pendant lors"
    ).split()
} | {"aux": "a", "au": "a", "du": "de", "des": "de"}
_LONG = {"aupres": "devant", "egard": "envers", "aide": "avec"}
"""What "auprès de" and "à l'égard de" are said for."""

_OF = frozenset("de du des".split())
_BEING = frozenset(
    "est sont etait etaient ete etre sera seront serait fut furent soit soient".split()
)
_ADJECTIVE = re.compile(r"(ifs?|ives?|ale?s?|aux|elle?s?|els?|iques?|ables?|ibles?|aires?)$")
_PARTICIPLE = re.compile(
    r"(e|ee|es|ees|i|ie|is|ies|it|ite|its|ites|u|ue|us|ues|ert|erte|aint|ainte)$"
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
        elif case in _BEFORE_SUBJECT or _leads(reading, content):
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
        noun = at > 1 and reading.words[at - 2] in _DETERMINERS
        if word in {"du", "de"} or (word == "des" and noun):
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


def preposition(reading: Reading, content: Content) -> str:
    """The preposition before a content and its determiners, "" when there is none."""
    if content.at and reading.words[content.at - 1] == "des":
        return "de"
    return _PREPOSITIONS.get(before(reading, content), "")


def part(reading: Reading, content: Content) -> str:
    """What part somebody has: DOER, UNDERGOER, UNKNOWN, or the preposition before the name."""
    for other in reading.contents:
        if other.kind == WHO and other.at + other.length == content.at:
            return part(reading, other)  # "les salariés associés"
    case = before(reading, content)
    if case == "par":
        return DOER
    if case in _BEFORE_SUBJECT:
        return UNDERGOER if _is_done(reading, content) else DOER
    return _PREPOSITIONS.get(case) or _object(reading, content)


def _is_done(reading: Reading, content: Content) -> bool:
    """Whether a subject is in the passive."""
    behind = reading.words[content.at + content.length :][:_NEAR]
    being = next((at for at, word in enumerate(behind) if word in _BEING), None)
    return being is not None and any(map(_PARTICIPLE.search, behind[being + 1 :][:3]))


def _object(reading: Reading, content: Content) -> str:
    """UNDERGOER behind a doer or an imperative of the clause."""
    first = next(at for at, clause in enumerate(reading.clauses) if clause == content.clause)
    doer = any(
        other.kind == WHO and before(reading, other) in _BEFORE_SUBJECT
        for other in reading.contents
        if other.at < content.at and other.clause == content.clause
    )
    return UNDERGOER if doer or reading.words[first].endswith("ez") else UNKNOWN
