"""The measures of an answer: what each is, its range and unit, and the paper it comes from.

Each takes a `Judgement` (a case, the reply to it, the pages) and gives a `Verdict` with
its reason. None needs a language model. See `ranking.py` for the measures of the search alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from corpus import french
from evals.verdicts import Verdict, not_applicable
from evals.wording import Finding, likeness, overlap, states, supports

if TYPE_CHECKING:
    from evals.case import Case, Point
    from evals.replies import Cited, Reply, Said

ON_TOPIC = 0.5
"""Share of the question's content stems that makes a statement about it."""

_ASKING = re.compile(
    r"\b(differences?|comparer|distinguer|choisir|definition|signifie|correspond|pareil|exactement)\b"
)
"""Words that shape a question without saying what it is about."""

SAME_QUOTE = 0.5
"""Likeness from which a quote is taken for a gold quote."""


PageText = Callable[[str, int], str | None]
"""The text of a page (document id, number from 1) as the system judged read it, or None."""


class Judgement(NamedTuple):
    """What a measure looks at."""

    case: Case
    reply: Reply
    text: PageText


# --- what the answer says -----------------------------------------------------------------------


def point_recall(judgement: Judgement) -> Verdict:
    """Share of the vital points that some statement says; a refusal says none.

    Range [0, 1], unit: vital points of answerable cases. POURPRE (Lin and Demner-Fushman 2005): the
    best statement decides for each point; here a point is in or out (see `wording.states`).
    """
    case, reply, _ = judgement
    if not case.answerable:
        return not_applicable("question à refuser")
    found = {point.text: _said(point, reply.statements) for point in case.vital}
    missing = [f"« {text} » {finding.reason}" for text, finding in found.items() if not finding[0]]
    got = len(found) - len(missing)
    return Verdict(got, len(found), " ; ".join(missing) or "tous les points essentiels sont dits")


def strict_accuracy(judgement: Judgement) -> Verdict:
    """Strict attributed accuracy: 1 when every vital point is said by a statement that cites gold.

    Range 0 or 1, unit: answerable cases (a refusal is 0). As in CiteVQA (2026): right only when the
    answer and its page are both right. A citation counts when its quote stands on a gold page.
    """
    case, reply, text = judgement
    if not case.answerable:
        return not_applicable("question à refuser")
    if not reply.answered:
        return Verdict(0, 1, "refus d'une question à laquelle le corpus répond")
    attributed = [
        said
        for said in reply.statements
        if any((c.document, c.page) in case.pages and stands(c, text) for c in said.citations)
    ]
    for point in case.vital:
        if not _said(point, attributed).present:
            finding = _said(point, reply.statements)
            why = "dit, mais sans page de référence" if finding.present else finding.reason
            return Verdict(0, 1, f"« {point.text} » : {why}")
    return Verdict(1, 1, "chaque point essentiel est dit, une page de référence à l'appui")


def first_statement(judgement: Judgement) -> Verdict:
    """1 when the first statement alone says at least half of the vital points.

    Range 0 or 1, unit: answerable cases that were answered. Ours, after the "first sentence
    answers" rule of answer-first writing: a reader who stops there is not misled.
    """
    return _opening(judgement, 0.5)


def first_statement_complete(judgement: Judgement) -> Verdict:
    """1 when the first statement alone says every vital point.

    Range 0 or 1, unit: answerable cases that were answered.
    """
    return _opening(judgement, 1.0)


def off_topic(judgement: Judgement) -> Verdict:
    """Share of statements beside the question; lower is better.

    Range [0, 1], unit: statements of answered answerable cases. A statement is on the topic when it
    says one of the points, or quotes what a gold quote says, or has half of the question's content
    stems. Ours; agreement with readers is in `LOG.md`.
    """
    case, reply, _ = judgement
    if not case.answerable or not reply.answered:
        return not_applicable("pas de réponse à juger")
    beside = [said.text for said in reply.statements if not _on_topic(case, said)]
    reason = " ; ".join(f"hors sujet : « {_short(text)} »" for text in beside)
    return Verdict(len(beside), len(reply.statements), reason or "toutes dans le sujet")


def word_f1(judgement: Judgement) -> Verdict:
    """F1 of the words of the answer against the gold quotes; a refusal is 0.

    Range [0, 1], unit: answerable cases. As for selected text in ACL-Verbatim (word-level F1 of
    spans). Precision: words of the answer that stand in some gold quote; recall: words of the
    evidence that stand in the answer, each piece of evidence or what says the same elsewhere.
    """
    case, reply, _ = judgement
    if not case.answerable:
        return not_applicable("question à refuser")
    said = Counter(french.words(reply.text)) if reply.answered else Counter[str]()
    if not said:
        return Verdict(0, 1, "rien n'est dit")
    gold = Counter(french.words("\n".join(e.quote for e in case.gold)))
    precision = (said & gold).total() / said.total()
    wanted = [_nearest_quote(e.quote, case, reply) for e in case.evidence]
    evidence = Counter(french.words("\n".join(wanted)))
    recall = (said & evidence).total() / evidence.total()
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    shares = f"précision {precision:.2f} ; rappel {recall:.2f}".replace(".", ",")
    return Verdict(f1, 1, shares)


# --- what the answer rests on -------------------------------------------------------------------


def citation_recall(judgement: Judgement) -> Verdict:
    """Share of the statements that their citations, taken together, support.

    Range [0, 1], unit: statements of all answers. ALCE (Gao et al. 2023), entailment replaced by
    `wording.supports`. A citation whose quote does not stand on the page it names supports nothing.
    """
    _, reply, text = judgement
    if not reply.answered:
        return not_applicable("pas de réponse")
    bare = [said.text for said in reply.statements if not supported(said, said.citations, text)]
    reason = " ; ".join(f"sans appui : « {_short(text)} »" for text in bare)
    return Verdict(
        len(reply.statements) - len(bare), len(reply.statements), reason or "toutes appuyées"
    )


def citation_precision(judgement: Judgement) -> Verdict:
    """Share of the citations that serve their statement.

    Range [0, 1], unit: citations of all answers. ALCE (Gao et al. 2023): a citation is imprecise
    when its statement is not supported, or when it alone does not support it and the others do
    without it.
    """
    _, reply, text = judgement
    if not reply.answered:
        return not_applicable("pas de réponse")
    useless = [
        f"{cited.document} p. {cited.page}"
        for said in reply.statements
        for number, cited in enumerate(said.citations)
        if not _serves(said, number, text)
    ]
    total = sum(len(said.citations) for said in reply.statements)
    reason = " ; ".join(f"inutile : {name}" for name in useless) or "toutes utiles"
    return Verdict(total - len(useless), total, reason)


def unsupported(judgement: Judgement) -> Verdict:
    """1 when any statement of the answer is not supported; lower is better.

    Range 0 or 1, unit: answers. As the hallucination rates of Magesh et al. (2024) count answers.
    """
    verdict = citation_recall(judgement)
    return Verdict(float(verdict.got < verdict.of), 1, verdict.reason) if verdict.of else verdict


# --- answering or refusing ----------------------------------------------------------------------


def refusal_recall(judgement: Judgement) -> Verdict:
    """1 when an unanswerable question is refused.

    Range 0 or 1, unit: unanswerable cases. "Negative rejection" of RGB (Chen et al. 2024).
    """
    case, reply, _ = judgement
    if case.answerable:
        return not_applicable("le corpus répond")
    if reply.answered:
        return Verdict(0, 1, f"répond : « {_short(reply.statements[0].text)} »")
    return Verdict(1, 1, "refusée")


def false_refusal(judgement: Judgement) -> Verdict:
    """1 when an answerable question is refused; lower is better. Range 0 or 1, unit: its cases."""
    case, reply, _ = judgement
    if not case.answerable:
        return not_applicable("question à refuser")
    refused = not reply.answered
    return Verdict(float(refused), 1, "refusée à tort" if refused else "répondue")


def refusal_precision(judgement: Judgement) -> Verdict:
    """Of a refusal, 1 when the question was unanswerable. Range 0 or 1, unit: refusals."""
    case, reply, _ = judgement
    if reply.answered:
        return not_applicable("pas un refus")
    right = not case.answerable
    return Verdict(float(right), 1, "à refuser" if right else "refusée à tort")


def orientation(judgement: Judgement) -> Verdict:
    """1 when the actor expected is among those proposed.

    Range 0 or 1, unit: cases that name an actor. Ours.
    """
    case, reply, _ = judgement
    if not case.orientation:
        return not_applicable("aucun acteur attendu")
    wanted = french.fold(case.orientation)
    proposed = ", ".join(reply.orientation) or "personne"
    found = any(wanted in french.fold(actor) for actor in reply.orientation)
    return Verdict(float(found), 1, f"attendu : {case.orientation} ; proposé : {proposed}")


# --- shared -------------------------------------------------------------------------------------


def stands(cited: Cited, text: PageText) -> bool:
    """Whether the words of a citation stand on the page it names."""
    page = text(cited.document, cited.page)
    return bool(cited.quote.strip()) and page is not None and supports(page, cited.quote).present


def supported(said: Said, citations: tuple[Cited, ...], text: PageText) -> bool:
    """Whether these citations, taken together, support a statement."""
    quotes = [cited.quote for cited in citations if stands(cited, text)]
    return bool(quotes) and supports(" ".join(quotes), said.text).present


def _serves(said: Said, number: int, text: PageText) -> bool:
    others = said.citations[:number] + said.citations[number + 1 :]
    alone = (said.citations[number],)
    if not stands(said.citations[number], text) or not supported(said, said.citations, text):
        return False
    return supported(said, alone, text) or not supported(said, others, text)


def _said(point: Point, statements: tuple[Said, ...] | list[Said]) -> Finding:
    """How the statement that says a point best says it."""
    findings = [
        states(said.text, wording) for said in statements for wording in point.wordings
    ] or [Finding(present=False, share=0.0, missing=())]
    return max(findings, key=lambda f: (f.present, -len(f.missing), f.share))


def _opening(judgement: Judgement, share: float) -> Verdict:
    case, reply, _ = judgement
    if not case.answerable or not reply.answered:
        return not_applicable("pas de réponse à juger")
    first = reply.statements[:1]
    unsaid = [point.text for point in case.vital if not _said(point, first).present]
    fine = len(case.vital) - len(unsaid) >= share * len(case.vital)
    lacks = " ; ".join(f"« {text} »" for text in unsaid)
    return Verdict(
        float(fine), 1, f"la première phrase ne dit pas {lacks}" if lacks else "elle dit tout"
    )


def _on_topic(case: Case, said: Said) -> bool:
    if any(_said(point, [said]).present for point in case.points):
        return True
    question = " ".join([*case.turns[-1:], case.question])
    subject = _ASKING.sub(" ", french.fold(question))
    if overlap(subject, said.text) >= ON_TOPIC:
        return True
    return any(_same(gold.quote, said.text) for gold in case.gold)


def _same(gold: str, text: str) -> bool:
    return likeness(gold, text) >= SAME_QUOTE or supports(text, gold).present


def _nearest_quote(quote: str, case: Case, reply: Reply) -> str:
    """The evidence itself, or what says the same elsewhere, whichever the answer is nearer to."""
    same = [e.quote for e in case.also if likeness(e.quote, quote) >= SAME_QUOTE]
    return max([quote, *same], key=lambda text: overlap(text, reply.text))


def _short(text: str, limit: int = 90) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
