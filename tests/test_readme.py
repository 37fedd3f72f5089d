"""The README stays true: its tree is the checkout, its commands exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import coop

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def tree() -> set[str]:
    """The files and folders the README's tree names, as paths from the root."""
    found: set[str] = set()
    folder = ""
    for line in blocks("text")[0].splitlines():
        match = re.match(r"(?P<indent> *)(?P<name>\S+)  +\S", line)
        if match is None:
            continue
        if not match["indent"]:
            folder = match["name"] if match["name"].endswith("/") else ""
            found.add(match["name"])
        else:
            found.update(folder + name for name in match["name"].split(","))
    return found


def test_every_path_of_the_tree_exists() -> None:
    assert [path for path in sorted(tree()) if not (ROOT / path).exists()] == []


def test_every_module_stands_in_the_tree() -> None:
    modules = {
        str(path.relative_to(ROOT))
        for room in ("corpus", "ingest", "assistant", "evals")
        for path in (ROOT / room).glob("*.py")
        if path.name != "__init__.py"
    }
    assert sorted(modules - tree()) == []


def commands() -> list[str]:
    lines = [line.split("#")[0].strip() for block in blocks("bash") for line in block.splitlines()]
    return sorted({line for line in lines if line})


@pytest.mark.parametrize("line", [line for line in commands() if line.startswith("make ")])
def test_make_targets_exist(line: str) -> None:
    run = subprocess.run(["make", "-n", line.split(maxsplit=2)[1]], cwd=ROOT, check=False)
    assert run.returncode == 0


@pytest.mark.parametrize("line", [line for line in commands() if "coop " in line])
def test_coop_commands_and_their_options_exist(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = line.split("coop ", maxsplit=1)[1].split()
    names = words[:2] if words[0] in {"corpus", "eval"} else words[:1]
    assert coop.run([*names, "--help"]) == 0
    shown = capsys.readouterr().out
    for option in [word for word in words if word.startswith("-")]:
        assert option in shown


@pytest.mark.parametrize(
    "line", [line for line in commands() if "python -m" in line and "coop" not in line]
)
def test_scripts_exist(line: str) -> None:
    module = line.split("python -m ", maxsplit=1)[1].split(maxsplit=1)[0]
    assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


def test_every_dependency_is_listed_with_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    needed = [*project["dependencies"], *(name for extra in extras for name in extra)]
    names = {re.split(r"[\[<>=]", name)[0] for name in needed}
    assert sorted(name for name in names if f"`{name}`" not in README) == []
