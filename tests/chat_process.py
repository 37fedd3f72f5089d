"""`coop chat` as a process of its own, that can be watched and killed."""

from __future__ import annotations

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from command_line import environment
from web_client import send

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Chat:
    """A running server; `errors` is the file that its standard error goes to."""

    url: str
    process: subprocess.Popen[bytes]
    errors: Path

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def chat(home: Path, errors: Path, *options: str, **settings: str) -> Iterator[Chat]:
    """A server over a home, ready to answer, with further settings."""
    port = free_port()
    with errors.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "coop", "chat", "--port", str(port), *options],
            env=environment(home) | settings,
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
    running = Chat(f"http://127.0.0.1:{port}", process, errors)
    try:
        _wait_until_ready(running)
        yield running
    finally:
        running.kill()


def _wait_until_ready(running: Chat) -> None:
    for _ in range(600):
        assert running.process.poll() is None, running.errors.read_text()
        with contextlib.suppress(OSError, http.client.HTTPException):
            if send(running.url, "GET", "/readyz").status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(running.errors.read_text())
