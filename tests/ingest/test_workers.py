from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from pdf_factory import text_pdf

from corpus.errors import DocumentError
from corpus.types import Document
from ingest.shelf import Supplied
from ingest.workers import Content, read_all

ROOT = Path(__file__).parents[2]


class Deadly(Document):
    """Ends the process that receives it, as a fatal fault of a PDF library would."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (1,)


def supplied(path: Path) -> Supplied:
    return Supplied(Document(path.stem, path.stem, "Éditeur"), path)


def test_files_come_back_in_order_each_with_its_pages_and_passages(tmp_path: Path) -> None:
    items = [
        supplied(text_pdf(tmp_path / f"{n}.pdf", f"Le rucher numéro {n} compte dix ruches."))
        for n in range(4)
    ]
    for number, content in enumerate(read_all(items)):
        assert isinstance(content, Content)
        assert f"numéro {number}" in content.pages[0].page.text
        assert content.passages[0].document_id == str(number)


def test_an_unreadable_file_is_an_error_among_results(tmp_path: Path) -> None:
    (tmp_path / "vide.pdf").write_bytes(b"")
    (error,) = read_all([supplied(tmp_path / "vide.pdf")])
    assert isinstance(error, DocumentError)
    assert "vide.pdf" in error.message
    assert error.remedy


def test_the_death_of_a_worker_costs_only_the_document_that_killed_it(tmp_path: Path) -> None:
    good = [
        supplied(text_pdf(tmp_path / f"bon-{n}.pdf", "Le rucher école accueille des apprentis."))
        for n in range(2)
    ]
    deadly = Supplied(Deadly("fatal", "Fatal", "Éditeur"), tmp_path / "fatal.pdf")
    before, error, after = read_all([good[0], deadly, good[1]])
    assert isinstance(before, Content)
    assert isinstance(error, DocumentError)
    assert "fatal.pdf" in error.message
    assert isinstance(after, Content)


def test_nothing_to_read_starts_no_process() -> None:
    assert list(read_all([])) == []


def test_workers_leave_when_the_process_that_started_them_is_killed() -> None:
    code = (
        "import os, time\n"
        "from ingest.workers import _pool\n"
        "if __name__ == '__main__':\n"
        "    pool = _pool(1)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    pool.submit(time.sleep, 60)\n"
        "    time.sleep(60)\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert starter.stdout is not None
    worker = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    deadline = time.monotonic() + 20
    while _is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(worker)


def _is_running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rsplit(")", maxsplit=1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
