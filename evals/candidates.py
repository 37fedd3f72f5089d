"""From complaint to test: answers that readers marked become drafts, then cases.

A draft is a YAML file in the form of the set, filled with what is known, that a reviewer completes
in any editor. Cases made so go to the dev split: the test split stays as it was frozen.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import yaml

from assistant.same_question import question_key
from corpus import french
from corpus.query import understand
from evals.case import CASES, KINDS, Case, CaseError, load_cases, read_file
from evals.case_writing import write_cases
from evals.checks import admitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from assistant.memory import Feedback
    from evals.gold import Pages

_HEAD = """\
# Cas proposé d'après un avis du {date} ({verdict}){reason}
# Question comprise ainsi : {understood}
# Complétez-le, puis : coop eval candidates --add {name} --reviewer "Votre nom"
# - turns : les questions d'avant, dans l'ordre ; à retirer si la question se comprend seule.
# - theme : {themes}.
# - kind : {kinds}.
# - points : ce qu'une bonne réponse doit dire ; vital: true pour l'essentiel ; variants : autres
#   façons de le dire. Ceux qui reprennent la réponse donnée sont à corriger.
# - evidence : les phrases des documents qui le disent, avec leur page physique, comptée à partir
#   de 1 ; une page fausse est corrigée. Pour les chercher : coop search --json "…"
# - question à refuser : kind: refusal, answerable: false, ni points ni evidence.
"""
_TO_FILL = "À COMPLÉTER"


def draft(feedback: Feedback, name: str, themes: Iterable[str]) -> str:
    """A draft case, as YAML with instructions, from an answer a reader marked.

    A refusal that a reader found wrong gives points and evidence to fill in; a question that was
    not understood by itself gives earlier turns to fill in.

    Args:
        feedback: the reader's opinion with the answer and its evidence.
        name: of the file it goes to, which the instructions repeat.
        themes: those of the set, which the instructions list.
    """
    answer = feedback.answer
    alone = question_key(understand(feedback.question).text)
    entry: dict[str, Any] = {
        "id": draft_id(feedback),
        "theme": "methode",
        "split": "dev",
        "question": feedback.question,
        **({"turns": [_TO_FILL]} if question_key(answer["understood_question"]) != alone else {}),
        "kind": "advice",
        "answerable": True,
        "points": [{"text": s["text"], "vital": True} for s in answer["statements"]]
        or [{"text": _TO_FILL, "vital": True}],
        "evidence": [
            {"document": c["document"], "page": c["page_index"] + 1, "quote": c["quote"]}
            for c in answer["citations"]
        ]
        or [{"document": _TO_FILL, "page": 1, "quote": _TO_FILL}],
        "source": "avis d'un lecteur",
        "tags": ["avis"],
    }
    if answer["refused"] and feedback.verdict == "up":
        entry |= {"kind": "refusal", "answerable": False}
        del entry["points"], entry["evidence"]
    head = _HEAD.format(
        date=feedback.created[:10],
        verdict="utile" if feedback.verdict == "up" else "pas utile",
        reason=f" : {' '.join(feedback.reason.split())}" if feedback.reason else "",
        understood=answer["understood_question"],
        name=name,
        themes=", ".join(themes),
        kinds=", ".join(KINDS),
    )
    return head + yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=100)


def opinion_lines(opinions: Sequence[Feedback], cases: Iterable[Case]) -> Iterator[str]:
    """The opinions for the terminal, and which became cases already."""
    done = {case.id for case in cases}
    for seen in opinions:
        sign = "+" if seen.verdict == "up" else "-"
        reason = f"  ({' '.join(seen.reason.split())})" if seen.reason else ""
        made = "  [déjà un cas]" if draft_id(seen) in done else ""
        yield f"{seen.id:>4}  {seen.created[:10]}  {sign}  {seen.question}{reason}{made}"
    yield f"{len(opinions)} avis." + (
        " Pour en faire un cas : coop eval candidates N" if opinions else ""
    )


def draft_id(feedback: Feedback) -> str:
    """The id of the case that an opinion becomes."""
    words = re.findall(r"[a-z0-9]+", french.fold(feedback.question))
    return f"avis-{feedback.id}-{'-'.join(words[:5])}"


def read_draft(path: Path) -> list[Case]:
    """The cases of a completed draft.

    Raises:
        CaseError: the file is not sound, or something is left to fill in.
    """
    cases = read_file(path)
    if _TO_FILL in path.read_text(encoding="utf-8"):
        raise CaseError(f"{path.name} : il reste « {_TO_FILL} ».", "Remplacez-le, ou retirez-le.")
    return cases


def add(path: Path, reviewer: str, pages: Pages, folder: Path = CASES) -> list[Case]:
    """Add the cases of a completed draft to the dev split, signed and dated; gives them.

    Raises:
        CaseError: the file is not sound, or a case may not join the set; nothing is added.
    """
    known = load_cases(folder)
    found = admitted(read_draft(path), known, pages)
    taken = {case.id for case in known} & {case.id for case in found.cases}
    wrong = [f"{id_} : cet identifiant sert déjà." for id_ in sorted(taken)] + found.problems
    if wrong:
        raise CaseError("\n".join([f"{path.name} :", *wrong]), "Corrigez le brouillon.")
    today = datetime.now(UTC).date().isoformat()
    signed = f"relu par {reviewer} le {today}"
    added = [replace(case, split="dev", source=f"{case.source}, {signed}") for case in found.cases]
    write_cases(known + added, folder)
    return added
