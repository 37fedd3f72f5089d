"""How far the check of a language model's sentences can be trusted: what it catches and doubts.

    python -m evals.checker [--split dev|test] [--misses]

Statements written by hand (`checker_pairs.yaml`): true ones at five degrees of rewording, and
altered ones with one thing changed, some by nothing but the passage's own words. Beside them, true
statements put to the nearest other passage, and plain word overlap (K-precision of content stems
≥ 0.8, Adlakha et al. 2024) on the same pairs.
"""

from __future__ import annotations

import argparse
import statistics
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import yaml

from assistant.support import ENOUGH, Support, check
from evals.tables import percent
from evals.verdicts import wilson
from evals.wording import SUPPORTED, overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

PAIRS: Final = Path(__file__).with_name("checker_pairs.yaml")
DEGREES: Final = ("light", "reordered", "condensed", "merged", "free")
FIGURES: Final = ("number", "date", "reference")
OTHERS: Final = ("actor", "negation", "form")
HARDER: Final = ("role", "quantifier", "modality", "moved", "addition")
"""Kinds altered by the passage's own words; `moved` is a figure said of another thing."""

ELSEWHERE: Final = "other passage"
"""Kind of a true statement put to a passage that does not say it."""

THRESHOLDS: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
DETECTION: Final = 0.95
"""Share of altered statements other than figures at which false doubt is reported."""

REATTRIBUTED: Final = 4
"""Other passages among which a scripted model's doubted sentence may find support."""


class Passage(NamedTuple):
    """A passage with what is said of it: statements by degree, altered ones by kind."""

    id: str
    split: str
    context: str
    text: str
    supported: dict[str, str]
    altered: tuple[tuple[str, str], ...]
    says_too: frozenset[str]


class Judged(NamedTuple):
    """A statement and what a check says of it; `kind` is a degree, an alteration, or ELSEWHERE."""

    passage: str
    kind: str
    statement: str
    accepted: bool
    score: float
    reason: str

    @property
    def true(self) -> bool:
        """Whether the passage says it."""
        return self.kind in DEGREES


class Check(NamedTuple):
    """A check to be measured: statement, source, context → Support."""

    name: str
    judge: Callable[[str, str, str], Support]
    threshold: float


OURS: Final = Check("the check", check, ENOUGH)


def _plain(statement: str, source: str, context: str) -> Support:
    share = overlap(statement, f"{context}\n{source}")
    return Support(share >= SUPPORTED, share, "")


PLAIN: Final = Check("plain overlap", _plain, SUPPORTED)


@cache
def passages(path: Path = PAIRS) -> tuple[Passage, ...]:
    """The passages of the set.

    Raises:
        ValueError: an alteration does not apply to its statement, exactly once.
    """
    data: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Passage(
            one["id"],
            one["split"],
            one["context"],
            one["source"],
            one["supported"],
            tuple((kind, _altered(one, change)) for kind, *change in one["altered"]),
            frozenset(one.get("says_too", ())),
        )
        for one in data
    )


def _altered(passage: dict[str, Any], change: list[str]) -> str:
    """An altered statement: whole, or as [the statement changed, what is replaced, by what]."""
    if len(change) == 1:
        return change[0]
    degree, old, new = change
    statement: str = passage["supported"][degree]
    if statement.count(old) != 1:
        raise ValueError(f"{passage['id']} : « {old} » ne figure pas une fois dans {degree}.")
    return statement.replace(old, new)


def judged(among: Sequence[Passage], how: Check) -> list[Judged]:
    """Every statement of some passages, judged; the true ones also against another passage."""
    found: list[Judged] = []
    for passage in among:
        for kind, statement in (*passage.supported.items(), *passage.altered):
            verdict = how.judge(statement, passage.text, passage.context)
            found.append(Judged(passage.id, kind, statement, *verdict))
        for statement in passage.supported.values():
            other = nearest(statement, passage, among)[0]
            verdict = how.judge(statement, other.text, other.context)
            found.append(Judged(passage.id, ELSEWHERE, statement, *verdict))
    return found


def nearest(statement: str, own: Passage, among: Iterable[Passage]) -> list[Passage]:
    """The other passages by how many words of a statement they have, those that say it left out."""
    others = [one for one in among if one is not own and one.id not in own.says_too]
    return sorted(others, key=lambda one: -overlap(statement, one.text))


class Scripted(NamedTuple):
    """What a scripted model's sentences became: badged verified, out of how many."""

    false_verified: int
    false: int
    harder_verified: int
    harder: int
    true_verified: int
    true: int


def scripted(among: Sequence[Passage], how: Check) -> Scripted:
    """A model that writes for each passage its true and its altered statements.

    A sentence that its passage does not support is put to the nearest others, as the assistant
    does, and badged verified when one supports it.
    """
    counts = [0] * len(Scripted._fields)
    for passage in among:
        statements = [*passage.supported.items(), *passage.altered]
        for kind, statement in statements:
            sources = [passage, *nearest(statement, passage, among)[:REATTRIBUTED]]
            verified = any(how.judge(statement, one.text, one.context).supported for one in sources)
            place = 4 if kind in DEGREES else 2 if kind in HARDER else 0
            counts[place] += verified
            counts[place + 1] += 1
    return Scripted(*counts)


def caught(found: Iterable[Judged], kinds: Iterable[str], threshold: float) -> tuple[int, int]:
    """How many statements of some kinds score under a threshold, out of how many."""
    wanted = set(kinds)
    scores = [one.score for one in found if one.kind in wanted]
    return sum(score < threshold for score in scores), len(scores)


def threshold_at(found: Sequence[Judged], kinds: Iterable[str], detection: float) -> float:
    """The lowest threshold at which that share of some kinds is caught."""
    wanted = set(kinds)
    scores = sorted(one.score for one in found if one.kind in wanted)
    needed = max(0, -int(-detection * len(scores) // 1) - 1)
    return min(1.0, scores[needed] + 1e-9) if scores else 1.0


def rate(got: int, of: int) -> str:
    """A share with its interval and what it was counted on: "98,7 % [95,3–99,6], n = 150"."""
    low, high = wilson(got, of)
    interval = f"{low * 100:.1f}–{high * 100:.1f}".replace(".", ",")
    return f"{percent(got / of if of else None)} [{interval}], n = {of}"


def report(among: Sequence[Passage], how: Check) -> list[str]:
    """The figures of a check, line by line."""
    found = judged(among, how)
    lines = [f"## {how.name}, threshold {how.threshold:g}", "", "False doubt (true, not accepted)"]
    lines += [_line(found, kinds) for kinds in (*((one,) for one in DEGREES), DEGREES)]
    lines.append("Caught (not said by the passage, not accepted)")
    groups = [
        kinds
        for several in (FIGURES, OTHERS, HARDER)
        for kinds in (*((k,) for k in several), several)
    ]
    lines += [_line(found, kinds) for kinds in (*groups, (ELSEWHERE,))]
    at = threshold_at(found, OTHERS, DETECTION)
    lines.append(
        f"False doubt at {percent(DETECTION)} of actors, negations and forms caught (threshold"
        f" {at:.2f}): {rate(*caught(found, DEGREES, at))}"
    )
    lines += [
        "",
        "Curve: threshold, false doubt, figures, others, harder ones, other passage caught",
    ]
    for threshold in THRESHOLDS:
        shares = [
            caught(found, kinds, threshold)
            for kinds in (DEGREES, FIGURES, OTHERS, HARDER, (ELSEWHERE,))
        ]
        cells = " ".join(f"{percent(got / of):>9}" for got, of in shares)
        lines.append(f"  {threshold:.2f} {cells}")
    model = scripted(among, how)
    verified = model.false_verified + model.harder_verified
    lines += [
        "",
        f"Scripted model, false badged verified: {rate(verified, model.false + model.harder)}",
        f"  one thing changed: {rate(model.false_verified, model.false)}",
        f"  by the passage's own words: {rate(model.harder_verified, model.harder)}",
        f"Scripted model, true badged verified: {rate(model.true_verified, model.true)}",
        "",
    ]
    return lines


def _line(found: Sequence[Judged], kinds: tuple[str, ...]) -> str:
    """How many statements of some kinds were not accepted."""
    names = {
        DEGREES: "all",
        FIGURES: "figures, dates, references",
        OTHERS: "actors, sense, forms",
        HARDER: "by the passage's own words",
    }
    accepted = [one.accepted for one in found if one.kind in kinds]
    refused = rate(accepted.count(False), len(accepted))
    return f"  {names.get(kinds, kinds[0]):<34} {refused}"


def misses(among: Sequence[Passage], how: Check) -> list[str]:
    """Each statement that a check got wrong, with its reason."""
    return [
        f"{one.kind} · {one.passage} · {one.statement} · {one.score:.2f} {one.reason}"
        for one in judged(among, how)
        if one.accepted != one.true
    ]


def times(among: Sequence[Passage]) -> tuple[float, float]:
    """Median milliseconds of a check: on a passage seen for the first time, then on a known one."""
    first: list[float] = []
    known: list[float] = []
    for passage in among:
        for number, statement in enumerate(passage.supported.values()):
            started = time.perf_counter()
            check(statement, passage.text, passage.context)
            (known if number else first).append((time.perf_counter() - started) * 1000)
    return statistics.median(first), statistics.median(known)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--misses", action="store_true", help="print what is got wrong")
    arguments = parser.parse_args()
    among = [passage for passage in passages() if passage.split == arguments.split]
    first, known = times(among)
    print(f"{arguments.split}: {len(among)} passages", end="; ")
    print(f"{first:.1f} ms on a new passage, {known:.1f} ms on a known one (medians)\n")
    for how in (OURS, PLAIN):
        print("\n".join(report(among, how)))
    if arguments.misses:
        print("\n".join(misses(among, OURS)))


if __name__ == "__main__":
    main()
