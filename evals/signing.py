"""A case signed by a reviewer becomes an answer that the assistant serves as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.types import Validation
from assistant.validated import Quote, ValidatedAnswer, lost, statements
from evals.candidates import read_draft
from evals.case import CaseError, load_cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assistant.validated import ValidatedAnswers
    from corpus.library import Library
    from evals.case import Case, Evidence

_ENDS = ".!?…:;»)"


def cases_named(name: str) -> list[Case]:
    """The case of that id, or those of a draft (a YAML file).

    Raises:
        CaseError: there is no such case, or the draft is wrong.
    """
    if name.endswith((".yaml", ".yml")):
        return read_draft(Path(name))
    found = [case for case in load_cases(frozen=False) if case.id == name]
    if not found:
        raise CaseError(
            f"Aucun cas « {name} ».",
            "Donnez l'identifiant d'un cas, ou le fichier YAML d'un brouillon complété.",
        )
    return found


def sign(
    case: Case,
    reviewer: str,
    library: Library,
    known: ValidatedAnswers,
    questions: Sequence[str] = (),
) -> ValidatedAnswer:
    """Keep the gold of a case as the answer to its question, signed and dated today.

    Args:
        case: an answerable case, its gold in the library.
        reviewer: who read it.
        library: where its quotes must stand.
        known: the signed answers, to which it is added.
        questions: other wordings of the question; needed where it follows earlier turns.

    Raises:
        CaseError: the case has no answer, cannot be understood alone, quotes what the library does
            not hold, or its question has a signed answer already.
    """
    asked = (*(() if case.turns else (case.question,)), *questions)
    if not case.answerable or not case.evidence:
        raise _refused(case, "elle n'a pas de réponse à valider.", "Complétez « evidence ».")
    if not asked:
        raise _refused(
            case,
            "sa question dépend des précédentes.",
            'Donnez-la en entier : --question "…"',
        )
    signed = ValidatedAnswer(
        id=case.id,
        questions=asked,
        quotes=tuple(_whole(case.evidence)),
        validation=Validation(reviewer, datetime.now(UTC).date().isoformat()),
    )
    for quote in lost(signed, library):
        raise _refused(
            case,
            f"la citation « {quote.text} » n'est pas dans « {quote.document} ».",
            "Recopiez-la mot à mot, ou ajoutez le document : coop ingest FICHIER.pdf",
        )
    for question in asked:
        other = known.find(library.understand(question), library)
        if other and other.id != case.id:
            raise _refused(
                case,
                f"« {other.id} » répond déjà à « {question} ».",
                f"Retirez d'abord l'autre : coop eval validate {other.id} --remove",
            )
    known.save(signed)
    return signed


def signed_lines(answers: Iterable[ValidatedAnswer], library: Library) -> Iterator[str]:
    """Signed answers for the terminal: questions, signature, quotes and where they stand now."""
    count = 0
    for count, answer in enumerate(answers, 1):  # noqa: B007 — counted for the last line
        day, name = answer.validation.date, answer.validation.reviewer
        yield f"{answer.id}  ({day}, {name}) : {' / '.join(answer.questions)}"
        for statement in statements(answer, library):
            cited = statement.citations[0]
            yield f"   {statement.text}  [{cited.document.id}, p. {cited.page_label}]"
        for quote in lost(answer, library):
            yield f"   ✗ n'est plus servie : « {quote.text} » n'est plus dans « {quote.document} »."
    yield f"{count} réponses validées." if count != 1 else "1 réponse validée."


def _whole(evidence: Iterable[Evidence]) -> list[Quote]:
    """The quotes, the two pieces of a sentence that crosses a page break as one."""
    found: list[Quote] = []
    for piece in evidence:
        before = found[-1] if found else None
        cut = before is not None and before.text.rstrip()[-1:] not in _ENDS
        if before and cut and (before.document, before.page + 1) == (piece.document, piece.page):
            found[-1] = before._replace(text=f"{before.text} {piece.quote}")
        else:
            found.append(Quote(piece.document, piece.page, piece.quote))
    return found


def _refused(case: Case, why: str, remedy: str) -> CaseError:
    return CaseError(f"« {case.id} » ne peut pas être validé : {why}", remedy)
