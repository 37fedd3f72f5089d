"""What counts of a French text when wordings are compared: stems, figures, names, negations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus import french
from corpus.query import lexicon

UNIT_REACH = 3
"""Words between a figure and its unit, at most: "10 à 15 ans", "deux longs mois"."""

NUMBER_WORDS = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100,
    "mille": 1000, "quarante-huit": 48, "vingt-quatre": 24, "dix-huit": 18,
}  # fmt: skip
_UNITS = "ans mois jours semaines heures fois voix pourcents euros etp"
_ONE = re.compile(
    r"\b(un|une|1er|1ère|premier|première) (?=(an|année|mois|jour|semaine|fois|voix)\b)"
)
_NEGATIONS = frozenset("pas jamais aucun aucune sans ni non nul nulle".split())
_DENIALS = _NEGATIONS | frozenset(
    "plus interdit interdite interdits interdites interdiction impossible exclu exclue exclut "
    "exclus refuse refus illicite illégal hors sauf échoue échouent moins facultatif "
    "facultative facultatifs aucunement".split()
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What counts of a text.

    `stems` are its content stems, figures and negations apart; `expanded` those of what its
    acronyms stand for, and the acronyms of what it spells out; `known` both. `measured` pairs
    figures with the units behind them. An `idiom` ("à tout moment") has several words and one
    stem: it counts as it is or not at all.
    """

    stems: frozenset[str]
    expanded: frozenset[str]
    figures: frozenset[str]
    measured: frozenset[tuple[str, str]]
    names: frozenset[str]
    negated: bool
    denies: bool
    idiom: bool

    @property
    def known(self) -> frozenset[str]:
        """What the text says, acronyms understood."""
        return self.stems | self.expanded


@lru_cache(maxsize=50_000)
def wording(text: str) -> Wording:
    """Analyse a text."""
    found = tokens(text)
    stems = frozenset(t for t in found if not is_figure(t) and t not in _NEGATIONS)
    names, acronyms = _names(text)
    expansions = {stem for name in acronyms for stem in french.terms(lexicon().acronyms[name])}
    spelt = {french.stem(french.fold(name)) for name in lexicon().expanded_in(text)}
    said = frozenset(french.fold(word) for word in french.words(text))
    return Wording(
        stems=stems,
        expanded=frozenset(expansions | spelt),
        figures=frozenset(filter(is_figure, found)),
        measured=frozenset(_measured(found)),
        names=names,
        negated=not said.isdisjoint(map(french.fold, _NEGATIONS)),
        idiom=len(stems) == 1 == len(found) and not names and len(french.words(text)) > 1,
        denies=not said.isdisjoint(map(french.fold, _DENIALS)),
    )


def tokens(text: str) -> list[str]:
    """Content stems in order, figures in digits, "%" and "€" as words; no joined compounds."""
    text = french.plain(text).replace("%", " pourcents ").replace("€", " euros ")
    text = _ONE.sub("1 ", text.replace("k euros", "000 euros"))
    found: list[str] = []
    for word in french.words(text):
        number = NUMBER_WORDS.get(french.fold(word))
        if number is not None:
            found.append(str(number))
            continue
        stems = french.terms(word)
        found.extend(stems[:-1] if len(stems) > 1 else stems)
    return [_years().get(stem, stem) for stem in found]


def is_figure(stem: str) -> bool:
    """Whether a token is a number."""
    return stem[:1].isdigit()


def _measured(tokens: list[str]) -> set[tuple[str, str]]:
    """The figures with the unit behind them; in "10 à 15 ans" both figures count years."""
    found: set[tuple[str, str]] = set()
    waiting: list[str] = []
    distance = 0
    for before, token in zip(["", *tokens], tokens, strict=False):
        if is_figure(token):
            waiting = [*waiting, token] if is_figure(before) else [token]
            distance = 0
            continue
        distance += 1
        if token in _units() and distance <= UNIT_REACH:
            found.update((figure, token) for figure in waiting)
            waiting = []
    return found


@cache
def _units() -> frozenset[str]:
    return frozenset(map(french.stem, _UNITS.split()))


@cache
def _years() -> dict[str, str]:
    """The other words for years, under one stem."""
    return dict.fromkeys(map(french.stem, ("années", "année")), french.stem("ans"))


_CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'-]*")


def _names(text: str) -> tuple[frozenset[str], list[str]]:
    """The stems of the names in a text, and the acronyms among them that are known.

    A capital opens sentences too, so that one alone at the start makes no name.
    """
    words = french.plain(text).split()
    found: set[str] = set()
    acronyms: list[str] = []
    for place, word in enumerate(words):
        bare = re.sub(r"^\w{1,2}'", "", word.strip('«»"“”().,;:!?[]'))
        name = lexicon().acronym(bare) if bare.isupper() or bare[:1].isupper() else None
        if name:
            acronyms.append(name)
        opens = place == 0 or words[place - 1][-1:] in ".:!?»"
        follows = words[place + 1][:1].isupper() if place + 1 < len(words) else False
        proper = _CAPITALISED.fullmatch(bare) and (not opens or follows)
        if name or (len(bare) > 1 and (bare.isupper() or proper)):
            found.update(stem for stem in tokens(bare) if not is_figure(stem))
    return frozenset(found), acronyms


def named(name: str, there: Wording) -> bool:
    """Whether a text has a name: in its words, or an acronym spelt out."""
    if name in there.known:
        return True
    expansion = lexicon().acronyms.get(name.upper())
    return expansion is not None and there.known.issuperset(french.terms(expansion))
