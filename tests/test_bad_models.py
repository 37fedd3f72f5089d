"""What is asked of a library with a model that will not do: a message in time, nothing touched."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

import coop
from corpus.generation import current_folder
from corpus.home import BUNDLED_MODEL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.home import Home

ASK = ("search", "dettes")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "modele"
    ignored = shutil.ignore_patterns("*.py", "__pycache__")
    shutil.copytree(BUNDLED_MODEL, folder, ignore=ignored)
    return folder


def _without_tokenizer(model: Path) -> None:
    (model / "tokenizer.json").unlink()


def _cut_short(model: Path) -> None:
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def _not_a_number(model: Path) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(model / "model.safetensors")
    scales = tensors["weights"].astype(np.float32)
    scales[7] = np.nan
    save_file(tensors | {"weights": scales}, model / "model.safetensors")


def _another(model: Path) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(model / "model.safetensors")
    save_file(tensors | {"weights": tensors["weights"] * 2}, model / "model.safetensors")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_tokenizer, "tokenizer.json"),
        (_cut_short, "model.safetensors"),
        (_not_a_number, "NaN"),
        (_another, "coop ingest"),
    ],
)
def test_a_model_that_will_not_do_is_named_and_the_library_stays(
    spoil: Callable[[Path], None],
    said: str,
    model: Path,
    home: Home,
    build: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    build()
    monkeypatch.setenv("COOP_HOME", str(home.root))
    before = current_folder(home)
    spoil(model)
    monkeypatch.setenv("COOP_EMBEDDING_MODEL", str(model))
    assert coop.run(list(ASK)) == 1
    assert said in capsys.readouterr().err
    monkeypatch.delenv("COOP_EMBEDDING_MODEL")
    assert current_folder(home) == before
    assert coop.run(list(ASK)) == 0


def test_a_library_of_nothing_finds_nothing_and_says_so(
    home: Home,
    build: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    build(vide=())
    monkeypatch.setenv("COOP_HOME", str(home.root))
    assert coop.run(list(ASK)) == 0
    assert "Aucun passage" in capsys.readouterr().out
