"""What the check knows of words: who may be meant, what says the same, what says the contrary."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus import french
from corpus.query import lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ACRONYM = "sigle"
"""Stands before an acronym of the field in a row of words: "SA" -> "siglesa"."""

GROUPS = ("forms", "operations", "texts", "actors", "bodies")
"""What entities are; an acronym in none of these groups is a notion (TVA, CDI)."""

BEINGS = frozenset({"forms", "actors", "bodies"})
"""Groups of those who do things and have rights."""

BEFORE_NOUNS = frozenset(
    "le la les l un une des du de d au aux ce cet cette ces son sa ses leur leurs chaque tout toute"
    " tous toutes en par pour sur sous dans et ou a".split()
)
"""Words that stand before a noun and not before a verb that says something."""

_PLURAL = re.compile(r"(\w{3,}(?<!m)e)nt$")
_SHORTEST_STEM = 4
_LONG_ENOUGH = 6
"""Letters of a stem from which a prefix before it is taken for a negation."""

_LINKS = frozenset("a au aux d de des du en et l la le les pour sur".split())


class Words(NamedTuple):
    """The lists of `words.toml`, by stem or by entity."""

    phrases: Mapping[tuple[str, ...], str]
    starts: frozenset[str]
    longest: int
    groups: Mapping[str, str]
    wider: Mapping[str, frozenset[str]]
    synonyms: Mapping[str, frozenset[str]]
    opposites: Mapping[str, frozenset[str]]
    light: frozenset[str]


@cache
def lists() -> Words:
    """The lists shipped with the package."""
    data = _data()
    entities = data["entities"]
    phrases = _phrases([names for group in GROUPS for names in entities[group]])
    groups = {phrases[_lemmas(names[0])]: group for group in GROUPS for names in entities[group]}
    wider: dict[str, frozenset[str]] = {}
    for name, *narrower in entities["wider"]:
        key = phrases[_lemmas(name)]
        wider[key] = wider.get(key, frozenset()) | {phrases[_lemmas(n)] for n in narrower}
    synonyms: dict[str, frozenset[str]] = {}
    for group in data["synonyms"]["groups"]:
        stems = frozenset(stem(word) for word in group)
        for one in stems:
            synonyms[one] = synonyms.get(one, frozenset()) | stems - {one}
    opposites: dict[str, frozenset[str]] = {}
    for pair in data["opposites"]["pairs"]:
        first, second = (stem(word) for word in pair)
        opposites[first] = opposites.get(first, frozenset()) | {second}
        opposites[second] = opposites.get(second, frozenset()) | {first}
    light = frozenset(stem(word) for word in data["synonyms"]["light"].split())
    return Words(
        phrases,
        frozenset(phrase[0] for phrase in phrases),
        max(map(len, phrases)),
        groups,
        wider,
        synonyms,
        opposites,
        light,
    )


def _phrases(groups: Sequence[Sequence[str]]) -> dict[tuple[str, ...], str]:
    """Each name as a row of lemmas, with the key of what it names: the first name of its group."""
    found: dict[tuple[str, ...], str] = {}
    for group in groups:
        for name in group:
            found[_lemmas(name)] = group[0]
    for acronym, expansion in lexicon().acronyms.items():
        both = (_lemmas(acronym), _lemmas(expansion))
        key = next((found[name] for name in both if name in found), acronym)
        found |= dict.fromkeys(both, key)
    return found


def _lemmas(name: str) -> tuple[str, ...]:
    if knows_acronym(french.fold(name).upper()) and (name.isupper() or name == "Scop"):
        return (ACRONYM + name.lower(),)
    words = [french.fold(word) for word in french.words(name)]
    return tuple(lemma(word) for word in words if word not in _LINKS)


def knows_acronym(name: str) -> bool:
    """Whether a name in capitals is an acronym of the field."""
    return name in lexicon().acronyms or name in {"CGCT", "CUMA"}


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """A folded word in the singular, roughly: "salariees" -> "salarie"."""
    if len(word) > 3 and word[-1] in "sx" and not word.startswith(ACRONYM):
        word = word[:-1]
    return word.removesuffix("e") if word.endswith("ee") else word


def entity_at(found: Sequence[str], at: int, end: int) -> tuple[str, int] | None:
    """Who or what is named from a word on, before `end`: the key and how many words it takes."""
    known = lists()
    if lemma(found[at]) not in known.starts:
        return None
    best: tuple[str, int] | None = None
    row: list[str] = []
    for place in range(at, end):
        if place > at and found[place] in _LINKS:
            continue
        row.append(lemma(found[place]))
        if (key := known.phrases.get(tuple(row))) is not None:
            best = key, place + 1 - at
        if len(row) == known.longest:
            break
    return best


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word, accents written: that of its verb where no rule finds it."""
    if (verb := _irregular().get(french.fold(word))) is not None:
        return french.stem(verb)
    # "gagnent" and "comptaient", which Snowball leaves whole, and "vérifie" beside "vérifier".
    singular = _PLURAL.sub(r"\1", re.sub("aient$", "ait", word))
    found = french.stem(singular)
    return found.removesuffix("i") if len(found) > _SHORTEST_STEM else found


@cache
def _irregular() -> dict[str, str]:
    table: dict[str, str] = _data()["irregular"]
    return {french.fold(form): verb for verb, forms in table.items() for form in forms.split()}


@cache
def _data() -> dict[str, Any]:
    path = Path(__file__).with_name("words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def is_light(stem_: str) -> bool:
    """Whether a word proves little, by its stem."""
    return stem_ in lists().light


def related(first: str, second: str) -> bool:
    """Whether one entity is the other, or a wider name of it."""
    wider = lists().wider
    return first == second or second in wider.get(first, ()) or first in wider.get(second, ())


def comparable(first: str, second: str) -> bool:
    """Whether two entities can do the same things, and are not one a name of the other."""
    one, two = (lists().groups.get(key, "") for key in (first, second))
    return (one == two or {one, two} <= BEINGS) and not related(first, second)


_NEGATING = ("in", "im", "il", "ir", "de", "des", "dis", "mal", "non", "anti")
_NO_CONTRARY = frozenset({"termin"})


@lru_cache(maxsize=50_000)
def contrary(first: str, second: str) -> bool:
    """Whether a stem says the contrary of another: "interess" and "desinteress"."""
    if second in lists().opposites.get(first, ()):
        return True
    short, long = sorted((first, second), key=len)
    if len(short) < _LONG_ENOUGH or short in _NO_CONTRARY:
        return False
    return any(long == prefix + short for prefix in _NEGATING)


@lru_cache(maxsize=200_000)
def alike(first: str, second: str) -> float:
    """How far a stem says what another says, in [0, 1]."""
    if first == second:
        return 1.0
    if second in lists().synonyms.get(first, ()):
        return 0.8
    shared = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        shared += 1
    if shared >= 5 and shared >= 0.65 * max(len(first), len(second)):
        return 0.9
    return 0.0
