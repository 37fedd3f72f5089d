"""The page « Aide »: how to ask, what to expect, what is kept where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from assistant.web.markup import spaced

if TYPE_CHECKING:
    from assistant.web.context import Context

TITLE = "Aide"
PATH = "aide"

_GUIDE = Path(__file__).with_name("help.html")


def build(_context: Context) -> None:
    """Fill the page."""
    with gr.Column(elem_id="content"):
        gr.HTML(spaced(_GUIDE.read_text(encoding="utf-8")), apply_default_css=False)
