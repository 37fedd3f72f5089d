"""The page « Discuter »: Gradio around our own HTML, and what its events do.

This module imports gradio; `server` imports it late. Gradio reads the annotations of handlers, so
what they name is imported at run time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import gradio as gr

from assistant.memory import LONGEST_REASON, Conversation, Verdict
from assistant.web.composer import composer_html, read_filters
from assistant.web.conversation import Problem, Turn, conversation_html, problem_html
from assistant.web.events import QUIET, owner_of, sent
from assistant.web.history import EXPORT_ROUTE, bar_html, history_html
from assistant.web.markup import say
from assistant.web.request_log import log_question
from assistant.web.sources import shelf_html, sources_html
from corpus.errors import CoopError

if TYPE_CHECKING:
    from assistant.web.context import Context

TITLE = "Discuter"
PATH = ""

_SCRIPT = Path(__file__).with_name("chat.js")
_SOURCES_SCRIPT = Path(__file__).with_name("sources.js")
_UNEXPECTED = Problem(
    "Une erreur inattendue a empêché de répondre.",
    "Reposez la question ; si cela se reproduit, lisez le terminal et lancez : coop doctor",
)
_FORGOTTEN = "Cette réponse n'est plus en mémoire : reposez la question pour donner votre avis."
_NOT_FOUND = "Cette conversation n'existe pas, ou plus : elle a peut-être été supprimée."
_GONE = (
    "Cette conversation a été supprimée dans un autre onglet : ce qui est affiché ici est gardé "
    "dans une nouvelle."
)
_NOT_KEPT = "Cette conversation n'a pas pu être gardée. {why}"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation on the page; `notice` is what its reader must know of it."""

    turns: tuple[Turn, ...] = ()
    conversation: Conversation | None = None
    notice: str = ""


def build(context: Context) -> None:
    """Fill the page."""
    page = _ChatPage(context)
    talk = gr.State(Talk())
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="past"):
            history = gr.HTML(elem_id="history", apply_default_css=False)
        with gr.Column(elem_id="talk"):
            thread = gr.HTML(
                conversation_html(()),
                elem_id="thread",
                js_on_load=_SCRIPT.read_text(encoding="utf-8"),
                apply_default_css=False,
            )
            composer = gr.HTML(elem_id="composer", apply_default_css=False)
        with gr.Column(elem_id="evidence"):
            sources = gr.HTML(
                elem_id="sources",
                js_on_load=_SOURCES_SCRIPT.read_text(encoding="utf-8"),
                apply_default_css=False,
            )
    shown = [thread, sources, history, talk]
    gr.on(None, page.open_first, None, [*shown, composer], **QUIET)
    thread.submit(page.answer, talk, shown, trigger_mode="once", **QUIET)
    thread.like(page.judge, talk, [thread, talk], **QUIET)
    thread.select(page.open, None, shown, **QUIET)
    thread.edit(page.rename, talk, shown, **QUIET)
    thread.delete(page.delete, talk, shown, **QUIET)


Shown = tuple[Any, Any, Any, Any]
"""What an event changes: conversation, sources, list of conversations, state."""

Change = Callable[[str, str], bool]
"""A change of an owner's conversation: False where they have no such one."""


class _ChatPage:
    """The handlers; the open conversation lives in each visitor's session."""

    def __init__(self, context: Context) -> None:
        self._assistant = context.assistant
        self._memory = context.memory

    # --- which conversation is open ---

    def open_first(self, request: gr.Request) -> tuple[Any, ...]:
        """Open the conversation that the address names, or a new one; and fill the form."""
        shown = self._open(owner_of(request), request.query_params.get("conversation", ""))
        try:
            composer = composer_html(self._assistant.library.documents)
        except CoopError:  # said in the place of the sources
            composer = composer_html({})
        return (*shown, composer)

    def open(self, event: gr.EventData, request: gr.Request) -> Shown:
        """Open another conversation, or a new one."""
        return self._open(owner_of(request), sent(event, "conversation"))

    def _open(self, owner: str, id_: str) -> Shown:
        try:
            talk = self._talk(owner, id_) if id_ else Talk()
        except CoopError as error:
            talk = Talk(notice=f"{error.message} {error.remedy}")
        return self._shown(owner, talk)

    def _talk(self, owner: str, id_: str) -> Talk:
        conversation = self._memory.conversation(owner, id_)
        if conversation is None:
            return Talk(notice=_NOT_FOUND)
        turns = tuple(
            Turn(
                f"t{number}",
                kept.answer.question,
                kept.answer,
                done=True,
                verdict=kept.verdict,
                limits=kept.limits,
                kept=kept.id,
                exports=_exports(conversation, kept.id),
            )
            for number, kept in enumerate(self._memory.turns(owner, id_), 1)
        )
        return Talk(turns, conversation)

    def _shown(self, owner: str, talk: Talk) -> Shown:
        sources = sources_html(talk.turns) if talk.turns else self._shelf()
        return _thread(talk), sources, self._history(owner, talk), talk

    def _shelf(self) -> str:
        """What stands in the place of the sources before any question."""
        try:
            return shelf_html(list(self._assistant.library.documents.values()))
        except CoopError as error:
            return problem_html(Problem(error.message, error.remedy))

    def _history(self, owner: str, talk: Talk) -> str:
        try:
            conversations = self._memory.conversations(owner) if owner else []
        except CoopError as error:
            return problem_html(Problem(error.message, error.remedy))
        return history_html(conversations, talk.conversation.id if talk.conversation else "")

    # --- asking ---

    def answer(self, talk: Talk, event: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        """Answer a question as the answer grows, then keep it."""
        owner = owner_of(request)
        before = tuple(turn for turn in talk.turns if turn.question.strip())
        number = int(before[-1].id[1:]) + 1 if before else 1
        asked = Turn(f"t{number}", sent(event, "question"))
        cited = -1
        for turn in self._grow(asked, before, event):
            talk = replace(talk, turns=(*before, turn), notice="")
            citations = len(turn.answer.citations) if turn.answer else 0
            fresh = sources_html(talk.turns) if citations != cited or turn.done else gr.skip()
            cited = citations
            if turn.done:
                talk = self._kept(owner, talk)
                yield _thread(talk), fresh, self._history(owner, talk), talk
            else:
                yield _thread(talk), fresh, gr.skip(), talk

    def _grow(self, turn: Turn, before: tuple[Turn, ...], event: gr.EventData) -> Iterator[Turn]:
        """The turn at each step: asked, answered sentence by sentence, done."""
        history = [past.answer for past in before if past.answer and not past.problem]
        yield turn
        log_question(turn.question)
        try:
            choices = {name: sent(event, name) for name in ("theme", "form", "document", "since")}
            filters, limits = read_filters(choices, self._assistant.library.documents)
            turn = replace(turn, limits=limits)
            for answer in self._assistant.stream(turn.question, history, filters):
                turn = replace(turn, answer=answer)
                yield turn
        except CoopError as error:
            turn = replace(turn, problem=Problem(error.message, error.remedy))
        except Exception:  # noqa: BLE001 — the last resort of a page: logged, and said
            _log.exception("no answer")  # the question is not for the logs
            turn = replace(turn, problem=_UNEXPECTED)
        yield replace(turn, done=True)

    def _kept(self, owner: str, talk: Talk) -> Talk:
        """The conversation with its last turn kept; all of it anew where it was deleted."""
        if not owner or talk.turns[-1].problem:
            return talk
        try:
            conversation = talk.conversation or self._begun(owner, talk)
            kept = self._keep_last(owner, conversation, talk)
            if kept is not None:
                return kept
            conversation = self._begun(owner, talk)
            again = replace(talk, turns=())
            for turn in talk.turns:
                again = replace(again, turns=(*again.turns, turn))
                again = self._keep_last(owner, conversation, again) or again
            return replace(again, notice=_GONE)
        except CoopError as error:
            return replace(talk, notice=_NOT_KEPT.format(why=f"{error.message} {error.remedy}"))

    def _begun(self, owner: str, talk: Talk) -> Conversation:
        return self._memory.begin(owner, talk.turns[0].question)

    def _keep_last(self, owner: str, conversation: Conversation, talk: Talk) -> Talk | None:
        """The talk with its last turn in a conversation; None where that one is gone."""
        *before, last = talk.turns
        if last.answer is None or last.problem:
            return talk
        kept = self._memory.add_turn(owner, conversation.id, last.answer, last.limits)
        if kept is None:
            return None
        last = replace(last, kept=kept, exports=_exports(conversation, kept))
        return replace(talk, turns=(*before, last), conversation=conversation)

    # --- what is done with what is kept ---

    def judge(self, talk: Talk, event: gr.EventData) -> tuple[Any, Any]:
        """Keep a reader's opinion of an answer."""
        verdict, reason = sent(event, "verdict"), sent(event, "reason")[:LONGEST_REASON]
        judged = next((turn for turn in talk.turns if turn.id == sent(event, "turn")), None)
        if judged is None or judged.answer is None or verdict not in get_args(Verdict):
            gr.Warning(say(_FORGOTTEN), title="Avis non gardé")
            return gr.skip(), gr.skip()
        try:
            self._memory.add_feedback(judged.answer, cast("Verdict", verdict), reason)
            if judged.kept:
                self._memory.judge(judged.kept, cast("Verdict", verdict))
            after = replace(judged, verdict=cast("Verdict", verdict), feedback_problem=None)
        except CoopError as error:
            after = replace(judged, feedback_problem=Problem(error.message, error.remedy))
        turns = tuple(after if turn is judged else turn for turn in talk.turns)
        talk = replace(talk, turns=turns)
        return _thread(talk), talk

    def rename(self, talk: Talk, event: gr.EventData, request: gr.Request) -> Shown:
        """Give the open conversation another title."""
        return self._changed(
            talk, request, partial(self._memory.rename, title=sent(event, "title"))
        )

    def delete(self, talk: Talk, request: gr.Request) -> Shown:
        """Delete the open conversation, and open a new one."""
        return self._changed(talk, request, self._memory.forget)

    def _changed(self, talk: Talk, request: gr.Request, change: Change) -> Shown:
        """Change the open conversation, and show what it has become."""
        owner = owner_of(request)
        if talk.conversation is None:
            return self._shown(owner, talk)
        try:
            there = change(owner, talk.conversation.id)
            after = self._memory.conversation(owner, talk.conversation.id)
        except CoopError as error:
            return self._shown(owner, replace(talk, notice=f"{error.message} {error.remedy}"))
        if after is not None:
            return self._shown(owner, replace(talk, conversation=after, notice=""))
        return self._shown(owner, Talk(notice="" if there else _NOT_FOUND))


def _thread(talk: Talk) -> str:
    return bar_html(talk.conversation, talk.notice) + conversation_html(talk.turns)


def _exports(conversation: Conversation, turn: int) -> str:
    return f"{EXPORT_ROUTE}/{conversation.id}/{turn}"
