"""The set, the gate and `coop eval`, on the bundled collection as the real command ingests it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stand_ins import guide, magazine

import coop
from assistant.dialogue import Assistant
from assistant.memory import Memory
from corpus.home import Home
from corpus.library import Library
from evals import gate
from evals.case import load_cases
from evals.case_writing import write_cases
from evals.checks import problems, repaired
from evals.gold import Pages
from evals.record import RunError

if TYPE_CHECKING:
    from corpus.embedding import Embedder

ROOT = Path(__file__).parents[2]


def ingested(home: Home, *paths: Path) -> None:
    """Bring a home up to date with the real command."""
    done = subprocess.run(
        [sys.executable, "-m", "coop", "ingest", *map(str, paths)],
        cwd=ROOT,
        env=os.environ | {"COOP_HOME": str(home.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Library:
    """The bundled collection, ingested once by the real command."""
    home = Home(tmp_path_factory.mktemp("evals") / "home")
    home.prepare()
    ingested(home)
    return Library.open(home, embedder)


@pytest.fixture(scope="module")
def with_stand_ins(
    collection: Library, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Library:
    """The collection and the stand-ins on which the cases `essai-…` are."""
    folder = tmp_path_factory.mktemp("stand-ins")
    guide(folder / "essai-guide.pdf")
    magazine(folder / "essai-revue.pdf")
    home = Home(tmp_path_factory.mktemp("supplied") / "home")
    shutil.copytree(collection.home.root, home.root)
    ingested(home, folder)
    return Library.open(home, embedder)


# --- the set and the gate ---


@pytest.fixture(scope="module")
def pages(collection: Library) -> Pages:
    return Pages(collection)


def test_the_set_is_sound(with_stand_ins: Library) -> None:
    pages = Pages(with_stand_ins)
    assert {"essai-guide", "essai-revue"} <= set(with_stand_ins.documents)
    assert problems(load_cases(), pages) == []


def test_the_checker_names_what_is_wrong(pages: Pages) -> None:
    case = next(c for c in load_cases() if c.evidence and not c.requires)
    (first, *rest) = case.evidence
    wrong = {
        "introuvable": replace(first, quote="Cette phrase n'est nulle part."),
        "pages": replace(first, page=400),
        "document inconnu": replace(first, document="zzz"),
        "elle est page": replace(first, quote=first.quote.upper()),
    }
    for said, evidence in wrong.items():
        broken = replace(case, evidence=(evidence, *rest))
        assert any(said in problem for problem in problems([broken], pages)), said
    reworded = [case, replace(case, id="redite", question=case.question.upper())]
    assert any("redite redit" in problem for problem in problems(reworded, pages))
    years = [replace(case, id=y, question=f"{case.question} En {y} ?") for y in ("2025", "2026")]
    assert not any("redit" in problem for problem in problems(years, pages))
    mute = replace(case, points=(replace(case.points[0], text="zèbre", variants=()),))
    assert any("zèbre" in problem for problem in problems([mute], pages))


def test_repair_puts_quotes_back_and_says_which_to_read_again(pages: Pages) -> None:
    case = next(c for c in load_cases() if c.evidence and not c.requires)
    (first, *rest) = case.evidence
    moved = replace(case, evidence=(replace(first, page=first.page + 1), *rest))
    assert repaired([moved], pages).cases == [case]
    cut = replace(case, evidence=(replace(first, quote="Mot changé : " + first.quote), *rest))
    repair = repaired([cut], pages)
    assert len(repair.reworded) == 1
    assert pages.stands(repair.cases[0].evidence[0])


def test_nothing_got_worse_than_the_reference(collection: Library) -> None:
    found = gate.check(load_cases(), collection)
    assert found.open, "\n".join(f"{flip.case} : {flip.after}" for flip in found.flips)


def test_a_net_loss_of_more_than_two_shuts_the_gate(collection: Library, tmp_path: Path) -> None:
    reference = tmp_path / "reference.json"
    cases = [case for case in load_cases() if case.split == "dev" and not case.requires][:20]
    assert gate.update(cases, collection, reference) == 20
    body = json.loads(reference.read_text(encoding="utf-8"))
    wrong = [id_ for id_, v in body["verdicts"]["strict_accuracy"].items() if v[:2] == [0, 1]]
    for id_ in wrong[: gate.TOLERANCE]:
        body["verdicts"]["strict_accuracy"][id_][0] = 1
    reference.write_text(json.dumps(body), encoding="utf-8")
    assert gate.check(cases, collection, reference).open
    body["verdicts"]["strict_accuracy"][wrong[gate.TOLERANCE]][0] = 1
    reference.write_text(json.dumps(body), encoding="utf-8")
    shut = gate.check(cases, collection, reference)
    assert not shut.open
    assert shut.loss == gate.TOLERANCE + 1


def test_a_reference_that_cannot_serve_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "reference.json"
    stored = json.loads(gate.REFERENCE.read_text(encoding="utf-8"))
    for body, said in (
        ("{", "illisible"),
        (json.dumps(stored | {"format": 0}), "autre version"),
        (json.dumps(stored | {"verdicts": {}}), "mesure"),
    ):
        path.write_text(body, encoding="utf-8")
        with pytest.raises(RunError, match=said) as caught:
            gate.read_reference(path)
        assert "--update" in caught.value.remedy
    with pytest.raises(RunError, match="absente"):
        gate.read_reference(tmp_path / "rien.json")


# --- the commands ---


@pytest.fixture(autouse=True)
def _at_home(collection: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOP_HOME", str(collection.home.root))


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A set of four cases, so that commands are quick."""
    able = [c for c in load_cases() if not c.requires]
    kept = [c for c in able if c.answerable][:3] + [c for c in able if not c.answerable][:1]
    write_cases(kept, tmp_path)
    monkeypatch.setattr(load_cases, "__defaults__", (tmp_path,))


@pytest.mark.usefixtures("_few")
def test_a_run_is_printed_listed_reported_and_compared(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert coop.run(["eval"]) == 0
    table = capsys.readouterr().out
    assert "4 cas (3 avec réponse, 1 à refuser)" in table
    assert "Exactitude stricte avec sa page" in table
    assert coop.run(["eval", "run", "--system", "bm25", "--json"]) == 0
    assert '"strict_accuracy"' in capsys.readouterr().out
    assert coop.run(["eval", "runs"]) == 0
    assert "bm25-all" in capsys.readouterr().out
    assert coop.run(["eval", "compare"]) == 0
    assert "4 cas en commun" in capsys.readouterr().out
    page = tmp_path / "rapport.html"
    assert coop.run(["eval", "report", "--baseline", "previous", "-o", str(page)]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert page.with_suffix(".md").is_file()
    assert coop.run(["eval", "export", str(tmp_path / "cas.csv"), "--run", "last"]) == 0
    assert "retrieval_context" in (tmp_path / "cas.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--split", "trois"], "Partie inconnue"),
        (["run", "--system", "autre"], "Système inconnu"),
        (["run", "--documents", "/nulle/part"], "Aucun PDF"),
        (["report", "jamais"], "Aucune évaluation"),
        (["candidates", "99"], "Aucun avis"),
        (["candidates", "--add", "x.yaml"], "signé"),
        (["candidates", "--add", "x.yaml", "--reviewer", "A. Martin"], "x.yaml"),
        (["validate", "meth-001", "--reviewer", " "], "signé"),
        (["validate", "jamais", "--reviewer", "A. Martin"], "Aucun cas"),
        (["validate", "jamais", "--remove"], "Aucune réponse validée"),
        (["import", "absent.csv"], "absent.csv"),
    ],
)
def test_bad_requests_are_said_with_a_remedy(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert coop.run(["eval", *arguments]) != 0
    error = capsys.readouterr().err
    assert said in error
    assert "→" in error


def test_a_case_is_signed_served_listed_and_withdrawn(capsys: pytest.CaptureFixture[str]) -> None:
    case = next(c for c in load_cases() if c.evidence and not c.requires and not c.turns)
    assert coop.run(["eval", "validate", case.id, "--reviewer", "A. Martin"]) == 0
    assert case.evidence[0].quote in capsys.readouterr().out
    assert coop.run(["ask", case.question.upper()]) == 0
    assert "Réponse validée par A. Martin le " in capsys.readouterr().out
    assert coop.run(["eval", "validate"]) == 0
    assert case.id in capsys.readouterr().out
    assert coop.run(["eval", "validate", "--remove", case.id]) == 0
    assert coop.run(["ask", case.question]) == 0
    assert "Réponse validée" not in capsys.readouterr().out.partition("retirée")[2]


def test_a_spreadsheet_left_as_it_was_changes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert coop.run(["eval", "export", str(tmp_path / "cas.csv")]) == 0
    assert coop.run(["eval", "import", str(tmp_path / "cas.csv")]) == 0
    assert "0 cas ajoutés" in capsys.readouterr().out


def test_a_draft_is_written_once(
    collection: Library, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    memory = Memory.in_home(collection.home)
    number = memory.add_feedback(Assistant(lambda: collection).ask("C'est quoi un GIE ?"), "down")
    memory.close()
    assert coop.run(["eval", "candidates"]) == 0
    assert "C'est quoi un GIE ?" in capsys.readouterr().out
    path = tmp_path / "avis.yaml"
    assert coop.run(["eval", "candidates", str(number), "-o", str(path)]) == 0
    assert "kind: advice" in path.read_text(encoding="utf-8")
    assert coop.run(["eval", "candidates", str(number), "-o", str(path)]) == 2
