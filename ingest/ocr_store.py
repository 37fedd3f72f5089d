"""What OCR has read, kept beside the library: a run that is interrupted loses no page of it."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
from typing import TYPE_CHECKING, Final

from corpus.types import Box
from ingest.recognised import Recognised, RecognisedLine, RecognisedWord

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

VERSION: Final = 2
"""Raised when the same page would be recognised otherwise."""


class OcrStore:
    """Recognised pages in a folder, a file each, by the checksum of their document."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"ocr-{VERSION}"

    def load(self, sha256: str) -> dict[int, Recognised]:
        """The recognised pages of a document, by index; a damaged file is as good as none."""
        found = {}
        for path in sorted((self._folder / sha256).glob("*.json.gz")) if sha256 else ():
            with contextlib.suppress(OSError, EOFError, ValueError, TypeError):
                found[int(path.name.split(".")[0])] = _decoded(gzip.decompress(path.read_bytes()))
        return found

    def keep(self, sha256: str, index: int, found: Recognised) -> None:
        """Write one page, in one atomic step; a document without checksum is not kept."""
        if not sha256:
            return
        path = self._folder / sha256 / f"{index:05}.json.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(gzip.compress(json.dumps(found, ensure_ascii=False).encode(), mtime=0))
        partial.replace(path)

    def forget_others(self, sha256s: Collection[str]) -> None:
        """Drop what was read of other documents than these, or by another version."""
        for folder in self._folder.parent.glob("ocr-*"):
            if folder != self._folder:
                shutil.rmtree(folder)
        for folder in self._folder.glob("*"):
            if folder.name not in sha256s:
                shutil.rmtree(folder)


def _decoded(body: bytes) -> Recognised:
    width, height, angle, lines, confidence = json.loads(body)
    decoded = tuple(
        RecognisedLine(tuple(RecognisedWord(t, Box(*box), c) for t, box, c in words), base, size)
        for words, base, size in lines
    )
    return Recognised(width, height, angle, decoded, confidence)
