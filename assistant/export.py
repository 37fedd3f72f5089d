"""Handouts as files: Word, PDF, Markdown. The one home of python-docx."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.handout import Paragraph, Table
from assistant.references import NOTICE
from corpus import french
from corpus.errors import UsageError
from corpus.typeset import french_spacing, typeset_handout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from docx.document import Document as Word

    from assistant.handout import Block, Handout, SourceEntry

AUTHOR = "Assistant coopération ESS"
FORMATS = {"docx": "Word (.docx)", "pdf": "PDF", "md": "Texte (Markdown)"}
"""Suffixes, and how they are told."""

_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
}
_MARKS = re.compile(r"([\\`*_\[\]<>|])")
_LINE_MARKS = re.compile(r"(?m)^(\s*)([#+-]|\d+\.)(?=\s)")
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WIDE_TABLE = 4  # columns: beyond three, a page on its side
_NARROW = 12  # characters up to which a column holds figures, and is as wide as these
_NARROW_MM = 24


class File(NamedTuple):
    """A file to be saved: its name, its media type, its bytes."""

    name: str
    media_type: str
    body: bytes


def export(handout: Handout, suffix: str) -> File:
    """A handout as a file of that suffix, a key of `FORMATS`.

    Raises:
        UsageError: there is no such format.
    """
    makers: dict[str, Callable[[Handout], bytes]] = {
        "docx": as_docx,
        "pdf": as_pdf,
        "md": lambda made: as_markdown(made).encode(),
    }
    if suffix not in makers:
        raise UsageError(f"Format inconnu : « {suffix} ».", f"Choisissez : {', '.join(FORMATS)}.")
    return File(f"{_slug(handout.title)}.{suffix}", _MEDIA[suffix], makers[suffix](handout))


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", french.fold(title))[:60].strip("-") or "export"


def _calls(handout: Handout, paragraph: Paragraph) -> str:
    return "".join(f"[{number}]" for number in handout.numbers(paragraph))


def _printable(text: str) -> str:
    """A text without what XML forbids: control characters, surrogates, the two non-characters."""
    return _FORBIDDEN.sub("", text)


# --- Markdown -----------------------------------------------------------------------------------


def as_markdown(handout: Handout) -> str:
    """The handout in Markdown; nothing that was quoted is read as markup."""
    lines = [f"# {_escaped(handout.title)}", "", _escaped(handout.subtitle)]
    for section in handout.sections:
        lines += ["", f"{'#' * (section.level + 1)} {_escaped(' '.join(section.title.split()))}"]
        for block in section.blocks:
            bullet = isinstance(block, Paragraph) and block.style == "bullet"
            lines += [*([] if bullet else [""]), *_markdown_block(handout, block)]
    lines += ["", "## Sources", ""]
    for source in handout.sources:
        lines.append(f"{source.number}. {_escaped(source.line)} : « {_flat(source.quote)} »")
        lines.extend(f"   {_flat(note)}" for note in (*source.notes, source.url) if note)
    return "\n".join([*lines, "", f"*{NOTICE}*", ""])


def _markdown_block(handout: Handout, block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield "| " + " | ".join(map(_flat, block.head)) + " |"
        yield "| " + " | ".join("---" for _ in block.head) + " |"
        for row in block.rows:
            cells = (f"{_flat(cell.text)} {_calls(handout, cell)}".strip() for cell in row)
            yield "| " + " | ".join(cells) + " |"
        return
    said = f"{_escaped(block.text)} {_calls(handout, block)}".strip()
    if block.style == "bullet":
        yield f"- {_flat(block.text)} {_calls(handout, block)}".strip()
    else:
        said = said.replace("\n", "  \n")
        yield f"*{said}*" if block.style == "note" else said


def _escaped(text: str) -> str:
    return _LINE_MARKS.sub(r"\1\\\2", _MARKS.sub(r"\\\1", _printable(text)))


def _flat(text: str) -> str:
    return _escaped(" ".join(text.split()))


# --- PDF ----------------------------------------------------------------------------------------


def as_pdf(handout: Handout) -> bytes:
    """The handout as PDF."""
    return typeset_handout({
        "title": french_spacing(_printable(handout.title)),
        "subtitle": french_spacing(_printable(handout.subtitle)),
        "author": AUTHOR,
        "notice": french_spacing(NOTICE),
        "sections": [
            {
                "title": _printable(section.title),
                "level": section.level,
                "blocks": [_typst_block(handout, block) for block in section.blocks],
            }
            for section in handout.sections
        ],
        "sources": [
            {
                "number": source.number,
                "line": _printable(source.line),
                "quote": _printable(" ".join(source.quote.split())),
                "notes": [_printable(note) for note in source.notes],
                "url": source.url,
            }
            for source in handout.sources
        ],
    })  # fmt: skip


def _narrow(table: Table) -> list[bool]:
    """Which columns hold nothing long; none where that would leave no wide one."""
    columns = zip(*([cell.text for cell in row] for row in table.rows), strict=True)
    narrow = [max(map(len, column)) <= _NARROW for column in columns]
    return narrow if narrow and not all(narrow) else [False] * len(table.head)


def _typst_block(handout: Handout, block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        return {
            "kind": "table",
            "head": list(block.head),
            "narrow": _narrow(block),
            "rows": [[_typst_text(handout, cell) for cell in row] for row in block.rows],
        }
    return {"kind": block.style, **_typst_text(handout, block)}


def _typst_text(handout: Handout, paragraph: Paragraph) -> dict[str, Any]:
    lines = _printable(paragraph.text).split("\n")
    return {"lines": lines, "calls": handout.numbers(paragraph)}


# --- Word ---------------------------------------------------------------------------------------


def as_docx(handout: Handout) -> bytes:
    """The handout as a Word document with real styles: title, headings, lists, tables."""
    import docx  # noqa: PLC0415 — heavy

    word = docx.Document()
    _prepare(word, handout)
    word.add_heading(_printable(handout.title), level=0)
    word.add_paragraph(_printable(handout.subtitle), style="Subtitle")
    for section in handout.sections:
        word.add_heading(_printable(section.title), level=section.level)
        for block in section.blocks:
            if isinstance(block, Table):
                _word_table(word, handout, block)
            else:
                style = {"bullet": "List Bullet", "note": "Intense Quote"}.get(block.style)
                _write(word.add_paragraph(style=style), handout, block)
    word.add_heading("Sources", level=1)
    for source in handout.sources:
        _word_source(word, source)
    word.add_paragraph(NOTICE, style="Intense Quote")
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def _prepare(word: Word, handout: Handout) -> None:
    """Language, properties, and a page on its side where a table is wide."""
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415 — heavy
    from docx.oxml import OxmlElement  # noqa: PLC0415 — heavy
    from docx.oxml.ns import qn  # noqa: PLC0415 — heavy
    from docx.shared import Mm  # noqa: PLC0415 — heavy

    properties = word.core_properties
    properties.title, properties.author = _printable(handout.title)[:250], AUTHOR
    properties.language = "fr-FR"
    properties.created = properties.modified = datetime.now(UTC)
    properties.comments = NOTICE
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    word.styles["Normal"].element.get_or_add_rPr().append(language)
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    tables = [b for s in handout.sections for b in s.blocks if isinstance(b, Table)]
    if any(len(table.head) >= _WIDE_TABLE for table in tables):
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = Mm(297), Mm(210)
    page.left_margin = page.right_margin = Mm(22)


def _write(paragraph: Any, handout: Handout, said: Paragraph) -> None:
    """Text, then the numbers of its sources, raised."""
    paragraph.add_run(_printable(said.text))
    if calls := _calls(handout, said):
        paragraph.add_run(f"\u00a0{calls}").font.superscript = True


def _word_table(word: Word, handout: Handout, table: Table) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415 — heavy

    grid = word.add_table(rows=1, cols=len(table.head), style="Table Grid")
    for cell, name in zip(grid.rows[0].cells, table.head, strict=True):
        cell.paragraphs[0].add_run(_printable(name)).bold = True
    grid.autofit = False
    # The head comes again on each page.
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
    for row in table.rows:
        for cell, said in zip(grid.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], handout, said)
    _set_widths(word, grid, _narrow(table))
    word.add_paragraph()


def _set_widths(word: Word, grid: Any, narrow: Sequence[bool]) -> None:
    """Columns of figures as wide as these, the others alike; each cell says so, for Word."""
    from docx.shared import Mm  # noqa: PLC0415 — heavy

    page: Any = word.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    wide = (room - sum(narrow) * Mm(_NARROW_MM)) // max(1, len(narrow) - sum(narrow))
    for column, is_narrow in zip(grid.columns, narrow, strict=True):
        for cell in column.cells:
            cell.width = Mm(_NARROW_MM) if is_narrow else wide


def _word_source(word: Word, source: SourceEntry) -> None:
    paragraph = word.add_paragraph()
    paragraph.add_run(f"[{source.number}] ").bold = True
    paragraph.add_run(_printable(f"{source.line}. "))
    paragraph.add_run(_printable(f"« {' '.join(source.quote.split())} »")).italic = True
    for note in (*source.notes, source.url):
        if note:
            paragraph.add_run(_printable(f"\n{note}"))
