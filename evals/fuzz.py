"""Thousands of damaged and hostile PDFs put to ingestion: each must end, in time, with a message.

    python -m evals.fuzz [--count 2000] [--seed 1] [--documents DIR] [--limit 60] [--json]

Files are made by `evals.mutants`, some of them from the bundled collection and the PDFs of DIR, and
read by `ingest.trial` in a process of its own, one kind after
the other. Exit code 1 where a file took longer than the limit, ended without a message, was lost,
or made its process want the network or a program. The same seed makes the same files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from corpus.home import BUNDLED_DOCUMENTS
from evals.mutants import KINDS, ODD_NAMES, RARE

if TYPE_CHECKING:
    from collections.abc import Sequence

_RARE_SHARE = 0.25  # of the count of the other kinds
_SHOWN = 5  # of what went wrong with a kind
_START_S = 60  # for the process that reads to start


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a file: read, partly, refused, stopped (see `ingest.trial`) or lost."""

    outcome: str
    message: str
    seconds: float


@dataclass(frozen=True, slots=True)
class KindResult:
    """What became of the files of one kind, and the largest memory of a process that read, MiB."""

    kind: str
    trials: tuple[Trial, ...]
    peak_mib: int

    def wrong(self, limit: float) -> list[Trial]:
        """The trials that did not end as they must."""
        return [trial for trial in self.trials if is_wrong(trial, limit)]


def main(arguments: list[str] | None = None) -> int:
    """Make the files, have them read, print the table; 1 where one did not end as it must."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="how many files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=Path, help="a folder of further PDFs to damage")
    parser.add_argument("--limit", type=float, default=60, help="seconds a file may take")
    parser.add_argument("--json", action="store_true", help="print one JSON object a kind")
    asked = parser.parse_args(arguments)
    folders = [BUNDLED_DOCUMENTS, *([asked.documents] if asked.documents else [])]
    real = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.pdf"))]
    if not asked.json:
        print(_HEAD)
    results = []
    for kind, count in counts(asked.count).items():
        result = fuzz(kind, count, real, seed=asked.seed, limit=asked.limit)
        print(json.dumps(_row(result, asked.limit)) if asked.json else _line(result), flush=True)
        for trial in result.wrong(asked.limit)[:_SHOWN]:
            print(f"  ! {trial.outcome} {trial.seconds:.1f} s {trial.message}", file=sys.stderr)
        results.append(result)
    if not asked.json:
        trials = tuple(trial for result in results for trial in result.trials)
        print(_line(KindResult("all", trials, max(result.peak_mib for result in results))))
    return int(any(result.wrong(asked.limit) for result in results))


def counts(total: int) -> dict[str, int]:
    """How many files of each kind make up a total."""
    weights = {kind: _RARE_SHARE if kind in RARE else 1.0 for kind in KINDS}
    unit = total / sum(weights.values())
    return {kind: max(1, round(weight * unit)) for kind, weight in weights.items()}


def fuzz(
    kind: str, count: int, real: Sequence[bytes], *, seed: int = 1, limit: float = 60
) -> KindResult:
    """Make so many files of a kind and have them read; `real` are the bytes of PDFs to damage."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            write(kind, number, real, seed, Path(folder))
        trials, peak = read_folder(Path(folder), limit)
    return KindResult(kind, trials, peak)


def write(kind: str, number: int, real: Sequence[bytes], seed: int, folder: Path) -> None:
    """Write one file of a kind into a folder; the same seed and number give the same file."""
    rng = Random(f"{seed} {kind} {number}")  # noqa: S311 — nothing secret
    name = rng.choice(ODD_NAMES) if kind == "names" else f"{kind}-{number:04}.pdf"
    if (folder / name).exists():
        name = f"{number} {name}"
    (folder / name).write_bytes(KINDS[kind](rng, real))


def read_folder(folder: Path, limit: float) -> tuple[tuple[Trial, ...], int]:
    """What became of each file of a folder, and the largest memory of a process that read, MiB."""
    expected = len(list(folder.iterdir()))
    lines = _printed(folder, _START_S + limit * expected)
    peak = next((line["peak_mib"] for line in lines if "peak_mib" in line), 0)
    trials = [Trial(r["outcome"], r["message"], r["seconds"]) for r in lines if "outcome" in r]
    trials += [Trial("lost", "nothing was said of it", 0.0)] * (expected - len(trials))
    return tuple(trials), peak


def _printed(folder: Path, timeout: float) -> list[dict[str, Any]]:
    """What the reading process printed, as far as it got."""
    command = [sys.executable, "-m", "ingest.trial", str(folder)]
    try:
        printed = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, timeout=timeout, check=False
        ).stdout
    except subprocess.TimeoutExpired as error:
        printed = (error.stdout or b"").decode()
    return [json.loads(line) for line in printed.splitlines()]


def is_wrong(trial: Trial, limit: float) -> bool:
    """Whether a file did not end as it must: in time, with a message, and harmlessly."""
    silent = trial.outcome in {"partly", "refused"} and not trial.message
    return trial.outcome in {"stopped", "lost"} or silent or trial.seconds > limit


# --- the table ----------------------------------------------------------------------------------

_OUTCOMES = ("read", "partly", "refused", "stopped", "lost")
_COLUMNS = ("files", *_OUTCOMES, "median s", "worst s", "peak MiB")
_HEAD = f"{'kind':<10}" + "".join(f"{name:>9}" for name in _COLUMNS)


def _line(result: KindResult) -> str:
    outcomes = Counter(trial.outcome for trial in result.trials)
    seconds = [trial.seconds for trial in result.trials]
    cells = [len(seconds), *(outcomes[name] for name in _OUTCOMES)]
    times = f"{statistics.median(seconds):>9.2f}{max(seconds):>9.1f}"
    return f"{result.kind:<10}" + "".join(f"{n:>9}" for n in cells) + f"{times}{result.peak_mib:>9}"


def _row(result: KindResult, limit: float) -> dict[str, object]:
    seconds = [trial.seconds for trial in result.trials]
    return {
        "kind": result.kind,
        "files": len(seconds),
        "outcomes": dict(Counter(trial.outcome for trial in result.trials)),
        "median_s": round(statistics.median(seconds), 3),
        "worst_s": max(seconds),
        "peak_mib": result.peak_mib,
        "wrong": len(result.wrong(limit)),
    }


if __name__ == "__main__":
    sys.exit(main())
