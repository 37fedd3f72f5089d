from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import coop
from evals.retrieval import MEASURES, METHODS, evaluate_sets, read_set

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.embedding import Embedder

DOCUMENTS = {
    "ge": "Un groupement d'employeurs recrute des salariés pour ses membres.",
    "gie": "Un groupement d'intérêt économique prolonge l'activité de ses membres.",
    "scic": "Une société coopérative d'intérêt collectif réunit plusieurs associés.",
}
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


def test_queries_without_judgement_are_left_out(small_set: Path) -> None:
    assert set(read_set(small_set).queries) == {"q1", "q2"}


def test_every_method_gets_every_measure_between_0_and_1(
    small_set: Path, embedder: Embedder
) -> None:
    table = evaluate_sets([small_set], embedder)["petit"]
    assert tuple(table) == METHODS
    for measures in table.values():
        assert set(measures) == set(MEASURES)
        assert all(0 <= value <= 1 for value in measures.values())


def test_plain_words_miss_the_acronym_that_the_hybrid_finds(
    small_set: Path, embedder: Embedder
) -> None:
    table = evaluate_sets([small_set], embedder)["petit"]
    assert table["plain"]["mrr"] < table["hybrid"]["mrr"] == 1.0


def test_the_command_prints_the_table_as_json(
    small_set: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coop.run(["eval", "retrieval", "--sets", str(small_set.parent), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"petit"}


def test_a_folder_without_sets_is_bad_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert coop.run(["eval", "retrieval", "--sets", str(tmp_path)]) == 2
    assert "BEIR" in capsys.readouterr().err
