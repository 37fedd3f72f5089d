"""The bundled collection, ingested once for the tests that need the real thing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus.home import Home
from corpus.library import Library

if TYPE_CHECKING:
    from corpus.embedding import Embedder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Library:
    """The bundled collection, ingested once by the real command."""
    home = Home(tmp_path_factory.mktemp("evals") / "home")
    home.prepare()
    done = subprocess.run(
        [sys.executable, "-m", "coop", "ingest"],
        cwd=ROOT,
        env=os.environ | {"COOP_HOME": str(home.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Library.open(home, embedder)
