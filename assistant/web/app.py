"""The pages put together into one Gradio application.

This module imports gradio; `server` imports it late.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from assistant.web import (
    brief_page,
    chat_page,
    comparison_page,
    corpus_page,
    help_page,
    quality_page,
)
from assistant.web.shell import ICON, TITLE, masthead

if TYPE_CHECKING:
    from types import ModuleType

    from fastapi import FastAPI

    from assistant.web.context import Context

PAGES: tuple[ModuleType, ...] = (
    chat_page,
    comparison_page,
    brief_page,
    corpus_page,
    quality_page,
    help_page,
)
"""In the order of the menu; see `context.py` for what each of them holds."""

_HERE = Path(__file__).parent
_SHEETS = ("base.css", "chat.css", "pages.css", "comparison.css", "brief.css")
_STYLES = [_HERE / name for name in _SHEETS]
_HEAD = '<meta name="color-scheme" content="light dark">'


def blocks(context: Context) -> gr.Blocks:
    """All the pages, ready to be mounted."""
    menu = {page.PATH: page.TITLE for page in PAGES}
    script = (_HERE / "shell.js").read_text(encoding="utf-8")
    application = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    for page in PAGES:
        if page.PATH:
            application.route(page.TITLE, page.PATH)
        with application:
            gr.HTML(
                masthead(menu, page.PATH, locked=context.locked),
                elem_id="masthead",
                js_on_load=script,
                apply_default_css=False,
            )
            page.build(context)
    application.queue(max_size=32, default_concurrency_limit=4, api_open=False)
    return application


def mount(app: FastAPI, context: Context) -> None:
    """Put the pages at the root of the application, in French and without Gradio's footer."""
    with warnings.catch_warnings():
        # Gradio says that several pages are not rendered on the server, which is not asked for.
        warnings.filterwarnings("ignore", message="SSR mode")
        gr.mount_gradio_app(
            app,
            blocks(context),
            path="/",
            app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
            theme=_theme(),
            css_paths=_STYLES,
            head=_HEAD,
            favicon_path=str(ICON),
            footer_links=[],
            run_history=False,
            show_error=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            enable_monitoring=False,
            max_file_size="1kb",  # files come by a route of ours
        )


def _theme() -> gr.themes.Base:
    """Gradio's own parts in the colours of `base.css`, with the system's fonts."""
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
