"""What a person may do with all their conversations: take them away, and erase them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import FastAPI, Request, Response
from typing_extensions import TypedDict

from assistant.answer_json import AnswerJson, as_json
from assistant.web.owner import known_owner

if TYPE_CHECKING:
    from assistant.web.context import Context

MINE: Final = "/conversations"


class TurnJson(TypedDict):
    """A question that was answered; `limits` says in French to what the search was limited."""

    limits: str
    verdict: str | None
    answer: AnswerJson


class ConversationJson(TypedDict):
    """A conversation, whole; `created` and `updated` are ISO instants (UTC)."""

    id: str
    title: str
    created: str
    updated: str
    turns: list[TurnJson]


class Erased(TypedDict):
    """How many conversations were erased."""

    erased: int


def add_mine(app: FastAPI, context: Context) -> None:
    """Add the two; whoever has no cookie has no conversations."""
    memory = context.memory

    @app.get(MINE)
    def conversations(request: Request, response: Response) -> list[ConversationJson]:
        """All the conversations of the person whose cookie comes, the latest used first."""
        response.headers["Content-Disposition"] = 'attachment; filename="mes-conversations.json"'
        response.headers["Cache-Control"] = "no-store"
        owner = known_owner(request.headers.get("cookie", ""))
        return [
            {
                "id": kept.id,
                "title": kept.title,
                "created": kept.created,
                "updated": kept.updated,
                "turns": [
                    {"limits": turn.limits, "verdict": turn.verdict, "answer": as_json(turn.answer)}
                    for turn in memory.turns(owner, kept.id)
                ],
            }
            for kept in (memory.conversations(owner) if owner else ())
        ]

    @app.delete(MINE)
    def erase(request: Request) -> Erased:
        """Erase all the conversations of the person whose cookie comes."""
        owner = known_owner(request.headers.get("cookie", ""))
        return {"erased": memory.forget_all(owner) if owner else 0}
