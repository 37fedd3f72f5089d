"""Runs cases through a system and measures the replies: what `coop eval run` does."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.errors import CoopError, UsageError
from corpus.home import Home
from corpus.library import Library
from evals.gold import Pages, relocate
from evals.record import Run, RunError, describe, runs_folder
from evals.replies import Reply
from evals.scores import (
    breakdowns,
    judge,
    latency,
    means,
    precision_at_coverage,
    risk_curve,
)
from evals.systems import Name, open_system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from corpus.embedding import Embedder
    from evals.case import Case
    from evals.measures import PageText
    from evals.systems import System

    Progress = Callable[[str, int, int], None]


class Selection(NamedTuple):
    """What becomes of the cases of a set, with a library.

    `cases` are run, their quotes where the library has them now; `moved` counts the cases whose
    quotes were moved to get there; `not_run` says why, by case; so does `broken`, for cases whose
    gold is not in the library.
    """

    cases: list[Case]
    moved: int
    not_run: dict[str, str]
    broken: dict[str, str]


def select(cases: Sequence[Case], pages: Pages) -> Selection:
    """Tell the cases that can be run from those that cannot."""
    runnable: list[Case] = []
    moved = 0
    not_run: dict[str, str] = {}
    broken: dict[str, str] = {}
    for case in cases:
        missing = [document for document in case.requires if document not in pages]
        if missing:
            not_run[case.id] = f"document non fourni : {', '.join(missing)}"
            continue
        if case.pending:
            not_run[case.id] = "réponse attendue pas encore écrite"
            continue
        current, lost = relocate(case, pages)
        unknown = [e.document for e in case.gold if e.document not in pages]
        if unknown:
            broken[case.id] = f"document inconnu de la bibliothèque : {unknown[0]}"
        elif lost:
            broken[case.id] = f"citation introuvable dans {lost[0].document} : « {lost[0].quote} »"
        moved += current != case and case.id not in broken
        runnable.append(current)
    return Selection(runnable, moved, not_run, broken)


def run_cases(
    cases: Sequence[Case],
    system: System,
    run: Run,
    broken: Mapping[str, str],
    progress: Progress,
) -> dict[str, Reply]:
    """Ask what was not asked yet and keep each reply as it comes."""
    replies = run.replies()
    run.keep(replies.values())
    for number, case in enumerate(cases, 1):
        progress(case.question, number, len(cases))
        if case.id in replies:
            continue
        replies[case.id] = (
            Reply(case.id, error=broken[case.id]) if case.id in broken else _reply(system, case)
        )
        run.add(replies[case.id])
    return {case.id: replies[case.id] for case in cases}


def _reply(system: System, case: Case) -> Reply:
    """A case that cannot be answered is a failure of this case alone."""
    try:
        return system.reply(case)
    except CoopError as error:
        return Reply(case.id, error=error.message)


def _median_words(replies: Iterable[Reply]) -> int:
    """The median length of an answer: whole passages say more points than sentences."""
    lengths = [len(reply.text.split()) for reply in replies if reply.answered]
    return round(statistics.median(lengths)) if lengths else 0


class Bench(NamedTuple):
    """Where evaluations are made: `home` keeps the runs, `library` is asked."""

    home: Home
    library: Library
    embedder: Embedder


def evaluate(
    bench: Bench, cases: Sequence[Case], name: Name, split: str, progress: Progress
) -> Run:
    """Run a system on cases, or finish the run that was interrupted.

    Raises:
        UsageError: no case can be run.
    """
    library = bench.library
    pages = Pages(library)
    selection = select(cases, pages)
    if not selection.cases:
        raise UsageError(
            "Aucun cas ne peut être posé à cette bibliothèque.",
            "Fournissez les documents demandés : coop corpus",
        )
    header = describe(name, split, selection.cases, library)
    run = Run.start(runs_folder(bench.home), header)
    with tempfile.TemporaryDirectory() as folder:
        system = open_system(name, library, bench.embedder, Path(folder))
        replies = run_cases(selection.cases, system, run, selection.broken, progress)
        own = frozenset(d.id for d in library.documents.values() if d.own)
        run.finish(measured(selection, replies, system.text, own))
    return run


def measured(
    selection: Selection, replies: Mapping[str, Reply], text: PageText, own: frozenset[str]
) -> dict[str, Any]:
    """All the measures of a run, as they are stored.

    Keys: counts, means, groups, latency, risk, precision_at_80, not_run, failed, cases (as they
    were asked, by id) and verdicts ({measure: {case: [got, of, reason, failed]}}).
    """
    cases = selection.cases
    verdicts = judge(cases, replies, text)
    groups = breakdowns(cases, own)
    curve = risk_curve(cases, replies, verdicts)
    at_80 = precision_at_coverage(curve)
    failed = {id_: reply.error for id_, reply in replies.items() if reply.error}
    return {
        "counts": {
            "cases": len(cases),
            "answerable": sum(case.answerable for case in cases),
            "unanswerable": sum(not case.answerable for case in cases),
            "not_run": len(selection.not_run),
            "failed": len(failed),
            "moved": selection.moved,
            "words": _median_words(replies.values()),
        },
        "means": {name: m._asdict() for name, m in means(verdicts, cases).items()},
        "groups": {
            kind: {
                group: {name: m._asdict() for name, m in means(verdicts, members).items()}
                for group, members in found.items()
            }
            for kind, found in groups.items()
        },
        "latency": latency(replies)._asdict(),
        "risk": [risk._asdict() for risk in curve],
        "precision_at_80": at_80._asdict() if at_80 else None,
        "not_run": selection.not_run,
        "failed": failed,
        "cases": {case.id: asdict(case) for case in cases},
        "verdicts": {
            name: {id_: list(verdict) for id_, verdict in found.items()}
            for name, found in verdicts.items()
        },
    }


def evaluation_home(home: Home, documents: Path | None) -> Home:
    """A home apart from the user's library: the bundled collection, and the PDFs of a folder.

    It is kept under the runs, so that a second evaluation ingests only what changed. The front door
    ingests: this room may not import the one that does.

    Raises:
        UsageError: the folder has no PDF.
        RunError: the ingestion failed.
    """
    paths = sorted(documents.glob("*.pdf")) if documents and documents.is_dir() else []
    if documents and not paths:
        raise UsageError(f"Aucun PDF dans « {documents} ».", "Indiquez un dossier de PDF.")
    inner = Home(runs_folder(home) / ("bibliotheque" if documents else "collection"))
    shelved = {path.name for path in inner.documents.glob("*.pdf")}
    if shelved - {path.name for path in paths}:
        shutil.rmtree(inner.root)  # another folder's documents are not to be found
    inner.prepare()
    done = subprocess.run(
        [sys.executable, "-m", "coop", "ingest", "--json", *map(str, paths)],
        env=os.environ | {"COOP_HOME": str(inner.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    # 1: some file could not be read; its cases are counted as not run.
    if done.returncode not in {0, 1} or not done.stdout.strip():
        raise RunError("La bibliothèque d'évaluation n'a pas pu être construite.", done.stderr)
    return inner
