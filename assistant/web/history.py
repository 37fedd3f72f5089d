"""The conversations that are kept, and the head of the open one, as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from assistant.web.conversation import exports_html
from assistant.web.markup import excerpt, joined, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.memory import Conversation

EXPORT_ROUTE = "/export"


def conversation_url(id_: str) -> str:
    """The address at which a conversation opens, for its owner."""
    return f"/?conversation={id_}"


def history_html(conversations: Sequence[Conversation], open_id: str = "") -> str:
    """The list, the latest first, and the way to a new one."""
    items = joined(_item(conversation, open_id) for conversation in conversations)
    kept = f"<ul>{items}</ul>{_ALL}" if items else f'<p class="quiet">{say(_NONE)}</p>'
    return (
        '<nav aria-label="Conversations"><h2>Conversations</h2>'
        f'<a class="button new" href="/" data-open="">{say("Nouvelle question")}</a>'
        f"{kept}</nav>"
    )


_NONE = "Vos conversations apparaîtront ici ; vous seul les voyez."
_ALL = (
    '<p class="all"><a class="plain-button" href="/api/conversations" download>Tout emporter</a>'
    '<button type="button" class="plain-button erase-all">Tout effacer</button></p>'
)


def _item(conversation: Conversation, open_id: str) -> str:
    current = ' aria-current="true"' if conversation.id == open_id else ""
    id_ = escape(conversation.id)
    return (
        f'<li><a href="{conversation_url(id_)}" data-open="{id_}"{current}>'
        f"{say(excerpt(conversation.title, 70))}"
        f"<small>{day_of(conversation.updated)}</small></a></li>"
    )


def day_of(instant: str) -> str:
    """An ISO instant as French reads its day: "23/11/2026"."""
    return escape("/".join(instant[:10].split("-")[::-1]))


def bar_html(conversation: Conversation | None, notice: str = "") -> str:
    """The head of the open conversation: its title, what can be done with it, what went wrong."""
    toggle = (
        '<button type="button" class="plain-button toggle-history" aria-expanded="false" '
        'aria-controls="history">Conversations</button>'
    )
    said = f'<p class="warning" role="status">{say(notice)}</p>' if notice else ""
    if conversation is None:
        return f'<div class="bar" data-conversation="">{toggle}</div>{said}'
    id_, title = escape(conversation.id), escape(conversation.title)
    return (
        f'<div class="bar" data-conversation="{id_}">{toggle}'
        f'<p class="title">{say(excerpt(conversation.title, 80))}</p><div class="tools">'
        '<button type="button" class="plain-button rename" aria-expanded="false">Renommer</button>'
        f"{exports_html(f'{EXPORT_ROUTE}/{id_}')}"
        '<button type="button" class="plain-button delete">Supprimer</button></div></div>'
        '<form class="renaming" hidden><label>Titre de la conversation'
        f'<input name="title" value="{title}" maxlength="120"></label>'
        f'<button type="submit">Renommer</button></form>{said}'
    )
