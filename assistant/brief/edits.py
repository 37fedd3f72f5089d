"""What a reader changes in a brief: words, order, what stays, what is added.

Each change names a line or a part by its id, so that changes from two windows add up; a change of
words also says which words it replaces, and is refused where these are no more there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args

from assistant.brief.types import Brief, Line, Part
from corpus.errors import ConflictError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Act = Literal["text", "minutes", "up", "down", "remove", "restore", "add", "quotes"]

LONGEST = 1_500
"""Characters of a line."""

MOST_LINES = 400
_MOST_MINUTES = 600
_HEAD: Final = ("title", "situation", "participants")
"""The targets that are texts of the brief's head, each named as its field."""

_GONE = UsageError("Cette ligne n'est plus dans le dossier.", "Rechargez la page.")
_Piece = TypeVar("_Piece", bound=Line | Part)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the line or part `target`, or of a text of the head.

    `text` are the new words, or the minutes; `was` the words that they replace. "add" puts a line
    at the end of the part `target`, "quotes" puts back those that a language model told anew.
    """

    act: Act
    target: str
    text: str = ""
    was: str = ""


def read_edit(fields: object) -> Edit:
    """A change as it was sent: an object of texts.

    Raises:
        UsageError: it is none.
    """
    if isinstance(fields, dict):
        values = {key: fields.get(key, "") for key in ("act", "target", "text", "was")}
        if values["act"] in get_args(Act) and all(isinstance(v, str) for v in values.values()):
            return Edit(**values)
    raise UsageError("Cette modification est illisible.", "Rechargez la page.")


def apply(brief: Brief, edit: Edit) -> Brief:
    """The brief as changed.

    Raises:
        UsageError: the target is not there, or the new words cannot be.
        ConflictError: the words to be replaced are no longer what they were.
    """
    if edit.target in _HEAD and edit.act == "text":
        _check_was(getattr(brief, edit.target), edit.was)
        head: dict[str, Any] = {edit.target: _words(edit.text)}
        return replace(brief, **head)
    for number, part in enumerate(brief.parts):
        if part.id == edit.target:
            return _part_changed(brief, number, edit)
        if any(line.id == edit.target for line in part.lines):
            lines = _lines_changed(part.lines, edit)
            return _with_part(brief, number, replace(part, lines=lines))
    raise _GONE


def _part_changed(brief: Brief, number: int, edit: Edit) -> Brief:
    part = brief.parts[number]
    if edit.act == "text":
        _check_was(part.title, edit.was)
        return _with_part(brief, number, replace(part, title=_words(edit.text)))
    if edit.act == "add":
        return _with_part(brief, number, _added(brief, part, edit.text))
    if edit.act in {"remove", "restore"}:
        return _with_part(brief, number, replace(part, removed=edit.act == "remove"))
    if edit.act == "quotes":
        return _with_part(brief, number, _quoted_again(part))
    if edit.act in {"up", "down"}:
        return replace(brief, parts=_moved_part(brief.parts, number, up=edit.act == "up"))
    raise _GONE


def _lines_changed(lines: Sequence[Line], edit: Edit) -> tuple[Line, ...]:
    number = next(n for n, line in enumerate(lines) if line.id == edit.target)
    line = lines[number]
    if edit.act in {"up", "down"}:
        return _moved(lines, number, up=edit.act == "up", is_there=lambda x: not x.removed)
    if edit.act == "text":
        _check_was(line.text, edit.was)
        line = replace(line, text=_words(edit.text))
    elif edit.act == "minutes":
        _check_was(str(line.minutes), edit.was)
        line = replace(line, minutes=_minutes(edit.text))
    elif edit.act in {"remove", "restore"}:
        line = replace(line, removed=edit.act == "remove")
    else:
        raise _GONE
    return (*lines[:number], line, *lines[number + 1 :])


def _added(brief: Brief, part: Part, text: str) -> Part:
    if sum(1 for _ in brief.all_lines()) >= MOST_LINES:
        raise UsageError("Ce dossier est plein.", "Retirez-en des lignes, ou exportez-le.")
    id_ = f"l{brief.free_number}"
    words = _words(text)
    step = any(line.kind == "step" for line in part.lines)
    line = Line(id_, "step" if step else "own", words, words, minutes=5 if step else 0)
    return replace(part, lines=(*part.lines, line))


def _quoted_again(part: Part) -> Part:
    """A part word for word again; what the reader wrote or changed stays."""
    own = [line for line in part.lines if line.kind != "written" or line.edited]
    return replace(part, lines=(*part.quotes, *own), quotes=(), remark="")


def _with_part(brief: Brief, number: int, part: Part) -> Brief:
    return replace(brief, parts=(*brief.parts[:number], part, *brief.parts[number + 1 :]))


def _moved_part(parts: Sequence[Part], number: int, *, up: bool) -> tuple[Part, ...]:
    """Parts with one moved by a place: a heading takes along what stands under it."""
    blocks: list[list[Part]] = []
    for part in parts:
        if part.level == 1 or not blocks:
            blocks.append([])
        blocks[-1].append(part)
    if parts[number].level == 1:
        at = next(n for n, block in enumerate(blocks) if block[0] is parts[number])
        seen = [block[0] for block in blocks]
        order = _moved(seen, at, up=up, is_there=lambda part: not part.removed)
        blocks = [next(b for b in blocks if b[0] is head) for head in order]
    else:
        for block in blocks:
            if parts[number] in block:
                at = block.index(parts[number]) - 1
                below = _moved(block[1:], at, up=up, is_there=lambda part: not part.removed)
                block[1:] = below
    return tuple(part for block in blocks for part in block)


def _moved(
    pieces: Sequence[_Piece], number: int, *, up: bool, is_there: Callable[[_Piece], bool]
) -> tuple[_Piece, ...]:
    """Pieces with one put before or behind its next visible neighbour; the same at an end."""
    places = range(number - 1, -1, -1) if up else range(number + 1, len(pieces))
    for place in places:
        if is_there(pieces[place]):
            left = [*pieces[:number], *pieces[number + 1 :]]
            return (*left[:place], pieces[number], *left[place:])
    return tuple(pieces)


def _words(text: str) -> str:
    """New words, clean: no control characters, no space at the ends."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    words = "\n".join(line for line in lines if line)
    if not words:
        raise UsageError("Une ligne vide ne dit rien.", "Écrivez-la, ou retirez-la.")
    if len(words) > LONGEST:
        raise UsageError(
            f"Cette ligne compte {len(words)} caractères ; {LONGEST} au plus sont gardés.",
            "Coupez-la en deux lignes.",
        )
    return words


def _minutes(text: str) -> int:
    digits = text.strip()
    if not digits.isdecimal() or not 0 <= int(digits[:6]) <= _MOST_MINUTES:
        raise UsageError(
            "Une durée est un nombre de minutes.", f"Écrivez un nombre de 0 à {_MOST_MINUTES}."
        )
    return int(digits)


def _check_was(now: str, was: str) -> None:
    if now != was:
        raise ConflictError(
            f"Cette ligne a été modifiée dans une autre fenêtre : « {now} ».",
            "Enregistrez de nouveau pour la remplacer, ou annulez pour garder l'autre.",
        )
