"""`coop chat` as a process of its own, asked over real connections: what the trials of it share."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_START_S = 60.0
_PATIENCE_S = 60.0


class Reply:
    """A response, read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def send(
    url: str,
    method: str,
    path: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """One request on a connection of its own; bytes are sent as they are, the rest as JSON.

    Raises:
        OSError, http.client.HTTPException: there was no whole response.
    """
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=_PATIENCE_S)
    sent = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body, sent = json.dumps(body).encode(), {"Content-Type": "application/json"} | sent
    try:
        connection.request(method, path, body, sent)
        return Reply(connection.getresponse())
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Chat:
    """A running server; `errors` is the file that its standard error goes to."""

    url: str
    process: subprocess.Popen[bytes]
    errors: Path

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()

    def memory_mib(self) -> int:
        """The memory it holds now (resident), in MiB; 0 where the system does not say."""
        return memory_mib(self.process.pid)


def memory_mib(process_id: int) -> int:
    """The resident memory of a process in MiB; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024
    return 0


def free_port() -> int:
    """A port that nobody listened at a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a `coop` process."""
    return os.environ | {"COOP_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "100"} | settings


@contextlib.contextmanager
def chat(home: Path, errors: Path, **settings: str) -> Iterator[Chat]:
    """A server over a home, ready to answer, with further settings; killed at the end.

    Raises:
        RuntimeError: it does not start.
    """
    port = free_port()
    with errors.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "coop", "chat", "--port", str(port)],
            env=environment(home, **settings),
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
    running = Chat(f"http://127.0.0.1:{port}", process, errors)
    try:
        wait_until_ready(running)
        yield running
    finally:
        running.kill()


def wait_until_ready(running: Chat, path: str = "/readyz") -> None:
    """Wait until a server answers 200.

    Raises:
        RuntimeError: it does not.
    """
    until = time.monotonic() + _START_S
    while time.monotonic() < until and running.process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if send(running.url, "GET", path).status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(running.errors.read_text(encoding="utf-8"))
