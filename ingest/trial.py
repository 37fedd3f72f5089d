"""Reads files one after the other as `coop ingest` would, and prints what became of each.

    python -m ingest.trial FOLDER

One JSON object a line and a file, with its outcome (read, partly, refused, stopped), the message a
user would read, and its seconds; then one with the largest memory, in MiB, of the processes that
read. "stopped" is a file that made its process want the network or a program. Nothing is kept.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import DocumentError
from corpus.types import Document
from ingest.readout import Content, first_look, read_all
from ingest.shelf import Supplied
from ingest.workers import CAUGHT, Workers

if TYPE_CHECKING:
    from collections.abc import Iterator


def trials(folder: Path) -> Iterator[dict[str, object]]:
    """What becomes of each file of a folder, by name, as `json.dumps` takes it."""
    with Workers(1) as workers:
        for path in sorted(folder.iterdir()):
            started = time.perf_counter()
            outcome, message = _trial(path, workers)
            seconds = round(time.perf_counter() - started, 3)
            named = path.name.encode("utf-8", "replace").decode()
            yield {"file": named, "outcome": outcome, "message": message, "seconds": seconds}


def _trial(path: Path, workers: Workers) -> tuple[str, str]:
    try:
        first_look(path, workers)
    except DocumentError as error:
        return _refused(error)
    (content,) = read_all([Supplied(Document("trial", "", ""), path)], workers=workers)
    if not isinstance(content, Content):
        return _refused(content)
    lost = {state.reason for state in content.states if state.state == "failed"}
    if any(CAUGHT in reason for reason in lost):
        return "stopped", CAUGHT
    return ("partly", " ".join(sorted(lost))) if lost else ("read", "")


def _refused(error: DocumentError) -> tuple[str, str]:
    return "stopped" if CAUGHT in error.message else "refused", str(error)


def main(folder: Path) -> None:
    """Print the trials of a folder."""
    for trial in trials(folder):
        print(json.dumps(trial, ensure_ascii=False), flush=True)  # noqa: T201 — its only output
    print(json.dumps({"peak_mib": _peak()}), flush=True)  # noqa: T201


def _peak() -> int:
    import resource  # noqa: PLC0415 — not everywhere

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
