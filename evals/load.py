"""Many people at once: how long they wait for an answer, beside the tutorial pipeline.

    python -m evals.load [--people 100] [--every 10] [--seconds 300] [--documents DIR] [--json]

A fresh COOP_HOME with the bundled collection and the PDFs of DIR; `coop chat` in a process of its
own, asked through the HTTP interface in verbatim mode; then the same load on the tutorial pipeline
behind a bare endpoint. Questions are those of the dev split. A wait counts from the moment the
question was due, so that a server that falls behind cannot hide it. The load generator runs on the
same machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from corpus.home import BUNDLED_DOCUMENTS
from evals.case import load_cases
from evals.serving import chat, environment, free_port, memory_mib, send

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Ask = Callable[[str], int]
"""Asks a question, gives the status of the response."""

_SAMPLE_S = 1.0


@dataclass
class Load:
    """What people met: waits in seconds, statuses (0: no response), memory in MiB over time."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """By name with their unit; memory after the start, at the end, and the most."""
        cuts = statistics.quantiles(self.waits, n=100)
        start = self.memory[len(self.memory) // 10] if self.memory else 0
        return {
            "answers": self.statuses[200],
            "errors": self.statuses.total() - self.statuses[200],
            "wait, median ms": round(cuts[49] * 1000),
            "wait, p95 ms": round(cuts[94] * 1000),
            "wait, longest ms": round(max(self.waits) * 1000),
            "memory at first, MiB": start,
            "memory at last, MiB": self.memory[-1] if self.memory else 0,
            "memory at most, MiB": max(self.memory, default=0),
        }


def main() -> int:
    """Measure and print; 1 where somebody met an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two questions")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--documents", type=Path, help="a folder of further PDFs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--alone", action="store_true", help="without the tutorial pipeline")
    parser.add_argument("--bare", nargs=2, metavar=("FOLDER", "PORT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        _serve_tutorial(Path(given.bare[0]), int(given.bare[1]), given.documents)
        return 0
    questions = dev_questions()
    crowd = (questions, given.people, given.every, given.seconds)
    with tempfile.TemporaryDirectory() as folder:
        figures = {"ours": _ours(Path(folder), given.documents, crowd)}
        if not given.alone:
            figures["tutorial"] = _tutorial(Path(folder), given.documents, crowd)
    if given.json:
        print(json.dumps(figures))
    else:
        for name in figures["ours"]:
            print(f"{name:<24}" + "".join(f"{figures[who][name]:>12}" for who in figures))
    return 1 if figures["ours"]["errors"] else 0


def dev_questions() -> list[str]:
    """The questions of the dev split, in an order of their own that is always the same."""
    questions = [case.question for case in load_cases() if case.split == "dev"]
    Random(9).shuffle(questions)  # noqa: S311 — nothing secret
    return questions


Crowd = tuple[list[str], int, float, float]


def drive(ask: Ask, crowd: Crowd, memory: Callable[[], int] = lambda: 0) -> Load:
    """Let so many people ask, each every so many seconds, for so many seconds."""
    questions, people, every, seconds = crowd
    load, lock = Load(), threading.Lock()
    begun = time.monotonic()

    def person(number: int) -> None:
        due = begun + every * number / people  # they do not come all in one instant
        for question in islice(cycle(questions), number * 7, None):
            if due > begun + seconds:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                status = ask(question)
            except (OSError, http.client.HTTPException):
                status = 0
            with lock:
                load.waits.append(time.monotonic() - due)
                load.statuses[status] += 1
            due += every

    threads = [threading.Thread(target=person, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        load.memory.append(memory())
        time.sleep(_SAMPLE_S)
    return load


def asker(url: str, path: str) -> Ask:
    """Asks an endpoint that takes {"question": …}."""
    return lambda question: send(url, "POST", path, {"question": question}).status


def _ours(folder: Path, documents: Path | None, crowd: Crowd) -> dict[str, float]:
    home = folder / "home"
    more = [str(documents)] if documents else []
    # An unreadable file of the further PDFs gives exit code 1 and a report all the same.
    subprocess.run(
        [sys.executable, "-m", "coop", "ingest", *more],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        check=False,
    )
    with chat(home, folder / "errors") as running:
        ask = asker(running.url, "/api/ask")
        ask(crowd[0][0])
        return drive(ask, crowd, running.memory_mib).figures()


def _tutorial(folder: Path, documents: Path | None, crowd: Crowd) -> dict[str, float]:
    with _bare(folder / "tutorial", documents) as (url, process_id):
        ask = asker(url, "/ask")
        return drive(ask, crowd, lambda: memory_mib(process_id)).figures()


# --- the tutorial pipeline behind a bare endpoint -----------------------------------------------


@contextmanager
def _bare(folder: Path, documents: Path | None) -> Iterator[tuple[str, int]]:
    port = free_port()
    more = ["--documents", str(documents)] if documents else []
    process = subprocess.Popen(
        [sys.executable, "-m", "evals.load", "--bare", str(folder), str(port), *more],
        env=dict(os.environ),
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            try:
                if asker(url, "/ask")("Qui ?") == 200:
                    break
            except OSError:
                time.sleep(0.5)  # it still ingests
        yield url, process.pid
    finally:
        process.kill()
        process.wait()


def _serve_tutorial(folder: Path, port: int, documents: Path | None) -> None:
    from corpus.embedding import load_embedder  # noqa: PLC0415 — heavy
    from evals.baselines.tutorial import TutorialPipeline  # noqa: PLC0415 — heavy

    pipeline = TutorialPipeline(folder, load_embedder())
    paths: Sequence[Path] = sorted(BUNDLED_DOCUMENTS.glob("*.pdf"))
    pipeline.ingest([*paths, *(sorted(documents.glob("*.pdf")) if documents else ())])

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            chunks = pipeline.search(json.loads(body)["question"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps([chunk.page_content for chunk in chunks]).encode())

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Endpoint).serve_forever()


if __name__ == "__main__":
    sys.exit(main())
