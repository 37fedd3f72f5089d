"""A library over real PDFs whose printed page numbers are not those of the file, and its chat."""

from __future__ import annotations

import json
import queue
import shutil
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import typst
from playwright.sync_api import Browser, sync_playwright

from assistant.dialogue import Assistant
from assistant.memory import Memory
from assistant.types import Answer, Citation, Statement
from assistant.web.context import Context
from assistant.web.server import serve
from assistant.web.service import Service
from corpus.generation import Staging, writing
from corpus.home import Home
from corpus.library import Library
from corpus.pdfium import open_pdf
from corpus.record import RecordedPage
from corpus.types import Box, Document, GlyphRun, Page, Passage, Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.types import Filters

ALONE = Service()
FIRST_LABEL = 12
SOURCE = Source(
    "l1253-1",
    "Code du travail, art. L. 1253-1",
    "Légifrance",
    "2023-01-01",
    "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000029341404",
    "al. 1 à 3",
)
GE = (
    "Un groupement d’employeurs recrute des salariés et les met à la disposition de ses membres. "
    "Il ne fait pas de bénéfices."
)
CREATION = (
    "Toute personne physique ou morale peut créer un groupement d’employeurs. Ses membres "
    "répondent solidairement de ses dettes à l’égard des salariés."
)
GIE = (
    "Un groupement d’intérêt économique prolonge l’activité économique de ses membres, sans la "
    "remplacer."
)
PAGES = {"ge": (GE, CREATION), "gie": (GIE,)}
DOCUMENTS = {
    "ge": Document(
        id="ge",
        title="Le groupement d’employeurs (GE)",
        publisher="Le projet",
        published="2026-11",
        own=True,
    ),
    "gie": Document(
        id="gie", title="Le GIE <b>expliqué</b>", publisher="France Active", published="2015"
    ),
}


def typeset(texts: tuple[str, ...]) -> bytes:
    """A PDF with one page a text."""
    pages = "\n#pagebreak()\n".join(
        f"#text({json.dumps(text, ensure_ascii=False)})" for text in texts
    )
    return typst.compile(f'#set page("a5")\n#set text(lang: "fr")\n{pages}'.encode())


def read_page(path: Path, document_id: str, index: int) -> Page:
    """A page as ingestion gives it: its text, and the box of each character."""
    with open_pdf(path) as pdf:
        glyphs = pdf.sheet(index).glyphs
    text, runs = "", []
    for glyph in glyphs:
        text += " " if glyph.spaced and text else ""
        box = Box(glyph.left, glyph.top, glyph.right, glyph.bottom)
        runs.append(GlyphRun(len(text), len(text) + 1, box))
        text += glyph.character
    return Page(document_id, index, str(FIRST_LABEL + index), text, tuple(runs))


def add_document(staging: Staging, home: Home, name: str) -> None:
    path = home.documents / f"essai-{name}.pdf"  # the names of the collection are taken
    path.write_bytes(typeset(PAGES[name]))
    pages = [read_page(path, name, index) for index in range(len(PAGES[name]))]
    passages = [
        Passage(
            f"{name}-{page.index}",
            name,
            ("En bref",),
            page.text,
            (Span(0, len(page.text), page.index, page.label, 0),),
        )
        for page in pages
    ]
    document = replace(DOCUMENTS[name], file=path.name, sha256=f"sha-{name}")
    staging.add(document, [RecordedPage(page, "read", "") for page in pages], passages)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser. Of a module: its event loop would be in the way of asynchronous tests."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Library:
    """The library of `PAGES`, its files on the shelf of its home."""
    home = Home(tmp_path_factory.mktemp("home"))
    home.prepare()
    with writing(home), Staging(home, embedder) as staging:
        for name in PAGES:
            add_document(staging, home, name)
        staging.commit()
    return Library.open(home, embedder)


@pytest.fixture(scope="session")
def cite(shelf: Library) -> Callable[..., Citation]:
    """Cites words of a page: `cite("ge", 1, "Toute personne", number=2)`."""

    def make(name: str, index: int, words: str, number: int = 1) -> Citation:
        page = shelf.page(name, index)
        assert page is not None
        start = page.text.index(words)
        end = page.text.index(".", start) + 1
        document = shelf.documents[name]
        return Citation(
            number=number,
            document=document,
            page_index=index,
            page_label=page.label,
            quote=page.text[start:end],
            start=start,
            end=end,
            sources=(SOURCE,) if document.own else (),
            warnings=() if document.own else ("Document de 2015, antérieur à une réforme.",),
        )

    return make


@pytest.fixture(scope="session")
def answer(cite: Callable[..., Citation]) -> Answer:
    """A complete answer of two statements."""
    citations = (cite("ge", 0, "Un groupement"), cite("gie", 0, "Un groupement", number=2))
    return Answer(
        question="C'est quoi la différence entre un GE et un GIE ?",
        understood_question="C'est quoi la différence entre un GE (groupement d'employeurs) et…",
        statements=tuple(Statement(c.quote, (c,), "verbatim") for c in citations),
        suggestions=("Qui peut créer un groupement d'employeurs ?",),
        timings_ms={"total": 12.5},
    )


class Troubled(Assistant):
    """The assistant, with words that bring about what cannot be brought about by asking."""

    def stream(
        self, question: str, history: Sequence[Answer] = (), filters: Filters | None = None
    ) -> Iterator[Answer]:
        if question == "panne":
            raise RuntimeError("what nobody foresaw")
        if question.startswith("lentement "):
            for answer in super().stream(question.removeprefix("lentement "), history, filters):
                time.sleep(0.4)
                yield answer
        else:
            yield from super().stream(question, history, filters)


@pytest.fixture(scope="session")
def chat_memory(shelf: Library) -> Memory:
    """What the chat that is served remembers."""
    return Memory.in_home(shelf.home)


@pytest.fixture(scope="session")
def chat_url(shelf: Library, chat_memory: Memory) -> str:
    """The real server on a free port, over the library of `PAGES`, until the session ends."""
    return served(Context(Troubled(lambda: shelf), chat_memory))


def served(context: Context, service: Service = ALONE) -> str:
    """The address of a server of these pages, which runs until the session ends."""
    address: queue.Queue[str] = queue.Queue()
    threading.Thread(
        target=serve,
        args=(context,),
        kwargs={"port": 0, "service": service, "on_ready": address.put},
        daemon=True,
    ).start()
    return address.get(timeout=60)
