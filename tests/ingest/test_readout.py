"""Documents read side by side: what is given back, in what pieces, and what is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdf
import pytest
from pdf_factory import LOREM, labelled_pdf, text_pdf, typst_pdf
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from corpus.errors import DocumentError
from corpus.types import Document
from ingest import windows
from ingest.pages import count_pages
from ingest.readout import Content, first_look, read_all
from ingest.shelf import Supplied
from ingest.windows import Window
from ingest.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def supplied(path: Path) -> Supplied:
    return Supplied(Document(path.stem, path.stem, "Éditeur"), path)


def read(path: Path, workers: Workers) -> Content:
    (content,) = read_all([supplied(path)], workers=workers)
    assert isinstance(content, Content), content
    return content


def with_deadly_page(path: Path, source: Path, index: int) -> Path:
    """A copy one of whose pages draws a form that draws itself twice, without end."""
    writer = pypdf.PdfWriter(source)
    form = DecodedStreamObject()
    form.set_data(b"/X Do /X Do")
    reference = writer._add_object(form)
    resources = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/X"): reference})}
    )
    form.update({
        NameObject("/Type"): NameObject("/XObject"),
        NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/BBox"): writer.pages[index].mediabox,
        NameObject("/Resources"): resources,
    })  # fmt: skip
    content = DecodedStreamObject()
    content.set_data(b"/X Do")
    page = writer.pages[index]
    page[NameObject("/Resources")] = resources
    page[NameObject("/Contents")] = writer._add_object(content)
    writer.write(path)
    return path


def test_files_come_back_in_order_each_with_its_pages_and_passages(
    tmp_path: Path, workers: Workers
) -> None:
    items = [
        supplied(text_pdf(tmp_path / f"{n}.pdf", f"Le rucher numéro {n} compte dix ruches."))
        for n in range(7)
    ]
    for number, content in enumerate(read_all(items, workers=workers)):
        assert isinstance(content, Content)
        (page,) = content.pages
        assert f"numéro {number}" in page.page.text
        assert content.passages[0].document_id == str(number)
        assert [state.state for state in content.states] == ["read"]


def test_an_unreadable_file_is_an_error_among_results(tmp_path: Path, workers: Workers) -> None:
    (tmp_path / "vide.pdf").write_bytes(b"")
    good = text_pdf(tmp_path / "bon.pdf", "Le rucher école accueille des apprentis.")
    error, content = read_all([supplied(tmp_path / "vide.pdf"), supplied(good)], workers=workers)
    assert isinstance(error, DocumentError)
    assert "vide.pdf" in error.message
    assert error.remedy
    assert isinstance(content, Content)


def test_nothing_to_read_starts_no_process() -> None:
    assert list(read_all([])) == []


def test_a_page_that_ends_its_process_is_left_out_and_named_and_the_others_are_read(
    tmp_path: Path, workers: Workers
) -> None:
    texts = ("Une première page.", "Une page piégée.", "Une troisième page.")
    path = with_deadly_page(tmp_path / "b.pdf", text_pdf(tmp_path / "a.pdf", *texts), 1)
    content = read(path, workers)
    assert [state.state for state in content.states] == ["read", "failed", "read"]
    assert "abandonnée" in content.states[1].reason
    assert [page.page.text for page in content.pages] == [texts[0], "", texts[2]]


def test_a_file_whose_first_page_is_deadly_is_still_a_file(
    tmp_path: Path, workers: Workers
) -> None:
    source = text_pdf(tmp_path / "a.pdf", "Une page piégée.", "Une seconde.")
    path = with_deadly_page(tmp_path / "b.pdf", source, 0)
    count_pages(path)
    assert first_look(path, workers) == ("", "")


# --- long documents -----------------------------------------------------------------------------


def test_windows_are_about_equal_and_cover_the_file() -> None:
    assert windows.windows(250) == [Window(0, 250)]
    parts = windows.windows(601)
    assert [part.start for part in parts[1:]] == [part.stop for part in parts[:-1]]
    assert (parts[0].start, parts[-1].stop) == (0, 601)
    assert max(p.stop - p.start for p in parts) - min(p.stop - p.start for p in parts) <= 1


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document of 260 pages, in which a sentence runs over each page break."""
    pages = "\n#pagebreak()\n".join(
        f"== Section {n}\n{LOREM}\n\nLa page {n} finit sur un rendez-" for n in range(1, 261)
    )
    body = re.sub(r"(#pagebreak\(\)\n== Section \d+)", r"\1\n\nvous donné plus tôt.", pages)
    source = '#set page("a5", footer: context align(center, counter(page).display()))\n'
    return typst_pdf(tmp_path_factory.mktemp("long") / "long.pdf", source + body)


def test_a_long_document_is_read_in_windows_as_if_it_were_whole(
    long: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = read(long, workers)
    monkeypatch.setattr("ingest.windows._LARGEST", 1000)
    whole = read(long, workers)
    assert list(cut.pages) == list(whole.pages)
    assert cut.states == whole.states
    assert [passage.text for passage in cut.passages] == [p.text for p in whole.passages]


def test_the_pages_of_a_long_document_are_counted_while_they_are_read(
    long: Path, workers: Workers
) -> None:
    told: list[tuple[str, int, int]] = []
    assert list(read_all([supplied(long)], workers=workers, on_pages=lambda *t: told.append(t)))
    assert told == [("long", 130, 260), ("long", 260, 260)]


def test_the_labels_of_a_long_document_are_those_of_the_file(
    long: Path, tmp_path: Path, workers: Workers
) -> None:
    path = labelled_pdf(tmp_path / "b.pdf", long, prefix="A-", start=7)
    content = read(path, workers)
    assert [page.page.label for page in content.pages] == [f"A-{n}" for n in range(7, 267)]
    assert content.passages[-1].spans[-1].page_label == "A-266"
