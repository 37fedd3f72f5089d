"""The gold set of pages: what a person reads on each, and where.

`gold/*.toml` holds one document each. The PDFs that were made for the tests lie beside; those of
others are not ours to give: their pages are measured where somebody has the very file.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from corpus.types import Box

if TYPE_CHECKING:
    from collections.abc import Iterable

GOLD: Final = Path(__file__).with_name("gold")
_ASIDE: Final = "> "


class Quote(NamedTuple):
    """Words of a page and where its typesetter put their lines, in points on the displayed page."""

    text: str
    boxes: tuple[Box, ...]


class Ends(NamedTuple):
    """Offsets in a page's text of what a reader has to mend.

    `breaks`: the letter after the hyphen of a word broken at a line end; `compounds`: the hyphen
    of a compound that ends a line; `ligatures`: the first letter of a ligature that is lost.
    """

    breaks: tuple[int, ...]
    compounds: tuple[int, ...]
    ligatures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GoldPage:
    """What a person reads on the page of that number (from 1), printed as `label`.

    `text` has a block a line; `furniture` is printed besides: running heads, folios. A `held` page
    was drawn at random and read by a person after the reading was finished: nothing was mended on
    it.
    """

    number: int
    label: str
    text: str
    furniture: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    ends: Ends | None = None
    held: bool = False

    @property
    def blocks(self) -> tuple[str, ...]:
        """The main text, in reading order."""
        return tuple(line for line in self.text.split("\n") if not line.startswith(_ASIDE))

    @property
    def asides(self) -> tuple[str, ...]:
        """Boxes, notes and captions, which may be read at any place as long as they are whole."""
        lines = self.text.split("\n")
        return tuple(line.removeprefix(_ASIDE) for line in lines if line.startswith(_ASIDE))


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document of the gold set; `made` for the tests, or else of the authors named."""

    id: str
    title: str
    file: str
    sha256: str
    made: bool
    licence: str
    attribution: str
    pages: tuple[GoldPage, ...]


def load_gold(folder: Path = GOLD) -> tuple[GoldDocument, ...]:
    """The documents of the gold set, those made for the tests first."""
    found = [_document(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(found, key=lambda document: not document.made))


def locate(documents: Iterable[GoldDocument], folder: Path | None) -> dict[str, Path]:
    """Where the PDFs of documents are, by id: beside the gold set, or in a folder of others'.

    A file counts only if it is the very one whose pages were read by a person.
    """
    places: dict[str, Path] = {}
    files = sorted(folder.glob("*.pdf")) if folder else []
    known = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}
    for document in documents:
        path = GOLD / document.file if document.made else known.get(document.sha256)
        if path is not None and path.is_file():
            places[document.id] = path
    return places


def _document(path: Path) -> GoldDocument:
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    pages = tuple(map(_page, fields.pop("pages")))
    return GoldDocument(id=path.stem, pages=pages, **fields)


def _page(fields: dict[str, Any]) -> GoldPage:
    quotes = tuple(
        Quote(quote["text"], tuple(Box(*box) for box in quote["boxes"]))
        for quote in fields.get("quotes", ())
    )
    ends = None
    if "breaks" in fields:
        ends = Ends(*(tuple(fields[name]) for name in Ends._fields))
    furniture = tuple(fields.get("furniture", ()))
    number, label, text = fields["number"], fields["label"], fields["text"]
    return GoldPage(number, label, text, furniture, quotes, ends, fields.get("held", False))
