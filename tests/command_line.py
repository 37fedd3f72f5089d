"""Runs `coop` as a user does: a process of its own, a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def environment(home: Path) -> dict[str, str]:
    """The environment of a `coop` process."""
    return os.environ | {"COOP_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "100"}


def run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with further settings."""
    return subprocess.run(
        [sys.executable, "-m", "coop", *arguments],
        env=environment(home) | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
