"""Makes the files of the gold set: each PDF, and beside it what a person reads on its pages.

    python tests/gold_maker.py evals/reading/gold

They are kept as made, so that what is measured against them does not change when typst does.
Where quotes stand is told by typst itself: a twin of each document is set in which they are
highlighted. Where words are broken is told by following the text along the glyphs of the page.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pypdf
import typst
from gold_pages import ASIDE, MadeDocument, MadePage, documents, typed
from pypdf.constants import PageLabelStyle
from stand_ins import spoiled

from corpus.pdfium import Sheet, open_pdf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.types import Box

QUOTES: Final = 200
_HIGHLIGHT: Final = (
    '#highlight(fill: rgb("#ffee00"), top-edge: "ascender", bottom-edge: "descender", '
    "extent: 0pt)[{}]"
)
_HYPHENS: Final = "-\u00ad\u2010"


class Quote(NamedTuple):
    """Words of a page and the boxes of their lines, in points on the displayed page."""

    text: str
    boxes: list[Box]


class Events(NamedTuple):
    """Offsets in the text of a page: of the letter after a broken word's hyphen, of the hyphen of
    a compound that ends a line, of the first letter of each ligature."""

    breaks: list[int]
    compounds: list[int]
    ligatures: list[int]


def made(document: MadeDocument, source: str | None = None) -> bytes:
    """The PDF of a document, or of another source for it."""
    pdf = typst.compile(
        (source or document.source).encode(), ignore_system_fonts=not document.fonts
    )
    assert isinstance(pdf, bytes)
    return _finished(document, spoiled(pdf) if document.lossy else pdf)


def _finished(document: MadeDocument, pdf: bytes) -> bytes:
    if not document.turned and document.labels is None:
        return pdf
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    for page, angle in zip(writer.pages, document.turned, strict=False):
        page.rotate(angle)
    if document.labels is not None:
        last, first, start = len(writer.pages) - 1, document.labels[1], document.labels[2]
        writer.set_page_label(0, first - 1, style=PageLabelStyle.LOWERCASE_ROMAN, start=start)
        writer.set_page_label(first, last, style=PageLabelStyle.DECIMAL, start=1)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def sheets(pdf: bytes) -> list[Sheet]:
    """The glyphs and shapes of each page."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.pdf"
        path.write_bytes(pdf)
        with open_pdf(path) as opened:
            return [opened.sheet(index) for index in range(opened.page_count)]


# --- quotes -----------------------------------------------------------------------------------


def quotes(document: MadeDocument, each: int, chance: random.Random) -> list[list[Quote]]:
    """Random quotes of each page, with where typst sets them."""
    bare = [set(_filled(sheet)) for sheet in sheets(made(document))]
    found: list[list[Quote]] = [[] for _ in document.pages]
    for _ in range(each):
        chosen = [_chosen(page, chance) for page in document.pages]
        twin = document.preamble + "\n#pagebreak()\n".join(
            page.source.replace(typed(block), _highlighted(block, words)) if words else page.source
            for page, (block, words) in zip(document.pages, chosen, strict=True)
        )
        for number, sheet in enumerate(sheets(made(document, twin))):
            boxes = [box for box in _filled(sheet) if box not in bare[number]]
            if boxes:
                found[number].append(Quote(chosen[number][1], boxes))
    return found


def _chosen(page: MadePage, chance: random.Random) -> tuple[str, str]:
    """A block of the page and some of its words, four to thirty, that stand once on the page.

    Two empty texts where there are none, as on a page of contents.
    """
    whole = " ".join(page.blocks)
    blocks = [block.removeprefix(ASIDE) for block in page.blocks]
    found = []
    for block in [block for block in blocks if page.source.count(typed(block)) == 1]:
        words = block.split(" ")
        length = min(chance.randint(4, 30), len(words))
        start = chance.randrange(len(words) - length + 1)
        text = " ".join(words[start : start + length])
        if whole.count(text) == 1 and len(text) > 12:
            found.append((block, text))
    return chance.choice(found) if found else ("", "")


def _highlighted(block: str, words: str) -> str:
    before, after = block.split(words, 1)
    return typed(before) + _HIGHLIGHT.format(typed(words)) + typed(after)


def _filled(sheet: Sheet) -> list[Box]:
    return [shape.box for shape in sheet.shapes if shape.kind == "path" and shape.filled]


# --- line ends and ligatures ------------------------------------------------------------------


def events(text: str, sheet: Sheet) -> Events:
    """What happens to the words of a page whose glyphs follow its text (ligatures not yet lost)."""
    found = Events([], [], [])
    place = 0
    glyphs = sheet.glyphs
    for number, glyph in enumerate(glyphs):
        while text[place : place + 1].isspace():
            place += 1
        after = glyphs[number + 1] if number + 1 < len(glyphs) else glyph
        ends = abs(after.y - glyph.y) > 1
        if glyph.character in _HYPHENS and text[place] not in _HYPHENS:
            assert ends, text[place - 20 : place + 20]
            found.breaks.append(place)
            continue
        same = text[place] == glyph.character or {text[place], glyph.character} <= set(_HYPHENS)
        assert same, (text[place - 20 : place + 20], glyph)
        if ends and text[place] in _HYPHENS and text[place - 1].isalpha():
            found.compounds.append(place)
        alike = after.left == glyph.left and after.y == glyph.y and after is not glyph
        before = glyphs[number - 1] if number else None
        inside = before is not None and before.left == glyph.left and before.y == glyph.y
        if alike and not inside and glyph.character == "f":
            found.ligatures.append(place)
        place += 1
    return found


# --- files ------------------------------------------------------------------------------------


def write(folder: Path) -> None:
    """Write all documents."""
    chance = random.Random(7)  # noqa: S311 — the same quotes each time
    all_documents = documents()
    count = sum(len(document.pages) for document in all_documents if not document.events)
    for document in all_documents:
        each = 0 if document.events else -(-QUOTES // count)
        pdf = made(document)
        assert len(sheets(pdf)) == len(document.pages), document.name
        path = folder / f"{document.name}.pdf"
        path.write_bytes(pdf)
        told = quotes(document, each, chance) if each else [[] for _ in document.pages]
        happened = _events(document) if document.events else None
        toml = "".join(_head(document, pdf))
        for number, page in enumerate(document.pages):
            toml += "".join(_page(page.blocks, number, page.label, page.furniture))
            toml += "".join(map(_quote, told[number]))
            if happened is not None:
                toml += "".join(
                    f"{name} = {json.dumps(places)}\n"
                    for name, places in happened[number]._asdict().items()
                )
        path.with_suffix(".toml").write_text(toml, encoding="utf-8")


def _events(document: MadeDocument) -> list[Events]:
    whole = typst.compile(document.source.encode(), ignore_system_fonts=True)
    assert isinstance(whole, bytes)
    return [
        events(_text(page.blocks), sheet)
        for page, sheet in zip(document.pages, sheets(whole), strict=True)
    ]


def _text(blocks: Iterable[str]) -> str:
    return "\n".join(blocks)


def _head(document: MadeDocument, pdf: bytes) -> Iterable[str]:
    yield f'title = "{document.title}"\n'
    yield f'file = "{document.name}.pdf"\n'
    yield f'sha256 = "{hashlib.sha256(pdf).hexdigest()}"\n'
    yield "made = true\n"
    yield 'licence = "CC BY 4.0"\n'
    yield 'attribution = "Made for the tests, with words of the project\'s fiches."\n'


def _page(blocks: list[str], number: int, label: str, furniture: tuple[str, ...]) -> Iterable[str]:
    yield f"\n[[pages]]\nnumber = {number + 1}\nlabel = {json.dumps(label)}\n"
    if furniture:
        yield f"furniture = {json.dumps(furniture, ensure_ascii=False)}\n"
    yield f"text = '''\n{_text(blocks)}'''\n"


def _quote(quote: Quote) -> str:
    boxes = [[round(side, 2) for side in box] for box in quote.boxes]
    return f"\n[[pages.quotes]]\ntext = '''{quote.text}'''\nboxes = {json.dumps(boxes)}\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
