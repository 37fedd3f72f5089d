"""What a text affirms, denies, allows or requires: the sign and mode of each of its contents."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assistant.support.figures import bound_at
from assistant.support.reading import LIGHT, NAME, NUMBER, WHO, Reading, read
from assistant.support.words import stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PARTICLES = frozenset("pas plus jamais aucun aucune rien nul nulle guere ni personne".split())
_ABLE = frozenset(
    "peut peuvent peux pouvez pourra pourront pourrait pourraient pouvait pouvaient puisse puissent"
    " saurait sauraient".split()
)
_BOUND = frozenset(
    "doit doivent dois devez devra devront devrait devraient devait devaient faut fallait faudra"
    " oblige obligent".split()
)
_WITHOUT = frozenset("sans dehors sauf hors excepte depourvu depourvue faute".split())
_DENYING = frozenset(map(stem, "éviter perdre échapper refuser renoncer".split()))
_FREEING = frozenset(map(stem, "dispenser exonérer priver".split()))
"""Verbs that deny their object: who is exempted from a tax does not pay it."""

_PARTING = frozenset(map(stem, "distinguer différer supprimer abroger".split()))
_NOT = frozenset("non aucun aucune nul nulle pas jamais".split())
_FORBIDDEN = frozenset(
    "interdit interdite interdits interdites interdisent interdiction"
    " exclu exclue exclus exclues exclut interdire defendu impossible".split()
)
_DENIALS = _FORBIDDEN | {"ne", "aucun", "aucune"}
_SAYING = frozenset({"dit"})
_BEING = frozenset("est sont etait etaient etre sera seront reste restent soit soient".split())
_STOPS = frozenset("mais que qui quand lorsque si car puisque parce dont alors sinon".split())
_GOING_ON = frozenset("depuis en a au dans pour selon sauf meme malgre".split())
_FEW = 3
"""Contents that "sans" or "aucun" may bear on."""

_COORDINATING = frozenset("et ou ni".split())
_INFINITIVE = re.compile(r"(er|ir|re)$")
_REACH = 8
"""Words from "ne" to its "pas", at most."""


class Mark(NamedTuple):
    """How a text says one content.

    `sign` is -1 when it is denied, 1 when not, 0 when that cannot be told; `mode` is "may", "must"
    or "" when it is stated; `bound` is "≥" or "≤" for a figure that is a least or a most.
    """

    sign: int
    mode: str
    bound: str


@lru_cache(maxsize=20_000)
def marks(text: str) -> tuple[Mark, ...]:
    """The mark of each content of a text, in order."""
    reading = read(text)
    signs = [1] * len(reading.contents)
    for scope in _scopes(reading):
        for number in scope.denied:
            signs[number] = -signs[number] if signs[number] else -1
        for number in scope.doubtful:
            signs[number] = min(signs[number], 0)
    modes = _modes(reading)
    bounds = [
        bound_at(reading.words, content.at, content.length, reading.clauses.index(content.clause))
        if content.kind == NUMBER
        else ""
        for content in reading.contents
    ]
    return tuple(map(Mark, signs, modes, bounds))


class Scope(NamedTuple):
    """The contents that a negation denies, by their numbers, and those that it may deny."""

    denied: list[int]
    doubtful: list[int]


def _scopes(reading: Reading) -> Iterator[Scope]:
    particles = {
        at: _particle(reading, at) for at, word in enumerate(reading.words) if word == "ne"
    }
    taken = _taken(reading, particles)
    for at, word in enumerate(reading.words):
        if word == "ne":
            yield from _denial(reading, at, particles[at])
        elif at not in taken and not _idle(reading, at):
            yield from _alone(reading, at, word)


def _taken(reading: Reading, particles: Mapping[int, int | None]) -> set[int]:
    """Words that deny nothing by themselves: "aucune personne ne", "association non déclarée"."""
    taken = {place for place in particles.values() if place is not None}
    for at in particles:
        for place in range(max(0, at - _REACH), at):
            if reading.words[place] in _NOT and reading.clauses[place] == reading.clauses[at]:
                taken.add(place)
    for content in reading.contents:
        if content.length > 1:
            taken.update(range(content.at, content.at + content.length))
    return taken


def _alone(reading: Reading, at: int, word: str) -> Iterator[Scope]:
    """What a word denies without "ne": "sans", "non", "perdre", "interdit"."""
    if (word in _WITHOUT or word == "pas") and _conditional(reading, at):
        # "ne se reverse pas sans accord", "sans accord, pas de reversement"
        yield Scope([], _behind(reading, at)[:_FEW])
    elif word in _WITHOUT or word in _NOT or _instead(reading, at):
        behind = _behind(reading, at)[:_FEW]
        yield Scope(behind[:1], behind[1:])
    elif _denying(reading, at):
        yield Scope(_behind(reading, at)[:1], [])
    elif word == "ni" or stem(reading.spelt[at]) in _PARTING:
        yield Scope([], _behind(reading, at))
    elif word in _FORBIDDEN:
        yield _forbidden(reading, at)


def _instead(reading: Reading, at: int) -> bool:
    """Whether what follows is set aside: "plutôt que", "plus de dettes" at the beginning."""
    if reading.words[at] == "que":
        return reading.words[at - 1 : at] in {("plutot",), ("lieu",)}
    if reading.words[at : at + 2] != ("plus", "de") or at:
        return False
    return not any(one.at == 2 and one.kind == NUMBER for one in reading.contents)


def _denying(reading: Reading, at: int) -> bool:
    """Whether a verb denies its object: "échappe à la TVA", "évitez de signer"."""
    word = reading.words[at]
    if stem(reading.spelt[at]) in _FREEING and reading.words[at + 1 : at + 2] != ("de",):
        return False  # "exonère de TVA" denies the tax, "exonère les groupements" nothing
    return stem(reading.spelt[at]) in _DENYING | _FREEING and not word.endswith(
        ("tion", "tions", "refus")
    )


def _conditional(reading: Reading, at: int) -> bool:
    """Whether a second negation, near this one, turns it into a condition."""
    near = range(reading.clauses[at] - 1, reading.clauses[at] + 2)
    around = [
        word
        for place, word in enumerate(reading.words)
        if reading.clauses[place] in near and not at <= place <= at + 1
    ]
    if reading.words[at] == "pas":
        return not _WITHOUT.isdisjoint(around)
    return not _DENIALS.isdisjoint(around) or "pas de" in " ".join(around)


def _denial(reading: Reading, at: int, particle: int | None) -> Iterator[Scope]:
    """What "ne … pas" denies, and what "ne … que" may."""
    yield Scope([], _before(reading, at))
    if particle is None:
        yield Scope([], _behind(reading, at))  # what follows "que" is affirmed
        return
    behind = _behind(reading, at)
    clause = reading.clauses[at]
    if any(
        word == "mais" and reading.clauses[place] == clause
        for place, word in enumerate(reading.words)
        if place > particle
    ):
        # "ne concerne pas X mais Y": X alone is denied.
        yield Scope([], behind)
        behind = _behind(reading, particle)
    if _SAYING.isdisjoint(reading.words[at + 1 : at + 4]):
        yield Scope(behind[:1], behind[1:])
    else:
        yield Scope([], behind)
    following = [at for at, one in enumerate(reading.clauses) if one == clause + 1][:1]
    if len(behind) < 2 and any(reading.words[at] in _GOING_ON for at in following):
        # "n'oblige plus, depuis 2019, à décrire": what follows may be denied too.
        yield Scope(
            [], [n for n, one in enumerate(reading.contents) if 0 < one.clause - clause < 3]
        )


def _idle(reading: Reading, at: int) -> bool:
    """Whether a negation denies nothing more: "faute de quoi", "sans cela", "sans aucune"."""
    following = reading.words[at + 1 : at + 3]
    return (
        following[:1] in {("cela",), ("quoi",), ("seulement",)}
        or following == ("de", "quoi")
        or (at > 0 and reading.words[at - 1] in _WITHOUT)
    )


def _particle(reading: Reading, at: int) -> int | None:
    """Where the second half of a negation stands; None when "ne" denies nothing ("ne … que")."""
    clause = reading.clauses[at]
    able = False
    restricts = False
    for place in _clause_from(reading, at + 1)[:_REACH]:
        word = reading.words[place]
        if word in _PARTICLES:
            return place
        if word == "que":
            restricts = True
            break
        able = able or word in _ABLE
    for place in range(at - 1, max(-1, at - _REACH), -1):
        if reading.clauses[place] == clause and reading.words[place] in _PARTICLES - {"plus"}:
            return place  # "aucune association ne"
    return at if able and not restricts else None


def _behind(reading: Reading, at: int, *, through: bool = False) -> list[int]:
    """The contents behind a negation, up to the end of its clause or to another one's beginning.

    With `through`, another one's too: "ne se cède qu'avec l'accord".
    """
    places = _clause_from(reading, at + 1)
    for number, place in enumerate(places):
        if number and reading.words[place] in _STOPS and not through:
            places = places[:number]
            break
    inside = set(places)
    return [n for n, content in enumerate(reading.contents) if content.at in inside]


def _before(reading: Reading, at: int) -> list[int]:
    """The contents of a clause before a word."""
    clause = reading.clauses[at]
    return [
        number
        for number, content in enumerate(reading.contents)
        if content.clause == clause and content.at < at
    ]


def _forbidden(reading: Reading, at: int) -> Scope:
    """What is forbidden: "interdit de reverser" or "le reversement est interdit"."""
    if not _BEING.isdisjoint(reading.words[max(0, at - 2) : at]) and reading.words[
        at + 1 : at + 2
    ] not in {("de",), ("a",)}:
        before = _before(reading, at)
        return Scope(before[:1], before[1:])
    behind = _behind(reading, at)
    return Scope(behind[:1], behind[1:])


def _clause_from(reading: Reading, at: int) -> list[int]:
    clause = reading.clauses[at - 1]
    places = []
    while at < len(reading.words) and reading.clauses[at] == clause:
        places.append(at)
        at += 1
    return places


def _modes(reading: Reading) -> list[str]:
    """What is allowed or required: the first contents behind "peut" or "doit", up to a real one."""
    modes = [""] * len(reading.contents)
    for at, word in enumerate(reading.words):
        mode = "may" if word in _ABLE else "must" if word in _BOUND else ""
        if not mode:
            continue
        whole = False
        clause = next((c.clause for c in reading.contents if c.at > at), reading.clauses[at])
        for number, content in enumerate(reading.contents):
            if content.at <= at or content.clause != clause:
                continue
            before = reading.words[content.at - 1]
            if content.kind in {WHO, NAME}:
                continue  # "peuvent se tourner vers la CAE"
            if not whole or (
                before in _COORDINATING and _INFINITIVE.search(reading.words[content.at])
            ):
                modes[number] = mode
            whole = whole or content.kind != LIGHT
    return modes
