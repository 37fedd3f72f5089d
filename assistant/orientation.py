"""Whom to ask: the kinds of actors a question calls for, from a table of words (`actors.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.types import Orientation
from corpus import french

_TABLE = Path(__file__).with_name("actors.toml")
_AT_MOST = 3
_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Actor:
    """An entry of the table; `triggers` are phrases of stems, as in " temp partag "."""

    orientation: Orientation
    triggers: frozenset[str]
    general: bool


@cache
def actors() -> tuple[Actor, ...]:
    """The actors of the table, in its order."""
    entries = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["actor"]
    return tuple(
        Actor(
            Orientation(entry["name"], entry["why"], entry["url"]),
            frozenset(map(_phrase, entry["triggers"])),
            entry.get("general", False),
        )
        for entry in entries
    )


def orient(question: str, *, refused: bool = True) -> tuple[Orientation, ...]:
    """The actors that a question calls for, the most fitting first, at most three.

    Args:
        question: what was asked, best as understood (acronyms unfolded).
        refused: the corpus does not answer: general actors complete the list, so that there are
            at least two; otherwise there may be none.
    """
    weights = {actor: _weight(actor, question) for actor in actors()}
    called = sorted(filter(weights.get, actors()), key=lambda actor: -weights[actor])
    general = [actor for actor in actors() if actor.general and actor not in called]
    missing = max(0, _AT_LEAST - len(called)) if refused else 0
    return tuple(actor.orientation for actor in [*called[:_AT_MOST], *general[:missing]])


def _weight(actor: Actor, text: str) -> int:
    """How much of a text calls the actor: a phrase of two words weighs more than two words."""
    found = _phrase(text)
    return sum(len(trigger.split()) ** 2 for trigger in actor.triggers if trigger in found)


def _phrase(text: str) -> str:
    return f" {' '.join(french.terms(text))} "
