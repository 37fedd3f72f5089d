"""Drop capitals: large letters put back before the word that they open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ingest.cleaning import clean_characters
from ingest.lines import Word
from ingest.runs import INITIAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.lines import Line
    from ingest.vocabulary import Vocabulary

# In ems of the text.
_BESIDE: Final = 2.0  # from the letter to its text
_CAP_HEIGHT: Final = 0.68
_SAME_HEIGHT: Final = 0.7  # between the tops of the letter and of the first line


def join_initials(lines: Sequence[Line], vocabulary: Vocabulary) -> list[Line]:
    """The lines of a page; those that a drop capital opens begin with it, and where it stands."""
    joined: set[int] = set()
    for letter in [line for line in lines if _may_open(line)]:
        beside = [line for line in lines if _is_beside(letter, line)]
        first = min(beside, key=lambda line: line.baseline, default=None)
        if first is None or abs(_top(first) - _top(letter)) > _SAME_HEIGHT * first.size:
            continue
        joined.add(id(letter))
        follower, word = first.words[0], letter.words[0]
        follower.glued = _is_one_word(word.text, follower.text, vocabulary)
        first.words.insert(0, Word(word.text, word.box, follower.style))
        for line in beside:
            line.left = letter.left  # they would pass for set in
    return [line for line in lines if id(line) not in joined]


def _may_open(line: Line) -> bool:
    text = line.text.strip("«“\"’'")
    return not line.angle and len(line.words) == 1 and len(text) == 1 and text.isupper()


def _is_beside(letter: Line, line: Line) -> bool:
    """Whether a line stands right of a letter much larger, no lower than its foot."""
    if line is letter or line.angle or letter.size < INITIAL * line.size:
        return False
    near = -0.2 * line.size < line.left - letter.right < _BESIDE * line.size
    high = letter.top - 0.5 * letter.size < line.baseline < letter.baseline + 0.4 * line.size
    return near and high


def _top(line: Line) -> float:
    return line.baseline - _CAP_HEIGHT * line.size


def _is_one_word(letter: str, rest: str, vocabulary: Vocabulary) -> bool:
    """Whether a letter and the word after it are one: "L" and "es", but "À" and "la" are two."""
    rest = clean_characters(rest)
    if letter[-1] in "’'" or letter + rest in vocabulary:
        return True
    return not (letter in vocabulary and rest in vocabulary)
