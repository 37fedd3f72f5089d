"""Pages without readable text → words with their boxes and confidence; the one home of ocrmypdf.

A page is drawn by pdfium in shades of grey at 300 dots an inch, whatever the scan's own resolution,
and given to ocrmypdf's driver of tesseract; its hOCR tells the place and the confidence of each
word. The rest of ocrmypdf, which writes PDFs, is not used: a text layer keeps no confidence.
"""

from __future__ import annotations

import importlib.util
import io
import logging
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import DocumentError, MissingToolError
from corpus.pdfium import open_pdf
from corpus.types import Box
from ingest.furniture import lone_number
from ingest.lines import ASCENT, DESCENT
from ingest.margins import lone_marks
from ingest.recognised import Recognised, RecognisedLine, RecognisedWord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

LANGUAGE: Final = "fra"
_DOTS_PER_INCH: Final = 300
_POINTS: Final = 72.0  # an inch
_ONE_BLOCK: Final = 6  # how tesseract is told that a picture holds one block of text
_TIMEOUT: Final = 90.0  # seconds for one pass of tesseract; a dense page takes three
_DOUBTFUL: Final = 0.6  # a mean confidence below that: the page may stand on its side
_NOISE: Final = 0.45  # a line less sure than that is a drawing taken for letters
_LETTERS, _WORD = re.compile(r"\w"), re.compile(r"\w{3}")


def is_installed() -> bool:
    """Whether pages can be recognised on this machine, in French."""
    return not advice()


def advice() -> str:
    """What to install so that pages can be recognised, and what to do then, in French; "": nothing.

    Both the system's program with its French model and the Python package are needed.
    """
    wanted = []
    if LANGUAGE not in _languages():
        wanted.append(
            "tesseract et sa langue française (Debian, Ubuntu : "
            "sudo apt install tesseract-ocr tesseract-ocr-fra)"
        )
    if importlib.util.find_spec("ocrmypdf") is None:
        wanted.append(f"ocrmypdf ({sys.executable} -m pip install ocrmypdf)")
    if not wanted:
        return ""
    return f"Pour lire ces pages, installez {' et '.join(wanted)}, puis relancez : coop ingest"


def _languages() -> list[str]:
    tesseract = shutil.which("tesseract")
    if tesseract is None:
        return []
    asked = subprocess.run(  # noqa: S603 — the program found above, no input of a user
        [tesseract, "--list-langs"], capture_output=True, text=True, check=False, timeout=30
    )
    return asked.stdout.split()


def recognise(path: Path, index: int) -> Recognised:
    """Read the picture of a page.

    Raises:
        DocumentError: the page cannot be drawn, or tesseract fails on it or takes too long.
        MissingToolError: tesseract or ocrmypdf is missing.
    """
    from PIL import Image  # noqa: PLC0415 — heavy

    with open_pdf(path) as pdf:
        drawn = pdf.image(index, _DOTS_PER_INCH / _POINTS, grey=True)
    with Image.open(io.BytesIO(drawn.png)) as opened:
        image = opened.convert("L")
    with tempfile.TemporaryDirectory() as folder:
        engine = _Engine(Path(folder))
        scale = drawn.width / image.width
        found = _recognised(engine.lines(image), 0, image, scale)
        doubtful = found.confidence < _DOUBTFUL or _stands_on_its_side(found)
        if doubtful and (angle := engine.orientation(image)):
            turned = image.rotate(angle, expand=True)
            other = _recognised(engine.lines(turned), angle, turned, scale)
            if other.confidence > found.confidence or _stands_on_its_side(found):
                found, image = other, turned
        return found._replace(lines=_with_folios(found.lines, image, scale, engine))


# --- the engine ---------------------------------------------------------------------------------


class _Engine:
    """ocrmypdf's driver of tesseract, at work in a folder; foreign errors become ours here."""

    def __init__(self, folder: Path) -> None:
        self._picture, self._hocr = folder / "page.png", folder / "page.hocr"
        sizes = folder / "sizes"
        sizes.write_text("hocr_font_info 1\n", encoding="ascii")
        manager, options_type = _ocrmypdf()
        self._options = options_type(
            input_file=self._picture,
            output_file=folder / "none.pdf",
            languages=[LANGUAGE],
            tesseract_timeout=_TIMEOUT,
            tesseract_non_ocr_timeout=_TIMEOUT,
            tesseract_config=[str(sizes)],
        )
        self._options.tesseract.omp_thread_limit = 1  # pages are read side by side already
        self._engine = manager.get_ocr_engine(options=self._options)

    def lines(self, image: Image, *, block: bool = False) -> list[Any]:
        """The lines of a picture, as ocrmypdf's elements; of a `block` that was cut out of one."""
        from ocrmypdf.exceptions import (  # noqa: PLC0415 — heavy
            ExitCodeException,
            MissingDependencyError,
        )
        from ocrmypdf.hocrtransform import HocrParser  # noqa: PLC0415

        self._save(image)
        self._options.tesseract.pagesegmode = _ONE_BLOCK if block else None
        text = self._hocr.with_suffix(".text")
        try:
            self._engine.generate_hocr(self._picture, self._hocr, text, self._options)
        except MissingDependencyError as error:
            raise MissingToolError("tesseract n'est pas installé.", advice()) from error
        except ExitCodeException as error:
            raise DocumentError(f"L'OCR échoue sur la page ({error}).", "") from error
        if not self._hocr.stat().st_size:  # how the driver tells it
            raise DocumentError(f"L'OCR de la page dépasse {_TIMEOUT:.0f} secondes.", "")
        page = HocrParser(self._hocr).parse()
        return [line for paragraph in page.children for line in paragraph.children if line.children]

    def orientation(self, image: Image) -> int:
        """By how many degrees clockwise the text of a picture is turned; 0 when unsure."""
        from ocrmypdf.exceptions import ExitCodeException  # noqa: PLC0415 — heavy

        self._save(image)
        try:
            return int(self._engine.get_orientation(self._picture, self._options).angle) % 360
        except ExitCodeException:
            return 0

    def _save(self, image: Image) -> None:
        dots = (_DOTS_PER_INCH, _DOTS_PER_INCH)
        image.save(self._picture, dpi=dots, compress_level=1)


@cache
def _ocrmypdf() -> tuple[Any, Any]:
    """Its plugins, set up once in a process, and its type of options."""
    try:
        from ocrmypdf import OcrOptions  # noqa: PLC0415 — heavy
        from ocrmypdf.api import setup_plugin_infrastructure  # noqa: PLC0415
    except ImportError as error:
        raise MissingToolError("ocrmypdf n'est pas installé.", advice()) from error
    logging.getLogger("ocrmypdf").setLevel(logging.ERROR)  # it tells of each page that is hard
    return setup_plugin_infrastructure(), OcrOptions


# --- folios -------------------------------------------------------------------------------------


def _with_folios(
    lines: tuple[RecognisedLine, ...], image: Image, scale: float, engine: _Engine
) -> tuple[RecognisedLine, ...]:
    """The lines of a page and its lone numbers, each of which is read again, cut out.

    A line that was read at its place gives way.
    """
    for mark in lone_marks(image, _POINTS / scale):
        for line in engine.lines(image.crop(mark), block=True):
            read = _placed(line, scale, (mark.left, mark.top))
            if lone_number(" ".join(word.text for word in read.words)):
                kept = (other for other in lines if not _overlap(other, read))
                lines = (*kept, read)
    return lines


def _overlap(line: RecognisedLine, other: RecognisedLine) -> bool:
    near = abs(line.baseline - other.baseline) < max(line.size, other.size) / 2
    left, right = other.words[0].box.left, other.words[-1].box.right
    return near and line.words[0].box.left < right and line.words[-1].box.right > left


# --- what it says -------------------------------------------------------------------------------


def _recognised(lines: list[Any], angle: int, image: Image, scale: float) -> Recognised:
    """The lines of a picture, in points, less what is noise."""
    placed = [_placed(line, scale) for line in lines]
    kept = tuple(line for line in placed if not _is_noise(line))
    sure = _mean_confidence(word for line in kept for word in line.words)
    return Recognised(image.width * scale, image.height * scale, angle, kept, sure)


def _placed(line: Any, scale: float, corner: tuple[int, int] = (0, 0)) -> RecognisedLine:
    """A line in points; the boxes of its words follow its baseline, so that marks are even.

    `corner` is where on the page, in pixels, the picture was cut out in which it was read.
    """
    slope, low = 0.0, line.bbox.bottom
    if line.baseline is not None and abs(line.baseline.slope) < 1:
        slope, low = line.baseline.slope, low + line.baseline.intercept
    told = next((word.font.size for word in line.children if word.font and word.font.size), None)
    size = told or (line.bbox.bottom - line.bbox.top) * scale / (ASCENT + DESCENT)
    across, down = corner[0] * scale, corner[1] * scale
    words = []
    for word in line.children:
        middle = (word.bbox.left + word.bbox.right) / 2
        base = (low + slope * (middle - line.bbox.left)) * scale
        box = Box(
            word.bbox.left * scale,
            min(word.bbox.top * scale, base - 0.5 * size),
            word.bbox.right * scale,
            max(word.bbox.bottom * scale, base + DESCENT * size),
        )
        box = Box(box.left + across, box.top + down, box.right + across, box.bottom + down)
        words.append(RecognisedWord(word.text, box, word.confidence or 0.0))
    middle = (line.bbox.right - line.bbox.left) / 2
    return RecognisedLine(tuple(words), (low + slope * middle) * scale + down, size)


def _is_noise(line: RecognisedLine) -> bool:
    """Whether a line is a drawing, or dirt, taken for letters."""
    text = "".join(word.text for word in line.words)
    letters = len(_LETTERS.findall(text))
    scattered = len(line.words) > 3 and not any(_WORD.search(word.text) for word in line.words)
    return 2 * letters < len(text) or scattered or _mean_confidence(line.words) < _NOISE


def _mean_confidence(words: Iterable[RecognisedWord]) -> float:
    total = weight = 0.0
    for word in words:
        total += word.confidence * len(word.text)
        weight += len(word.text)
    return round(total / weight, 4) if weight else 0.0


def _stands_on_its_side(found: Recognised) -> bool:
    """Whether most words are higher than wide: tesseract reads some turned pages as they are."""
    long = [word.box for line in found.lines for word in line.words if len(word.text) > 3]
    high = sum(box.bottom - box.top > box.right - box.left for box in long)
    return 2 * high > len(long)
