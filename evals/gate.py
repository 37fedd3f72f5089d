"""The gate: a quick, deterministic subset against a stored reference; part of the test suite."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from evals.compare import Flip, flips
from evals.gold import Pages
from evals.record import RunError
from evals.run import select
from evals.scores import MEASURES, Verdicts, judge, means
from evals.systems import Ours
from evals.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.library import Library
    from evals.case import Case

REFERENCE = Path(__file__).with_name("reports") / "reference.json"
FORMAT = 1
UPDATE = "coop eval gate --update"

ANSWERED = 60
"""Answerable cases of the subset."""

REFUSED = 20
"""Unanswerable cases of the subset."""

TOLERANCE = 2
"""Net losses that the gate lets through: a wording may turn a case or two without harm."""


class Gate(NamedTuple):
    """What the gate found; `means` are those of the subset now and in the reference."""

    flips: list[Flip]
    now: dict[str, float | None]
    then: dict[str, float | None]

    @property
    def loss(self) -> int:
        """Cases lost, less cases gained."""
        return sum(-1 if flip.right else 1 for flip in self.flips)

    @property
    def open(self) -> bool:
        """Whether the change may pass."""
        return self.loss <= TOLERANCE


def subset(cases: Sequence[Case]) -> list[Case]:
    """Dev cases on the bundled collection, chosen by the hash of their ids, in a fixed order."""

    def chance(case: Case) -> str:
        return hashlib.sha256(f"gate:{case.id}".encode()).hexdigest()

    able = sorted((c for c in cases if c.split == "dev" and not c.requires), key=chance)
    answerable = [case for case in able if case.answerable][:ANSWERED]
    return answerable + [case for case in able if not case.answerable][:REFUSED]


def check(cases: Sequence[Case], library: Library, reference: Path = REFERENCE) -> Gate:
    """Ask the subset of the reference and compare.

    Raises:
        RunError: the reference is missing, damaged, of another version, lacks a measure, or names a
            case that is no more.
    """
    stored = read_reference(reference)
    by_id = {case.id: case for case in cases}
    names = list(stored["strict_accuracy"])
    gone = [name for name in names if name not in by_id]
    if gone:
        raise RunError(
            f"La référence « {reference.name} » contient un cas qui n'existe plus : {gone[0]}.",
            f"Refaites-la : {UPDATE}",
        )
    asked = [by_id[name] for name in names]
    found = _ask(asked, library)
    return Gate(
        flips(stored, found, {case.id: case.question for case in asked}),
        {name: mean.value for name, mean in means(found, asked).items()},
        {name: mean.value for name, mean in means(stored, asked).items()},
    )


def update(cases: Sequence[Case], library: Library, reference: Path = REFERENCE) -> int:
    """Write the reference from what the assistant replies now; gives the number of cases."""
    asked = subset(cases)
    found = _ask(asked, library)
    body = {
        "format": FORMAT,
        "verdicts": {
            name: {id_: [v.got, v.of, v.reason, v.failed] for id_, v in verdicts.items()}
            for name, verdicts in found.items()
        },
    }
    reference.parent.mkdir(exist_ok=True)
    text = json.dumps(body, ensure_ascii=False, indent=0) + "\n"
    reference.write_text(text, encoding="utf-8")
    return len(asked)


def read_reference(path: Path) -> Verdicts:
    """The verdicts of the reference.

    Raises:
        RunError: it is missing, damaged, of another version, or lacks a measure.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] != FORMAT:
            raise RunError(
                f"La référence « {path.name} » vient d'une autre version.",
                f"Refaites-la : {UPDATE}",
            )
        found = {
            name: {id_: Verdict(*values) for id_, values in verdicts.items()}
            for name, verdicts in body["verdicts"].items()
        }
    except FileNotFoundError:
        raise RunError(f"La référence « {path} » est absente.", f"Faites-la : {UPDATE}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"La référence « {path} » est illisible ({type(error).__name__}).",
            f"Faites-la : {UPDATE}",
        ) from error
    missing = [measure.name for measure in MEASURES if measure.name not in found]
    if missing:
        raise RunError(
            f"La référence « {path.name} » ne contient pas la mesure « {missing[0]} ».",
            f"Refaites-la : {UPDATE}",
        )
    return found


def _ask(cases: Sequence[Case], library: Library) -> Verdicts:
    """The verdicts on cases now; quotes are looked for where the library has them."""
    pages = Pages(library)
    current = select(cases, pages).cases
    system = Ours(library)
    replies = {case.id: system.reply(case) for case in current}
    return judge(current, replies, pages.text)
