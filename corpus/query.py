"""What a question asks for: spelling forgiven, hurried words and acronyms understood."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from corpus import french
from corpus.home import PACKAGE
from corpus.words import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from corpus.vocabulary import Vocabulary

EXPANSION_WEIGHT = 0.4
"""An acronym's expansion counts less than what was typed: its words are common ones."""

SYNONYM_WEIGHT = 0.4
"""So does a word that means the same."""

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for search.

    `text` is the question as understood, to be shown; `dense` is what is embedded; `terms` and
    `grams` are weighted for the two lexical rankings; `corrections` maps what was typed to what
    was understood; `acronyms` are those recognised of the field.
    """

    text: str
    dense: str
    terms: Mapping[str, float]
    grams: Mapping[str, float]
    corrections: Mapping[str, str] = field(default_factory=dict)
    acronyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """The acronyms of the field, hurried spellings, and words that ask for the same thing.

    `learnt` are acronyms of a library's own documents, recognised beside those of the field.
    """

    acronyms: Mapping[str, str]
    capitals_only: frozenset[str]
    spoken: Mapping[str, str]
    synonyms: Mapping[str, frozenset[str]]
    learnt: Mapping[str, str] = field(default_factory=dict)

    def with_learnt(self, acronyms: Mapping[str, str]) -> Lexicon:
        """This lexicon and the acronyms that documents explain; those of the field win."""
        new = {name: words for name, words in acronyms.items() if name not in self.acronyms}
        return replace(self, learnt=new)

    def acronym(self, word: str) -> str | None:
        """The acronym a word is, or None: "ge" and "GE" are "GE", but only "CA" is "CA"."""
        name = french.fold(word).upper()
        if name in self.acronyms:
            return None if name in self.capitals_only and word != name else name
        if name not in self.learnt:
            return None
        return (
            name if word == name or (len(name) > 2 and name.lower() not in folded_words()) else None
        )

    def expansion(self, name: str) -> str:
        """What an acronym stands for."""
        return self.acronyms.get(name) or self.learnt[name]

    def expanded_in(self, text: str) -> Iterable[str]:
        """The acronyms whose expansion stands in a text: "un groupement d'employeur" -> "GE"."""
        stems = f" {' '.join(french.terms(text))} "
        return [name for name, phrase in self._phrases if phrase in stems]

    @cached_property
    def _phrases(self) -> list[tuple[str, str]]:
        expansions = [*self.acronyms.items(), *self.learnt.items()]
        return [(name, f" {' '.join(french.terms(text))} ") for name, text in expansions]


@cache
def lexicon() -> Lexicon:
    """The lexicon shipped with the package (`lexicon.toml`); synonyms are kept by stem."""
    data = tomllib.loads((PACKAGE / "lexicon.toml").read_text(encoding="utf-8"))
    synonyms: dict[str, frozenset[str]] = {}
    for group in data["synonyms"]["groups"]:
        # Of "mettre en commun" only what is left alone by stopwords, if that is one word.
        stems = {stems[0] for words in group if len(stems := french.terms(words)) == 1}
        for stem in stems:
            synonyms[stem] = synonyms.get(stem, frozenset()) | stems - {stem}
    capitals_only = frozenset(data["capitals_only"])
    return Lexicon(data["acronyms"], capitals_only, data["spoken"], synonyms)


def understand(
    question: str, vocabulary: Vocabulary | None = None, lex: Lexicon | None = None
) -> Query:
    """Prepare a question for search.

    Args:
        question: as typed.
        vocabulary: the library's words, to forgive spelling.
        lex: the lexicon with what the library's documents explain; that of the field by default.
    """
    lex = lex or lexicon()
    corrections: dict[str, str] = {}
    acronyms: list[str] = []

    def rewritten(match: re.Match[str]) -> str:
        word = match.group()
        if name := lex.acronym(word):
            acronyms.append(name)
            return name
        elision, _, rest = word.rpartition("'")
        # "SS" among small letters is a name, not "sans" typed in a hurry.
        named = rest.isupper() and match.start() > 0 and not shouted
        spoken = None if named else lex.spoken.get(french.fold(rest))
        if spoken is not None:
            corrections[word] = spoken
            return f"{elision}'{spoken}" if elision else spoken
        better = vocabulary.correct(rest) if vocabulary and "-" not in rest else None
        if better is None:
            return _with_acronym(word, lex, acronyms)
        corrections[word] = better
        return f"{elision}'{better}" if elision else better

    shouted = question.isupper()
    text = _WORD.sub(rewritten, french.plain(question).strip())
    acronyms = list(dict.fromkeys(acronyms))
    expansions = [lex.expansion(name) for name in acronyms]
    # An acronym said in full is as good as typed.
    implied = [name for name in lex.expanded_in(text) if name not in acronyms]
    said, unfolded = " ".join([text, *implied]), " ".join(expansions)
    return Query(
        text=_unfolded(text, lex),
        dense=" ".join([text, *expansions]),
        terms=_weighted(_stems(said, vocabulary), _stems(unfolded, vocabulary), lex),
        grams=_weighted(french.character_grams(said), french.character_grams(unfolded)),
        corrections=corrections,
        acronyms=tuple(name for name in (*acronyms, *implied) if name in lex.acronyms),
    )


def _with_acronym(word: str, lex: Lexicon, acronyms: list[str]) -> str:
    """Recognise an acronym behind an elision ("l'ESS") or before a plural s ("les GEs")."""
    head, mark, rest = word.rpartition("'")
    name = lex.acronym(rest) or (lex.acronym(rest[:-1]) if rest[-1:] == "s" else None)
    if name is None:
        return word
    acronyms.append(name)
    return f"{head}{mark}{name}"


def _unfolded(text: str, lex: Lexicon) -> str:
    """The text with each acronym unfolded once, as it is shown to the user."""
    for name in dict.fromkeys(re.findall(r"\b[A-Z]{2,6}\b", text)):
        expansion = lex.acronyms.get(name) or lex.learnt.get(name)
        if expansion and french.fold(expansion) not in french.fold(text):
            text = re.sub(rf"\b{name}\b", f"{name} ({expansion})", text, count=1)
    return text


def _stems(text: str, vocabulary: Vocabulary | None) -> list[str]:
    return [vocabulary.stem(term) if vocabulary else term.stem for term in french.analysed(text)]


def _weighted(
    typed: list[str], expanded: list[str], lex: Lexicon | None = None
) -> dict[str, float]:
    synonyms = [s for stem in typed for s in sorted(lex.synonyms.get(stem, ()))] if lex else []
    weights = dict.fromkeys(synonyms, SYNONYM_WEIGHT)
    weights.update(dict.fromkeys(expanded, EXPANSION_WEIGHT))
    weights.update(dict.fromkeys(typed, 1.0))
    return weights
