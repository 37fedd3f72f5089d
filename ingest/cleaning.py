"""Repairs of characters and words: pure functions, each of which changes nothing when run twice.

A repair is made only where the vocabulary makes it certain; otherwise the original stands.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    last = before[0].split("-")[-1]
    return last not in vocabulary or after[0].split("-")[0] not in vocabulary


def _is_capital_break(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Whether words all in capitals are one: "ASSOCIA-", "TIONS"."""
    word = left[:-1] + right
    return word.isupper() and word in vocabulary and left + right not in vocabulary


# --- words --------------------------------------------------------------------------------------

_LIGATURES: Final = ("fi", "fl", "ff", "ffi", "ffl")
_ACCENTS: Final = {"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "¨": "\u0308", "¸": "\u0327"}
_ACCENT = re.compile(f"[{''.join(_ACCENTS)}]")
_COMPOSED: Final = frozenset("éàèùâêîôûëïüÿçÉÀÈÙÂÊÎÔÛËÏÜŸÇ")
_FAR_COMMONER: Final = 6  # times: between the ranks of two words that both would fit
_LONG_NAME: Final = 6  # letters
_SHORTEST_SPACED: Final = 4  # letters of a letter-spaced title


class Mended(NamedTuple):
    """A word that stands for the words `first:last` that were read."""

    text: str
    first: int
    last: int


def mend_words(words: Sequence[str], vocabulary: Vocabulary, *, lossy: bool) -> list[Mended]:
    """Words of a paragraph with what certainly was lost: ligatures, accents, spaced-out letters.

    `lossy` tells that the document lost its ligatures everywhere; only then are words completed
    that show no gap (" nancières", "bénéciaire").
    """
    mended = [Mended(word, number, number + 1) for number, word in enumerate(words)]
    mended = _join_spaced_letters(mended, vocabulary)
    changed = True
    while changed:
        changed, mended = _mend_once(mended, vocabulary, lossy=lossy)
    return mended


def _mend_once(
    words: list[Mended], vocabulary: Vocabulary, *, lossy: bool
) -> tuple[bool, list[Mended]]:
    result: list[Mended] = []
    changed = False
    for word in words:
        if result and (pair := _mend_pair(result[-1].text, word.text, vocabulary, lossy=lossy)):
            result[-1] = Mended(pair, result[-1].first, word.last)
            changed = True
            continue
        text = word.text
        if not text.isascii() and (_ACCENT.search(text) or LOST in text):
            text = _recompose(_fill(text, vocabulary), vocabulary)
        if lossy and text == word.text:
            text = _complete(text, vocabulary)
        changed = changed or text != word.text
        result.append(word._replace(text=text))
    return changed, result


def _mend_pair(left: str, right: str, vocabulary: Vocabulary, *, lossy: bool) -> str:
    """Make "bénéficiaire" of "béné" and "ciaire", or "" when that is not certain."""
    if not (left[-1:].isalpha() and right[:1].isalpha() and right[:1].islower()):
        return ""
    if len(left) + len(right) < (2 if lossy else 5):
        return ""
    # Where ligatures are lost everywhere, halves recur and some are rare words ("con", "its").
    known = vocabulary.is_common if lossy else vocabulary.__contains__
    if known(left) and known(right):
        return ""
    whole = _only([left + ligature + right for ligature in _LIGATURES], vocabulary)
    if whole or not lossy:
        return whole
    return _only(
        [one + left + other + right for one in _LIGATURES for other in _LIGATURES], vocabulary
    )


def _complete(word: str, vocabulary: Vocabulary) -> str:
    """Make "financières" of "nancières", "bénéficiaire" of "bénéciaire", "fin" of a lone "n"."""
    letters = word.strip('.,;:!?…»«()[]"”“ ')
    if not letters.isalpha() or vocabulary.in_language(letters):
        return word
    if letters[0].isupper() and len(letters) < _LONG_NAME:
        return word  # more likely a name than a word
    if len(letters) == 1 and letters != "n":
        return word
    places = range(len(letters)) if len(letters) > 2 else range(1)
    candidates = {
        word.replace(letters, letters[:place] + ligature + letters[place:], 1)
        for place in places
        for ligature in _LIGATURES
    }
    return _only(sorted(candidates), vocabulary) or word


def _fill(word: str, vocabulary: Vocabulary) -> str:
    """The word with the ligature that a lost glyph stood for, where only one fits.

    A lost glyph beside a whole word was a symbol, and goes.
    """
    filled = ""
    if word.count(LOST) == 1:
        filled = _only([word.replace(LOST, ligature) for ligature in _LIGATURES], vocabulary)
    whole = word.strip(LOST)
    return filled or (whole if whole in vocabulary else word)


def _only(candidates: list[str], vocabulary: Vocabulary) -> str:
    """The one candidate that is a word, or far the commonest of them; "" when none is certain."""
    ranked = sorted(
        (rank, candidate)
        for candidate in candidates
        if (rank := vocabulary.rank(candidate)) is not None
    )
    if ranked:
        certain = len(ranked) == 1 or ranked[1][0] > _FAR_COMMONER * ranked[0][0]
        return ranked[0][1] if certain else ""
    words = [candidate for candidate in candidates if candidate in vocabulary]
    return words[0] if len(words) == 1 else ""


def _recompose(word: str, vocabulary: Vocabulary) -> str:
    """Make "créer" of "cr´eer" or "cre´er", where the other reading makes no word."""
    if not _ACCENT.search(word) or word in vocabulary:
        return word
    readings = {_composed(word, after=after) for after in (True, False)} - {word}
    return _only(sorted(readings), vocabulary) or word


def _composed(word: str, *, after: bool) -> str:
    """The word with each accent set on the letter after it, or before it."""
    pieces = list(word)
    for place, piece in enumerate(word):
        other = place + 1 if after else place - 1
        if piece in _ACCENTS and 0 <= other < len(pieces):
            letter = unicodedata.normalize("NFC", pieces[other] + _ACCENTS[piece])
            if letter in _COMPOSED:
                pieces[other], pieces[place] = letter, ""
    return "".join(pieces)


def _join_spaced_letters(words: list[Mended], vocabulary: Vocabulary) -> list[Mended]:
    """Make one word of "S O M M A I R E", when that is a word."""
    result: list[Mended] = []
    place = 0
    while place < len(words):
        end = place
        while end < len(words) and len(words[end].text) == 1 and words[end].text.isalpha():
            end += 1
        text = "".join(word.text for word in words[place:end])
        if end - place >= _SHORTEST_SPACED and text in vocabulary:
            result.append(Mended(text, words[place].first, words[end - 1].last))
            place = end
        else:
            end = max(end, place + 1)
            result.extend(words[place:end])
            place = end
    return result
