"""The library is brought up to date, and every page accounted for."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest
from pdf_factory import text_pdf

from corpus.generation import current_folder
from ingest.pipeline import _numbers, synchronise
from ingest.shelf import shelve

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([4], "Page 4"),
        ([1, 2, 3, 4], "Pages 1-4"),
        ([1, 2, 3, 7, 9, 10], "Pages 1-3, 7, 9-10"),
    ],
)
def test_pages_lost_for_one_reason_are_named_together(numbers: list[int], told: str) -> None:
    assert _numbers(numbers) == told


def test_a_library_of_an_earlier_format_is_built_anew(
    home: Home, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.shelf.BUNDLED_DOCUMENTS", tmp_path / "nowhere")
    shelve(home, text_pdf(tmp_path / "rucher.pdf", "Le rucher école accueille des apprentis."))
    first = synchronise(home, embedder)
    manifest = current_folder(home) / "manifest.json"
    body = json.loads(manifest.read_text(encoding="utf-8"))
    body["recipe"]["format"] -= 1
    manifest.write_text(json.dumps(body), encoding="utf-8")
    again = synchronise(home, embedder)
    assert again.switched
    assert dataclasses.replace(again.documents[0], change="new") == first.documents[0]
