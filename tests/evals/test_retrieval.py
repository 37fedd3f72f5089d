from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import coop
from corpus.library import Library
from evals.case import Case, Evidence, Point
from evals.retrieval import METHODS, Result, as_json, evaluate
from evals.retrieval_sets import MEASURES, ROOM, TARGET_WORDS, case_set, pieces, read_set
from evals.retrieval_table import markdown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corpus.embedding import Embedder
    from corpus.home import Home

DOCUMENTS = {
    "ge": "Un groupement d'employeurs recrute des salariés pour ses membres.",
    "gie": "Un groupement d'intérêt économique prolonge l'activité de ses membres.",
    "scic": "Une société coopérative d'intérêt collectif réunit plusieurs associés.",
}
DEBTS = "Les membres d'un groupement d'employeurs répondent solidairement de ses dettes."
QUERIES = {"q1": "recruter des salariés à plusieurs", "q2": "SCIC", "q3": "sans jugement"}


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    folder = tmp_path / "sets" / "petit"
    folder.mkdir(parents=True)
    rows = [json.dumps({"_id": i, "title": "", "text": t}) for i, t in DOCUMENTS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(rows), encoding="utf-8")
    rows = [json.dumps({"_id": i, "text": t}) for i, t in QUERIES.items()]
    (folder / "queries.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tge\t1\nq2\tscic\t1\n")
    return folder


@pytest.fixture
def results(small_set: Path, embedder: Embedder) -> list[Result]:
    return evaluate([read_set(small_set)], embedder)


def test_queries_without_judgement_are_left_out(small_set: Path) -> None:
    assert set(read_set(small_set).queries) == {"q1", "q2"}


def test_a_long_text_is_cut_in_equal_pieces_and_a_short_one_stays_whole() -> None:
    assert [len(piece.split()) for piece in pieces("mot " * 300)] == [150, 150]
    assert pieces("mot " * 160) == [" ".join(["mot"] * 160)]


@given(st.integers(0, 2_000))
def test_pieces_hold_every_word_once(count: int) -> None:
    words = [f"m{number}" for number in range(count)]
    found = pieces(" ".join(words))
    assert " ".join(found).split() == words
    assert all(len(piece.split()) <= ROOM * TARGET_WORDS for piece in found)


def test_every_method_gets_every_measure_between_0_and_1(results: list[Result]) -> None:
    table = as_json(results)
    assert set(table) == {"petit", "petit, fautes de frappe"}
    for methods in table.values():
        assert tuple(methods) == METHODS
        for measures in methods.values():
            assert tuple(measures) == MEASURES
            assert all(0 <= value <= 1 for value in measures.values())


def test_a_document_found_second_counts_as_the_measures_define(small_set: Path) -> None:
    data = read_set(small_set)
    found = data.judge({"q1": [1, 0], "q2": []})
    assert found["ndcg@10"]["q1"].value == pytest.approx(1 / math.log2(3))
    assert found["mrr"]["q1"].value == 0.5
    assert found["recall@5"]["q1"].value == 1
    assert all(verdicts["q2"].value == 0 for verdicts in found.values())


def test_plain_words_miss_the_acronym_that_the_hybrid_finds(results: list[Result]) -> None:
    table = as_json(results)["petit"]
    assert table["plain"]["mrr"] < table["hybrid"]["mrr"] == 1.0


def test_measuring_twice_gives_the_same_figures(
    small_set: Path, embedder: Embedder, results: list[Result]
) -> None:
    assert as_json(evaluate([read_set(small_set)], embedder)) == as_json(results)


def test_the_markdown_table_has_a_line_a_set_with_interval_and_gain(results: list[Result]) -> None:
    head, rule, *rows = markdown(results)
    assert len(rows) == 2
    assert {line.count("|") for line in (head, rule, *rows)} == {10}
    assert rows[0].startswith("| petit (2) |")
    assert rows[1].startswith("| petit, with typos (2) |")


def test_the_cases_are_judged_as_a_run_judges_them(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build(ge=(DOCUMENTS["ge"], DEBTS), gie=(DOCUMENTS["gie"],))
    library = Library.open(home, embedder)
    case = Case(
        id="ge-dettes", theme="emploi", question="qui paie les dettes d'un GE ?", kind="who",
        answerable=True, split="dev", source="test", points=(Point(DEBTS),),
        evidence=(Evidence("ge", 1, DEBTS),),
    )  # fmt: skip
    data = case_set("cases", library, [case])
    passages = [quoted for _, quoted in data.passages]
    first, other = passages.index(DEBTS), passages.index(DOCUMENTS["gie"])
    found = data.judge({"ge-dettes": [other, first]})
    assert found["mrr"]["ge-dettes"].value == 0.5
    assert found["recall@5"]["ge-dettes"].value == 1
    assert data.judge({"ge-dettes": [other]})["recall@5"]["ge-dettes"].value == 0
    assert data.clusters == {"ge-dettes": "ge"}


def test_a_follow_up_is_asked_as_the_assistant_understands_it(
    home: Home, embedder: Embedder, build: Callable[..., None]
) -> None:
    build(ge=(DOCUMENTS["ge"], DEBTS), gie=(DOCUMENTS["gie"],))
    case = Case(
        id="suite", theme="emploi", question="et qui paie ses dettes ?", kind="who",
        answerable=True, split="dev", source="test", turns=("C'est quoi un GE ?",),
        points=(Point("dettes"),), evidence=(Evidence("ge", 1, DEBTS),),
    )  # fmt: skip
    data = case_set("cases", Library.open(home, embedder), [case])
    assert "GE" in data.queries["suite"]


def test_the_command_prints_the_table_as_json(
    small_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coop.run(["eval", "retrieval", "--sets", str(small_set.parent), "--json"]) == 0
    assert "petit" in json.loads(capsys.readouterr().out)


def test_the_command_prints_intervals_for_people(
    small_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coop.run(["eval", "retrieval", "--sets", str(small_set.parent)]) == 0
    shown = capsys.readouterr().out
    assert "petit : 2 questions" in shown
    assert "gain sur le BM25 français" in shown


def test_a_folder_without_sets_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coop.run(["eval", "retrieval", "--sets", str(tmp_path)]) == 2
    assert "BEIR" in capsys.readouterr().err
