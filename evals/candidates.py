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

from corpus import french
from evals.case import CASES, Case, CaseError, load_cases, read_file
from evals.case_writing import write_cases
from evals.checks import REWORDED, gold_problems
from evals.wording import likeness

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.memory import Feedback
    from evals.gold import Pages

_HEAD = """\
# Cas proposé d'après un avis du {date} ({verdict}){reason}
# Complétez-le, puis : coop eval candidates --add {name} --reviewer "Votre nom"
# - points : ce qu'une bonne réponse doit dire ; vital: true pour l'essentiel ; variants : autres
#   façons de le dire. Les points ci-dessous reprennent la réponse donnée : corrigez-les.
# - evidence : les phrases exactes des documents, avec leur page physique, comptée à partir de 1.
# - question à refuser : kind: refusal, answerable: false, ni points ni evidence.
"""


def draft(feedback: Feedback, name: str) -> str:
    """A draft case, as YAML with instructions, from an answer a reader marked.

    Args:
        feedback: the reader's opinion with the answer and its evidence.
        name: of the file it goes to, which the instructions repeat.
    """
    answer = feedback.answer
    entry: dict[str, Any] = {
        "id": f"avis-{feedback.id}-{_slug(feedback.question)}",
        "theme": "methode",
        "split": "dev",
        "question": feedback.question,
        "kind": "advice",
        "answerable": True,
        "points": [{"text": s["text"], "vital": True} for s in answer["statements"]],
        "evidence": [
            {"document": c["document"], "page": c["page_index"] + 1, "quote": c["quote"]}
            for c in answer["citations"]
        ],
        "source": "avis d'un lecteur",
        "tags": ["avis"],
    }
    if answer["refused"]:
        entry |= {"kind": "refusal", "answerable": False}
        del entry["points"], entry["evidence"]
    verdict = "utile" if feedback.verdict == "up" else "pas utile"
    reason = f" : {' '.join(feedback.reason.split())}" if feedback.reason else ""
    head = _HEAD.format(date=feedback.created[:10], verdict=verdict, reason=reason, name=name)
    return head + yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=100)


def add(path: Path, reviewer: str, pages: Pages, folder: Path = CASES) -> list[Case]:
    """Add the cases of a completed draft to the dev split, signed and dated; gives them.

    Raises:
        CaseError: the file is not sound, a quote is not at its page, a case rewords another.
    """
    known = load_cases(folder)
    today = datetime.now(UTC).date().isoformat()
    added: list[Case] = []
    for case in read_file(path):
        found = list(gold_problems(case, pages))
        if found:
            raise CaseError(f"{path.name}, {found[0]}", "Corrigez le brouillon.")
        for other in known + added:
            if other.id == case.id or likeness(_asked(other), _asked(case)) >= REWORDED:
                raise CaseError(
                    f"{path.name}, cas « {case.id} » : il redit « {other.id} » ({other.question}).",
                    "Complétez plutôt ce cas, ou posez une autre question.",
                )
        source = f"{case.source}, relu par {reviewer} le {today}"
        added.append(replace(case, split="dev", source=source))
    write_cases(known + added, folder)
    return added


def _asked(case: Case) -> str:
    return " ".join([*case.turns, case.question])


def _slug(text: str, words: int = 5) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", french.fold(text))[:words])
