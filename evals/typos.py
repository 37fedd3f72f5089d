"""Questions as people type them: accents, apostrophes and letters that went astray.

Deterministic: a question is always misspelt the same way, because chance is drawn from its own
text. Three habits, each of some writers: typing without accents (half of the questions), without
apostrophes (half), and a slip in one word out of eight, at least one a question. A slip is a key
beside the right one (AZERTY), a letter dropped, doubled or swapped with the next, or a spelling
that sounds the same. Words of four letters or fewer, figures and references are left alone: no
correction could tell them from other words.
"""

from __future__ import annotations

import random
import re
import unicodedata
from typing import Final

WITHOUT_ACCENTS: Final = 0.5
WITHOUT_APOSTROPHES: Final = 0.5
WORDS_PER_SLIP: Final = 8

_WORD = re.compile(r"[^\W\d_]{5,}")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_KEYBOARD: Final = ("azertyuiop", "qsdfghjklm", "wxcvbn")
# What is heard the same, longest first; the first that stands in a word is taken.
_SOUNDS: Final = (
    ("tion", "sion"), ("ssion", "tion"), ("eau", "o"), ("ph", "f"), ("qu", "k"), ("ss", "c"),
    ("ment", "mant"), ("ence", "ance"), ("ance", "ence"), ("an", "en"), ("en", "an"), ("ai", "é"),
    ("é", "er"), ("er", "é"), ("au", "o"), ("gu", "g"), ("ch", "sh"), ("ll", "l"), ("nn", "n"),
    ("mm", "m"), ("pp", "p"), ("rr", "r"), ("tt", "t"), ("y", "i"), ("ç", "ss"), ("c", "k"),
    ("z", "s"), ("s", "ss"), ("i", "y"), ("t", "tt"), ("l", "ll"),
)  # fmt: skip


def misspelt(question: str) -> str:
    """The question as a hurried writer types it, always the same for the same question."""
    chance = random.Random(question)  # noqa: S311 — repeatable on purpose
    words = list(_WORD.finditer(question))
    slips = max(1, round(len(question.split()) / WORDS_PER_SLIP)) if words else 0
    typed = question
    for word in sorted(chance.sample(words, min(slips, len(words))), key=lambda w: -w.start()):
        typed = typed[: word.start()] + _slipped(word.group(), chance) + typed[word.end() :]
    if chance.random() < WITHOUT_ACCENTS:
        typed = _without_accents(typed)
    if chance.random() < WITHOUT_APOSTROPHES:
        typed = _APOSTROPHE.sub(chance.choice(("", " ")), typed)
    return typed


def _slipped(word: str, chance: random.Random) -> str:
    """The word with one slip; the first letter is nearly always right, so it stays."""
    slip = chance.choice((_beside, _dropped, _doubled, _swapped, _as_heard, _as_heard))
    return slip(word, chance)


def _beside(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    letter = _without_accents(word[place]).lower()
    row = next((row for row in _KEYBOARD if letter in row), letter)
    at = row.find(letter)
    keys = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    return word[:place] + (chance.choice(keys) if keys else letter) + word[place + 1 :]


def _dropped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def _doubled(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + word[place] + word[place:]


def _swapped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _as_heard(word: str, chance: random.Random) -> str:
    heard = [pair for pair in _SOUNDS if pair[0] in word[1:]]
    if not heard:
        return _dropped(word, chance)
    written, sounded = chance.choice(heard[:3])
    place = word.index(written, 1)
    return word[:place] + sounded + word[place + len(written) :]


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
