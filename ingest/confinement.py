"""What a process that reads PDFs may do: so much memory, so much time, no network, no program.

A file may be made to hurt whoever opens it. The limits are the system's own: a fault in a PDF
library ends the process, and nothing else. Time is counted in seconds of computing, so that a busy
machine refuses no page.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

MEMORY: Final = 1024  # MiB a process may take beyond what it has at its start
FORBIDDEN: Final = 77
"""The exit code of a process that wanted the network or a program."""

_NETWORK: Final = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo")
_PROGRAMS: Final = ("os.exec", "os.posix_spawn", "os.system", "os.spawn", "os.fork", "os.forkpty")
_PERMITTED: Final = frozenset({"tesseract"})  # which reads pictures that we drew


def confine() -> None:
    """Put this process under its limits, for good; where the system has none, it runs without."""
    leave_with_parent()
    _limit_memory()
    sys.addaudithook(_forbid)


def allow_seconds(seconds: float) -> None:
    """End this process by SIGPROF once it has computed that long; asked again, it counts anew."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    if sys.platform != "linux":
        return  # elsewhere the limit is not enforced, or counts what is only mapped
    import resource  # noqa: PLC0415 — not everywhere

    taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = taken * resource.getpagesize() + (MEMORY << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    if event in _NETWORK or event in _PROGRAMS:
        os._exit(FORBIDDEN)
    if event == "subprocess.Popen" and Path(str(arguments[0])).name not in _PERMITTED:
        os._exit(FORBIDDEN)


def leave_with_parent() -> None:
    """End when the process that started this one does, be it killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent,), daemon=True).start()


def _leave_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
