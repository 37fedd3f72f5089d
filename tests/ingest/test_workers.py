"""Processes that read: bounded, without network or programs, and their death costs nothing else."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import deeds
import pytest

from ingest.workers import CAUGHT, LostError, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1) as workers:
        yield workers


def test_what_is_returned_or_raised_there_is_returned_or_raised_here(workers: Workers) -> None:
    assert workers.run(pow, 2, 10) == 1024
    with pytest.raises(ValueError, match="trop petit"):
        workers.run(deeds.refuse, "trop petit")


@pytest.mark.parametrize(
    ("deed", "cause"),
    [
        (deeds.compute_for_ever, "trop de calcul"),
        (deeds.fill_memory, "de mémoire"),
        (deeds.break_down, "arrêtée net"),
        (deeds.open_the_network, CAUGHT),
        (deeds.run_a_program, CAUGHT),
        (deeds.be_the_system, CAUGHT),
        (deeds.give_what_cannot_be_given, "ne se transmet pas"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_call_that_does_harm_is_lost_with_its_cause_and_the_next_one_is_served(
    workers: Workers, deed: Callable[[], object], cause: str
) -> None:
    with pytest.raises(LostError, match=cause):
        workers.run(deed)
    assert workers.run(pow, 2, 3) == 8


def test_several_threads_share_the_processes() -> None:
    with Workers(2) as workers, ThreadPoolExecutor(4) as threads:
        ids = set(threads.map(lambda _: workers.run(deeds.process_id), range(8)))
    assert 1 <= len(ids) <= 2


def test_whoever_waits_when_all_is_over_is_told() -> None:
    told: list[str] = []

    def ask(workers: Workers) -> None:
        try:
            workers.run(time.sleep, 60)
        except LostError as error:
            told.append(str(error))

    with Workers(1) as workers:
        waiting = [threading.Thread(target=ask, args=(workers,)) for _ in range(2)]
        for thread in waiting:
            thread.start()
        time.sleep(0.5)
    for thread in waiting:
        thread.join(20)
    assert len(told) == 2


def test_workers_leave_when_the_process_that_started_them_is_killed() -> None:
    code = (
        "import threading, time, deeds\n"
        "from ingest.workers import Workers\n"
        "if __name__ == '__main__':\n"
        "    workers = Workers(1)\n"
        "    print(workers.run(deeds.process_id), flush=True)\n"
        "    workers.run(time.sleep, 60)\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    )
    assert starter.stdout is not None
    worker = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    deadline = time.monotonic() + 20
    while _is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(worker)


def _is_running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rsplit(")", maxsplit=1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
