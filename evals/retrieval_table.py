"""Retrieval's figures as people read them: a block a set in the terminal, one table in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from evals.retrieval import METHODS, WITH_TYPOS
from evals.retrieval_sets import MEASURES
from evals.tables import text_table
from evals.verdicts import bootstrap, difference, mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evals.retrieval import Result
    from evals.verdicts import Difference, Verdict

LABELS = {
    "plain": "BM25, mots bruts",
    "french": "BM25 français",
    "characters": "BM25, suites de 4 lettres",
    "static": "modèle seul",
    "hybrid": "les trois ensemble",
}


class Figure(NamedTuple):
    """A mean with its 95 % interval (bootstrap, documents resampled), all in percent."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1f} [{self.low:.1f}–{self.high:.1f}]"


def figure(verdicts: Mapping[str, Verdict], clusters: Mapping[str, str]) -> Figure:
    """The mean of a measure over the queries of a set."""
    low, high = bootstrap(list(verdicts.values()), [clusters[id_] for id_ in verdicts])
    return Figure(100 * (mean(verdicts.values()).value or 0.0), 100 * low, 100 * high)


def lines(results: Sequence[Result]) -> Iterator[str]:
    """For the terminal: a block a set, methods down, measures across."""
    for result in results:
        count = len(result.verdicts["hybrid"]["mrr"])
        yield f"{result.name} : {count} question{'s' * (count > 1)}"
        rows: list[tuple[str, ...]] = [("", *MEASURES)]
        for method in METHODS:
            found = result.verdicts[method]
            cells = [str(figure(found[measure], result.clusters)) for measure in MEASURES]
            rows.append((LABELS[method], *(cell.replace(".", ",") for cell in cells)))
        gains = [_gain(result, measure) for measure in MEASURES]
        rows.append(("gain sur le BM25 français", *(gain.replace(".", ",") for gain in gains)))
        yield from text_table(rows)
        yield ""


def markdown(results: Sequence[Result]) -> Iterator[str]:
    """For the README: a line a set, nDCG@10 of every method, recall of the hybrid."""
    yield (
        "| set (questions) | plain BM25 | French BM25 | 4-grams | model alone | hybrid "
        "| hybrid − French BM25 | recall@5 | recall@20 |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for result in results:
        hybrid = result.verdicts["hybrid"]
        scores = [figure(result.verdicts[method]["ndcg@10"], result.clusters) for method in METHODS]
        name = result.name.replace(WITH_TYPOS, ", with typos")
        cells = [
            f"{name} ({len(hybrid['mrr'])})",
            *(f"{score.value:.1f}" for score in scores[:-1]),
            f"**{scores[-1].value:.1f}** [{scores[-1].low:.1f}–{scores[-1].high:.1f}]",
            _gain(result, "ndcg@10"),
            str(figure(hybrid["recall@5"], result.clusters)),
            str(figure(hybrid["recall@20"], result.clusters)),
        ]
        yield f"| {' | '.join(cells)} |"


def gain(result: Result, measure: str) -> Difference | None:
    """What the hybrid adds to French BM25, paired by query."""
    first, second = (result.verdicts[method][measure] for method in ("french", "hybrid"))
    return difference(first, second, result.clusters)


def _gain(result: Result, measure: str) -> str:
    found = gain(result, measure)
    if found is None:
        return "—"
    return f"{100 * found.value:+.1f} [{100 * found.low:+.1f} {100 * found.high:+.1f}]"
