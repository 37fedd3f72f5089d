"""A server on the loopback that speaks the OpenAI protocol and follows a script, faults included.

Each script takes the request being answered and writes to it; `says`, `fails` and the others below
make scripts. What was asked is kept, so that a test can look at what left the machine.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Script = Callable[["Exchange"], None]


class Asked(NamedTuple):
    """A request as received: path, headers in lower case, body."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def rules(self) -> str:
        """What was said as the system."""
        return str(self.body["messages"][0]["content"])

    @property
    def data(self) -> str:
        """What was said as the user: passages and question."""
        return str(self.body["messages"][1]["content"])


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer, in chunks so that a cut is seen as one."""

    protocol_version = "HTTP/1.1"
    server: OpenAIServer

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = self.rfile.read(length)
        body = json.loads(received) if received.startswith(b"{") else {}
        self.server.asked.append(Asked(self.path, headers, body))
        try:
            self.server.script(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def whole(self, status: int, kind: str, body: str, headers: dict[str, str]) -> None:
        """Answer at once."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def begin(self) -> None:
        """Open a stream of events."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, line: str) -> None:
        """Send a line of the stream, and the blank one that ends an event."""
        data = f"{line}\n\n".encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def piece(self, text: str, finish: str | None = None) -> None:
        """Send some of the reply."""
        delta = {"content": text} if text else {}
        self.send(f"data: {json.dumps(_chunk(delta, finish))}")

    def end(self) -> None:
        """Close the stream as the protocol has it."""
        self.send("data: [DONE]")
        self.wfile.write(b"0\r\n\r\n")


def _chunk(delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "essai"}
    return {**head, "choices": [choice]}


class OpenAIServer(ThreadingHTTPServer):
    """The server; set `script` before asking."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.asked: list[Asked] = []
        self.hung_up = threading.Event()
        self.stopped = threading.Event()
        self.script: Script = says("")

    @property
    def url(self) -> str:
        """What goes into COOP_LLM_BASE_URL."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is no error of the test."""


@contextlib.contextmanager
def running() -> Iterator[OpenAIServer]:
    """A server in a thread, until the block ends."""
    server = OpenAIServer()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()


# --- scripts ------------------------------------------------------------------------------------


def says(text: str, *, size: int = 7, finish: str = "stop") -> Script:
    """A reply in pieces of `size` characters."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        for start in range(0, len(text), size):
            exchange.piece(text[start : start + size])
        exchange.piece("", finish)
        exchange.end()

    return script


def fails(
    status: int,
    body: str = "",
    kind: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Script:
    """An answer of another status, by default with an error as OpenAI words it."""
    default = json.dumps({"error": {"message": f"failure {status}", "type": "e", "code": None}})
    return lambda exchange: exchange.whole(status, kind, body or default, headers or {})


def sends(*lines: str, end: bool = True) -> Script:
    """A stream of these very lines."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        for line in lines:
            exchange.send(line)
        if end:
            exchange.end()

    return script


def cuts(text: str) -> Script:
    """A stream that breaks after a text."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        exchange.piece(text)

    return script


def trickles(line: Callable[[int], str | None], pause: float = 0.005, first: str = "") -> Script:
    """A stream that never ends: what `line` gives for 0, 1, 2…, raw (": ping") or "data: …"."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        if first:
            exchange.piece(first)
        count = 0
        while not exchange.server.stopped.wait(pause):
            if (sent := line(count)) is not None:
                exchange.send(sent)
            count += 1

    return script


def data(text: str) -> str:
    """A line that carries a piece of the reply."""
    return f"data: {json.dumps(_chunk({'content': text}, None))}"


def waits(seconds: float) -> Script:
    """A server that takes the question and says nothing."""

    def script(exchange: Exchange) -> None:
        exchange.server.stopped.wait(seconds)
        time.sleep(0)

    return script
