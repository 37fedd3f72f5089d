"""The sheets (« fiches ») of the starter collection: Markdown sources, read into typed pieces.

A fiche is a YAML front matter, then fixed `##` sections. Each factual sentence is followed by a
mark naming the sources it rests on: `… membres. [@fbl-travail: art. L1253-1, état 2023; @ag-ge]`.
What stands before a colon is a key of `sources.toml`; what follows it is where in the source. The
key `analyse` marks advice of the project.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from corpus.errors import CatalogueError
from corpus.front_matter import FrontMatter, read_front_matter, wrong
from corpus.home import PACKAGE
from corpus.types import Source

if TYPE_CHECKING:
    from pathlib import Path

FICHES: Final = PACKAGE / "fiches"
SOURCES: Final = FICHES / "sources.toml"
ADVICE: Final = "analyse"
SILENT: Final = "Les sources réunies ne le précisent pas."
"""Stands alone in a section on which the facts are silent; such a section is not indexed."""

BlockKind = Literal["paragraph", "bullet", "number", "subheading", "header", "row"]

_MARK = re.compile(r"\s*\[@([^\]]*)\]")
_EMPHASIS = re.compile(r"\*\*(.+?)\*\*")
LINK = re.compile(r"\[(?P<words>[^\]@][^\]]*)\]\((?P<url>https?://[^)\s]+)\)")
_SENTENCE_END = re.compile(
    r"(?<=[.?!…])[»)]?\s+(?=[A-ZÀÂÇÉÈÊÎÔÛŒ0-9«*\[(])|(?<=[.?!…] »)\s+(?=[A-ZÀÉ«])"
)
_ABBREVIATION = re.compile(r"(?:\b(?:art|al|cf|ex|env|[A-Z])|n°)\.$")


class Sentence(NamedTuple):
    """A sentence as written, its marks apart; `line` counts from 1 in the file."""

    text: str
    marks: tuple[str, ...]
    line: int
    question: bool
    lead_in: bool


class FicheSentence(NamedTuple):
    """A plain sentence, as a reader of the PDF sees it, and the marks behind it.

    A mark is a key, or a key and where in the source: `"fbl-travail: art. L1253-1, état 2023"`.
    `cited_source` resolves it. Questions and lead-ins have no marks.
    """

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list item, a sub-heading or a table row (`cells`; else one cell)."""

    kind: BlockKind
    cells: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """The text of a block that has one cell."""
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under a `##` heading."""

    title: str
    blocks: tuple[Block, ...]
    line: int

    @property
    def silent(self) -> bool:
        """Whether the section says that the sources are silent."""
        return len(self.blocks) == 1 and self.blocks[0].text == SILENT


@dataclass(frozen=True, slots=True)
class Fiche:
    """A fiche as read."""

    path: Path
    header: FrontMatter
    sections: tuple[Section, ...]

    @property
    def file(self) -> str:
        """The name of the PDF made from it."""
        return f"{self.header.id}.pdf"

    @property
    def marks(self) -> tuple[str, ...]:
        """All marks in reading order, repetitions included."""
        return tuple(m for s in self.sections for x in section_sentences(s) for m in x.marks)


# --- reading ---------------------------------------------------------------------------------


def parse_fiche(path: Path) -> Fiche:
    """Read a fiche.

    Raises:
        CatalogueError: the file, its front matter or its structure cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            f"La fiche « {path} » ne peut pas être lue ({error}).",
            "Vérifiez que le fichier existe et qu'il est enregistré en UTF-8.",
        ) from error
    header, end = read_front_matter(path, lines)
    return Fiche(path, header, _sections(path, lines, end + 1))


def _sections(path: Path, lines: list[str], start: int) -> tuple[Section, ...]:
    headings = [n for n in range(start, len(lines)) if lines[n].startswith("## ")]
    for number in range(start, headings[0] if headings else len(lines)):
        if lines[number].strip():
            raise wrong(
                path,
                number + 1,
                "du texte précède le premier titre « ## ».",
                "Rangez-le dans une section.",
            )
    sections = []
    for begin, end in zip(headings, [*headings[1:], len(lines)], strict=True):
        blocks = tuple(_blocks(path, lines, begin + 1, end))
        sections.append(Section(lines[begin][3:].strip(), blocks, begin + 1))
    return tuple(sections)


_ITEM = re.compile(r"(?:(-)|(\d+)\.) +(.*)")
_RULE_ROW = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")


def _blocks(path: Path, lines: list[str], begin: int, end: int) -> list[Block]:
    blocks: list[Block] = []
    open_text = False  # whether the next plain line continues the last block
    for number in range(begin, end):
        line = lines[number].strip()
        item = _ITEM.fullmatch(line)
        if not line:
            open_text = False
        elif line.startswith("### "):
            blocks.append(Block("subheading", (line[4:].strip(),), number + 1))
            open_text = False
        elif line.startswith("|"):
            _add_row(path, blocks, line, number + 1)
            open_text = False
        elif line.startswith(("#", ">", "<", "```", "![", "* ", "+ ")):
            raise wrong(
                path,
                number + 1,
                f"« {line[:12]}… » n'est pas permis.",
                "Utilisez paragraphes, listes « - », « 1. », tableaux et titres « ## », « ### ».",
            )
        elif item:
            blocks.append(Block("bullet" if item[1] else "number", (item[3],), number + 1))
            open_text = True
        elif open_text:
            last = blocks.pop()
            blocks.append(Block(last.kind, (f"{last.text}\n{line}",), last.line))
        else:
            blocks.append(Block("paragraph", (line,), number + 1))
            open_text = True
    return blocks


def _add_row(path: Path, blocks: list[Block], line: str, number: int) -> None:
    if _RULE_ROW.fullmatch(line):
        return
    cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
    in_table = (
        bool(blocks) and blocks[-1].kind in {"header", "row"} and blocks[-1].line >= number - 2
    )
    if in_table and len(cells) != len(blocks[-1].cells):
        raise wrong(
            path,
            number,
            f"la ligne a {len(cells)} cellules, le tableau {len(blocks[-1].cells)}.",
            "Donnez le même nombre de cellules à toutes les lignes.",
        )
    blocks.append(Block("row" if in_table else "header", cells, number))


# --- sentences -------------------------------------------------------------------------------


def plain(text: str) -> str:
    """The text without emphasis, link targets and marks, its white space single."""
    text = LINK.sub(r"\g<words>", _MARK.sub("", text))
    return " ".join(_EMPHASIS.sub(r"\1", text).split())


def split_marks(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The text cut after each mark: pairs of raw text and marks (none after the last mark)."""
    pieces, start = [], 0
    for mark in _MARK.finditer(text):
        marks = tuple(part.strip().removeprefix("@").strip() for part in mark[1].split(";"))
        pieces.append((text[start : mark.start()], marks))
        start = mark.end()
    if text[start:].strip():
        pieces.append((text[start:], ()))
    return pieces


def block_sentences(block: Block) -> list[Sentence]:
    """The sentences of a block; a table row is one sentence a cell, all with the row's marks."""
    if block.kind in {"subheading", "header"}:
        return []
    if block.kind == "row":
        pieces = split_marks(block.cells[-1])
        marks = tuple(mark for _, found in pieces for mark in found)
        cells = [plain(cell) for cell in block.cells]
        return [
            Sentence(cell, marks, block.line, question=False, lead_in=False)
            for cell in cells
            if cell
        ]
    sentences, line = [], block.line
    for raw, marks in split_marks(block.text):
        parts = _split_sentences(raw)
        for part in parts:
            own = marks if part is parts[-1] else ()
            here = line + raw[: raw.find(part)].count("\n")
            text = plain(part)
            sentences.append(
                Sentence(text, own, here, question=text.endswith("?"), lead_in=text.endswith(":"))
            )
        line += raw.count("\n")
    return sentences


def _split_sentences(text: str) -> list[str]:
    parts, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        if not _ABBREVIATION.search(text[start : end.start()]):
            parts.append(text[start : end.end()].strip())
            start = end.end()
    rest = text[start:].strip()
    return [*parts, rest] if rest else parts


def section_sentences(section: Section) -> list[Sentence]:
    """The sentences of a section in reading order."""
    return [sentence for block in section.blocks for sentence in block_sentences(block)]


def fiche_sentences(path: Path) -> tuple[FicheSentence, ...]:
    """The sentences of a fiche in reading order with their marks; silent sections are left out.

    Raises:
        CatalogueError: the fiche cannot be read.
    """
    return tuple(
        FicheSentence(sentence.text, sentence.marks)
        for section in parse_fiche(path).sections
        if not section.silent
        for sentence in section_sentences(section)
    )


# --- sources ---------------------------------------------------------------------------------


@cache
def load_sources(path: Path = SOURCES) -> dict[str, Source]:
    """The primary sources by key.

    Raises:
        CatalogueError: the file cannot be read, or a source lacks a field.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(
            f"Les sources « {path} » ne peuvent pas être lues ({error}).",
            "Corrigez le fichier TOML.",
        ) from error
    try:
        return {key: Source(key=key, **table) for key, table in tables.items()}
    except TypeError as error:
        raise CatalogueError(
            f"Une source de « {path} » a un champ en trop ou en moins ({error}).",
            "Donnez à chaque source : title, publisher, date, url, read.",
        ) from error


def mark_key(mark: str) -> str:
    """The key of a mark: `"ag-ge"` for `"ag-ge: 20/02/2024"`."""
    return mark.partition(":")[0].strip()


def mark_locator(mark: str) -> str:
    """Where in the source: `"20/02/2024"` for `"ag-ge: 20/02/2024"`, "" when it is not said."""
    return mark.partition(":")[2].strip()


def cited_source(mark: str, sources: dict[str, Source]) -> Source:
    """The source behind a mark, `read` saying first where in it, then what was read of it."""
    source = sources[mark_key(mark)]
    read = " ; ".join(dict.fromkeys(part for part in (mark_locator(mark), source.read) if part))
    return source._replace(read=read)
