"""Power cuts: ingestion and server are killed at random moments, and nothing acknowledged is lost.

    python -m evals.kills [--ingestions 200] [--servers 30]

After each killed ingestion the library must be whole, and hold every document whose ingestion was
said to be done; after the last, one more run must complete the rest. Before each kill of the
server, people ask in conversations that are kept; afterwards every answer that they were given must
be in the memory.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

from corpus.embedding import load_embedder
from corpus.errors import CoopError
from corpus.generation import check_files, check_vectors, current_folder
from corpus.home import Home
from corpus.library import Library
from evals.load import dev_questions
from evals.long_document import book
from evals.serving import Chat, chat, environment, send

_LONGEST_S = 6.0  # within which an ingestion or a server is killed
_PEOPLE = 4


class Outcome(NamedTuple):
    """How many kills hit something that ran, and what was lost."""

    hit: int
    lost: list[str]


def main() -> int:
    """Kill, look, print; 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ingestions", type=int, default=200)
    parser.add_argument("--servers", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        _ingest(home).wait()
        outcomes = {
            "ingestions": kill_ingestions(home, Path(folder), given.ingestions),
            "servers": kill_servers(home, Path(folder), given.servers),
        }
    for name, outcome in outcomes.items():
        print(f"{name:<12} killed at work: {outcome.hit}, lost: {len(outcome.lost)}")
        for lost in outcome.lost:
            print(f"  {lost}")
    return 1 if any(outcome.lost for outcome in outcomes.values()) else 0


def kill_ingestions(home: Path, folder: Path, count: int) -> Outcome:
    """Ingest a new document each time, and kill the process; `home` has a library."""
    rng, hit = Random(count), 0  # noqa: S311 — moments, not secrets
    done: set[str] = set()
    lost: list[str] = []
    for number in range(count):
        path = folder / f"recueil-{number:03}.pdf"
        path.write_bytes(book(1 + number % 5))
        process = _ingest(home, path)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(rng.uniform(0.2, _LONGEST_S))
        hit += process.poll() is None
        process.kill()
        if process.wait() == 0:
            done.add(path.name)
        lost += [f"ingestion {number}: {what}" for what in _missing(home, done)]
    shelved = {path.name for path in (home / "documents").glob("recueil-*.pdf")}
    if (code := _ingest(home).wait()) != 0:
        lost.append(f"the run that completes: exit code {code}")
    lost += [f"in the end: {what}" for what in _missing(home, shelved | done)]
    lost += [f"in the end: {path.name}" for path in (home / "library").glob("staging-*")]
    return Outcome(hit, lost)


def _ingest(home: Path, *paths: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "coop", "ingest", *map(str, paths)],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _missing(home: Path, files: set[str]) -> list[str]:
    """What is wrong with the library, and the files that it should hold and does not."""
    place = Home(home)
    try:
        library = Library.open(place, load_embedder())
        check_files(current_folder(place), library.manifest, thorough=True)
        check_vectors(place, current_folder(place), library.manifest)
        held = {document.file for document in library.documents.values()}
        library.close()
    except CoopError as error:
        return [str(error)]
    return sorted(files - held)


# --- the server ---------------------------------------------------------------------------------


def kill_servers(home: Path, folder: Path, count: int) -> Outcome:
    """Kill a server under people who ask; `home` has a library."""
    rng, hit = Random(count), 0  # noqa: S311 — moments, not secrets
    given: dict[str, list[str]] = {}  # cookie → questions that were answered and kept
    lost: list[str] = []
    for number in range(count):
        with chat(home, folder / "errors") as running:
            lost += [f"before kill {number}: {what}" for what in _forgotten(running.url, given)]
            threads = [
                threading.Thread(target=_ask_until_cut, args=(running, number * 10 + who, given))
                for who in range(_PEOPLE)
            ]
            for thread in threads:
                thread.start()
            time.sleep(rng.uniform(0.2, _LONGEST_S))
            hit += running.process.poll() is None
            running.kill()
            for thread in threads:
                thread.join()
    with chat(home, folder / "errors") as running:
        lost += [f"in the end: {what}" for what in _forgotten(running.url, given)]
    return Outcome(hit, lost)


def _ask_until_cut(running: Chat, person: int, given: dict[str, list[str]]) -> None:
    """Ask in one conversation until the server is gone; note what was answered."""
    cookie, conversation = f"coop_owner={person:040}", "new"
    questions = dev_questions()
    with contextlib.suppress(OSError, http.client.HTTPException):
        for question in questions[person % len(questions) :]:
            body = {"question": question, "conversation": conversation}
            reply = send(running.url, "POST", "/api/ask", body, {"Cookie": cookie})
            if reply.status == 200:
                conversation = reply.headers["X-Conversation"]
                given.setdefault(cookie, []).append(reply.json["question"])


def _forgotten(url: str, given: dict[str, list[str]]) -> list[str]:
    """The answers that people were given and that the memory does not hold."""
    gone: list[str] = []
    for cookie, questions in given.items():
        kept = send(url, "GET", "/api/conversations", headers={"Cookie": cookie}).json
        held = [turn["answer"]["question"] for talk in kept for turn in talk["turns"]]
        gone += [question for question in questions if question not in held]
    return gone


if __name__ == "__main__":
    sys.exit(main())
