"""All the measures by name, applied to a run: verdicts a case, means, breakdowns, latency, risk."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Literal, NamedTuple

from evals import measures
from evals.case import KINDS
from evals.measures import Judgement
from evals.ranking import ranked, recall_at
from evals.verdicts import Mean, Verdict, mean, not_applicable
from evals.wording import overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evals.case import Case
    from evals.measures import PageText
    from evals.replies import Reply

COVERAGE = 0.8
"""Share of the answerable questions that must be answered where precision is read."""


class Measure(NamedTuple):
    """A measure as it is reported: French label, which way is better, the goal (or None)."""

    name: str
    label: str
    better: Literal["up", "down"] = "up"
    goal: float | None = None


MEASURES = (
    Measure("recall@5", "Pages utiles dans les 5 premiers passages", goal=0.95),
    Measure("recall@20", "Pages utiles dans les 20 premiers passages", goal=0.985),
    Measure("mrr", "Rang réciproque de la première page utile (MRR)"),
    Measure("ndcg@10", "nDCG@10 des pages"),
    Measure("point_recall", "Points essentiels dits"),
    Measure("strict_accuracy", "Exactitude stricte avec sa page", goal=0.82),
    Measure("first_statement", "La première phrase répond (moitié des points)", goal=0.80),
    Measure("first_statement_complete", "La première phrase dit tout"),
    Measure("off_topic", "Phrases hors sujet", "down", 0.15),
    Measure("citation_recall", "Phrases appuyées par leurs citations", goal=1.0),
    Measure("citation_precision", "Citations utiles", goal=0.99),
    Measure("unsupported", "Réponses avec une phrase sans appui", "down", 0.0),
    Measure("word_f1", "F1 des mots contre les passages de référence", goal=0.57),
    Measure("refusal_recall", "Questions sans réponse refusées", goal=0.90),
    Measure("refusal_precision", "Refus justifiés"),
    Measure("false_refusal", "Refus à tort", "down", 0.10),
    Measure("orientation", "Bon interlocuteur proposé"),
)
"""Every measure that is a mean of verdicts, in the order they are reported."""

_OF_ANSWERS: dict[str, Callable[[Judgement], Verdict]] = {
    function.__name__: function
    for function in (
        measures.point_recall,
        measures.strict_accuracy,
        measures.first_statement,
        measures.first_statement_complete,
        measures.off_topic,
        measures.citation_recall,
        measures.citation_precision,
        measures.unsupported,
        measures.word_f1,
        measures.refusal_recall,
        measures.refusal_precision,
        measures.false_refusal,
        measures.orientation,
    )
}

Verdicts = dict[str, dict[str, Verdict]]
"""{measure: {case id: verdict}}."""


def judge(cases: Sequence[Case], replies: Mapping[str, Reply], text: PageText) -> Verdicts:
    """The verdict of every measure on every case that has a reply; a failed one fails them all."""
    asked = [case for case in cases if case.id in replies]
    sound = [case for case in asked if not replies[case.id].error]
    searched = [case for case in sound if case.answerable]
    rankings = ranked(searched, replies)
    found: Verdicts = {measure.name: {} for measure in MEASURES}
    for case in asked:
        reply = replies[case.id]
        for name in found:
            if reply.error:
                found[name][case.id] = Verdict(0, 1, f"échec : {reply.error}", failed=True)
            elif name in _OF_ANSWERS:
                found[name][case.id] = _OF_ANSWERS[name](Judgement(case, reply, text))
            elif not case.answerable:
                found[name][case.id] = not_applicable("question à refuser")
            elif name.startswith("recall@"):
                found[name][case.id] = recall_at(case, reply, int(name.partition("@")[2]))
            else:
                found[name][case.id] = rankings[case.id][name]
    return found


def means(verdicts: Verdicts, cases: Sequence[Case]) -> dict[str, Mean]:
    """{measure: mean} over these cases, intervals clustered by document."""
    return {
        name: mean(
            [found[case.id] for case in cases if case.id in found],
            [cluster(case) for case in cases if case.id in found],
        )
        for name, found in verdicts.items()
    }


def cluster(case: Case) -> str:
    """What a case shares its fate with: the document of its first evidence, else its theme."""
    return case.evidence[0].document if case.evidence else f"theme:{case.theme}"


def breakdowns(cases: Sequence[Case], own: frozenset[str]) -> dict[str, dict[str, list[Case]]]:
    """The groups that are reported: {"theme": {name: cases}, "kind", "origin", "overlap"}.

    Args:
        cases: those that were run.
        own: the ids of the project's own fiches.
    """
    groups: dict[str, dict[str, list[Case]]] = {
        "theme": {},
        "kind": {},
        "origin": {},
        "overlap": {},
    }
    shares = terciles([case for case in cases if case.answerable])
    for case in cases:
        groups["theme"].setdefault(case.theme, []).append(case)
        kind = "conversation" if case.turns else KINDS[case.kind]
        groups["kind"].setdefault(kind, []).append(case)
        if case.answerable:
            ours = all(e.document in own for e in case.evidence)
            origin = "fiches du projet" if ours else "autres documents"
            groups["origin"].setdefault(origin, []).append(case)
            groups["overlap"].setdefault(shares[case.id], []).append(case)
    return {name: dict(sorted(found.items())) for name, found in groups.items()}


def terciles(cases: Sequence[Case]) -> dict[str, str]:
    """By how many words of the question the gold uses: {case: "1 (peu de mots communs)" …}."""
    names = ("1 : peu de mots communs", "2 : moyen", "3 : beaucoup de mots communs")
    shared = {c.id: overlap(c.question, " ".join(e.quote for e in c.evidence)) for c in cases}
    order = sorted(shared, key=lambda id_: (shared[id_], id_))
    return {id_: names[3 * place // len(order)] for place, id_ in enumerate(order)}


# --- latency, risk and coverage -----------------------------------------------------------------


class Latency(NamedTuple):
    """Milliseconds of an answer: median and 95th percentile, over `n` replies."""

    median: float
    p95: float
    n: int


def latency(replies: Mapping[str, Reply]) -> Latency:
    """How long answers took (time of the last question of a case alone)."""
    times = sorted(reply.seconds * 1000 for reply in replies.values() if not reply.error)
    if not times:
        return Latency(0.0, 0.0, 0)
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if times[1:] else times[0]
    return Latency(round(statistics.median(times), 1), round(p95, 1), len(times))


class Risk(NamedTuple):
    """One point of the risk-coverage curve: answering only above `confidence`.

    `coverage` is the share of answerable questions answered, `precision` the share of those answers
    that are strictly right, `precision_all` the same with answers to unanswerable questions counted
    as wrong.
    """

    confidence: float
    coverage: float
    precision: float
    precision_all: float


def risk_curve(
    cases: Sequence[Case], replies: Mapping[str, Reply], verdicts: Verdicts
) -> list[Risk]:
    """The risk-coverage curve (El-Yaniv and Wiener 2010), from sure to unsure.

    Without confidences there is one point: all that was answered.
    """
    asked = [case for case in cases if case.id in replies and not replies[case.id].error]
    total = sum(case.answerable for case in asked)
    given = [(replies[c.id].confidence or 0.0, c) for c in asked if replies[c.id].answered]
    given.sort(key=lambda pair: -pair[0])
    curve: list[Risk] = []
    right = answered = 0.0
    for place, (confidence, case) in enumerate(given, 1):
        answered += case.answerable
        right += verdicts["strict_accuracy"][case.id].got if case.answerable else 0
        last = place == len(given) or given[place][0] < confidence
        if last and answered and total:
            curve.append(Risk(confidence, answered / total, right / answered, right / place))
    return curve


def precision_at_coverage(curve: Sequence[Risk], coverage: float = COVERAGE) -> Risk | None:
    """The first point of the curve that covers enough; None when the answers never do."""
    return next((risk for risk in curve if risk.coverage >= coverage), None)
