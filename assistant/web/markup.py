"""Small pieces of HTML. Everything that comes from outside is escaped here or by `escape`.

The page shows our own HTML unsanitised, so each function takes plain text and gives markup.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_BREAK = "\u00a0"
_SPACING = (
    (re.compile(r"'"), "’"),
    (re.compile(r" (?=[?!;])"), "\u202f"),
    (re.compile(r" (?=[:»€%])|(?<=«) "), _NO_BREAK),
)


def spaced(text: str) -> str:
    """Our own wording with French apostrophes and spaces; quotes are never touched."""
    for pattern, wanted in _SPACING:
        text = pattern.sub(wanted, text)
    return text


def say(text: str) -> str:
    """Our own wording as HTML."""
    return escape(spaced(text))


def lines(text: str) -> str:
    """A quote as HTML, word for word; the items of a list hang on their bullets."""
    first, *items = text.split("\n")
    return held(first) + joined(f'<span class="item">{held(item)}</span>' for item in items)


_JOINT = re.compile(r"(?:« )?[^\s«]{1,20} [:;?!»€%](?![^\s.,)])|« [^\s«]{1,20}")


def held(text: str) -> str:
    """A line of a quote as HTML, which no colon opens where it wraps; its letters stay."""
    html, at = "", 0
    for match in _JOINT.finditer(text):
        held = escape(match[0])
        html += f'{escape(text[at : match.start()])}<span class="held">{held}</span>'
        at = match.end()
    return html + escape(text[at:])


def link(url: str, text: str) -> str:
    """A link to the web that opens apart; the bare text when the URL is not http(s)."""
    if urlsplit(url).scheme not in {"http", "https"}:
        return say(text)
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{say(text)}'
        '<span class="unseen"> (nouvel onglet)</span></a>'
    )


def joined(pieces: Iterable[str]) -> str:
    """Markup pieces one after the other; empty ones leave no trace."""
    return "".join(pieces)


def excerpt(text: str, longest: int) -> str:
    """A text cut at a word with an ellipsis when it is longer than `longest` characters."""
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return f"{cut.rsplit(' ', 1)[0] if ' ' in cut else cut}…"
