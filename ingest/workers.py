"""Processes that do one thing at a time under limits; one that dies costs only what it was doing.

Each has a pipe of its own: with a shared one, a process that is killed while it holds the lock of
the pipe would block the others.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
from functools import cache
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from corpus.errors import DocumentError
from ingest.confinement import FORBIDDEN, MEMORY, allow_seconds, confine

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from pathlib import Path

CAUGHT = "elle a voulu ouvrir le réseau ou lancer un programme"
"""The cause of a loss that no honest file gives."""

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 900.0
"""Seconds by the clock after which a task is given up, whatever it waits for; computing is limited
by the task itself, far below."""


class LostError(Exception):
    """What was asked of a process was not done; the message, in French, says why."""


class Workers:
    """Confined processes, started when they are first needed; threads may share them."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1
        self._closed = False
        self._all = [_Worker() for _ in range(self.count)]
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for worker in self._all:
            self._idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        for worker in self._all:
            worker.kill()
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().stop()
        for worker in self._all:
            self._idle.put(worker)  # whoever waits for one is told that all is over

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in a process, and wait for what it returns or raises.

        The function is found again by its name there, and its arguments are copied.

        Raises:
            LostError: the process died, or took more time or memory than it may.
        """
        worker = self._idle.get()
        try:
            if self._closed:
                raise LostError("tout s'arrête")
            returned: T = worker.run(function, args, kwargs)
        except KeyboardInterrupt:
            worker.stop()  # its answer would be taken for that of the next call
            raise
        finally:
            self._idle.put(worker)
        return returned


@cache
def kept() -> Workers:
    """One process for what is asked of single files, kept as long as this one lives."""
    return Workers(1)


def lost(path: Path, why: LostError) -> DocumentError:
    """The error of a document that could not be read to its end."""
    return DocumentError(
        f"La lecture de « {path.name} » est abandonnée : {why}.",
        "Ouvrez-le dans un lecteur de PDF et enregistrez-le à nouveau.",
    )


class _Worker:
    """One process and the pipe to it; started anew after each death."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def run(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """One call; only one thread at a time may ask for it."""
        process, pipe = self._started()
        try:
            pipe.send((function, args, kwargs))
            wait([pipe, process.sentinel], PATIENCE)
            done, value = pipe.recv() if pipe.poll() else (False, _given_up(process))
        except (EOFError, ConnectionError):
            done, value = False, _given_up(process)
        if isinstance(value, LostError):
            self.stop()
        if not done:
            raise value
        return value

    def kill(self) -> None:
        """End the process, whatever it is doing; whoever waits for its answer is told."""
        process = self._process
        if process is not None:
            with contextlib.suppress(ValueError):  # closed just now by the thread that used it
                process.kill()

    def stop(self) -> None:
        """End the process and forget it; for the thread that uses it."""
        if self._process is not None and self._pipe is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = self._pipe = None

    def _started(self) -> tuple[SpawnProcess, Connection]:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            self.stop()
            # Not forked: the web server that adds a document runs threads.
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._process, self._pipe = process, ours
        return self._process, self._pipe


def _given_up(process: SpawnProcess) -> LostError:
    """Why nothing came back from a process."""
    process.join(5)
    return LostError(_cause(process.exitcode))


def _cause(exit_code: int | None) -> str:
    if exit_code is None:
        return f"elle dépasse {PATIENCE:.0f} secondes"
    if exit_code == FORBIDDEN:
        return CAUGHT
    if hasattr(signal, "SIGPROF") and exit_code == -signal.SIGPROF:
        return "elle demande trop de calcul"
    return f"elle s'est arrêtée net (code {exit_code}), peut-être faute de mémoire"


def _serve(pipe: Connection) -> None:
    """What a process does: wait for a call, make it, answer; until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks is told, and ends this one
    confine()
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except EOFError:
            return
        try:
            answer = True, function(*args, **kwargs)
        except MemoryError:
            answer = False, LostError(f"elle demande plus de {MEMORY} Mo de mémoire")
        except Exception as error:  # noqa: BLE001 — raised again where it was asked for
            answer = False, error
        allow_seconds(0)
        _send(pipe, answer)


def _send(pipe: Connection, answer: tuple[bool, object]) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody waits any more
        try:
            pipe.send(answer)
        except (TypeError, ValueError, AttributeError) as error:  # what no pickle can hold
            pipe.send((False, LostError(f"elle rend ce qui ne se transmet pas ({error})")))
