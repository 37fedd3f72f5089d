"""Grids and briefs through the HTTP interface: made, given, not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from assistant.brief import prepare
from assistant.brief.outline import LONGEST, SHORTEST
from assistant.brief.prepare import LONGEST_PARTICIPANTS, LONGEST_SITUATION
from assistant.comparison import compare
from assistant.filters import filters_of
from assistant.paper_json import BriefJson, ComparisonJson, brief_json, comparison_json
from assistant.web.request_log import log_question

if TYPE_CHECKING:
    from assistant.web.asking import Desk
    from assistant.web.context import Context

_Words = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)]


class Compared(BaseModel):
    """Two to five forms by key, name or acronym; criteria by key, the usual ones where none is."""

    model_config = ConfigDict(extra="forbid")

    forms: _Words
    criteria: _Words = []


class Session(BaseModel):
    """What a brief is to be made of; `minutes` is the length of the session."""

    model_config = ConfigDict(extra="forbid")

    situation: str = Field(min_length=1, max_length=4 * LONGEST_SITUATION)
    participants: str = Field("", max_length=4 * LONGEST_PARTICIPANTS)
    minutes: int = Field(120, ge=SHORTEST, le=LONGEST)


def add_papers(app: FastAPI, context: Context, desk: Desk) -> None:
    """Add the two; they wait for their turn as questions do."""
    assistant = context.assistant

    @app.post("/compare")
    async def comparison(body: Compared) -> ComparisonJson:
        """Legal forms side by side, each cell quoted from its page or empty."""
        forms = filters_of({}, forms=body.forms).forms
        made = await desk.work(lambda: compare(assistant.library, forms, body.criteria))
        return comparison_json(made)

    @app.post("/brief")
    async def brief(body: Session) -> BriefJson:
        """The brief of a session with a group: aims, quotes by theme, options, outline, actors."""
        log_question(body.situation)
        asked = (body.situation, body.participants, body.minutes)
        return brief_json(await desk.work(lambda: prepare(*asked, assistant.library)))
