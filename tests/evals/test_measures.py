"""Known answerers get exactly what they deserve."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from evals_world import (
    CAPITAL,
    CASES,
    DEBTS,
    DELAY,
    copier,
    forger,
    miscounter,
    perfect,
    random_citer,
    refuser,
    swapped_citer,
    text,
)
from hypothesis import given
from hypothesis import strategies as st

from evals.measures import Judgement, citation_precision, citation_recall, off_topic, word_f1
from evals.replies import Cited, Reply, Said
from evals.scores import MEASURES, judge, latency, means, precision_at_coverage, risk_curve
from evals.verdicts import Mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from evals.case import Case

Answerer = "Callable[[Case], Reply]"


def scores(answerer: Callable[[Case], Reply]) -> dict[str, Mean]:
    replies = {case.id: answerer(case) for case in CASES}
    return means(judge(CASES, replies, text), CASES)


def value(answerer: Callable[[Case], Reply], name: str) -> float | None:
    return scores(answerer)[name].value


def test_a_perfect_answerer_scores_one_where_it_should_and_zero_where_less_is_better() -> None:
    found = scores(perfect)
    for measure in MEASURES:
        if measure.name in {"first_statement_complete", "ndcg@10"}:
            continue
        assert found[measure.name].value == (1 if measure.better == "up" else 0), measure.name
    assert found["ndcg@10"].value == pytest.approx(1)
    assert found["first_statement_complete"].value == 0.75  # one of four needs two sentences
    assert found["strict_accuracy"].n == 4
    assert found["refusal_recall"].n == 2


def test_a_constant_refuser_is_right_on_refusals_and_on_nothing_else() -> None:
    found = scores(refuser)
    assert found["refusal_recall"].value == 1
    assert found["refusal_precision"].value == pytest.approx(2 / 6)
    assert found["false_refusal"].value == 1
    for name in ("strict_accuracy", "point_recall", "word_f1", "recall@5", "mrr"):
        assert found[name].value == 0, name
    for name in ("first_statement", "off_topic", "citation_recall", "unsupported"):
        assert found[name].value is None, name


@pytest.mark.parametrize("answerer", [random_citer, swapped_citer])
def test_a_citer_of_wrong_pages_says_the_points_and_supports_nothing(
    answerer: Callable[[Case], Reply],
) -> None:
    found = scores(answerer)
    for name in ("point_recall", "first_statement", "word_f1", "refusal_recall", "recall@5", "mrr"):
        assert found[name].value == 1, name
    for name in ("strict_accuracy", "citation_recall", "citation_precision", "off_topic"):
        assert found[name].value == 0, name
    assert found["unsupported"].value == 1


def test_a_copier_of_everything_says_all_points_and_pays_for_the_rest() -> None:
    found = scores(copier)
    assert found["strict_accuracy"].value == 1
    assert found["citation_recall"].value == 1
    assert found["refusal_recall"].value == 0
    assert found["refusal_precision"].value is None
    assert (found["off_topic"].value or 0) > 0.5
    assert (found["word_f1"].value or 1) < 0.35


def test_a_single_number_changed_costs_its_point_and_its_support_and_nothing_else() -> None:
    right = {case.id: perfect(case) for case in CASES}
    first, second = right["gie"].statements
    false = replace(second, text=second.text.replace("au moins 2", "au moins 3"))
    wrong = right | {"gie": replace(right["gie"], statements=(first, false))}
    before, after = judge(CASES, right, text), judge(CASES, wrong, text)
    cost = {
        (name, id_): after[name][id_][:2]
        for name, verdicts in before.items()
        for id_ in verdicts
        if after[name][id_][:2] != verdicts[id_][:2] and name != "word_f1"
    }
    assert cost == {
        ("point_recall", "gie"): (1, 2),
        ("strict_accuracy", "gie"): (0, 1),
        ("citation_recall", "gie"): (1, 2),
        ("citation_precision", "gie"): (1, 2),
        ("unsupported", "gie"): (1, 1),
    }
    assert after["word_f1"]["gie"].got == pytest.approx(17 / 18)  # one word of eighteen


def test_changing_every_number_loses_the_points_and_the_support() -> None:
    replies = {case.id: miscounter(case) for case in CASES}
    verdicts = judge(CASES, replies, text)
    assert verdicts["strict_accuracy"]["delai"].got == 0
    assert verdicts["citation_recall"]["delai"].got == 0
    assert "30" in verdicts["point_recall"]["delai"].reason
    assert verdicts["strict_accuracy"]["dettes"].got == 1  # it has no figure
    assert verdicts["point_recall"]["gie"][:2] == (1, 2)


def test_changing_a_number_in_the_quote_as_well_does_not_help() -> None:
    replies = {case.id: forger(case) for case in CASES}
    verdicts = judge(CASES, replies, text)
    assert verdicts["citation_recall"]["delai"].got == 0
    assert verdicts["citation_precision"]["delai"].got == 0
    assert verdicts["unsupported"]["delai"].got == 1


def test_a_failed_reply_fails_every_measure_and_counts_in_no_mean() -> None:
    replies = {case.id: perfect(case) for case in CASES}
    replies["dettes"] = Reply("dettes", error="la bibliothèque a disparu")
    found = means(judge(CASES, replies, text), CASES)
    assert found["strict_accuracy"][:4] == (1.0, *found["strict_accuracy"][1:3], 3)
    assert found["strict_accuracy"].failures == 1


def test_a_citation_is_useless_when_the_others_do_without_it() -> None:
    case = CASES[0]
    cited = (Cited("ge", 2, DEBTS), Cited("gie", 1, CAPITAL))
    reply = Reply(case.id, statements=(Said(DEBTS, cited),))
    assert citation_recall(Judgement(case, reply, text))[:2] == (1, 1)
    assert citation_precision(Judgement(case, reply, text))[:2] == (1, 2)


def test_two_citations_that_support_only_together_are_both_useful() -> None:
    case = CASES[2]
    cited = (Cited("ge", 2, DEBTS), Cited("ge", 2, DELAY))
    reply = Reply(case.id, statements=(Said(f"{DEBTS} {DELAY}", cited),))
    assert citation_precision(Judgement(case, reply, text))[:2] == (2, 2)


def test_word_f1_is_that_computed_by_hand() -> None:
    case = CASES[2]  # its evidence has 7 + 11 words
    reply = Reply(case.id, statements=(Said(CAPITAL, (Cited("gie", 1, CAPITAL),)),))
    precision, recall = 1.0, 7 / 18
    expected = 2 * precision * recall / (precision + recall)
    assert word_f1(Judgement(case, reply, text)).got == pytest.approx(expected)


def test_a_statement_about_something_else_is_off_topic() -> None:
    case = CASES[1]
    said = (Said(DELAY), Said("Un GIE peut être constitué sans capital."))
    assert off_topic(Judgement(case, Reply(case.id, statements=said), text))[:2] == (1, 2)


def test_risk_falls_as_confidence_rises_when_confidence_is_good() -> None:
    replies = {case.id: perfect(case) for case in CASES}
    replies["dettes"] = replace(swapped_citer(CASES[0]), confidence=0.1)
    curve = risk_curve(CASES, replies, judge(CASES, replies, text))
    assert [(risk.coverage, risk.precision) for risk in curve] == [(0.75, 1.0), (1.0, 0.75)]
    at_80 = precision_at_coverage(curve)
    assert at_80 is not None
    assert at_80.precision == 0.75
    assert precision_at_coverage(curve[:1]) is None


def test_answers_to_unanswerable_questions_count_as_wrong_in_the_wider_precision() -> None:
    replies = {case.id: copier(case) for case in CASES}
    (risk,) = risk_curve(CASES, replies, judge(CASES, replies, text))
    assert (risk.coverage, risk.precision, risk.precision_all) == (1.0, 1.0, 4 / 6)


def test_latency_is_median_and_95th_percentile_in_milliseconds() -> None:
    replies = {str(n): Reply(str(n), seconds=n / 1000) for n in range(1, 102)}
    assert latency(replies) == (51.0, 96.0, 101)
    assert latency({}).n == 0


@given(st.text(max_size=80))
def test_no_answer_however_odd_breaks_a_measure(odd: str) -> None:
    reply = Reply("gie", statements=(Said(odd, (Cited("gie", 1, odd),)),))
    for found in judge([CASES[2]], {"gie": reply}, text).values():
        verdict = found["gie"]
        assert 0 <= verdict.got <= max(verdict.of, 0)
