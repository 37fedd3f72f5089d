"""Files made to hurt: each ends in time, with a message, and harmlessly."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pypdf
import pytest

from corpus.home import BUNDLED_DOCUMENTS
from evals.fuzz import Trial, counts, is_wrong, read_folder, write
from evals.mutants import KINDS, RARE
from evals.raw_pdf import TEXT, encrypted_file, pages, written

if TYPE_CHECKING:
    from pathlib import Path

LIMIT = 120.0  # seconds: the machine of the suite may be busy


def test_some_files_of_each_kind_end_as_they_must(tmp_path: Path) -> None:
    real = [path.read_bytes() for path in sorted(BUNDLED_DOCUMENTS.glob("*.pdf"))[:6]]
    for kind in KINDS:
        for number in range(4):
            if kind not in RARE:
                write(kind, number, real, 5, tmp_path)
    trials, peak = read_folder(tmp_path, LIMIT)
    assert len(trials) == 4 * (len(KINDS) - len(RARE))
    assert [trial for trial in trials if is_wrong(trial, LIMIT)] == []
    assert {"read", "refused"} <= {trial.outcome for trial in trials}
    assert peak > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_file(kind: str) -> None:
    first, again = (KINDS[kind](random.Random("7"), [b"%PDF" * 500]) for _ in range(2))  # noqa: S311
    assert first == again


def test_kinds_share_the_count_large_files_being_few() -> None:
    shares = counts(2000)
    assert abs(sum(shares.values()) - 2000) < len(KINDS)
    assert max(shares[kind] for kind in RARE) < min(shares[k] for k in KINDS if k not in RARE)


@pytest.mark.parametrize(
    ("trial", "wrong"),
    [
        (Trial("read", "", 1.0), False),
        (Trial("refused", "Ce n'est pas un PDF.", 1.0), False),
        (Trial("refused", "", 1.0), True),
        (Trial("read", "", LIMIT + 1), True),
        (Trial("lost", "nothing was said of it", 0.0), True),
        (Trial("stopped", "elle a voulu ouvrir le réseau", 0.1), True),
    ],
)
def test_what_is_wrong_is_told(trial: Trial, wrong: bool) -> None:
    assert is_wrong(trial, LIMIT) is wrong


@pytest.mark.parametrize("password", [b"", "sésame".encode("latin-1")])
def test_files_written_by_hand_are_files_to_another_library(
    tmp_path: Path, password: bytes
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(encrypted_file(password, pages([TEXT, TEXT])))
    reader = pypdf.PdfReader(path)
    assert reader.decrypt(password.decode("latin-1"))
    assert "convention" in reader.pages[1].extract_text()
    path.write_bytes(written(pages([TEXT])))
    assert "convention" in pypdf.PdfReader(path).pages[0].extract_text()
