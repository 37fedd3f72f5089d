from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from evals_world import CASES, case, perfect

from assistant.dialogue import Assistant
from assistant.memory import Memory
from corpus.library import Library
from evals.candidates import add, draft
from evals.case import CaseError, Evidence, load_cases
from evals.case_writing import write_cases
from evals.gold import Pages
from evals.spreadsheet import export, merged, read_cases

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home

QUESTION = "Qui peut créer un groupement d'employeurs ?"
OTHER = case(
    "autre",
    "Un GIE réunit combien de personnes ?",
    Evidence("gie", 1, "Un groupement d'intérêt économique réunit au moins deux personnes."),
    points=("deux personnes",),
)


@pytest.fixture
def library(home: Home, embedder: Embedder, build: Callable[..., None]) -> Library:
    build()
    return Library.open(home, embedder)


@pytest.fixture
def completed(library: Library, tmp_path: Path) -> Path:
    """A draft made from an answer that a reader marked, which happens to need no correction."""
    memory = Memory.in_home(library.home)
    answer = Assistant(lambda: library).ask(QUESTION)
    assert answer.statements
    memory.add_feedback(answer, "down", "il manque\nles salaires")
    path = tmp_path / "avis.yaml"
    path.write_text(draft(memory.feedback()[0], path.name), encoding="utf-8")
    memory.close()
    return path


def test_a_marked_answer_becomes_a_signed_dev_case(
    library: Library, completed: Path, tmp_path: Path
) -> None:
    assert "il manque les salaires" in completed.read_text(encoding="utf-8")
    folder = tmp_path / "cases"
    folder.mkdir()
    write_cases([OTHER], folder)
    (added,) = add(completed, "A. Relectrice", Pages(library), folder)
    assert added.question == QUESTION
    assert added.split == "dev"
    assert "relu par A. Relectrice le 20" in added.source
    assert load_cases(folder) == [OTHER, added]


def test_a_draft_that_says_again_what_a_case_says_is_refused(
    library: Library, completed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    write_cases([replace(OTHER, id="deja", question=QUESTION.lower())], folder)
    with pytest.raises(CaseError, match="deja"):
        add(completed, "A. Relectrice", Pages(library), folder)
    assert len(load_cases(folder)) == 1


def test_a_draft_with_a_quote_that_is_nowhere_is_refused(
    library: Library, completed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    write_cases([OTHER], folder)
    body = completed.read_text(encoding="utf-8").replace("page: 1", "page: 9")
    completed.write_text(body, encoding="utf-8")
    with pytest.raises(CaseError, match=r"avis\.yaml"):
        add(completed, "A. Relectrice", Pages(library), folder)


def test_cases_survive_the_spreadsheet_with_either_separator(tmp_path: Path) -> None:
    odd = replace(
        CASES[2],
        id="multi",
        turns=("Un, deux ; « trois »",),
        also=(Evidence("gie", 2, "Sur deux\nlignes | avec une barre."),),
        requires=("gie",),
        tags=("faute", "sms"),
        points=(replace(CASES[2].points[0], vital=False, variants=("a", "b")), CASES[2].points[1]),
    )
    cases = [*CASES, odd]
    path = tmp_path / "cas.csv"
    path.write_text("\ufeff" + export(cases), encoding="utf-8", newline="")
    assert read_cases(path) == cases
    stream = io.StringIO(newline="")
    rows = list(csv.reader(io.StringIO(export(cases), newline="")))
    csv.writer(stream, delimiter=";").writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    assert read_cases(path) == cases


def test_the_export_has_the_columns_evalap_expects() -> None:
    replies = {case.id: perfect(case) for case in CASES}
    (first, *_) = csv.DictReader(io.StringIO(export(CASES, replies), newline=""))
    assert first["query"] == CASES[0].question
    assert first["output_true"] == CASES[0].evidence[0].quote
    assert first["output"] == first["output_true"]
    assert first["retrieval_context"].startswith("ge p. 2 : ")


def test_an_import_adds_and_changes_dev_cases_and_leaves_the_others() -> None:
    changed = replace(CASES[0], question="Autrement dit ?")
    found = merged(CASES, [changed, OTHER])
    assert found.changed == [changed, OTHER]
    assert found.cases == [changed, *CASES[1:], OTHER]
    assert merged(CASES, CASES[2:]).changed == []


def test_an_import_cannot_touch_the_test_cases() -> None:
    frozen = replace(CASES[0], split="test")
    with pytest.raises(CaseError, match="dettes"):
        merged([frozen], [replace(frozen, question="Autrement dit ?")])
    with pytest.raises(CaseError, match="autre"):
        merged([frozen], [replace(OTHER, split="test")])
    assert merged([frozen], [frozen]).changed == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "humeur"}, "ligne 2"),
        ({"id": " "}, "« id » est vide"),
        ({"evidence": "ge | deux | texte"}, "ligne 2"),
        ({"answerable": "non"}, "se contredisent"),
    ],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, change: dict[str, str], said: str) -> None:
    (row, *_) = csv.DictReader(io.StringIO(export(CASES[:1]), newline=""))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(row))
    writer.writeheader()
    writer.writerow(row | change)
    path = tmp_path / "cas.csv"
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    with pytest.raises(CaseError, match=said):
        read_cases(path)


def test_a_file_without_the_columns_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cas.csv"
    path.write_text("question,réponse\n", encoding="utf-8")
    with pytest.raises(CaseError, match="query"):
        read_cases(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CaseError, match="UTF-8"):
        read_cases(path)
