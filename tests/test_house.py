"""The house rules: who may import whom, where each library lives, what a bare import may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    "corpus": set(),
    "ingest": {"corpus"},
    "assistant": {"corpus"},
    "evals": {"assistant", "corpus"},
    "coop": {"assistant", "corpus", "evals", "ingest"},
}  # fmt: skip
HOMES = {
    "torch": "corpus/embedding.py",
    "sentence_transformers": "corpus/embedding.py",
    "chromadb": "corpus/vectors.py",
    "bm25s": "corpus/lexical.py",
    "pypdf": "ingest/pages.py",
    "ocrmypdf": "ingest/ocr.py",
    "pypdfium2": "corpus/pdfium.py",
    "typst": "corpus/typeset.py",
    "sqlalchemy": "assistant/memory.py",
    "langchain_core": "corpus/retriever.py",
    "langchain": "assistant/llm.py",
    "langsmith": "assistant/llm.py",
    "docx": "assistant/export.py",
    "mcp": "assistant/mcp_server.py",
    "argon2": "assistant/web/password.py",
    "itsdangerous": "assistant/web/password.py",
    "schemathesis": "evals/hostile.py",
    "fastapi": "assistant/web/",
    "starlette": "assistant/web/",
    "uvicorn": "assistant/web/server.py",
    "gradio": "assistant/web/",
}
# A program apart, which the assistant never runs: it makes the bundled model.
TRAINING = "corpus/model/"
# The tutorial pipeline that ours is measured against uses the libraries as the tutorial does.
BASELINES = "evals/baselines/"


def sources() -> list[Path]:
    folders = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return sorted([*folders, ROOT / "coop.py"])


def imported(path: Path) -> set[str]:
    """The modules a file imports anywhere, functions and type-checking blocks included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_in_the_permitted_direction(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    rooms = {module.split(".")[0] for module in imported(path)} & set(ROOMS)
    assert rooms - {room} <= ROOMS[room]


@pytest.mark.parametrize("library", HOMES)
def test_each_library_is_imported_in_its_one_home(library: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in sources()
        if library in {module.split(".")[0] for module in imported(path)}
    }
    strangers = {
        user for user in users if not user.startswith((HOMES[library], TRAINING, BASELINES))
    }
    assert not strangers


def test_importing_the_front_door_loads_nothing_heavy() -> None:
    heavy = "torch gradio chromadb langchain langchain_core sentence_transformers".split()
    code = f"import coop, sys; print(sorted(set({heavy}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_only_what_belongs_stands_at_the_top() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in listed}
    assert top == {
        "corpus", "ingest", "assistant", "evals", "tests", "coop.py", "pyproject.toml",
        "README.md", "CHANGELOG.md", "Makefile", "constraints.txt", "LICENSE", ".gitignore", ".ci",
    }  # fmt: skip
