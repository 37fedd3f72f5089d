"""What retrieval is measured on: the project's own cases, and sets in the BEIR layout."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evals.ranking import ranked, recall_at
from evals.replies import Found, Reply
from evals.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from corpus.foreseen import Foreseen
    from corpus.library import Library
    from evals.case import Case

    # {query: positions of the passages found, best first} -> {measure: {query: verdict}}
    Judge = Callable[[Mapping[str, Sequence[int]]], dict[str, dict[str, Verdict]]]

MEASURES = ("ndcg@10", "recall@5", "recall@20", "mrr")

TARGET_WORDS = 120
ROOM = 1.35  # a text up to that many targets stays whole, as ingestion leaves a section whole


class RetrievalSet(NamedTuple):
    """Passages, queries, and who judges what was found.

    `passages` are (text indexed, text quoted); `pages` a number a passage, the same for those of
    one page; `clusters` names, for each query, what it shares with others that are no independent
    evidence (its gold document); `groups` are subsets of the queries to be reported apart;
    `foreseen` are the questions foreseen for the passages.
    """

    name: str
    passages: list[tuple[str, str]]
    pages: NDArray[np.int32]
    queries: dict[str, str]
    clusters: dict[str, str]
    judge: Judge
    groups: dict[str, frozenset[str]]
    foreseen: Foreseen | None = None


# --- BEIR ---------------------------------------------------------------------------------------


def read_set(folder: Path) -> RetrievalSet:
    """Read a folder with `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`.

    Documents are cut as ingestion cuts sections, near 120 words; a document ranks as its best
    piece. Queries without judgements are left out.
    """
    qrels: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as stream:
        for query, document, grade in list(csv.reader(stream, delimiter="\t"))[1:]:
            qrels.setdefault(query, {})[document] = int(grade)
    passages: list[tuple[str, str]] = []
    documents: list[str] = []
    for row in _rows(folder / "corpus.jsonl"):
        for piece in pieces(row["text"]):
            passages.append((f"{row['title']}\n{piece}".strip(), piece))
            documents.append(row["_id"])
    queries = {q["_id"]: q["text"] for q in _rows(folder / "queries.jsonl") if q["_id"] in qrels}
    clusters = {query: min(found) for query, found in qrels.items()}
    judge = _qrels_judge(qrels, documents)
    pages = np.arange(len(passages), dtype=np.int32)  # a piece is a page of its own
    return RetrievalSet(folder.name, passages, pages, queries, clusters, judge, {})


def pieces(text: str) -> list[str]:
    """A text in pieces of about TARGET_WORDS words, as equal as can be."""
    words = text.split()
    count = max(2, round(len(words) / TARGET_WORDS)) if len(words) > ROOM * TARGET_WORDS else 1
    bounds = [round(n * len(words) / count) for n in range(count + 1)]
    return [" ".join(words[a:b]) for a, b in pairwise(bounds)]


def _qrels_judge(qrels: dict[str, dict[str, int]], documents: Sequence[str]) -> Judge:
    """Measures by ir-measures; a query for which nothing was found scores 0."""

    def judge(run: Mapping[str, Sequence[int]]) -> dict[str, dict[str, Verdict]]:
        import ir_measures  # noqa: PLC0415 — numpy and pandas
        from ir_measures import RR, R, nDCG  # noqa: PLC0415

        measures = dict(zip(MEASURES, (nDCG @ 10, R @ 5, R @ 20, RR), strict=True))
        names = {measure: name for name, measure in measures.items()}
        by_document = {query: _first(positions, documents) for query, positions in run.items()}
        judged = {query: qrels[query] for query in run}
        verdicts = {name: dict.fromkeys(run, Verdict(0, 1, "")) for name in MEASURES}
        for metric in ir_measures.iter_calc(measures.values(), judged, by_document):
            verdicts[names[metric.measure]][metric.query_id] = Verdict(metric.value, 1, "")
        return verdicts

    return judge


def _first(positions: Iterable[int], documents: Sequence[str]) -> dict[str, float]:
    """{document: score}, in the order of the first piece of each."""
    found = dict.fromkeys(documents[position] for position in positions)
    return {document: 1 / rank for rank, document in enumerate(found, 1)}


def _rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


# --- the project's own cases --------------------------------------------------------------------


def case_set(name: str, library: Library, cases: Sequence[Case]) -> RetrievalSet:
    """The answerable cases that the library has the gold of; follow-ups are made standalone."""
    from corpus.indexing import indexed_text, page_numbers  # noqa: PLC0415 — heavy
    from evals.gold import Pages  # noqa: PLC0415
    from evals.run import select  # noqa: PLC0415
    from evals.scores import cluster, terciles  # noqa: PLC0415

    selection = select(cases, Pages(library))
    asked = {c.id: c for c in selection.cases if c.answerable and c.id not in selection.broken}
    held = [(d, p) for d in library.documents.values() for p in library.passages(d.id)]
    found = [
        Found(p.document_id, tuple(dict.fromkeys(span.page_index + 1 for span in p.spans)))
        for _, p in held
    ]
    groups: dict[str, set[str]] = {}
    for id_, tercile in terciles(list(asked.values())).items():
        groups.setdefault(tercile, set()).add(id_)
    return RetrievalSet(
        name,
        [(indexed_text(document, passage), passage.text) for document, passage in held],
        page_numbers(passage for _, passage in held),
        {id_: _standalone(case, library) for id_, case in asked.items()},
        {id_: cluster(case) for id_, case in asked.items()},
        _case_judge(asked, found),
        {tercile: frozenset(ids) for tercile, ids in sorted(groups.items())},
        library.foreseen,
    )


def _standalone(case: Case, library: Library) -> str:
    """The question of a case; after earlier turns, as the assistant understands it."""
    from assistant.question import read_question  # noqa: PLC0415
    from assistant.types import Answer  # noqa: PLC0415

    history: list[Answer] = []
    for turn in case.turns:
        understood = read_question(turn, library, history).text
        history.append(Answer(question=turn, understood_question=understood))
    return read_question(case.question, library, history).text if history else case.question


def _case_judge(cases: Mapping[str, Case], found: Sequence[Found]) -> Judge:
    """The measures of `coop eval run`: recall is strict, all that is needed or nothing."""

    def judge(run: Mapping[str, Sequence[int]]) -> dict[str, dict[str, Verdict]]:
        replies = {id_: Reply(id_, found=tuple(found[p] for p in run[id_])) for id_ in run}
        by_case = ranked([cases[id_] for id_ in run], replies)
        return {
            "ndcg@10": {id_: by_case[id_]["ndcg@10"] for id_ in run},
            "recall@5": {id_: recall_at(cases[id_], replies[id_], 5) for id_ in run},
            "recall@20": {id_: recall_at(cases[id_], replies[id_], 20) for id_ in run},
            "mrr": {id_: by_case[id_]["mrr"] for id_ in run},
        }

    return judge
