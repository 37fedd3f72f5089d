"""Headings and sentences → what a user would type: a few of their words in a French question.

The words of the frame stand before every subject alike, so that training learns to ignore them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

FRAMES = (
    "comment {} ?",
    "qu'est-ce que {} ?",
    "c'est quoi {} ?",
    "peut-on {} ?",
    "est-ce que {} ?",
    "qui peut {} ?",
    "pourquoi {} ?",
    "quand {} ?",
    "faut-il {} ?",
    "doit-on {} ?",
    "combien de {} ?",
    "combien coûte {} ?",
    "à quoi sert {} ?",
    "comment fonctionne {} ?",
    "quelle est {} ?",
    "quels sont {} ?",
    "quelle différence entre {} ?",
    "quelles sont les règles pour {} ?",
    "quel est le délai pour {} ?",
    "dans quel cas {} ?",
    "que faire si {} ?",
    "qui décide de {} ?",
    "où trouver {} ?",
    "ai-je le droit de {} ?",
    "une association peut-elle {} ?",
    "je voudrais savoir {}",
    "bonjour, nous voulons {}",
)
MOST_WORDS = 12
KEPT = 0.8
"""Share of the words that stay: nobody types a heading whole."""


def asked(text: str, random: Random) -> str:
    """At most MOST_WORDS consecutive words of the text, some left out, in one of FRAMES."""
    words = text.lower().split()
    if len(words) > 3:
        words = [word for word in words if random.random() < KEPT] or words
        start = random.randrange(max(1, len(words) - MOST_WORDS + 1))
        words = words[start : start + MOST_WORDS]
    return random.choice(FRAMES).format(" ".join(words).strip(" .;:?!"))
