"""The set itself, against the bundled collection, and the gate that guards it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from evals import gate
from evals.case import load_cases
from evals.checks import problems, repaired
from evals.gold import Pages
from evals.record import RunError

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.library import Library


@pytest.fixture(scope="module")
def pages(collection: Library) -> Pages:
    return Pages(collection)


def test_the_set_is_sound(pages: Pages) -> None:
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
    cases = load_cases()
    assert gate.update(cases, collection, reference) == 80
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
