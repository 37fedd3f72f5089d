"""The one home of typst: makes the PDF of a fiche, and of what readers export.

The PDF of a fiche is read back by the ingestion, so each reference is a raised number at 58 % of
the size of the text, right after the full stop, pointing into the list of sources that closes it.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import groupby
from pathlib import Path
from typing import Final

from corpus.errors import CatalogueError, CoopError, DocumentError
from corpus.fiche import (
    ADVICE,
    LINK,
    Block,
    Fiche,
    load_sources,
    mark_key,
    mark_locator,
    parse_fiche,
    split_marks,
)

COLLECTION: Final = "Coopération dans l’ESS"
NOTICE: Final = "Information, pas un conseil juridique ; fiche non relue par un juriste."
REVIEWED_NOTICE: Final = "Information, pas un conseil juridique ; fiche relue par un juriste."
KEY: Final = (
    "Chaque numéro en exposant renvoie à une source de cette liste. "
    "Une phrase sans numéro est un conseil du projet ou une question."
)
LABELS: Final = {
    "forme": "Fiche · forme de coopération",
    "methode": "Fiche · méthode",
    "repere": "Fiche · repères",
}
ACCENTS: Final = {"forme": "#155e63", "methode": "#7a3b52", "repere": "#2f4b7c"}

_HERE: Final = Path(__file__).parent
_INLINE = re.compile(rf"\*\*(?P<bold>.+?)\*\*|{LINK.pattern}")
_STATE = re.compile(r"(?P<place>art\..*?), (?P<state>(?:état|version|au|vue?) .*)")
_NARROW, _FIXED = "\u202f", "\u00a0"
_SPACING: Final = (
    (re.compile(r"'"), "’"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r" (?=[;!?])"), _NARROW),
    (re.compile(r" (?=[:»€%])|(?<=«) "), _FIXED),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), _NARROW),
    (re.compile(r"(?<=n°) |(?<=\bart\.) |(?<=\barticle) |(?<=\barticles) "), _FIXED),
    (re.compile(r"(?<=\d) (?=[A-Z]\b)|(?<=\b[LRDA]\.) (?=\d)"), _FIXED),
)

Json = dict[str, object]


def typeset_fiche(fiche: Fiche) -> bytes:
    """The PDF of a fiche; the same fiche always gives the same bytes.

    Raises:
        CatalogueError: typst refuses the fiche.
    """
    return _compiled(
        "fiche",
        _content(fiche),
        CatalogueError(
            f"La fiche « {fiche.path.name} » ne peut pas être mise en page.",
            "Vérifiez ses tableaux et ses liens avec : coop corpus build",
        ),
    )


def typeset_handout(content: Json) -> bytes:
    """The PDF of a handout; `content` has the keys that `handout.typ` reads.

    Raises:
        DocumentError: typst refuses it.
    """
    refusal = DocumentError(
        "Ce document ne peut pas être mis en page en PDF.", "Exportez-le en Word."
    )
    return _compiled("handout", content, refusal)


def _compiled(name: str, content: Json, refusal: CoopError) -> bytes:
    """The template of that name filled with that content; `refusal` is raised where typst fails."""
    import typst  # noqa: PLC0415 — heavy

    told = json.dumps(content, ensure_ascii=False, sort_keys=True)
    template = (_HERE / f"{name}.typ").read_bytes()
    try:
        pdf = typst.compile(template, sys_inputs={name: told}, ignore_system_fonts=True)
    except typst.TypstError as error:
        refusal.message = f"{refusal.message[:-1]} ({error})."
        raise refusal from error
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave several files for one PDF")
    return pdf


def french_spacing(text: str) -> str:
    """The text with typographic apostrophes and the no-break spaces that French asks for."""
    for pattern, replacement in _SPACING:
        text = pattern.sub(replacement, text)
    return text


def _content(fiche: Fiche) -> Json:
    header = fiche.header
    numbers = _numbers(fiche)
    version = f"Version du {header.version:%d/%m/%Y}"
    return {
        "name": header.title,
        "title": french_spacing(header.title).replace(" (", f"{_FIXED}("),
        "short": french_spacing(header.short),
        "label": LABELS[header.kind],
        "accent": ACCENTS[header.kind],
        "author": COLLECTION,
        "collection": COLLECTION,
        "keywords": [*header.themes, *header.forms],
        "version": version,
        "footer": french_spacing(f"Fiche du projet · {version.lower()}"),
        "notice": french_spacing(REVIEWED_NOTICE if header.reviewed else NOTICE),
        "law": french_spacing(header.law),
        "key": KEY,
        "sections": [
            {"title": french_spacing(s.title), "blocks": _blocks(s.blocks, numbers)}
            for s in fiche.sections
        ],
        "sources": _sources(fiche, numbers),
    }


def _numbers(fiche: Fiche) -> dict[str, int]:
    """The number of each key, in order of first citation; advice has none."""
    keys = dict.fromkeys(mark_key(mark) for mark in fiche.marks)
    return {key: number for number, key in enumerate((k for k in keys if k != ADVICE), 1)}


def _blocks(blocks: tuple[Block, ...], numbers: dict[str, int]) -> list[Json]:
    drawn: list[Json] = []
    table: list[Block] = []
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        members = list(group)
        if kind == "header":
            table = members
        elif kind == "row":
            drawn.append(_table(table[-1], members, numbers))
        elif kind in {"bullet", "number"}:
            drawn.append({"kind": kind, "items": [_pieces(b.text, numbers) for b in members]})
        else:
            drawn += [{"kind": kind, "pieces": _pieces(b.text, numbers)} for b in members]
    return drawn


def _table(head: Block, rows: list[Block], numbers: dict[str, int]) -> Json:
    lengths = [
        max(6.0, *(len(_bare(row.cells[n])) ** 0.6 for row in (head, *rows)))
        for n in range(len(head.cells))
    ]
    return {
        "kind": "table",
        "head": [_pieces(cell, numbers) for cell in head.cells],
        "rows": [[{"pieces": _pieces(cell, numbers)} for cell in row.cells] for row in rows],
        "widths": [round(length / sum(lengths), 3) for length in lengths],
    }


def _bare(cell: str) -> str:
    return "".join(text for text, _ in split_marks(cell))


def _pieces(text: str, numbers: dict[str, int]) -> list[Json]:
    """Runs of text (bold, linked) and calls of sources, in order; one space between sentences."""
    pieces: list[Json] = []
    for raw, marks in split_marks(text):
        words = " ".join(raw.split())
        if pieces:
            pieces.append(_text(" "))
        start = 0
        for inline in _INLINE.finditer(words):
            pieces.append(_text(words[start : inline.start()]))
            pieces.append(
                _text(
                    inline["bold"] or inline["words"],
                    inline["url"] or "",
                    bold=bool(inline["bold"]),
                )
            )
            start = inline.end()
        pieces.append(_text(words[start:]))
        calls = sorted({numbers[mark_key(mark)] for mark in marks if mark_key(mark) != ADVICE})
        if calls:
            pieces.append({"calls": calls})
    return [piece for piece in pieces if piece.get("text") != ""]


def _text(text: str, url: str = "", *, bold: bool = False) -> Json:
    return {"text": french_spacing(text), "url": url, "bold": bold}


def _sources(fiche: Fiche, numbers: dict[str, int]) -> list[Json]:
    sources = load_sources()
    listed: list[Json] = []
    for key, number in numbers.items():
        source = sources[key]
        said = f"{source.publisher} {source.title}"
        located = [mark_locator(mark) for mark in fiche.marks if mark_key(mark) == key]
        where = _places([place for place in located if not _tells_nothing(place, said)])
        details = []
        for detail in (source.date, where, source.read):
            if detail and not _tells_nothing(detail, said):
                details.append(detail[:1].upper() + detail[1:])
                said += f" {detail}"
        listed.append(
            {
                "number": number,
                "publisher": french_spacing(source.publisher),
                "title": french_spacing(source.title),
                "detail": french_spacing(". ".join(details)),
                "url": source.url,
                "address": re.sub(r"^https?://(www\.)?|/$", "", source.url),
            }
        )
    return listed


def _tells_nothing(detail: str, said: str) -> bool:
    """Whether all words and figures of a detail already stand in what is said of the source."""
    return set(re.findall(r"\w+", detail.lower())) <= set(re.findall(r"\w+", said.lower()))


def _places(locators: list[str]) -> str:
    """The locators of one source in one line, articles read in one state together.

    `art. L1, état 2023` and `art. L2, état 2023` give `art. L1, L2 (état 2023)`.
    """
    states: dict[str, list[str]] = {}
    for locator in dict.fromkeys(locators):
        split = _STATE.fullmatch(locator)
        place, state = (split["place"], split["state"]) if split else (locator, "")
        places = states.setdefault(state, [])
        if place and place not in places:
            places.append(place)
    lines = []
    for state, places in states.items():
        joined = ", ".join([*places[:1], *(place.removeprefix("art. ") for place in places[1:])])
        lines.append(f"{joined} ({state})" if joined and state else joined or state)
    return " ; ".join(line for line in lines if line)


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(typeset_fiche(parse_fiche(Path(sys.argv[1]))))
