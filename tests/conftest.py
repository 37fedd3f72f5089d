"""What tests share: the bundled model, a small library, and the rule on missing system packages."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from command_line import run
from hypothesis import settings

from corpus.embedding import Embedder, load_embedder
from corpus.generation import Staging, writing
from corpus.home import Home
from corpus.record import RecordedPage
from corpus.types import Document, Page, Passage, Span
from ingest.ocr import is_installed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest_plugins = ["llm_fixtures", "web_fixtures"]

# No test asserts a time, machines are noisy; and the suite judges a change, not its luck.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

TEXTS = {
    "ge": (
        "Un groupement d'employeurs recrute des salariés et les met à disposition de ses membres.",
        "Toute personne physique ou morale peut créer un groupement d'employeurs.",
        "Les membres d'un groupement d'employeurs répondent solidairement de ses dettes.",
    ),
    "gie": (
        "Un groupement d'intérêt économique prolonge l'activité économique de ses membres.",
        "Un groupement d'intérêt économique réunit au moins deux personnes.",
    ),
}
TITLES = {"ge": "Le groupement d'employeurs (GE)", "gie": "Le GIE"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests whose system package is missing, unless COOP_TEST_REQUIRE asks for it."""
    needs = {
        "browser": (chromium, "Chromium (system package chromium)"),
        "ocr": (is_installed, "OCR (tesseract-ocr, tesseract-ocr-fra and the extra `ocr`)"),
    }
    required = os.environ.get("COOP_TEST_REQUIRE", "").split(",")
    for name, (present, package) in needs.items():
        if item.get_closest_marker(name) and not present():
            if name in required:
                pytest.fail(f"{package} is required by COOP_TEST_REQUIRE and missing")
            pytest.skip(f"{package} is missing")


def chromium() -> str | None:
    """The path of a Chromium on this machine."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home brought up to date with the bundled collection; a test must not change it."""
    home = tmp_path_factory.mktemp("ready") / "home"
    done = run(home, "ingest")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


def small_document(name: str, texts: tuple[str, ...], **fields: object) -> tuple[
    Document, list[RecordedPage], list[Passage]
]:  # fmt: skip
    """A document of one page and one passage a text, as ingestion would give it."""
    page_text = "\n".join(texts)
    passages = [
        Passage(
            id=f"{name}-{number}",
            document_id=name,
            heading_path=("En bref",),
            text=text,
            spans=(Span(0, len(text), 0, "1", page_text.index(text)),),
        )
        for number, text in enumerate(texts)
    ]
    values = {"title": TITLES.get(name, name), "publisher": "Éditeur", "sha256": f"sha-{name}"}
    document = Document(id=name, file=f"{name}.pdf", **(values | fields))  # type: ignore[arg-type]
    return document, [RecordedPage(Page(name, 0, "1", page_text), "read", "")], passages


@pytest.fixture(scope="session")
def document() -> Callable[..., tuple[Document, list[RecordedPage], list[Passage]]]:
    """Makes a document of texts, ready to be staged: `document("id", (text, ...), own=True)`."""
    return small_document


@pytest.fixture
def build(home: Home, embedder: Embedder) -> Callable[..., None]:
    """Writes a library made of texts: `build()` for the default ones, `build(ge=(...))`."""

    def write(**texts: tuple[str, ...]) -> None:
        with writing(home), Staging(home, embedder) as staging:
            for name, sentences in (texts or TEXTS).items():
                staging.add(*small_document(name, sentences))
            staging.commit()

    return write
