"""Which document of the catalogue a file is: by its checksum, its name, or its title.

A title is compared folded, letter by letter, so that a lost accent or ligature does not matter. It
is looked for in what the file says of itself, then on its first page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from corpus import french
from corpus.generation import file_sha256
from ingest.readout import first_look

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from corpus.catalogue import Entry
    from corpus.types import Document

BY_CHECKSUM: Final = "son empreinte"
BY_NAME: Final = "son nom de fichier"
BY_TITLE: Final = "son titre"

_ALIKE: Final = 94.0  # of 100: one letter in twenty may differ
_TELLING: Final = 4  # stems; a shorter title proves nothing without its publisher
_SHORTEST: Final = 8  # letters of a title, or of a name written as one word
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel) - .*|présentation powerpoint|mise en page \d*|diapo\w*"
    r"|slide \d+|(?:document|sans nom|sans titre|untitled)[ -]?\d*"
    r"|.*\.\w{2,5}|[\W\d_]*|\S*[_\\/]\S*",  # a file's name, figures, a path
    re.IGNORECASE,
)


class Traces(NamedTuple):
    """What a file tells of which document it is; `title` is "" when it gives no usable one."""

    name: str
    sha256: str
    title: str
    opening: str


class Match(NamedTuple):
    """The entry of a file, and by what it was recognised, in French."""

    entry: Entry
    by: str


def read_traces(path: Path) -> Traces:
    """The traces of a readable PDF.

    Raises:
        DocumentError: the file cannot be read as a PDF.
    """
    look = first_look(path)
    title = "" if _NO_TITLE.fullmatch(look.title) or len(look.title) < _SHORTEST else look.title
    return Traces(path.name, file_sha256(path), title, look.text)


def match(
    traces: Traces, entries: Iterable[Entry], held: Collection[str] = frozenset()
) -> Match | None:
    """The document that a file is, or None.

    The documents in `held` (by id) have their file already, and fiches of ours are made by us: only
    the checksum tells that a file is one of them.
    """
    entries = list(entries)
    for entry in entries:
        if entry.document.sha256 == traces.sha256:
            return Match(entry, BY_CHECKSUM)
    wanted = [e for e in entries if not e.document.own and e.document.id not in held]
    for entry in wanted:
        if entry.document.file == traces.name:
            return Match(entry, BY_NAME)
    titled = _titled(traces, wanted)
    return Match(titled, BY_TITLE) if titled else None


def _titled(traces: Traces, entries: Iterable[Entry]) -> Entry | None:
    """The entry whose title the file bears, the longest where one title holds another."""
    bearing = [entry for entry in entries if _bears_title(traces, entry.document)]
    bearing.sort(key=lambda entry: len(entry.document.title), reverse=True)
    if len(bearing) > 1 and len(bearing[0].document.title) == len(bearing[1].document.title):
        return None
    return bearing[0] if bearing else None


def _bears_title(traces: Traces, document: Document) -> bool:
    from rapidfuzz import fuzz  # noqa: PLC0415 — loaded with the first file to recognise

    title, opening = _letters(document.title), _letters(traces.opening)
    if len(title) < _SHORTEST:
        return False
    own = fuzz.ratio(title, _letters(traces.title)) >= _ALIKE
    shown = len(opening) >= len(title) and fuzz.partial_ratio(title, opening) >= _ALIKE
    if not (own or shown):
        return False
    telling = len(set(french.terms(document.title)))
    return telling >= _TELLING or _names_publisher(f"{traces.title}\n{traces.opening}", document)


def _names_publisher(text: str, document: Document) -> bool:
    """Whether one of the publishers is named: the words of one part of the field, or all in one."""
    words, run = set(french.terms(text)), _letters(text).replace(" ", "")
    for part in re.split(r"[,;()]", document.publisher):
        wanted, name = set(french.terms(part)), _letters(part).replace(" ", "")
        if wanted and (wanted <= words or (len(name) >= _SHORTEST and name in run)):
            return True
    return False


def _letters(text: str) -> str:
    """Folded letters and figures, one space between words."""
    return " ".join(re.findall(r"[a-z0-9]+", french.fold(text)))
