"""What is around every page: the name of the place, the menu, the way past it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.web.markup import joined, say

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLE = "Assistant coopération ESS"
TAGLINE = "Des réponses dont chaque phrase montre sa page."
ICON = Path(__file__).with_name("icon.svg")


def masthead(menu: Mapping[str, str], current: str, *, locked: bool = False) -> str:
    """The head of a page: `menu` gives the names of pages by path, `current` is one of the paths.

    `locked` adds the way out of a session. The page's script takes its title from `data-title`.
    """
    icon = ICON.read_text(encoding="utf-8").replace("<svg ", '<svg aria-hidden="true" ', 1)
    links = joined(
        f'<li><a href="/{path}"{_here(path == current)}>{say(name)}</a></li>'
        for path, name in menu.items()
    )
    links += f'<li><a href="/connexion">{say("Se déconnecter")}</a></li>' if locked else ""
    title = f"{menu[current]} · {TITLE}" if current else TITLE
    return (
        '<a class="skip" href="#content">Aller au contenu</a>'
        f'<header data-title="{say(title)}">{icon}<div><h1>{say(TITLE)}</h1>'
        f"<p>{say(TAGLINE)}</p></div>"
        f'<nav aria-label="Pages"><ul>{links}</ul></nav></header>'
    )


def _here(current: bool) -> str:
    return ' aria-current="page"' if current else ""
