"""Whether two questions are the same one, typed otherwise: nothing is guessed.

What may differ is what cannot change the answer: case, accents, punctuation, articles, spelling
that was forgiven, an acronym spelt out, "est-ce que", a plural, the part that comes first. All the
rest must be there, and in the same order: "sans" is not "avec", 10 is not 100, and an association
that becomes a SCIC is not a SCIC that becomes an association.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus import french
from corpus.query import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.query import Query

_PRONOUN = re.compile(r"-(?:t-)?(?:il|elle|ils|elles|on|nous|vous|je|tu)\b", re.IGNORECASE)
_ELIDED = re.compile(r"\b(\w*qu|entr|n|s)'", re.IGNORECASE)
_CAPITAL_WORD = re.compile(r"\b[A-Z]{2,6}\b")
_POLITE = re.compile(r"\bs'il (?:vous|te) pla[iî]t\b", re.IGNORECASE)

_DROPPED = frozenset(
    "le la les l un une des du de d ce on nous je vous tu notre nos votre vos mon ma mes ton ta "
    "tes son sa ses leur leurs svp stp merci bonjour bonsoir".split()
)
_OPENINGS = frozenset("et mais alors donc ok or".split())
_SAME = {
    "au": "a", "aux": "a", "ont": "a", "avons": "a", "avez": "a", "ai": "a",
    "sont": "est", "sommes": "est", "suis": "est", "etes": "est",
    "peuvent": "peut", "peux": "peut", "pouvons": "peut", "pouvez": "peut",
    "doivent": "doit", "dois": "doit", "devons": "doit", "devez": "doit",
    "quelle": "quel", "quels": "quel", "quelles": "quel", "versus": "vs",
}  # fmt: skip
# "Statuts" are a text and "un statut" a condition: these plurals mean something else.
_OWN_PLURAL = frozenset("statuts interets droits biens parts fonds termes moyens".split())
# "Qu'est-ce que", "est-ce que", "c'est quoi", once articles and elisions are gone.
_ASKING = re.compile(r"\b(?:que est que(?: est(?: que)?)?|est que|est quoi|que est|que)\b")
_NEGATIONS = frozenset("pas jamais aucun aucune ni rien personne guere plus".split())
_SYMMETRIC = frozenset({"et", "ou", "vs"})


def question_key(text: str) -> tuple[str, ...]:
    """What two questions have in common exactly when they are the same; () when nothing is left.

    Args:
        text: the question as understood (`Query.text`): spelling forgiven, hurried words unfolded.
    """
    words = list(_words(_without_acronyms(text)))
    while words and words[0] in _OPENINGS:
        words.pop(0)
    asked = _ASKING.sub(lambda m: "" if m[0] == "est que" else "quoi", " ".join(words)).split()
    return _turned(_sides_in_order(_negated(_phrases_joined(asked))))


def is_certain(query: Query) -> bool:
    """Whether the question was understood without guessing at what may be a name.

    A capital within a question may open a name that the library does not know: one corrected to
    another word asks about something else.
    """
    guessed = [word for word in query.corrections if french.fold(word) not in lexicon().spoken]
    return not any(word[:1].isupper() for word in guessed)


def _without_acronyms(text: str) -> str:
    """The text with each acronym in full, and once only where it was unfolded beside it."""
    lex = lexicon()

    def full(match: re.Match[str]) -> str:
        return lex.acronyms.get(match.group(), match.group())

    text = french.plain(text)
    for name in set(_CAPITAL_WORD.findall(text)) & set(lex.acronyms):
        text = text.replace(f"{name} ({lex.acronyms[name]})", name)
    return _CAPITAL_WORD.sub(full, text)


def _words(text: str) -> Iterator[str]:
    """The folded words that count, in the singular; acronyms typed in small letters in full."""
    lex = lexicon()
    text = _ELIDED.sub(r"\1e ", _PRONOUN.sub(" ", _POLITE.sub(" ", text)))
    for compound in french.words(text):
        for part in compound.split("-"):
            word = french.fold(part)
            name = lex.acronym(part) or lex.acronym(part.removesuffix("s"))
            if name:
                yield from _words(lex.acronyms[name])
            elif word and word not in _DROPPED:
                yield _singular(_SAME.get(word, word))


def _singular(word: str) -> str:
    if len(word) <= 3 or word in _OWN_PLURAL or word in _NEGATIONS or word == "sans":
        return word
    return word[:-1] if word[-1] in "sx" else word


def _phrases_joined(words: Sequence[str]) -> list[str]:
    """The words with what an acronym stands for as one word: the acronym."""
    found: list[str] = []
    place = 0
    while place < len(words):
        here = tuple(words[place : place + _longest()])
        name, length = next(
            ((name, len(phrase)) for phrase, name in _phrases() if here[: len(phrase)] == phrase),
            (words[place], 1),
        )
        found.append(name)
        place += length
    return found


@cache
def _phrases() -> tuple[tuple[tuple[str, ...], str], ...]:
    """The words of each acronym, longest first, so that a GEIQ is not taken for a GE."""
    found = [(tuple(_words(text)), name) for name, text in lexicon().acronyms.items()]
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair)))


@cache
def _longest() -> int:
    return len(_phrases()[0][0])


def _negated(words: Sequence[str]) -> list[str]:
    """Negations in one form: "ne peut pas" is "peut pas", which is not "peut ne pas".

    "ne" that no other negation goes with is one by itself.
    """
    alone = _NEGATIONS.isdisjoint(words)
    found: list[str] = []
    for word, after in pairwise([*words, ""]):
        if word != "ne":
            found.append(word)
        elif alone or after in _NEGATIONS:
            found.append("pas" if alone else "ne")
    return found


def _sides_in_order(words: list[str]) -> list[str]:
    """The two words around "et", "ou" and "vs" in alphabetical order."""
    for place in range(1, len(words) - 1):
        if words[place] in _SYMMETRIC:
            sides = sorted((words[place - 1], words[place + 1]))
            words[place - 1], words[place + 1] = sides
    return words


def _turned(words: Sequence[str]) -> tuple[str, ...]:
    """The words begun at the place that gives the smallest list, whichever part came first.

    "Dettes d'un GE : qui répond ?" is "Qui répond des dettes d'un GE ?" begun elsewhere; who does
    what to whom is kept by the order of the others.
    """
    turns = ((*words[at:], *words[:at]) for at in range(len(words)))
    return min(turns, default=())
