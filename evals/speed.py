"""How fast: cold and warm answers, ingestion, second start of the chat, beside the tutorial's.

    python -m evals.speed [--documents DIR] [--json]

Everything runs in a fresh COOP_HOME, on the bundled collection and the PDFs of DIR. Times are
medians; machines are noisy, so the ratio to the tutorial pipeline in the same run is what to quote.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.dialogue import Assistant
from corpus.embedding import load_embedder
from corpus.home import BUNDLED_DOCUMENTS, Home
from corpus.library import current_library
from evals.baselines.tutorial import TutorialPipeline

if TYPE_CHECKING:
    from collections.abc import Callable

COLD_RUNS = 5
PORT = 7879
QUESTIONS = (
    "Qui peut créer un groupement d'employeurs ?",
    "C'est quoi la différence entre un GE et un GIE ?",
    "Quelle fiscalité pour une SCIC ?",
    "Comment commencer une coopération entre associations ?",
    "La mairie peut-elle nous obliger à mutualiser ?",
    "qui paye les dettes dun GIE",
    "Une convention de partenariat doit-elle être écrite ?",
    "Combien de temps dure un accompagnement DLA ?",
    "Quelle est la recette du couscous ?",
    "Comment associer les salariés et les bénévoles ?",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, help="a folder of further PDFs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), arguments.documents)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<44} {value}")


def measure(folder: Path, documents: Path | None) -> dict[str, float]:
    """All figures, by name with its unit."""
    home = Home(folder / "home")
    env = os.environ | {"COOP_HOME": str(home.root)}
    more = [str(documents)] if documents else []
    report = json.loads(_coop(["ingest", "--json", *more], env))
    figures: dict[str, float] = {
        "pages": report["pages"],
        "passages": report["passages"],
        "ingestion, pages a second": round(report["pages"] / report["seconds"], 1),
        "cold `coop ask --json`, median s": _cold(env),
        "second start of the chat, median s": _chat_start(env),
    }
    embedder = load_embedder()
    figures |= _warm(Assistant(current_library(home, embedder)))
    paths = sorted(BUNDLED_DOCUMENTS.glob("*.pdf"))
    paths += sorted(documents.glob("*.pdf")) if documents else []
    tutorial = TutorialPipeline(folder / "tutorial", embedder)
    started = time.perf_counter()
    pages = tutorial.ingest(paths)
    figures["tutorial: ingestion, pages a second"] = round(
        pages / (time.perf_counter() - started), 1
    )
    median, p95 = _spread([_timed(partial(tutorial.search, q)) for q in QUESTIONS * 5])
    figures["tutorial: warm search, median ms"] = median
    figures["tutorial: warm search, p95 ms"] = p95
    return figures


def _coop(arguments: list[str], env: dict[str, str]) -> str:
    command = [sys.executable, "-m", "coop", *arguments]
    # An unreadable file of the further PDFs gives exit code 1 and a report all the same.
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout


def _cold(env: dict[str, str]) -> float:
    times = [_timed(lambda: _coop(["ask", "--json", QUESTIONS[0]], env)) for _ in range(COLD_RUNS)]
    return round(statistics.median(times) / 1000, 2)


def _warm(assistant: Assistant) -> dict[str, float]:
    assistant.ask(QUESTIONS[0])
    median, p95 = _spread([_timed(partial(assistant.ask, q)) for q in QUESTIONS * 5])
    return {"warm answer, median ms": median, "warm answer, p95 ms": p95}


def _chat_start(env: dict[str, str]) -> float:
    """Seconds from the command to the page being served."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "coop", "chat", "--port", str(PORT)],
            env=env,
            stdout=subprocess.DEVNULL,
        )
        try:
            while time.perf_counter() - started < 60:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=5):
                        break
                except OSError:
                    time.sleep(0.05)
            times.append(time.perf_counter() - started)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
    return round(statistics.median(times), 2)


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _spread(times: list[float]) -> tuple[float, float]:
    return round(statistics.median(times), 1), round(statistics.quantiles(times, n=20)[-1], 1)


if __name__ == "__main__":
    main()
