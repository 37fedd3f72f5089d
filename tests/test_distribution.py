"""What is published holds the whole collection, and works away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("assistant", "corpus", "evals", "ingest")
NAMED = (
    "coop.py",
    "corpus/catalogue.toml",
    "corpus/documents/groupement-employeurs.pdf",
    "corpus/fiche.typ",
    "corpus/fiches/groupement-employeurs.md",
    "corpus/fiches/sources.toml",
    "corpus/lexicon.toml",
    "corpus/model/model.safetensors",
    "corpus/model/tokenizer.json",
    "corpus/reformes.toml",
    "assistant/actors.toml",
    "assistant/web/chat.css",
    "assistant/web/chat.js",
    "corpus/words.txt",
)


class Distribution(NamedTuple):
    """The two files that are published."""

    wheel: Path
    sdist: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Distribution(wheel, sdist)


@pytest.fixture(scope="module")
def away(built: Distribution, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel installs, and nothing else of ours."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(built.wheel) as archive:
        archive.extractall(folder)  # noqa: S202 — our own archive
    return folder


def shipped() -> set[str]:
    """Every file of the packages, as paths from the root."""
    return {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_packages(built: Distribution) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        inside = set(archive.namelist())
    assert sorted((shipped() | set(NAMED)) - inside) == []


def test_the_sdist_holds_them_with_the_tests_and_what_builds_them(built: Distribution) -> None:
    with tarfile.open(built.sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    wanted = shipped() | set(NAMED)
    wanted |= {"pyproject.toml", "README.md", "LICENSE", "Makefile", "tests/conftest.py"}
    assert sorted(wanted - inside) == []


def test_the_whole_collection_is_inside(away: Path) -> None:
    fiches = {path.stem for path in (away / "corpus" / "fiches").glob("*.md")}
    documents = {path.stem for path in (away / "corpus" / "documents").glob("*.pdf")}
    assert len(fiches) >= 36
    assert fiches == documents


def run(away: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python on what the wheel installs, from a folder that has nothing to do with it."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=home.parent,
        env=os.environ | {"PYTHONPATH": str(away), "COOP_HOME": str(home), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_what_is_installed_ingests_answers_and_finds_itself_healthy(
    away: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    names = "coop, corpus, ingest, assistant"
    code = f"import {names}; print(*{{m.__file__ for m in ({names})}}, sep='\\n')"
    files = run(away, home, "-c", code).stdout.split()
    assert len(files) == 4
    assert all(Path(file).is_relative_to(away) for file in files)

    ingested = run(away, home, "-m", "coop", "ingest", "--json")
    assert ingested.returncode == 0, ingested.stderr

    asked = run(
        away, home, "-m", "coop", "ask", "--json", "C'est quoi un groupement d'employeurs ?"
    )
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert not answer["refused"]
    assert answer["citations"][0]["document"] == "groupement-employeurs"

    checked = run(away, home, "-m", "coop", "doctor")
    assert checked.returncode == 0, checked.stdout
