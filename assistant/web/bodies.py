"""The bodies of requests have an end: so many bytes, in so many seconds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException

from assistant.web.upload import UPLOAD_ROUTE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY: Final = 64_000
"""Bytes; the longest question takes 8,000. Files have a limit of their own."""

LARGEST_OF_PAGES: Final = 1_000_000
"""Bytes of what Gradio's pages send of their own."""

SLOWEST_S: Final = 20.0
"""Seconds for a whole body that is no file."""


class BoundedBodies:
    """Refuses a body that is too long (413) or does not come to its end (408)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body counted as it is read."""
        if scope["type"] != "http" or scope["path"] == UPLOAD_ROUTE:
            await self._app(scope, receive, send)
            return
        largest = LARGEST_BODY if scope["path"].startswith("/api/") else LARGEST_OF_PAGES
        clock = asyncio.get_running_loop().time
        deadline, size, whole = clock() + SLOWEST_S, 0, False

        async def receive_bounded() -> Message:
            nonlocal size, whole
            if whole:  # what comes now is the news that the client has left
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), deadline - clock())
            except TimeoutError:
                raise HTTPException(408) from None
            size += len(message.get("body", b""))
            if size > largest:
                raise HTTPException(413)
            whole = not message.get("more_body", False)
            return message

        await self._app(scope, receive_bounded, send)
