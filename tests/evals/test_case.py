from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from evals_world import CASES

from evals.case import CaseError, from_fields, load_cases
from evals.case_writing import write_cases, write_file

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
- id: un
  theme: formes
  split: dev
  question: Faut-il un capital ?
  kind: yes_no
  answerable: true
  points:
    - text: sans capital
  evidence:
    - document: gie
      page: 1
      quote: Un GIE peut être constitué sans capital.
  source: essai
"""


def written(folder: Path, body: str) -> Path:
    (folder / "formes.yaml").write_text(body, encoding="utf-8")
    return folder


def test_a_case_is_read_with_its_defaults(tmp_path: Path) -> None:
    (case,) = load_cases(written(tmp_path, GOOD))
    assert case.points[0].vital
    assert case.pages == {("gie", 1)}
    assert not case.turns


def test_cases_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    write_cases(CASES, tmp_path)
    assert tuple(load_cases(tmp_path)) == CASES


def test_a_case_survives_being_stored_with_a_run() -> None:
    import dataclasses
    import json

    stored = json.loads(json.dumps(dataclasses.asdict(CASES[0])))
    assert from_fields(stored) == CASES[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: yes_no", "kind: humeur", "kind"),
        ("answerable: true", "answerable: peut-être", "answerable"),
        ("answerable: true", "answerable: false", "se contredisent"),
        ("    - text: sans capital", "    - text: '  '", "un point est vide"),
        ("page: 1", "page: 0", "page"),
        ("theme: formes", "theme: ''", "theme"),
        ("source: essai", "sources: essai", "sources"),
        ("quote: Un GIE", "texte: Un GIE", "citation"),
        ("split: dev", "split: train", "split"),
        ("  points:\n    - text: sans capital\n", "", "point essentiel"),
    ],
)
def test_what_is_wrong_with_a_case_is_said_with_file_case_and_remedy(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    with pytest.raises(CaseError) as caught:
        load_cases(written(tmp_path, GOOD.replace(old, new)))
    assert "formes.yaml" in caught.value.message
    assert "un" in caught.value.message
    assert said in caught.value.message
    assert caught.value.remedy


def test_an_id_cannot_serve_twice(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="sert déjà"):
        load_cases(written(tmp_path, GOOD + GOOD))


@pytest.mark.parametrize("body", ["- [", "texte", "- 12"])
def test_a_file_that_is_no_list_of_cases_is_named(tmp_path: Path, body: str) -> None:
    with pytest.raises(CaseError, match="formes"):
        load_cases(written(tmp_path, body))


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="Aucun cas"):
        load_cases(tmp_path)


def test_a_test_case_cannot_change_unnoticed(tmp_path: Path) -> None:
    frozen = [replace(CASES[0], split="test"), *CASES[1:]]
    write_cases(frozen, tmp_path)
    write_file(tmp_path / "formes.yaml", [replace(frozen[0], question="Autre ?"), *frozen[1:]])
    with pytest.raises(CaseError, match="test"):
        load_cases(tmp_path)
    assert load_cases(tmp_path, frozen=False)


def test_dev_cases_may_change(tmp_path: Path) -> None:
    write_cases(CASES, tmp_path)
    write_file(tmp_path / "formes.yaml", [replace(CASES[0], question="Autre ?"), *CASES[1:]])
    assert load_cases(tmp_path)[0].question == "Autre ?"
