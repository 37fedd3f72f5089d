"""What the set must be: quotes at their pages, no case that rewords another, balance."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from corpus import french
from corpus.letters import find_quote
from corpus.subjects import THEMES
from evals.wording import likeness, states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from evals.case import Case, Evidence
    from evals.gold import Pages

REWORDED = 0.65
"""Likeness (Jaccard index of content stems) from which a question rewords another."""

FEWEST = 5
"""Cases that each theme and each kind must have."""

SPREAD = 0.65
"""Largest share that one split may have of a theme."""


class Quota(NamedTuple):
    """How many cases of a sort the set must have."""

    label: str
    least: int
    belongs: Callable[[Case], bool]


QUOTAS = (
    Quota("cas", 300, lambda case: True),  # noqa: ARG005 — each counts
    Quota("cas à refuser", 100, lambda case: not case.answerable),
    Quota("conversations", 30, lambda case: bool(case.turns)),
    Quota("comparaisons", 30, lambda case: case.kind == "comparison"),
    Quota(
        "cas sur d'autres documents que les fiches",
        100,
        lambda case: bool(case.requires) and not case.pending,
    ),
)


def problems(cases: Sequence[Case], pages: Pages) -> list[str]:
    """All that is wrong with the set, each in one French sentence that names the case."""
    return [
        *(problem for case in cases for problem in gold_problems(case, pages)),
        *(problem for case in cases for problem in _unreachable(case)),
        *_rewordings(cases),
        *_imbalances(cases),
    ]


def gold_problems(case: Case, pages: Pages) -> Iterator[str]:
    """Quotes that do not stand at their page, but those of a required document not supplied."""
    for evidence in case.gold:
        where = f"{case.id} : {evidence.document}, page {evidence.page}"
        texts = pages.texts(evidence.document)
        if not texts and evidence.document in case.requires:
            continue
        if not texts:
            yield f"{where} : document inconnu. Corrigez « document », ou ajoutez « requires »."
        elif evidence.page > len(texts):
            yield f"{where} : le document a {len(texts)} pages. Corrigez : coop eval check --repair"
        elif not pages.stands(evidence):
            found = pages.relocated(evidence)
            remedy = (
                f"elle est page {found[0].page} : coop eval check --repair"
                if found
                else "elle n'est nulle part dans ce document : recopiez-la."
            )
            yield f"{where} : citation introuvable « {evidence.quote[:60]} » ; {remedy}"


class Admission(NamedTuple):
    """Cases about to join the set, their quotes where they stand, and all that is wrong."""

    cases: list[Case]
    problems: list[str]


def admitted(cases: Iterable[Case], known: Sequence[Case], pages: Pages) -> Admission:
    """Look at cases that somebody wrote before they join the set, or replace theirs in it.

    A quote typed in another typography, or given with the wrong page, is put where it stands.
    """
    found: list[Case] = []
    wrong: list[str] = []
    themes = sorted({*THEMES, *(case.theme for case in known)})
    for written in cases:
        case = replace(
            written,
            evidence=tuple(now for e in written.evidence for now in pages.relocated(e) or (e,)),
            also=tuple(now for e in written.also for now in pages.relocated(e) or (e,)),
        )
        if case.theme not in themes:
            names = ", ".join(themes)
            wrong.append(f"{case.id} : thème inconnu « {case.theme} ». Choisissez : {names}.")
        wrong += [*gold_problems(case, pages), *_unreachable(case)]
        others = [other for other in [*known, *found] if other.id != case.id]
        wrong += [said for other in others for said in _rewording(other, case)]
        found.append(case)
    return Admission(found, wrong)


class Repair(NamedTuple):
    """A set with its quotes where they stand now; what was reworded is to be read again."""

    cases: list[Case]
    moved: int
    reworded: list[str]


def repaired(cases: Iterable[Case], pages: Pages) -> Repair:
    """Put quotes back to their pages, reworded ones included; those lost for good stay."""
    found: list[Case] = []
    reworded: list[str] = []
    moved = 0
    for case in cases:
        places = {evidence: _place(evidence, pages) for evidence in case.gold}
        for old, new in places.items():
            if len(new) == 1 and not find_quote(old.quote, new[0].quote):
                reworded.append(f"{case.id} : « {old.quote} » → « {new[0].quote} »")
        current = replace(
            case,
            evidence=tuple(dict.fromkeys(new for e in case.evidence for new in places[e])),
            also=tuple(dict.fromkeys(new for e in case.also for new in places[e])),
        )
        moved += current != case
        found.append(current)
    return Repair(found, moved, reworded)


def _place(evidence: Evidence, pages: Pages) -> tuple[Evidence, ...]:
    if evidence.document not in pages:
        return (evidence,)
    nearest = pages.relocated(evidence) or (pages.reworded(evidence),)
    return tuple(found or evidence for found in nearest)


def _unreachable(case: Case) -> Iterator[str]:
    """Vital points that the gold itself does not say: a perfect answer would be counted wrong."""
    for point in case.vital:
        said = any(
            states(evidence.quote, wording).present
            for evidence in case.gold
            for wording in point.wordings
        )
        if case.evidence and not said:
            yield (
                f"{case.id} : aucune citation ne dit le point « {point.text} ». Ajoutez une "
                "variante dans les mots de la citation."
            )


def _rewordings(cases: Sequence[Case]) -> Iterator[str]:
    for first, second in combinations(cases, 2):
        yield from _rewording(first, second)


def _rewording(first: Case, second: Case) -> Iterator[str]:
    """Whether two cases ask the same; of another year, or another amount, they do not."""
    a, b = first.asked, second.asked
    if likeness(a, b) >= REWORDED and not _other_figures(a, b):
        yield f"{second.id} redit {first.id} : « {b} » et « {a} ». Retirez l'un des deux."


def _other_figures(first: str, second: str) -> bool:
    a, b = french.figures(first), french.figures(second)
    return bool(a and b) and a != b


def _imbalances(cases: Sequence[Case]) -> Iterator[str]:
    for quota in QUOTAS:
        count = sum(map(quota.belongs, cases))
        if count < quota.least:
            yield f"{count} {quota.label} : il en faut {quota.least}."
    for label, counts in (
        ("thème", Counter(case.theme for case in cases)),
        ("genre", Counter(case.kind for case in cases)),
    ):
        for name, count in counts.items():
            if count < FEWEST:
                yield f"{label} « {name} » : {count} cas, il en faut {FEWEST}."
    for theme, count in Counter(case.theme for case in cases).items():
        test = sum(case.theme == theme and case.split == "test" for case in cases)
        if not 1 - SPREAD <= test / count <= SPREAD:
            yield f"thème « {theme} » : {test} cas de test sur {count}, la part n'est pas égale."
