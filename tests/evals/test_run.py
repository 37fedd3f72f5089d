"""A run on disk: resumed, never overwritten, compared; the real assistant, a small library."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from evals_world import case

from corpus.errors import UsageError
from corpus.library import Library
from evals.case import Case, Evidence
from evals.compare import compare
from evals.record import Run, RunError, find_run, run_lines, runs_folder
from evals.replies import Reply, as_json, from_json
from evals.report import html_report, markdown_summary
from evals.run import Bench, evaluate, select
from evals.systems import Ours

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.embedding import Embedder
    from corpus.home import Home

DEBTS = "Les membres d'un groupement d'employeurs répondent solidairement de ses dettes."
MAKERS = "Toute personne physique ou morale peut créer un groupement d'employeurs."
CASES = [
    case(
        "dettes",
        "Qui répond des dettes d'un groupement d'employeurs ?",
        Evidence("ge", 1, DEBTS),
        points=("les membres répondent solidairement",),
    ),
    case(
        "createurs",
        "Qui peut créer un groupement d'employeurs ?",
        Evidence("ge", 1, MAKERS),
        points=("toute personne physique ou morale",),
    ),
    case("recette", "Quelle est la recette du gratin dauphinois ?"),
]


def quiet(_title: str, _done: int, _total: int) -> None:
    """No progress bar."""


@pytest.fixture
def bench(home: Home, embedder: Embedder, build: Callable[..., None]) -> Bench:
    build()
    return Bench(home, Library.open(home, embedder), embedder)


def test_a_run_keeps_header_replies_and_measures(bench: Bench) -> None:
    run = evaluate(bench, CASES, "ours", "dev", quiet)
    assert run.finished
    assert run.header.pages == 2
    assert set(run.replies()) == {"dettes", "createurs", "recette"}
    measures = run.measures()
    assert measures["counts"]["cases"] == 3
    assert measures["means"]["refusal_recall"]["n"] == 1
    assert measures["means"]["citation_recall"]["value"] == 1
    assert find_run(bench.home, "last").header == run.header


def test_an_interrupted_run_is_taken_up_where_it_was(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = Ours.reply

    def dies_at_the_second(self: Ours, case: Case) -> Reply:
        if case.id == "createurs":
            raise KeyboardInterrupt
        return ask(self, case)

    with monkeypatch.context() as patch:
        patch.setattr(Ours, "reply", dies_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            evaluate(bench, CASES, "ours", "dev", quiet)
    (folder,) = runs_folder(bench.home).iterdir()
    broken = Run.open(folder)
    assert not broken.finished
    with (broken.folder / "replies.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"case": "createurs", "ref')  # the kill came in mid-line
    asked: list[str] = []

    def notes(self: Ours, case: Case) -> Reply:
        asked.append(case.id)
        return ask(self, case)

    monkeypatch.setattr(Ours, "reply", notes)
    run = evaluate(bench, CASES, "ours", "dev", quiet)
    assert run.folder == broken.folder
    assert asked == ["createurs", "recette"]
    assert len(run.replies()) == 3


def test_a_finished_run_is_never_overwritten(bench: Bench) -> None:
    first = evaluate(bench, CASES, "ours", "dev", quiet)
    second = evaluate(bench, CASES, "ours", "dev", quiet)
    assert first.folder != second.folder


def test_an_unfinished_run_says_so(bench: Bench) -> None:
    run = evaluate(bench, CASES, "ours", "dev", quiet)
    (run.folder / "measures.json").unlink()
    with pytest.raises(RunError, match="interrompue"):
        run.measures()


@pytest.mark.parametrize("body", ["{}", "texte", '{"format": 1}'])
def test_a_damaged_run_is_named(bench: Bench, body: str) -> None:
    folder = runs_folder(bench.home) / "abime"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(body, encoding="utf-8")
    with pytest.raises(RunError, match="abime"):
        Run.open(folder)


def test_a_run_of_another_version_and_one_that_is_not_there_are_named(bench: Bench) -> None:
    run = evaluate(bench, CASES[:1], "ours", "dev", quiet)
    header = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    (run.folder / "run.json").write_text(json.dumps(header | {"format": 99}), encoding="utf-8")
    with pytest.raises(RunError, match="autre version"):
        Run.open(run.folder)
    assert [line for line in run_lines(bench.home) if "autre version" in line]
    with pytest.raises(RunError, match="Aucune évaluation"):
        find_run(bench.home, "jamais")


def test_a_case_whose_gold_is_not_in_the_library_fails_alone_with_its_reason(bench: Bench) -> None:
    lost = replace(CASES[0], id="perdu", evidence=(Evidence("ge", 1, "Rien de tel ici."),))
    unknown = replace(CASES[0], id="inconnu", evidence=(Evidence("zzz", 1, DEBTS),))
    run = evaluate(bench, [*CASES, lost, unknown], "ours", "dev", quiet)
    failed = run.measures()["failed"]
    assert "citation introuvable dans ge" in failed["perdu"]
    assert "zzz" in failed["inconnu"]
    assert run.measures()["means"]["strict_accuracy"]["failures"] == 2


def test_a_case_on_a_document_not_supplied_is_counted_as_not_run(bench: Bench) -> None:
    waiting = replace(CASES[0], id="attend", requires=("guide",))
    run = evaluate(bench, [CASES[0], waiting], "ours", "dev", quiet)
    assert run.measures()["not_run"] == {"attend": "document non fourni : guide"}
    with pytest.raises(UsageError, match="Aucun cas"):
        evaluate(bench, [waiting], "ours", "dev", quiet)


def test_a_quote_that_moved_is_found_where_it_is(bench: Bench) -> None:
    from evals.gold import Pages

    moved = replace(CASES[0], evidence=(Evidence("ge", 3, DEBTS.upper()),))
    selection = select([moved], Pages(bench.library))
    assert selection.cases[0].evidence == CASES[0].evidence
    assert selection.moved == 1
    assert not selection.broken


def test_a_conversation_goes_through_its_turns(bench: Bench) -> None:
    turns = ("C'est quoi un groupement d'employeurs ?",)
    follow_up = replace(CASES[1], turns=turns, question="et qui répond de ses dettes ?")
    assert "groupement" in Ours(bench.library).reply(follow_up).understood.lower()


@pytest.mark.parametrize("system", ["bm25", "dense"])
def test_a_baseline_goes_through_the_same_measures(bench: Bench, system: str) -> None:
    run = evaluate(bench, CASES, system, "dev", quiet)  # type: ignore[arg-type]
    assert run.measures()["means"]["citation_recall"]["value"] == 1
    assert run.measures()["means"]["refusal_recall"]["value"] == 0


def test_a_comparison_lists_what_flipped_losses_first(bench: Bench) -> None:
    ours = evaluate(bench, CASES, "ours", "dev", quiet)
    lost = evaluate(bench, CASES, "bm25", "dev", quiet)
    found = compare(ours, lost)
    assert found.shared == 3
    assert found.flips[0].case == "recette"
    assert (found.flips[0].right, found.lost) == (False, 1)
    assert found.differences["refusal_recall"].value == -1
    assert compare(ours, ours).flips == []


def test_runs_without_a_common_case_cannot_be_compared(bench: Bench) -> None:
    first = evaluate(bench, CASES[:1], "ours", "dev", quiet)
    second = evaluate(bench, CASES[1:], "ours", "dev", quiet)
    with pytest.raises(RunError, match="aucun cas en commun"):
        compare(first, second)


def test_the_report_is_one_file_that_escapes_and_loads_nothing(bench: Bench) -> None:
    nasty = replace(CASES[0], id="x", question="<script>alert(1)</script> dettes du groupement ?")
    run = evaluate(bench, [*CASES, nasty], "ours", "dev", quiet)
    baseline = evaluate(bench, [*CASES, nasty], "bm25", "dev", quiet)
    page = html_report(run, baseline)
    assert "<script>alert" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<details ") == 4
    assert "Exactitude stricte" in page
    summary = markdown_summary(run)
    assert summary.count("\n| ") >= 20


def test_a_report_beside_a_run_on_other_cases_is_refused(bench: Bench) -> None:
    run = evaluate(bench, CASES, "ours", "dev", quiet)
    with pytest.raises(RunError, match="mêmes cas"):
        html_report(run, evaluate(bench, CASES[:1], "bm25", "dev", quiet))


def test_a_reply_is_read_back_as_it_was_stored(bench: Bench) -> None:
    reply = Ours(bench.library).reply(CASES[0])
    assert from_json(json.loads(json.dumps(as_json(reply)))) == reply
