"""How well the passages were found: recall at k over gold pages, MRR and nDCG by ir-measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.verdicts import Verdict
from evals.wording import states

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evals.case import Case
    from evals.replies import Found, Reply

Page = tuple[str, int]


def needs(case: Case) -> tuple[frozenset[Page], ...]:
    """What must be found: for each vital point, the gold pages that state it, any of which will do.

    A point that no single quote states (it spreads over several) needs each page of the evidence.
    """
    found: dict[frozenset[Page], None] = {}
    for point in case.vital:
        pages = frozenset(
            (e.document, e.page)
            for e in case.gold
            if any(states(e.quote, wording).present for wording in point.wordings)
        )
        wanted = [pages] if pages else [frozenset({(e.document, e.page)}) for e in case.evidence]
        found.update(dict.fromkeys(wanted))
    return tuple(found)


def recall_at(case: Case, reply: Reply, k: int) -> Verdict:
    """Recall at k, strict: 1 when every need is met by the pages of the first k passages, else 0.

    Range 0 or 1 a case; the rate is the share of questions whose whole evidence was found
    ("failure at 20" of Anthropic's Contextual Retrieval, 2024, is its complement).
    """
    pages = {(f.document, page) for f in reply.found[:k] for page in f.pages}
    missing = [need for need in needs(case) if need.isdisjoint(pages)]
    if not missing:
        return Verdict(1, 1, f"toutes les pages utiles sont dans les {k} premiers passages")
    names = " ; ".join(" ou ".join(f"{d} p. {p}" for d, p in sorted(need)) for need in missing)
    return Verdict(0, 1, f"hors des {k} premiers passages : {names}")


def ranked(cases: Sequence[Case], replies: Mapping[str, Reply]) -> dict[str, dict[str, Verdict]]:
    """{case: {"mrr" and "ndcg@10": verdict}} by ir-measures, over gold pages.

    MRR (Voorhees 1999): 1 / rank of the first gold page, range [0, 1]. nDCG@10 (Järvelin and
    Kekäläinen 2002): pages of `evidence` grade 2, pages of `also` grade 1, range [0, 1]. Pages are
    ranked by the first passage that stands on them.
    """
    import ir_measures  # noqa: PLC0415 — numpy and pandas
    from ir_measures import RR, nDCG  # noqa: PLC0415

    names = {RR: "mrr", nDCG @ 10: "ndcg@10"}
    qrels = {case.id: _grades(case) for case in cases}
    run = {case.id: _scores(replies[case.id].found) for case in cases}
    verdicts: dict[str, dict[str, Verdict]] = {case.id: {} for case in cases}
    for metric in ir_measures.iter_calc(list(names), qrels, run):
        name = names[metric.measure]
        reached = f"{metric.value:.2f}".replace(".", ",")
        reason = f"{reached} sur {len(run[metric.query_id])} pages trouvées"
        verdicts[metric.query_id][name] = Verdict(metric.value, 1, reason)
    for found in verdicts.values():
        for name in names.values():
            found.setdefault(name, Verdict(0, 1, "aucun passage"))
    return verdicts


def _grades(case: Case) -> dict[str, int]:
    grades = {_key((e.document, e.page)): 1 for e in case.also}
    return grades | {_key((e.document, e.page)): 2 for e in case.evidence}


def _scores(found: Sequence[Found]) -> dict[str, float]:
    pages = dict.fromkeys(_key((f.document, page)) for f in found for page in f.pages)
    return {key: 1 / rank for rank, key in enumerate(pages, 1)}


def _key(page: Page) -> str:
    return f"{page[0]}:{page[1]}"
