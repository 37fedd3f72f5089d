"""Every case in the report: asked, answered, expected, and the verdicts with their reasons."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from assistant.web.markup import say
from corpus import french
from evals.case import KINDS
from evals.compare import verdict_on
from evals.scores import MEASURES
from evals.tables import percent, theme_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evals.case import Case, Evidence
    from evals.replies import Reply, Said
    from evals.verdicts import Verdict

    Verdicts = Mapping[str, Mapping[str, Verdict]]


def case_blocks(
    cases: Sequence[Case], replies: Mapping[str, Reply], verdicts: Verdicts
) -> Iterator[str]:
    """One block a case, wrong ones first."""
    order = {"échec": 0, "faux": 1, "refus à tort": 2, "juste": 3}
    judged = [(_judgement(case, replies[case.id], verdicts), case) for case in cases]
    for judgement, case in sorted(judged, key=lambda pair: (order[pair[0]], pair[1].id)):
        yield _block(case, replies[case.id], verdicts, judgement)


def _judgement(case: Case, reply: Reply, verdicts: Verdicts) -> str:
    if reply.error:
        return "échec"
    if verdict_on(case.id, verdicts).got:
        return "juste"
    return "faux" if reply.answered else "refus à tort"


def _block(case: Case, reply: Reply, verdicts: Verdicts, judgement: str) -> str:
    color = "good" if judgement == "juste" else "bad"
    asked = " › ".join([*case.turns, case.question])
    words = french.fold(f"{case.id} {asked} {reply.text}").replace("\n", " ")
    return (
        f'<details data-theme="{escape(theme_name(case.theme))}" data-kind="{KINDS[case.kind]}" '
        f'data-split="{case.split}" data-verdict="{judgement}" data-text="{escape(words)}">'
        f'<summary><span class="{color}">{judgement}</span><span>{escape(asked)}</span>'
        f'<span class="muted">{escape(case.id)}</span></summary><div class="case">'
        + _answer(reply)
        + _gold(case)
        + _verdicts(case.id, verdicts)
        + "</div></details>"
    )


def _answer(reply: Reply) -> str:
    if reply.error:
        return f"<h3>Échec</h3><p>{escape(reply.error)}</p>"
    said = "".join(f"<li>{_statement(statement)}</li>" for statement in reply.statements)
    message = f"<p>{escape(reply.message)}</p>" if reply.message else ""
    actors = f"<p>À qui demander : {escape(' ; '.join(reply.orientation))}</p>"
    sure = "" if reply.confidence is None else f", confiance {percent(reply.confidence)}"
    title = "Refus" if reply.refused else "Réponse"
    return f"<h3>{title} ({reply.seconds * 1000:.0f} ms{sure})</h3>{message}<ol>{said}</ol>" + (
        actors if reply.orientation else ""
    )


def _statement(said: Said) -> str:
    pages = "; ".join(f"{cited.document}, p.\u00a0{cited.page}" for cited in said.citations)
    return f'{escape(said.text)} <span class="muted">[{escape(pages)}]</span>'


def _gold(case: Case) -> str:
    if not case.answerable:
        actor = f" Interlocuteur attendu : {escape(case.orientation)}." if case.orientation else ""
        return f"<h3>Attendu</h3><p>Un refus ({escape(', '.join(case.tags))}).{actor}</p>"
    points = "".join(
        f"<li>{escape(point.text)}{'' if point.vital else ' <em>(en plus)</em>'}</li>"
        for point in case.points
    )
    return f"<h3>Attendu</h3><ul>{points}</ul>{''.join(map(_quote, case.evidence))}"


def _quote(evidence: Evidence) -> str:
    return (
        f"<blockquote>{escape(evidence.quote)} "
        f'<span class="muted">[{escape(evidence.document)}, p.\u00a0{evidence.page}]</span>'
        "</blockquote>"
    )


def _verdicts(case: str, verdicts: Verdicts) -> str:
    lines = []
    for measure in MEASURES:
        verdict = verdicts[measure.name].get(case)
        if verdict is None or (not verdict.of and not verdict.failed):
            continue
        value = f"{verdict.got:.2g} sur {verdict.of:g}".replace(".", ",")
        value = "échec" if verdict.failed else value
        lines.append(
            f'<tr><td>{say(measure.label)}</td><td class="number">{value}</td>'
            f"<td>{escape(verdict.reason)}</td></tr>"
        )
    return f'<h3>Verdicts</h3><table class="verdicts">{"".join(lines)}</table>'
