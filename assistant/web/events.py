"""What Gradio's events carry, and how ours are wired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.web.owner import known_owner

if TYPE_CHECKING:
    import gradio as gr

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Every event of ours: no public name, no progress bar of Gradio's."""


def sent(event: gr.EventData, key: str) -> str:
    """A text that the page's script sent with an event, or ""."""
    data = event._data  # noqa: SLF001 — the public access raises on the keys that are not there
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def owner_of(request: gr.Request) -> str:
    """Whose conversations a visitor sees; "" when their browser keeps no cookie."""
    return known_owner(request.headers.get("cookie", ""))
