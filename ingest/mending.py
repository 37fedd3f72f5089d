"""Words mended: ligatures and accents that a file lost, letters set apart.

A repair is made only where the vocabulary makes it certain; otherwise the original stands. Where a
document lost its ligatures everywhere, white that is wider than its line needs is evidence too.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.cleaning import LOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.vocabulary import Vocabulary

_LIGATURES: Final = ("fi", "fl", "ff", "ffi", "ffl")
_ACCENTS: Final = {"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "¨": "\u0308", "¸": "\u0327"}
_ACCENT = re.compile(f"[{''.join(_ACCENTS)}]")
_COMPOSED: Final = frozenset("éàèùâêîôûëïüÿçÉÀÈÙÂÊÎÔÛËÏÜŸÇ")
_FAR_COMMONER: Final = 6  # times: between the ranks of two words that both would fit
_LONG_NAME: Final = 6  # letters
_SHORTEST_SPACED: Final = 4  # letters of a letter-spaced title
_RARE: Final = 10_000  # rank: words that are rarer, or
_RARER: Final = 20  # times rarer than what a ligature makes of them, are halves of it
_WIDE: Final = 0.35  # ems of white too much before a word: a ligature stood there
_ODD: Final = 0.06  # ems too much or too little: it is no mere space


class Mended(NamedTuple):
    """A word that stands for the words `first:last` that were read.

    `excess` is the white before it beyond what is usual on its line, in ems.
    """

    text: str
    first: int
    last: int
    excess: float = 0.0


def mend_words(
    words: Sequence[str], vocabulary: Vocabulary, *, lossy: bool, excess: Sequence[float] = ()
) -> list[Mended]:
    """Words of a paragraph with what certainly was lost: ligatures, accents, spaced-out letters.

    `lossy` tells that the document lost its ligatures everywhere; only then are words completed
    that show no gap (" nancières", "bénéciaire"), and the white before each word beyond what is
    usual on its line, in ems, is looked at.
    """
    whites = excess or [0.0] * len(words)
    mended = [
        Mended(word, number, number + 1, white)
        for number, (word, white) in enumerate(zip(words, whites, strict=True))
    ]
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
        if result and (pair := _mend_pair(result[-1], word, vocabulary, lossy=lossy)):
            result[-1] = result[-1]._replace(text=pair, last=word.last)
            changed = True
            continue
        text = word.text
        if not text.isascii() and (_ACCENT.search(text) or LOST in text):
            text = _recompose(_fill(text, vocabulary), vocabulary)
        if lossy and text == word.text:
            text = _complete(text, vocabulary, wide=word.excess > _WIDE)
        changed = changed or text != word.text
        result.append(word._replace(text=text))
    return changed, result


def _mend_pair(before: Mended, after: Mended, vocabulary: Vocabulary, *, lossy: bool) -> str:
    """Make "bénéficiaire" of "béné" and "ciaire", or "" when that is not certain."""
    left, right = before.text, after.text
    if not (left[-1:].isalpha() and right[:1].isalpha() and right[:1].islower()):
        return ""
    if len(left) + len(right) < (2 if lossy else 5):
        return ""
    # Where ligatures are lost everywhere, halves recur and some are rare words ("con", "its").
    known = vocabulary.is_common if lossy else vocabulary.__contains__
    if known(left) and known(right) and not (lossy and abs(after.excess) > _ODD):
        return ""
    whole = _only([left + ligature + right for ligature in _LIGATURES], vocabulary)
    if whole or not lossy:
        return whole
    return _only(
        [one + left + other + right for one in _LIGATURES for other in _LIGATURES], vocabulary
    )


def _complete(word: str, vocabulary: Vocabulary, *, wide: bool) -> str:
    """Make "financières" of "nancières", "bénéficiaire" of "bénéciaire", "fin" of a lone "n".

    A word of the language is only completed at its beginning, and only where the white before it
    is wide, or where it is far rarer than what it would be completed to ("xe", "scale").
    """
    letters = word.strip('.,;:!?…»«()[]"”“ ')
    if not letters.isalpha():
        return word
    if vocabulary.in_language(letters):
        return _begun(word, letters, vocabulary, wide=wide)
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


def _begun(word: str, letters: str, vocabulary: Vocabulary, *, wide: bool) -> str:
    whole = _only([ligature + letters for ligature in _LIGATURES], vocabulary)
    rank, other = vocabulary.rank(letters), vocabulary.rank(whole)
    if rank is None or other is None:
        return word
    if wide or (rank > _RARE and rank > _RARER * other):
        return word.replace(letters, whole, 1)
    return word


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
