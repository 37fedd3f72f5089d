"""Malformed requests by the thousand: the server answers each with 4xx at most, and goes on.

    python -m evals.hostile [--requests 10000]

Most are made by schemathesis from the OpenAPI document, to break what it says; one in ten is bytes
that are hardly HTTP. The one home of schemathesis.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from evals.serving import chat, environment, send

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECES = (
    b"GET ", b"POST ", b"DELETE ", b"PRI * HTTP/2.0", b"/api/ask", b"/api/page?page=", b"/%ff%00",
    b"/api/../../etc/passwd", b" HTTP/1.1\r\n", b" HTTP/9.9\r\n", b"Host: 127.0.0.1\r\n",
    b"Host: a\r\n",
    b"Content-Type: application/json\r\n", b"Content-Type: multipart/form-data\r\n",
    b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Cookie: coop_owner=\xff;;=\r\n", b"X-Request-Id: \r\n",
    b"Authorization: Basic \xff\r\n", b"Range: bytes=9-1\r\n", b"Accept: text/event-stream\r\n",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n", b"\r\n", b"\r\n\r\n", b"{",
    b'{"question":', b"[" * 900, b"\x00", b"\xff" * 40, b"ZZ\r\n",
    b"5\r\nabcde\r\n", b"0\r\n\r\n", b"A" * 9000,
)  # fmt: skip


def main() -> int:
    """Strike, print what came back; 1 where it was 5xx."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    count = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        ingest = [sys.executable, "-m", "coop", "ingest"]
        subprocess.run(ingest, env=environment(home), stdout=subprocess.DEVNULL, check=True)
        with chat(home, Path(folder, "errors")) as running:
            statuses, faults = strike(running.url, count)
            alive = send(running.url, "GET", "/readyz").status == 200
    for status, times in sorted(statuses.items()):
        print(f"{status or 'none':<8}{times}")
    for fault in faults:
        print(f"5xx     {fault}")
    print("alive" if alive else "dead")
    return 0 if alive and not faults else 1


def strike(url: str, count: int) -> tuple[Counter[int], list[str]]:
    """Statuses by number of responses (0: none came), and the requests that gave 5xx."""
    statuses: Counter[int] = Counter()
    faults: list[str] = []
    for status, told in _all(url, count):
        statuses[status] += 1
        if status >= 500:
            faults.append(f"{status} {told}")
    return statuses, faults


def _all(url: str, count: int) -> Iterator[tuple[int, str]]:
    bare = count // 10
    rng = Random(count)  # noqa: S311 — nothing secret
    for _ in range(bare):
        heads = b"".join(rng.choice(_PIECES) for _ in range(rng.randint(1, 9)))
        sent = rng.choice((b"", b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\n")) + heads
        yield _raw(url, sent), repr(sent)[:200]
    yield from _from_document(url, count - bare)


def _raw(url: str, sent: bytes) -> int:
    """The status that bytes get; 0 where the server waits for more, or hangs up."""
    place = urlsplit(url)
    with contextlib.suppress(OSError):
        address = (place.hostname or "", place.port or 0)
        with socket.create_connection(address, timeout=0.2) as wire:
            wire.sendall(sent)
            begun = re.match(rb"HTTP/1\.1 (\d{3})", wire.recv(64))
            return int(begun[1]) if begun else 0
    return 0


def _from_document(url: str, count: int) -> list[tuple[int, str]]:
    """What requests that break the OpenAPI document get, shared out among its operations."""
    import schemathesis  # noqa: PLC0415 — only these trials need it
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415
    from hypothesis.errors import Unsatisfiable  # noqa: PLC0415

    schema = schemathesis.openapi.from_url(f"{url}/api/openapi.json")
    found: list[Any] = list(schema.get_all_operations())
    operations = [result.ok() for result in found]
    seen: list[tuple[int, str]] = []
    left = len(operations)
    while len(seen) < count and operations:
        share, seen_before = -(-(count - len(seen)) // left), len(seen)
        for operation in tuple(operations):

            @settings(
                max_examples=share,
                database=None,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(schemathesis.GenerationMode.NEGATIVE))
            def strike_one(case: Any) -> None:
                response = case.call(timeout=60)
                seen.append((response.status_code, case.as_curl_command()[:300]))

            try:
                strike_one()
            except Unsatisfiable:  # takes no parameter that could be wrong
                operations.remove(operation)
        left = len(operations) or 1
        if len(seen) == seen_before:
            break
    return seen


if __name__ == "__main__":
    sys.exit(main())
