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
from evals.candidates import add, draft, opinion_lines, read_draft
from evals.case import CaseError, Evidence, Point, load_cases, read_file
from evals.case_writing import write_cases, write_file
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
    body = draft(memory.feedback()[0], path.name, ["formes"]).replace("methode", "formes")
    path.write_text(body, encoding="utf-8")
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


def test_a_quote_typed_otherwise_or_with_the_wrong_page_is_put_where_it_stands(
    library: Library, completed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    write_cases([OTHER], folder)
    body = completed.read_text(encoding="utf-8").replace("page: 1", "page: 9")
    completed.write_text(body.replace("quote: Toute", "quote: TOUTE"), encoding="utf-8")
    (added,) = add(completed, "A. Relectrice", Pages(library), folder)
    assert all(Pages(library).stands(evidence) for evidence in added.evidence)


def test_all_that_is_wrong_with_a_draft_is_said_at_once_and_nothing_is_added(
    library: Library, completed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "cases"
    folder.mkdir()
    write_cases([OTHER], folder)
    (case,) = read_file(completed)
    wrong = replace(
        case,
        theme="formule",
        points=(Point("un zèbre rayé"),),
        evidence=(*case.evidence, Evidence("ge", 1, "Rien de tel."), Evidence("zzz", 1, "Rien.")),
    )
    write_file(completed, [wrong])
    with pytest.raises(CaseError) as caught:
        add(completed, "A. Relectrice", Pages(library), folder)
    for said in ("avis.yaml", "formule", "zèbre", "Rien de tel", "zzz", "document inconnu"):
        assert said in caught.value.message
    assert load_cases(folder) == [OTHER]


def test_a_refusal_found_wrong_gives_a_draft_to_fill_in(library: Library, tmp_path: Path) -> None:
    memory = Memory.in_home(library.home)
    answer = Assistant(lambda: library).ask("Quelle est la recette du couscous ?")
    assert answer.refused
    for verdict in ("down", "up"):
        memory.add_feedback(answer, verdict)
    right, wrong = memory.feedback()
    memory.close()
    path = tmp_path / "avis.yaml"
    path.write_text(draft(wrong, path.name, ["formes"]), encoding="utf-8")
    assert read_file(path)[0].answerable
    with pytest.raises(CaseError, match="À COMPLÉTER"):
        read_draft(path)
    path.write_text(draft(right, path.name, ["formes"]), encoding="utf-8")
    assert not read_file(path)[0].answerable


def test_a_follow_up_gives_a_draft_with_earlier_turns_to_fill_in(
    library: Library,
) -> None:
    assistant = Assistant(lambda: library)
    memory = Memory.in_home(library.home)
    first = assistant.ask("C'est quoi un GE ?")
    memory.add_feedback(first, "down")
    memory.add_feedback(assistant.ask("et qui répond de ses dettes ?", [first]), "down")
    follow_up, alone = memory.feedback()
    memory.close()
    assert "turns:\n  - À COMPLÉTER" in draft(follow_up, "avis.yaml", ["formes"])
    assert "turns:\n" not in draft(alone, "avis.yaml", ["formes"])


def test_opinions_are_listed_with_those_that_became_cases(
    library: Library, completed: Path
) -> None:
    memory = Memory.in_home(library.home)
    memory.add_feedback(Assistant(lambda: library).ask("C'est quoi un GIE ?"), "up")
    opinions = memory.feedback()
    memory.close()
    fresh, done, count = opinion_lines(opinions, read_file(completed))
    assert "+  C'est quoi un GIE ?" in fresh
    assert "(il manque les salaires)  [déjà un cas]" in done
    assert count.startswith("2 avis.")


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
