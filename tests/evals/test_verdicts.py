from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import ir_measures
import pytest
from evals_world import CASES, perfect
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, Success, nDCG

from evals.case import Evidence
from evals.ranking import needs, ranked, recall_at
from evals.replies import Found, Reply
from evals.verdicts import Verdict, bootstrap, difference, mean, wilson

if TYPE_CHECKING:
    from evals.case import Case


def yes(got: float) -> Verdict:
    return Verdict(got, 1, "")


def test_wilson_gives_the_published_interval() -> None:
    # Newcombe 1998, table I: 81 of 263.
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(0, 50), st.integers(1, 50))
def test_an_interval_holds_the_rate(got: int, more: int) -> None:
    low, high = wilson(got, got + more)
    assert 0 <= low <= got / (got + more) <= high <= 1


def test_a_mean_counts_failures_apart_and_what_does_not_apply_not_at_all() -> None:
    verdicts = [yes(1), yes(0), Verdict(0, 0, "sans objet"), Verdict(0, 1, "panne", failed=True)]
    found = mean(verdicts)
    assert (found.value, found.n, found.cases, found.failures) == (0.5, 2, 2, 1)
    assert mean([]).value is None


def test_a_mean_of_shares_weighs_by_what_was_counted() -> None:
    found = mean([Verdict(3, 4, ""), Verdict(0, 1, "")])
    assert found.value == 3 / 5
    assert found.n == 5


def test_clusters_widen_an_interval_when_cases_share_their_fate() -> None:
    verdicts = [Verdict(float(n % 2), 1.0, "") for n in range(40)]
    apart = bootstrap(verdicts, [str(n) for n in range(40)])
    together = bootstrap(verdicts, [str(n % 2) for n in range(40)])
    assert together[1] - together[0] > apart[1] - apart[0]


def test_a_difference_is_paired_and_leaves_failures_out() -> None:
    first = {"a": yes(0), "b": yes(0), "c": yes(1), "d": Verdict(0, 1, "", failed=True)}
    second = {"a": yes(1), "b": yes(1), "c": yes(1), "d": yes(1)}
    found = difference(first, second, dict.fromkeys("abcd", "x") | {"a": "y"})
    assert found is not None
    assert (round(found.value, 3), found.n) == (0.667, 3)
    same = difference(first, first, {name: name for name in first})
    assert same is not None
    assert (same.value, same.low, same.high, same.clear) == (0, 0, 0, False)
    assert difference({}, second, {}) is None


def test_ranking_measures_agree_with_the_library() -> None:
    case = CASES[0]
    found = tuple(Found(*place) for place in [("gie", (1,)), ("ge", (1, 2)), ("gie", (2,))])
    reply = Reply(case.id, found=found)
    verdicts = ranked([case], {case.id: reply})[case.id]
    qrels = {"q": {"ge:2": 2}}
    run = {"q": {"gie:1": 4.0, "ge:1": 3.0, "ge:2": 2.0, "gie:2": 1.0}}
    wanted = ir_measures.calc_aggregate([RR, nDCG @ 10, Success @ 3], qrels, run)
    assert verdicts["mrr"].got == pytest.approx(wanted[RR]) == pytest.approx(1 / 3)
    assert verdicts["ndcg@10"].got == pytest.approx(wanted[nDCG @ 10])
    assert recall_at(case, reply, 2).got == wanted[Success @ 3] == 1


def test_ndcg_is_that_computed_by_hand() -> None:
    case = replace(CASES[3], also=(Evidence("ge", 1, "Un commissaire dès 100 salariés."),))
    reply = Reply(case.id, found=(Found("ge", (1,)), Found("gie", (2,))))
    gained, ideal = 1 + 2 / math.log2(3), 2 + 1 / math.log2(3)
    verdict = ranked([case], {case.id: reply})[case.id]["ndcg@10"]
    assert verdict.got == pytest.approx(gained / ideal)


PLACES = [(document, page) for document in ("ge", "gie", "scic") for page in (1, 2)]


@given(st.permutations(PLACES), st.sampled_from(CASES[:4]), st.integers(1, 6))
def test_whatever_was_found_ranking_agrees_with_the_library(
    found: list[tuple[str, int]], case: Case, k: int
) -> None:
    reply = Reply(case.id, found=tuple(Found(document, (page,)) for document, page in found))
    run = {"q": {f"{d}:{p}": 1.0 / rank for rank, (d, p) in enumerate(found, 1)}}
    reached = [
        ir_measures.calc_aggregate([Success @ k], {"q": {f"{d}:{p}": 1 for d, p in need}}, run)
        for need in needs(case)
    ]
    assert recall_at(case, reply, k).got == min(each[Success @ k] for each in reached)
    qrels = {"q": {f"{d}:{p}": 2 for d, p in case.pages}}
    wanted = ir_measures.calc_aggregate([RR, nDCG @ 10], qrels, run)
    verdicts = ranked([case], {case.id: reply})[case.id]
    assert verdicts["mrr"].got == pytest.approx(wanted[RR])
    assert verdicts["ndcg@10"].got == pytest.approx(wanted[nDCG @ 10])


def test_recall_asks_for_a_page_of_every_need() -> None:
    case = CASES[2]
    assert needs(case) == (frozenset({("gie", 1)}),)
    assert recall_at(case, perfect(case), 5).got == 1
    missed = recall_at(case, Reply(case.id, found=(Found("ge", (1,)),)), 5)
    assert missed.got == 0
    assert "gie p. 1" in missed.reason


def test_a_page_that_says_the_same_meets_the_need() -> None:
    case = replace(CASES[3], also=(Evidence("ge", 1, "Un commissaire dès 100 salariés."),))
    assert recall_at(case, Reply(case.id, found=(Found("ge", (1,)),)), 5).got == 1
