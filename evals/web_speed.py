"""How fast the pages are, in a real browser: loading, first statement, page image, brief, export.

    python -m evals.web_speed [--documents DIR] [--rounds N] [--json]

The server is `coop chat` in a fresh COOP_HOME, on the bundled collection and the PDFs of DIR; the
browser is Chromium without a screen, on the same machine. Medians and 95th percentiles, in ms.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import MissingToolError
from evals.speed import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROUNDS = 10
PAGES = {
    "": ".shelf li",
    "seance": "form.preparing",
    "corpus": "#listing section",
    "qualite": "#complaints section",
    "aide": "h3",
}
"""The pages, and what stands on each once it can be used."""

SITUATIONS = (
    "Trois clubs sportifs veulent partager une comptable et un local",
    "Deux associations d'aide à domicile envisagent une fusion, les salariés sont inquiets",
    "Cinq associations veulent acheter un bâtiment pour en faire un tiers-lieu avec la mairie",
    "Quatre ressourceries veulent répondre ensemble à un marché public",
    "Une dizaine d'associations veulent se fédérer pour peser face à la région",
)
"""Each prepared for the first time asks most of its questions for the first time."""

# What the browser itself sees: from the key or the click to what it leads to being there.
_UNTIL = """([action, wanted, number]) => new Promise((done) => {
  const started = performance.now();
  const seen = () => {
    const found = document.querySelectorAll(wanted);
    if (found.length > number && (found[number].complete ?? true)) {
      watching.disconnect();
      requestAnimationFrame(() => done(performance.now() - started));
    }
  };
  const watching = new MutationObserver(seen);
  watching.observe(document.body, { childList: true, subtree: true });
  const target = document.querySelector(action);
  if (target.matches("textarea")) {
    target.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  } else target.click();
})"""
_EXPORT = """async (address) => {
  const started = performance.now();
  await (await fetch(address)).arrayBuffer();
  return performance.now() - started;
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, help="a folder of further PDFs")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        _serving(Path(folder) / "home", arguments.documents) as url,
    ):
        figures = measure(url, arguments.rounds)
    if arguments.json:
        print(json.dumps(figures))
        return
    for name, (median, p95) in figures.items():
        print(f"{name:<44} {median:>8} {p95:>8}")


def measure(url: str, rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """Median and 95th percentile of each time, in ms, by name.

    Raises:
        MissingToolError: there is no Chromium, or playwright is not installed.
    """
    times: dict[str, list[float]] = {}
    with _browser() as browser:
        for _ in range(rounds):
            for path, ready in PAGES.items():
                name = f"first visit, page /{path}"
                times.setdefault(name, []).append(_visit(browser, f"{url}/{path}", ready))
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector(PAGES[""])
        for number in range(rounds):
            for name, spent in (*_one_round(page, number), *_one_brief(page, url, number)):
                times.setdefault(name, []).append(spent)
            page.goto(url)
    return {name: _spread(spent) for name, spent in times.items()}


def _visit(browser: Browser, address: str, ready: str) -> float:
    """A first visit: nothing in the cache; until the page can be used."""
    context = browser.new_context()
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(ready, state="attached")
    spent = (time.perf_counter() - started) * 1000
    context.close()
    return spent


def _one_round(page: Page, number: int) -> Iterator[tuple[str, float]]:
    """Ask in a new conversation, open the first source, export."""
    page.goto(re.sub(r"\?.*", "", page.url))
    page.wait_for_selector(PAGES[""])
    page.fill("#question", [q for q in QUESTIONS if "couscous" not in q][number % 9])
    yield "first statement after Enter", _until(page, "#question", ".statement")
    page.wait_for_selector(".answer[aria-busy=false]")
    yield "page image with marks after the click", _until(page, ".cite", ".sheet img")
    page.wait_for_url(re.compile("conversation="))
    conversation = page.url.split("conversation=")[1]
    for suffix in ("docx", "pdf"):
        address = f"/export/{conversation}.{suffix}"
        yield f"export to {suffix}", float(page.evaluate(_EXPORT, address))


def _one_brief(page: Page, url: str, number: int) -> Iterator[tuple[str, float]]:
    """Prepare a brief of a situation, export it."""
    page.goto(f"{url}/seance")
    page.wait_for_selector(PAGES["seance"])
    page.fill("[name=situation]", SITUATIONS[number % len(SITUATIONS)])
    yield "brief after the click", _until(page, ".preparing .main-button", "#dossier")
    page.wait_for_url(re.compile("dossier="))
    address = f"/dossiers/{page.url.split('dossier=')[1]}.docx"
    yield "brief to docx", float(page.evaluate(_EXPORT, address))


def _until(page: Page, action: str, wanted: str) -> float:
    return float(page.evaluate(_UNTIL, [action, wanted, 0]))


@contextmanager
def _browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 — of the extra `dev`
    except ImportError:
        path = None
    if path is None:
        raise MissingToolError(
            "Il manque Chromium ou playwright pour mesurer les pages.",
            "Installez le paquet chromium, puis : make test",
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def _serving(home: Path, documents: Path | None) -> Iterator[str]:
    """The address of a server on a library made for the purpose."""
    env = os.environ | {"COOP_HOME": str(home)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    coop = [sys.executable, "-m", "coop"]
    more = [str(documents)] if documents else []
    subprocess.run([*coop, "ingest", *more], env=env, check=False, stdout=subprocess.DEVNULL)
    server: subprocess.Popen[Any] = subprocess.Popen(
        [*coop, "chat", "--port", str(port)], env=env, stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 — our own server
                return
        except OSError:
            time.sleep(0.1)


def _spread(times: list[float]) -> tuple[float, float]:
    return round(statistics.median(times), 1), round(
        statistics.quantiles(times, n=20, method="inclusive")[-1], 1
    )


if __name__ == "__main__":
    main()
