"""Repairs of characters and line ends: pure functions that change nothing when run twice.

A repair is made only where the vocabulary makes it certain; otherwise the original stands.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.vocabulary import Vocabulary

LOST = "\ufffd"  # a glyph whose character the file does not tell

_LIGATURE_GLYPHS: Final = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
# What Symbol and Wingdings leave in the private area, for the shapes seen in office documents.
_SYMBOLS: Final = {
    **dict.fromkeys("\uf02a\uf06c\uf06e\uf076\uf09f\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf0fe", "•"),
    **dict.fromkeys("\uf0e0\uf0e8\uf0de\uf0f0", "→"),
    "\uf02d": "-",
    "\uf0b0": "°",
}
_SPACES: Final = "\t\v\f\u0085\u00a0\u1680\u180e\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_INVISIBLE: Final = "\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff" + (
    "".join(map(chr, [*range(0x202A, 0x202F), *range(0xFFF9, 0xFFFC)]))
)
_CONTROLS: Final = "".join(
    chr(code) for code in [*range(32), *range(0x7F, 0xA0)] if chr(code) not in "\t\n\v\f\x85"
)
_TRANSLATION: Final = str.maketrans(
    _LIGATURE_GLYPHS
    | _SYMBOLS
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_INVISIBLE + _CONTROLS, "")
    | {"\u02bc": "’", "\uffff": LOST, "\u2010": "-", "\u2011": "-", "\ufffe": "\u00ad"}
)
_PLAIN: Final = re.compile(r"[ !-~À-ÖØ-öø-ÿœŒ’«»–…•€°]*")
_SOFT_HYPHEN = re.compile("\u00ad+( *(?=\n|$))?")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])‘(?=[^\W\d_])")
_SPACE_RUN = re.compile(r" {2,}| (?=\n)|(?<=\n) ")


def clean_characters(text: str) -> str:
    """One spelling for each character: NFC, letters for ligatures, "•" for bullets, plain spaces.

    Control and zero-width characters go; a soft hyphen becomes "-" at the end of a line and goes
    elsewhere. French quotes and apostrophes stay.
    """
    if _PLAIN.fullmatch(text) and "  " not in text:
        return text.strip(" ")  # nearly every word
    text = unicodedata.normalize("NFC", text).translate(_TRANSLATION)
    text = _SOFT_HYPHEN.sub(lambda m: "" if m[1] is None else "-", text)
    text = _APOSTROPHE.sub("’", text)
    text = unicodedata.normalize("NFC", text)
    while (spaced := _SPACE_RUN.sub(lambda m: " " if m[0] != " " else "", text)) != text:
        text = spaced
    return text.strip(" ")


# --- hyphens ------------------------------------------------------------------------------------

_HYPHENATED = re.compile(r"[^\W\d_]-$")
_ADDRESS = re.compile(r"://|www\.|@")
_LAST_LETTERS = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*$")
_FIRST_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENATING: Final = frozenset({"non", "quasi", "demi", "semi"})  # before any noun
_PREFIXES: Final = frozenset({"re", "ré", "dé", "in", "im", "pré"})  # words too, never hyphenated
_INVERTED: Final = frozenset(
    """je tu il elle on nous vous ils elles ce t-il t-elle t-on moi toi lui leur y en le la les là
    ci même mêmes""".split()
)


def resolve_hyphen(left: str, right: str, vocabulary: Vocabulary) -> str:
    """The word behind a line end: "rapi-", "dement" -> "rapidement"; "rendez-", "vous" keeps it.

    The document's own spelling decides, then the language's. A half that is no word shows that
    the hyphen is a break; between two words it stays, for it may be theirs.
    """
    return left[:-1] + right if _is_break(left, right, vocabulary) else left + right


def _is_break(left: str, right: str, vocabulary: Vocabulary) -> bool:
    before, after = _LAST_LETTERS.search(left[:-1]), _FIRST_LETTERS.match(right)
    if not _HYPHENATED.search(left) or before is None or after is None or _ADDRESS.search(left):
        return False
    one, two = before[0] + after[0], f"{before[0]}-{after[0]}"
    if vocabulary.count(one) != vocabulary.count(two):
        return vocabulary.count(one) > vocabulary.count(two)
    if after[0][0].isupper():
        return _is_capital_break(left, right, vocabulary)
    if vocabulary.in_language(one) != vocabulary.in_language(two):
        return vocabulary.in_language(one)
    if vocabulary.in_language(two) or after[0] in _INVERTED:
        return False
    return _are_halves(before[0].split("-")[-1], after[0].split("-")[0], vocabulary)


def _are_halves(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Whether two pieces that nobody saw together are halves of one word."""
    if left.lower() in _HYPHENATING or left.lower() in _PREFIXES:
        return left.lower() in _PREFIXES
    return left not in vocabulary or right not in vocabulary


def _is_capital_break(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Whether words all in capitals are one: "ASSOCIA-", "TIONS"."""
    word = left[:-1] + right
    return word.isupper() and word in vocabulary and left + right not in vocabulary
