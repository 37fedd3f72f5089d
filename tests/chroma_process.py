"""A Chroma server as a process of its own, that can be killed and started again."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.errors import StoreError
from corpus.vectors import check_server
from evals.serving import free_port


class ChromaServer:
    """`chroma run` over a folder, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = str(Path(sys.executable).with_name("chroma"))
        self._process = subprocess.Popen(
            [program, "run", "--path", str(self._folder), "--port", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                check_server(self.url)
            except StoreError:
                time.sleep(0.1)
            else:
                return
        pytest.fail("the Chroma server does not start")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.wait()
