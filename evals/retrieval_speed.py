"""How fast retrieval is and what it weighs: questions encoded, whole searches, bytes a passage.

    python -m evals.retrieval_speed [--passages 10000 200000] [--json]

The libraries are synthetic: sentences of the bundled fiches in random order, one word in ten
replaced by a random French one, so that vocabulary and frequencies grow as in a true library. The
questions are those of the development cases, half of them misspelt. BM25 over plain words, on the
same passages in the same process, is the baseline: on a busy machine quote the ratio. A library of
200,000 passages takes half an hour to build on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import french
from corpus.embedding import load_embedder
from corpus.fusion import best
from corpus.generation import Staging, current_folder, writing
from corpus.home import PACKAGE, Home
from corpus.lexical import LexicalIndex
from corpus.library import Library
from corpus.record import RecordedPage
from corpus.types import Document, Page, Passage, Span
from corpus.words import language_words
from evals.case import load_cases
from evals.typos import misspelt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.embedding import Embedder

SIZES = (10_000, 200_000)
A_DOCUMENT = 500  # passages
SENTENCES = 5  # of a passage
STRANGE = 0.1  # share of the words replaced
K = 8  # passages asked for
WARM_UP = 20  # searches
ENCODED = 20_000  # questions


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, nargs="*", default=SIZES)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--home", type=Path, help="measure this library, in this process")
    arguments = parser.parse_args()
    figures: dict[str, float] = {}
    if arguments.home:
        figures = searching(Home(arguments.home))
    else:
        figures["questions encoded a second"] = encoding(load_embedder())
        for size in arguments.passages:
            with tempfile.TemporaryDirectory() as folder:
                found = built(Path(folder), size)
            figures |= {f"{size:,} passages: {name}": value for name, value in found.items()}
    if arguments.json or arguments.home:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<58} {value:,}")


def encoding(embedder: Embedder) -> float:
    """Short questions embedded a second, the best of three rounds."""
    asked = questions()
    batch = [asked[number % len(asked)] for number in range(ENCODED)]
    times = [_timed(partial(embedder.embed_questions, batch)) for _ in range(3)]
    return round(ENCODED / min(times) * 1000)


def built(folder: Path, size: int) -> dict[str, float]:
    """Build a library of so many passages; searches are measured in a process of their own."""
    home = Home(folder)
    home.prepare()
    started = time.perf_counter()
    with writing(home), Staging(home, load_embedder()) as staging:
        for document, pages, passages in synthetic(size):
            staging.add(document, pages, passages)
        staging.commit()
    figures: dict[str, float] = {"built, s": round(time.perf_counter() - started)}
    files = [path for path in current_folder(home).rglob("*") if path.is_file()]
    disk = sum(path.stat().st_size for path in files)
    figures["MB on disk for 100,000"] = round(disk / size / 10)
    command = [sys.executable, "-m", "evals.retrieval_speed", "--home", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures |= json.loads(done.stdout)
    memory = figures.pop("MB of memory")
    return figures | {"MB of memory for 100,000": round(memory * 1e5 / size)}


def searching(home: Home) -> dict[str, float]:
    """Times of a search, those of BM25 over plain words, and the memory that searching took."""
    embedder = load_embedder()
    before = _resident_mb()
    library = Library.open(home, embedder)
    asked = questions()
    for question in asked[:WARM_UP]:
        library.search(question, K)
    ours = [_timed(partial(library.search, question, K)) for question in asked]
    memory = _resident_mb() - before
    texts = (p.text for document in library.documents for p in library.passages(document))
    plain = LexicalIndex.build(text.lower().split() for text in texts)
    theirs = [_timed(partial(_plain_search, plain, question)) for question in asked]
    return {
        "a search, median ms": round(statistics.median(ours), 2),
        "a search, 95th percentile ms": round(statistics.quantiles(ours, n=20)[-1], 2),
        "plain BM25, median ms": round(statistics.median(theirs), 2),
        "plain BM25, 95th percentile ms": round(statistics.quantiles(theirs, n=20)[-1], 2),
        "MB of memory": round(memory, 1),
    }


def questions() -> list[str]:
    """The questions of the development cases, every other one misspelt."""
    asked = [case.question for case in load_cases() if case.split == "dev"]
    return [misspelt(question) if n % 2 else question for n, question in enumerate(asked)]


def synthetic(size: int) -> Iterator[tuple[Document, list[RecordedPage], list[Passage]]]:
    """Documents of random passages, always the same ones, a page each document."""
    chance = random.Random(size)  # noqa: S311 — repeatable on purpose
    sources = sorted((PACKAGE / "fiches").glob("*.md"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    sentences = [text[start:end].split() for start, end in french.sentences(text)]
    words = list(language_words())
    for first in range(0, size, A_DOCUMENT):
        name = f"synthetic-{first}"
        texts = [
            " ".join(_varied(chance.choices(sentences, k=SENTENCES), words, chance))
            for _ in range(min(A_DOCUMENT, size - first))
        ]
        passages = [
            Passage(f"{name}-{n}", name, (), text, (Span(0, len(text), 0, "1", 0),))
            for n, text in enumerate(texts)
        ]
        page = RecordedPage(Page(name, 0, "1", "\n".join(texts)), "read", "")
        yield Document(id=name, title=name, publisher="", sha256=name), [page], passages


def _varied(sentences: list[list[str]], words: list[str], chance: random.Random) -> list[str]:
    return [
        chance.choice(words) if chance.random() < STRANGE else word
        for sentence in sentences
        for word in sentence
    ]


def _plain_search(index: LexicalIndex, question: str) -> list[int]:
    return best(index.scores(dict.fromkeys(question.lower().split(), 1.0)), K)


def _resident_mb() -> float:
    """The memory of this process, files mapped into it included (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
