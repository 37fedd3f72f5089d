"""What changed between two runs: differences with intervals, and the cases that flipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from evals.case import from_fields
from evals.record import RunError
from evals.scores import MEASURES, cluster
from evals.verdicts import Difference, Verdict, difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.record import Run

Verdicts = dict[str, dict[str, Verdict]]


class Flip(NamedTuple):
    """A case that was right and is wrong, or the reverse; `change` is that of its points."""

    case: str
    question: str
    right: bool
    change: float
    before: str
    after: str


class Comparison(NamedTuple):
    """Run B against run A, on the cases that both have.

    `differences` are B minus A by measure; `flips` are losses first, the worst first; `apart`
    counts the cases that only one of them has.
    """

    differences: dict[str, Difference]
    flips: list[Flip]
    shared: int
    apart: int

    @property
    def lost(self) -> int:
        """Cases that are wrong now."""
        return sum(not flip.right for flip in self.flips)

    @property
    def gained(self) -> int:
        """Cases that are right now."""
        return sum(flip.right for flip in self.flips)


def compare(first: Run, second: Run) -> Comparison:
    """Compare two finished runs.

    Raises:
        RunError: one is unfinished, or they share no case.
    """
    a, b = first.measures(), second.measures()
    before, after = stored_verdicts(a), stored_verdicts(b)
    cases = {id_: from_fields(b["cases"][id_]) for id_ in b["cases"] if id_ in a["cases"]}
    if not cases:
        raise RunError(
            f"Les évaluations « {first.header.id} » et « {second.header.id} » n'ont aucun cas en "
            "commun.",
            "Comparez deux évaluations de la même partie (--split).",
        )
    clusters = {id_: cluster(case) for id_, case in cases.items()}
    found = {
        measure.name: change
        for measure in MEASURES
        if (
            change := difference(
                _only(before.get(measure.name, {}), cases),
                _only(after.get(measure.name, {}), cases),
                clusters,
            )
        )
    }
    questions = {id_: case.question for id_, case in cases.items()}
    return Comparison(
        found,
        flips(before, after, questions),
        len(cases),
        len(a["cases"]) + len(b["cases"]) - 2 * len(cases),
    )


def stored_verdicts(measures: Mapping[str, Any]) -> Verdicts:
    """The verdicts of a run as it stored them."""
    return {
        name: {id_: Verdict(*values) for id_, values in found.items()}
        for name, found in measures["verdicts"].items()
    }


def verdict_on(case: str, verdicts: Mapping[str, Mapping[str, Verdict]]) -> Verdict:
    """Whether a case is right: refused when it must be, else strictly accurate."""
    refusal = verdicts["refusal_recall"][case]
    return refusal if refusal.of else verdicts["strict_accuracy"][case]


def flips(before: Verdicts, after: Verdicts, questions: Mapping[str, str]) -> list[Flip]:
    """The cases that flipped: losses first, the worst first, then gains."""
    found: list[Flip] = []
    for case, question in questions.items():
        old, new = verdict_on(case, before), verdict_on(case, after)
        if old.failed or new.failed or bool(old.got) == bool(new.got):
            continue
        change = _points(case, after) - _points(case, before)
        found.append(Flip(case, question, bool(new.got), change, old.reason, new.reason))
    return sorted(found, key=lambda flip: (flip.right, flip.change, flip.case))


def _points(case: str, verdicts: Verdicts) -> float:
    """The share of the vital points said; for a refusal, whether it was made."""
    share = verdicts["point_recall"][case].value
    return verdict_on(case, verdicts).got if share is None else share


def _only(verdicts: Mapping[str, Verdict], cases: Mapping[str, object]) -> dict[str, Verdict]:
    return {id_: verdict for id_, verdict in verdicts.items() if id_ in cases}
