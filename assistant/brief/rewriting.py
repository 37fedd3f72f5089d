"""A theme of a brief, written by a language model from the theme's own quotes and checked.

The quotes stay with the part: they are what its sentences rest on, and they come back at a click.
Whatever goes wrong, the part stays word for word and says why.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.brief.types import Line, Part
from assistant.draft import Draft, sentences_of
from assistant.excerpts import Excerpt
from assistant.llm import open_chat_model
from assistant.prompts import addresses_a_model, passage, room, section_messages
from corpus import french
from corpus.errors import ConflictError, LanguageModelError, UsageError
from corpus.types import Hit, Passage
from corpus.typeset import french_spacing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.brief.types import Brief
    from assistant.llm import ChatModel
    from assistant.types import Citation, Statement
    from assistant.units import Unit
    from corpus.settings import Settings

FALLBACK = "Cette rubrique reste citée mot à mot."

_CHANGED = ConflictError(
    "Cette rubrique a changé pendant que le modèle l'écrivait ; rien n'est remplacé.",
    "Relancez la rédaction.",
)


def open_rewriter(settings: Settings) -> Rewriter | None:
    """Who writes the themes of briefs by the settings; None where no model is named.

    Raises:
        SettingError, MissingToolError: the model that is named cannot be used.
    """
    model = open_chat_model(settings)
    if model is None:
        return None
    return Rewriter(model, settings.llm_context, show_doubtful=settings.llm_unverified == "show")


def rewritable(part: Part) -> bool:
    """Whether a part is a theme, or the situation, with quotes that a model may tell."""
    return part.id.startswith(("theme-", "closest")) and any(line.verbatim for line in part.kept)


class Rewriter:
    """Has a model tell the quotes of a part, and keeps what they support."""

    def __init__(self, model: ChatModel, tokens: int, *, show_doubtful: bool = False) -> None:
        self._model = model
        self._tokens = tokens
        self._show_doubtful = show_doubtful

    def rewritten(self, brief: Brief, id_: str) -> Callable[[Brief], Brief]:
        """What makes of a brief the same with its part `id_` written by the model, or saying why.

        The model is asked at once, which may take as long as it is allowed; the change that comes
        back takes no time, and refuses (ConflictError) a part that has changed since.

        Raises:
            UsageError: there is no such part, or nothing in it to be told.
        """
        part = next((part for part in brief.kept if part.id == id_ and rewritable(part)), None)
        if part is None:
            raise UsageError("Cette rubrique n'a pas de citation à rédiger.", "Rechargez la page.")
        quotes = tuple(line for line in part.kept if line.verbatim)
        statements: Sequence[Statement] = ()
        try:
            statements, remark = self._written(part.title, quotes)
        except LanguageModelError as failure:
            remark = f"{failure.message} {FALLBACK} {failure.remedy}"

        def change(now: Brief) -> Brief:
            lines = _lines(statements, now.free_number)
            return replace(
                now,
                parts=tuple(
                    _replaced(p, quotes, lines, french_spacing(remark)) if p.id == id_ else p
                    for p in now.parts
                ),
            )

        return change

    def _written(self, title: str, quotes: Sequence[Line]) -> tuple[Sequence[Statement], str]:
        """What the model says of quotes, as far as they support it, and what was left out."""
        left = room(section_messages(title, ()), self._tokens)
        given = _excerpts(quotes, left)
        cited = {line.id: line.citations for line in quotes}

        def cite(unit: Unit) -> tuple[Citation, ...]:
            return cited[unit.hit.passage.id]

        draft = Draft(given, cite, show_doubtful=self._show_doubtful)
        with closing(sentences_of(self._model, section_messages(title, given))) as sentences:
            for sentence in sentences:
                draft.take(sentence)
                if draft.full:
                    break
        draft.judge()
        return draft.statements, " ".join(draft.warnings)


def _excerpts(quotes: Sequence[Line], left: int) -> list[Excerpt]:
    """The quotes that fit `left` characters as numbered passages, each with its line's id.

    Sentences that speak to a model are left out.
    """
    found: list[Excerpt] = []
    for line in quotes:
        document = line.citations[0].document
        hit = Hit(Passage(line.id, document.id, (), line.text, ()), 1.0)
        spans = [
            (start, end)
            for start, end in french.sentences(line.text)
            if not addresses_a_model(line.text[start:end])
        ]
        excerpt = Excerpt(len(found) + 1, hit, tuple(spans), document.title)
        left -= len(passage(excerpt)) + 1
        if spans and left >= 0:
            found.append(excerpt)
    return found


def _lines(statements: Sequence[Statement], first: int) -> tuple[Line, ...]:
    return tuple(
        Line(f"l{number}", "written", s.text, s.text, s.citations, doubt=s.doubt)
        for number, s in enumerate(statements, first)
    )


def _replaced(part: Part, quotes: Sequence[Line], lines: Sequence[Line], remark: str) -> Part:
    """A part with lines in the place of its quotes, which it keeps; or with the remark alone."""
    if not lines:
        return replace(part, remark=remark)
    if any(line not in part.lines for line in quotes):
        raise _CHANGED
    at = part.lines.index(quotes[0])
    rest = [line for line in part.lines[at:] if line not in quotes]
    return replace(
        part,
        lines=(*part.lines[:at], *lines, *rest),
        quotes=(*part.quotes, *quotes),
        remark=remark,
    )
