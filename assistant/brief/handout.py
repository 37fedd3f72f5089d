"""A brief as it is handed over: what was removed is left out, what was edited says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.brief.outline import told_length
from assistant.handout import Handout, Paragraph, Section, Table
from assistant.references import NOTICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.brief.types import Brief, Line, Part
    from assistant.handout import Block

EDITED = "modifié par vous"
_HOW_TO_READ = (
    "Les lignes entre guillemets sont citées mot à mot ; leur numéro renvoie à la liste des "
    "sources. {written}Les autres sont de la méthode, ou ont été écrites par la personne qui a "
    "préparé la séance."
)
_WRITTEN = (
    "Celles qui sont dites « vérifié » sont d'un modèle de langage, et comparées au passage "
    "que dit leur numéro. "
)


def how_to_read(brief: Brief) -> str:
    """What tells the lines of a brief apart."""
    written = any(line.kind == "written" for line in brief.kept_lines())
    return _HOW_TO_READ.format(written=_WRITTEN if written else "")


def brief_handout(brief: Brief, day: str) -> Handout:
    """The brief, ready to be exported; `day` as French writes it."""
    about = [Paragraph(f"Situation : {brief.situation}")]
    if brief.participants:
        about.append(Paragraph(f"Participants : {brief.participants}"))
    about.append(Paragraph(f"Durée : {told_length(brief.minutes)}"))
    notes = [Paragraph(note, style="note") for note in (brief.notice, how_to_read(brief)) if note]
    return Handout(
        title=brief.title,
        subtitle=f"Dossier de séance, {day}. {NOTICE}",
        sections=(
            Section("La séance", (*about, *notes)),
            *(Section(part.title, tuple(_blocks(part)), part.level) for part in brief.kept),
        ),
    )


def _blocks(part: Part) -> Iterator[Block]:
    lines = part.kept
    if part.note and not (lines and _says_nothing(part)):
        yield Paragraph(part.note, style="note")
    steps = [line for line in lines if line.kind == "step"]
    if steps:
        yield _timetable(steps)
    for line in lines:
        if line.kind != "step":
            yield Paragraph(told(line), line.citations, "bullet")


def _says_nothing(part: Part) -> bool:
    """Whether the note only said that nothing was found, which an added line makes untrue."""
    return not any(line.kind in {"quote", "written"} for line in part.lines)


def told(line: Line) -> str:
    """A line as plain text: a quote between quotation marks, one that is none called so."""
    if line.verbatim:
        return f"«\u00a0{line.text}\u00a0»"
    badge = f" ({said})" if (said := badge_of(line)) else ""
    address = f" {line.url}" if line.url else ""
    return f"{line.text}{badge}{address}"


def badge_of(line: Line) -> str:
    """What must be said behind a line that cites and is no quote; "" for any other."""
    if line.kind not in {"quote", "written"} or line.verbatim:
        return ""
    if line.edited:
        return EDITED
    return f"non vérifié : {line.doubt}" if line.doubt else "vérifié"


def _timetable(steps: Sequence[Line]) -> Table:
    rows = []
    elapsed = 0
    for step in steps:
        cells = (clock(elapsed), told_length(step.minutes), told(step))
        rows.append(tuple(Paragraph(cell) for cell in cells))
        elapsed += step.minutes
    return Table(("À partir de", "Durée", "Étape"), tuple(rows))


def clock(minutes: int) -> str:
    """Minutes from the beginning of a session: "0 h 05"."""
    return f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02}"
