"""Questions asked through the HTTP interface: so many at once, so many waiting, kept when asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from fastapi.exceptions import HTTPException

from assistant.web.owner import known_owner, new_owner, owner_cookie
from corpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from starlette.requests import Request

    from assistant.memory import Memory
    from assistant.types import Answer

_T = TypeVar("_T")

AT_ONCE: Final = 4
"""Questions worked on at the same time; more would only wait for one another."""

MOST_WAITING: Final = 200
"""Questions that may wait for their turn; one more is refused at once."""

NEW: Final = "new"
_NO_CONVERSATION = UsageError(
    "Cette conversation n'existe pas, ou n'est pas la vôtre.",
    "Commencez-en une : « conversation » = « new ».",
)


class Desk:
    """Where questions wait for their turn."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def work(self, work: Callable[[], _T]) -> _T:
        """Do work in a thread when its turn has come.

        Raises:
            HTTPException: too many wait already (503).
        """
        if self._waiting >= MOST_WAITING:
            raise HTTPException(503, headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            return await asyncio.to_thread(work)
        finally:
            self._places.release()

    async def growing(self, answers: Iterator[Answer]) -> AsyncIterator[Answer]:
        """The same answers, each made in its turn."""
        while (answer := await self.work(lambda: next(answers, None))) is not None:
            yield answer


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation that a question belongs to; `id` is "" where nothing is to be kept."""

    memory: Memory
    owner: str = ""
    id: str = ""
    history: tuple[Answer, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def open(cls, memory: Memory, request: Request, id_: str) -> Talk:
        """The conversation that a request names, with the cookie of a person without a name.

        Raises:
            UsageError: it is not one of this person's.
        """
        owner = known_owner(request.headers.get("cookie", ""))
        if not id_:
            return cls(memory)
        if id_ == NEW:
            if owner:
                return cls(memory, owner, NEW)
            owner = new_owner()
            cookie = owner_cookie(owner, secure=request.url.scheme == "https")
            return cls(memory, owner, NEW, headers=(("Set-Cookie", cookie),))
        if not owner or memory.conversation(owner, id_) is None:
            raise _NO_CONVERSATION
        return cls(memory, owner, id_, tuple(turn.answer for turn in memory.turns(owner, id_)))

    def begun(self, title: str) -> Talk:
        """The same, its conversation there."""
        if not self.id:
            return self
        id_ = self.memory.begin(self.owner, title).id if self.id == NEW else self.id
        headers = (*self.headers, ("X-Conversation", id_))
        return Talk(self.memory, self.owner, id_, self.history, headers)

    def keep(self, answer: Answer, limits: str) -> None:
        """Keep an answer.

        Raises:
            UsageError: the conversation was erased in the meantime.
        """
        if self.id and self.memory.add_turn(self.owner, self.id, answer, limits) is None:
            raise _NO_CONVERSATION
