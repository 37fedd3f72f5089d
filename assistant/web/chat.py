"""The chat page: Gradio blocks around our own HTML, and what its events do.

This module imports gradio; `server` imports it late.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import gradio as gr

from assistant.memory import LONGEST_REASON, Memory, Verdict
from assistant.web.conversation import Problem, Turn, conversation_html, problem_html
from assistant.web.markup import say
from assistant.web.sources import shelf_html, sources_html
from corpus.errors import CoopError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.dialogue import Assistant

TITLE = "Assistant coopération ESS"
TAGLINE = "Des réponses dont chaque phrase montre sa page."

_SCRIPT = Path(__file__).with_name("chat.js")
_STYLE = Path(__file__).with_name("chat.css")
_ICON = Path(__file__).with_name("icon.svg")
_HEAD = '<meta name="color-scheme" content="light dark">'
_ON_NEW_SOURCES = "watch('value', () => document.dispatchEvent(new Event('coop:sources')))"
_UNEXPECTED = Problem(
    "Une erreur inattendue a empêché de répondre.",
    "Reposez la question ; si cela se reproduit, lisez le terminal et lancez : coop doctor",
)
_FORGOTTEN = "Cette réponse n'est plus en mémoire : reposez la question pour donner votre avis."
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

_log = logging.getLogger(__name__)

Turns = tuple[Turn, ...]


class ChatPage:
    """The page and its handlers; the conversation lives in each visitor's session."""

    def __init__(self, assistant: Assistant, memory: Memory) -> None:
        self._assistant = assistant
        self._memory = memory

    def blocks(self) -> gr.Blocks:
        """The page, ready to be mounted."""
        page = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
        with page:
            turns = gr.State(())
            gr.HTML(_masthead(), elem_id="masthead", apply_default_css=False)
            with gr.Row(elem_id="desk"):
                with gr.Column(elem_id="talk"):
                    thread = gr.HTML(
                        conversation_html(()),
                        elem_id="thread",
                        js_on_load=_SCRIPT.read_text(encoding="utf-8"),
                        apply_default_css=False,
                    )
                    question, send = _composer()
                with gr.Column(elem_id="evidence"):
                    sources = gr.HTML(
                        elem_id="sources", js_on_load=_ON_NEW_SOURCES, apply_default_css=False
                    )
            gr.on(
                [question.submit, send.click, thread.submit],
                self.answer,
                [question, turns],
                [thread, sources, question, turns],
                trigger_mode="once",
                **_QUIET,
            )
            thread.like(self.judge, turns, [thread, turns], **_QUIET)
            page.load(self.welcome, None, sources, **_QUIET)
        page.queue(max_size=32, default_concurrency_limit=4, api_open=False)
        return page

    def welcome(self) -> str:
        """What stands in the place of the sources before any question."""
        try:
            return shelf_html(list(self._assistant.library.documents.values()))
        except CoopError as error:
            return problem_html(Problem(error.message, error.remedy))

    def answer(
        self, typed: str, before: Turns, event: gr.EventData
    ) -> Iterator[tuple[Any, Any, Any, Any]]:
        """Answer what was typed, or the question of the button that was pressed, as it grows."""
        kept = tuple(turn for turn in before if turn.question.strip())
        number = int(kept[-1].id[1:]) + 1 if kept else 1
        asked = Turn(f"t{number}", _sent(event, "question") or typed)
        cited = -1
        for turn in self._grow(asked, kept):
            turns = (*kept, turn)
            citations = len(turn.answer.citations) if turn.answer else 0
            fresh = sources_html(turns) if citations != cited or turn.done else gr.skip()
            # The box is emptied once only: the next question may be typed meanwhile.
            box = "" if cited < 0 else gr.skip()
            cited = citations
            yield conversation_html(turns), fresh, box, turns

    def _grow(self, turn: Turn, before: Turns) -> Iterator[Turn]:
        """The turn at each step: asked, answered sentence by sentence, done."""
        history = [past.answer for past in before if past.answer and not past.problem]
        yield turn
        try:
            for answer in self._assistant.stream(turn.question, history):
                turn = replace(turn, answer=answer)
                yield turn
        except CoopError as error:
            turn = replace(turn, problem=Problem(error.message, error.remedy))
        except Exception:  # noqa: BLE001 — the last resort of a page: logged, and said
            _log.exception("no answer to %r", turn.question)
            turn = replace(turn, problem=_UNEXPECTED)
        yield replace(turn, done=True)

    def judge(self, turns: Turns, event: gr.EventData) -> tuple[Any, Any]:
        """Keep a reader's opinion of an answer."""
        verdict, reason = _sent(event, "verdict"), _sent(event, "reason")[:LONGEST_REASON]
        judged = next((turn for turn in turns if turn.id == _sent(event, "turn")), None)
        if judged is None or judged.answer is None or verdict not in get_args(Verdict):
            gr.Warning(say(_FORGOTTEN), title="Avis non gardé")
            return gr.skip(), gr.skip()
        try:
            self._memory.add_feedback(judged.answer, cast("Verdict", verdict), reason)
            after = replace(judged, verdict=cast("Verdict", verdict), feedback_problem=None)
        except CoopError as error:
            after = replace(judged, feedback_problem=Problem(error.message, error.remedy))
        turns = tuple(after if turn is judged else turn for turn in turns)
        return conversation_html(turns), turns


def _composer() -> tuple[gr.Textbox, gr.Button]:
    with gr.Row(elem_id="composer"):
        question = gr.Textbox(
            label="Votre question",
            show_label=False,
            container=False,
            placeholder="Votre question…",
            max_lines=6,
            autofocus=True,
            html_attributes=gr.InputHTMLAttributes(lang="fr", enterkeyhint="send"),
        )
        send = gr.Button("Demander", variant="primary", elem_id="send")
    return question, send


def _masthead() -> str:
    icon = _ICON.read_text(encoding="utf-8").replace("<svg ", '<svg aria-hidden="true" ', 1)
    return f"<header>{icon}<div><h1>{say(TITLE)}</h1><p>{say(TAGLINE)}</p></div></header>"


def _sent(event: gr.EventData, key: str) -> str:
    """A text that the page's script sent with an event, or ""."""
    data = event._data  # noqa: SLF001 — the public access raises on the keys that are not there
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def mount(app: FastAPI, page: ChatPage) -> None:
    """Put the page at the root of the application, in French and without Gradio's footer."""
    gr.mount_gradio_app(
        app,
        page.blocks(),
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=_theme(),
        css_paths=[_STYLE],
        head=_HEAD,
        favicon_path=str(_ICON),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size="1kb",  # nothing is uploaded here
    )


def _theme() -> gr.themes.Base:
    """Gradio's own parts in the colours of `chat.css`, with the system's fonts."""
    theme = gr.themes.Base(
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
    return theme.set(
        body_background_fill="#faf8f4",
        body_background_fill_dark="#191816",
        body_text_color="#26231f",
        body_text_color_dark="#ece7de",
        button_primary_background_fill="#155e63",
        button_primary_background_fill_hover="#0f4a4e",
        button_primary_background_fill_dark="#2b7f84",
        button_primary_background_fill_hover_dark="#358f95",
        button_primary_text_color="#ffffff",
        input_placeholder_color="#6f675c",
        input_placeholder_color_dark="#a39b8e",
        input_background_fill="#ffffff",
        input_background_fill_dark="#232120",
        input_border_color="#cfc8bb",
        input_border_color_dark="#4a453e",
        input_border_color_focus="#155e63",
        input_border_color_focus_dark="#7cc4c9",
    )
