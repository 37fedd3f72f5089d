"""French analysis: sentences, words, index terms, character grams, figures and legal references.

The index terms follow the recipe known to work for BM25 on French: elision removed, stopwords
dropped, Snowball stem (Porter 2001, through PyStemmer) taken on the accented word and folded
afterwards, compounds both split and joined, a legal reference as one term.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 5
"""Raised when terms change: a library indexed by another version is rebuilt."""

# --- characters ---------------------------------------------------------------------------------

_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘`´′", "'") | dict.fromkeys("‐‑–—", "-"))
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})


def plain(text: str) -> str:
    """Typographic variants unified (apostrophes, hyphens, widths); case and accents are kept."""
    return unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)


def fold(text: str) -> str:
    """Lower case without accents or ligatures: "Œuvre sociale" -> "oeuvre sociale"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", plain(text).translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


# --- sentences ----------------------------------------------------------------------------------

_ABBREVIATIONS = frozenset(
    """art al cf ex p pp n no m mm mme mlle dr me st ste env chap fig vol ed éd réf ref tél tel av
    bd obs coll dir l r d a c trav civ com comm const pén soc cass pub sect suppl t janv févr avr
    juil sept oct nov déc resp hab min max inc""".split()
)
_STOP = re.compile(r"(?:[.!?…]+|\.\.\.)[»”\")\]’]*(?:\s*»)?(?=\s|$)")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)$")
_OPENS = re.compile(r"[\s«“\"(\[•–—-]*[\d A-ZÀ-ÖØ-ÞŒ]")
_BULLET = re.compile(r"(?:[•▪●◦■□➢►→✓*·–—-]|\(?\d{1,2}[.)°]|[a-z][.)])\s+|[-–—](?=[A-ZÀ-Þ])")


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of a text, trimmed, in order; a line break always ends one.

    List bullets are left out of the sentence they open. Abbreviations (art., al., p.), initials of
    code articles (L. 1253-1), closing quotes and brackets do not break a sentence.
    """
    found: list[tuple[int, int]] = []
    line_start = 0
    for line in text.split("\n"):
        found.extend(_line_sentences(text, line_start, line_start + len(line)))
        line_start += len(line) + 1
    return found


def _line_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    bullet = _BULLET.match(text, start, end)
    begin = bullet.end() if bullet else start
    for stop in _STOP.finditer(text, begin, end):
        if stop.end() < end and not _ends_sentence(text, begin, stop, end):
            continue
        yield from _trimmed(text, begin, stop.end())
        begin = stop.end()
    yield from _trimmed(text, begin, end)


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    if not _OPENS.match(text, stop.end(), end):
        return False
    if stop.group() != ".":
        return True
    word = _WORD_BEFORE.search(text, begin, stop.start())
    if word is None:
        # "1." at the start of a line numbers an item; "en 2015." ends a sentence.
        return bool(text[begin : stop.start()].strip(" 0123456789"))
    return word.group().lower() not in _ABBREVIATIONS or not _abbreviates(text, word, stop.end())


def _abbreviates(text: str, word: re.Match[str], after: int) -> bool:
    """A letter abbreviates as a capital ("L. 12-1", not "261 B.") or before a figure ("p. 1")."""
    if len(word.group()) > 1:
        return True
    if word.group().islower():
        return text[after:].lstrip()[:1].isdigit()
    return not text[: word.start()].rstrip()[-1:].isdigit()


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


# --- figures and references ---------------------------------------------------------------------

_CODE_ARTICLE = re.compile(r"(?<![\w'])([LRDA])\.?\s?\*?\s?(\d{1,4}(?:-\d{1,3})*)(?![\w-])")
_SUFFIXED = re.compile(
    r"(?<![\w-])(\d{1,4})[\s-]?((?:bis|ter|quater|quinquies|sexies|septies|octies|nonies|decies)"
    r"(?:\s?[A-Z])?|[A-Z])(?![\w'])"
)
_GROUPED_NUMBER = re.compile(r"(?<![\d,.])\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?!\d)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def legal_references(text: str) -> set[str]:
    """The articles a text names, in one spelling: "L. 1253-1" -> "l1253-1", "261 B" -> "261b"."""
    text = plain(text)
    coded = {f"{m[1]}{m[2]}".lower() for m in _CODE_ARTICLE.finditer(text)}
    return coded | {_compact(m.group()) for m in _SUFFIXED.finditer(text)}


def figures(text: str) -> set[str]:
    """The numbers of a text, in one spelling: "80 011 €" -> "80011", "0,5" -> "0.5"."""
    ungrouped = _GROUPED_NUMBER.sub(lambda m: re.sub(r"\D", "", m.group()), plain(text))
    return {m.group().replace(",", ".") for m in _NUMBER.finditer(ungrouped)}


def _compact(text: str) -> str:
    return re.sub(r"[\s.-]", "", text).lower()


# --- words --------------------------------------------------------------------------------------

_ELIDED = re.compile(
    r"(?<!\w)(?:l|d|j|m|t|s|c|n|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu|entr)'(?=\w)",
    re.IGNORECASE,
)
# "acteur.trice.s", "salarié·es", "décideur.se.s": the feminine and plural endings are dropped.
_INCLUSIVE = re.compile(
    r"(?<=\w{2})[.·•](?:trices?|euses?|ères?|ives?|nes?|les?|ses?|es?|s)(?:[.·•]s)?(?!\w)"
)
# "dois-je", "échouent-elles", "a-t-on", "là-dessus", "celui-ci": what is tied behind says nothing.
_INVERTED = re.compile(
    r"(?<=\w)(?<!rendez)-(?:t-)?(?:je|tu|ils?|elles?|on|nous|vous|ce|moi|toi|lui|leur|là|la|ci)(?![\w'-])",
    re.IGNORECASE,
)
# Web and mail addresses, with or without their scheme: words glued together that find nothing.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|(?<!\S)[\w.-]+\.[a-z]{2,6}/\S+")
_ALPHANUMERIC = re.compile(r"[^\W_]+")
_WORD = re.compile(r"ref:\S+|\d+(?:\.\d+)?|[^\W\d_]+(?:[-'][^\W_]+)*[^\W_]*|[^\W_]+")

STOPWORDS = frozenset(
    fold(word)
    for word in """
    a à ai ainsi alors as au aucun aucune aussi autre autres aux avait avec avez avoir avons ayant
    bien c ça car ce ceci cela celle celles celui cependant ces cet cette ceux chacun chaque chez ci
    comme comment d dans de déjà des depuis dès donc dont du durant elle elles en encore entre es
    est et étaient était étant été être eu eux fait faire faut fois font furent fut ici il ils j je
    l la là laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma mais me
    même mêmes mes moi moins mon n ne nos notre nous on ont or ou où par parce parfois pendant
    peu peut peuvent plus plusieurs pour pourquoi pourra puis puisque qu quand que quel quelle
    quelles quels quelque quelques qui quoi quoique s sa se sera seront ses si soi soient soit son
    sont sous suis sur t ta tandis te tel telle telles tels tes toi ton toujours tous tout toute
    toutes très trop tu un une va vers vos votre vous voici voilà y ya svp stp merci bonjour
    vis-a-vis peut-être c'est-à-dire est-à-dire combien dois doit doivent devons devez devrait
    devraient pourrait pourraient dit dire veut veux peux puis-je sert savoir concrètement
    kezaco quezaco
    """.split()
) - {"sans", "pas", "hors", "sauf"}
"""Words that find nothing by themselves; the negations and exclusions that change the law stay."""


def words(text: str) -> list[str]:
    """The words of a text in order, lower case with accents, elisions removed, references single.

    "L'art. L. 1253-1 vise les acteur.trice.s" -> ["art", "ref:l1253-1", "vise", "les", "acteur"].
    """
    text = _INVERTED.sub("", _ADDRESS.sub(" ", plain(text)))
    text = _GROUPED_NUMBER.sub(lambda m: re.sub(r"\D", "", m.group()), text)
    text = _CODE_ARTICLE.sub(lambda m: f" ref:{m[1]}{m[2]} ", text)
    text = _SUFFIXED.sub(lambda m: f" ref:{_compact(m.group())} ", text)
    text = _INCLUSIVE.sub("", text.lower().replace("œ", "oe").replace("æ", "ae"))
    text = re.sub(r"(\d),(\d)", r"\1.\2", text)
    return _WORD.findall(_ELIDED.sub("", text))


_STEMMERS = threading.local()  # a PyStemmer object must not be shared by threads


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The folded Snowball stem of a lower-case word: "salariés" -> "salari"."""
    if word.startswith("ref:") or word[:1].isdigit():
        return word
    return fold(_snowball().stemWord(word))


def _snowball() -> Any:
    if not hasattr(_STEMMERS, "french"):
        import Stemmer  # noqa: PLC0415 — a C library, loaded with the first stem

        _STEMMERS.french = Stemmer.Stemmer("french")
    return _STEMMERS.french


class Term(NamedTuple):
    """A stem as indexed, with the folded word it came from."""

    stem: str
    word: str


def analysed(text: str) -> list[Term]:
    """The index terms of a text in order, with the words they come from."""
    found: list[Term] = []
    for word in words(text):
        found.extend(_word_terms(word))
    return found


@lru_cache(maxsize=200_000)
def _word_terms(word: str) -> tuple[Term, ...]:
    folded = fold(word)
    if folded in STOPWORDS or (len(folded) == 1 and not folded.isdigit()):
        return ()
    if word.startswith("ref:") or not ("-" in word or "'" in word):
        return (Term(stem(word), folded),)
    parts = [part for part in re.split(r"[-']", word) if part]
    kept = [part for part in parts if fold(part) not in STOPWORDS and len(part) > 1]
    joined = "".join(parts)
    terms = [Term(stem(part), fold(part)) for part in kept]
    if len(kept) > 1 or (kept and len(kept) < len(parts) and len(joined) > len(kept[0]) + 1):
        terms.append(Term(stem(joined), fold(joined)))
    return tuple(terms)


def terms(text: str) -> list[str]:
    """The index terms of a text in order: what BM25 counts."""
    return [term.stem for term in analysed(text)]


def character_grams(text: str, size: int = 4) -> list[str]:
    """Overlapping grams of the folded text, words joined: "le GE" -> ["_le_", "le_g", ...].

    Grams forgive what stems do not: agglutinations, typos inside long words, derived forms. Running
    over small words and from one word into the next, they also know phrases.
    """
    run = f"_{'_'.join(_ALPHANUMERIC.findall(fold(_ADDRESS.sub(' ', text))))}_"
    return [run[i : i + size] for i in range(max(1, len(run) - size + 1))] if len(run) > 2 else []
