"""What tests ask of confined processes, which find it here by its name."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess

from ingest.confinement import allow_seconds


def compute_for_ever() -> None:
    allow_seconds(0.2)
    while True:
        pass


def fill_memory() -> int:
    return len(bytearray(4 << 30))


def break_down() -> None:
    ctypes.string_at(0)


def open_the_network() -> None:
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def run_a_program() -> None:
    subprocess.run(["/bin/true"], check=True)


def be_the_system() -> None:
    os.system("true")  # noqa: S605 — this is the deed


def give_what_cannot_be_given() -> object:
    return lambda: None


def refuse(reason: str) -> None:
    raise ValueError(reason)


def process_id() -> int:
    return os.getpid()
