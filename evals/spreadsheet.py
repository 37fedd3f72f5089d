"""The set as a CSV file that an expert edits in a spreadsheet, with the columns EvalAP expects.

EvalAP reads `query` and `output_true` (and `output`, `retrieval_context` when a run is given). The
other columns hold the rest of a case: in `points`, one a line, "essentiel : " or "en plus : " first
and variants after " | "; in `evidence` and `also`, "document | page | quote" a line.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, NamedTuple

from evals.case import KINDS, Case, CaseError, Evidence, Point, Split, contradiction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from evals.replies import Reply

COLUMNS = (
    "query", "output_true", "id", "theme", "split", "kind", "answerable", "turns", "points",
    "evidence", "also", "orientation", "requires", "source", "tags",
)  # fmt: skip
_OF_RUN = ("output", "retrieval_context")
_VITAL, _MORE = "essentiel : ", "en plus : "
_BREAK = " ⏎ "


def export(cases: Iterable[Case], replies: Mapping[str, Reply] | None = None) -> str:
    """The cases as CSV; with `replies`, also what a system replied to each."""
    stream = io.StringIO(newline="")
    columns = [*COLUMNS, *(_OF_RUN if replies is not None else ())]
    writer = csv.DictWriter(stream, columns, lineterminator="\r\n")
    writer.writeheader()
    for case in cases:
        row = _row(case)
        if replies is not None and (reply := replies.get(case.id)):
            row["output"] = reply.text if reply.answered else reply.message
            row["retrieval_context"] = "\n".join(
                f"{cited.document} p. {cited.page} : {cited.quote}"
                for said in reply.statements
                for cited in said.citations
            )
        writer.writerow(row)
    return stream.getvalue()


def read_cases(path: Path) -> list[Case]:
    """The cases of a CSV file, comma or semicolon between columns, as a spreadsheet saves it.

    Raises:
        CaseError: the file is unreadable, a column is missing, or a line is no case.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CaseError(f"Il n'y a pas de fichier « {path} ».", "Vérifiez son nom.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(
            f"« {path} » ne se lit pas comme un CSV en UTF-8.", "Enregistrez-le en CSV UTF-8."
        ) from error
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise CaseError(
            f"« {path.name} » n'a pas la colonne « {missing[0]} ».",
            "Partez d'un fichier exporté : coop eval export",
        )
    return [_case(row, f"{path.name}, ligne {number}") for number, row in enumerate(reader, 2)]


class Merge(NamedTuple):
    """A set with what a spreadsheet changed; `changed` are the new and the altered cases."""

    cases: list[Case]
    changed: list[Case]


def merged(known: Sequence[Case], edited: Sequence[Case]) -> Merge:
    """The set with the cases of a spreadsheet in place of theirs; new ones at the end.

    Cases that the spreadsheet left out stay.

    Raises:
        CaseError: a test case was changed, or added.
    """
    before = {case.id: case for case in known}
    after = before | {case.id: case for case in edited}
    changed = [case for id_, case in after.items() if before.get(id_) != case]
    for case in changed:
        old = before.get(case.id)
        if case.split == "test" or (old and old.split == "test"):
            raise CaseError(
                f"Le cas de test « {case.id} » a été changé ou ajouté.",
                "Les cas de test ne se changent qu'à la main, dans leur fichier YAML ; mettez "
                "« dev » à un nouveau cas.",
            )
    return Merge(list(after.values()), changed)


def _row(case: Case) -> dict[str, Any]:
    return {
        "query": case.question,
        "output_true": " ".join(e.quote for e in case.evidence) or "Refus attendu.",
        "id": case.id,
        "theme": case.theme,
        "split": case.split,
        "kind": KINDS[case.kind],
        "answerable": "oui" if case.answerable else "non",
        "turns": "\n".join(case.turns),
        "points": "\n".join(map(_point_line, case.points)),
        "evidence": "\n".join(map(_quote_line, case.evidence)),
        "also": "\n".join(map(_quote_line, case.also)),
        "orientation": case.orientation,
        "requires": "\n".join(case.requires),
        "source": case.source,
        "tags": "\n".join(case.tags),
    }


def _case(row: Mapping[str, str], where: str) -> Case:
    kinds = {label: kind for kind, label in KINDS.items()}
    splits: dict[str, Split] = {"dev": "dev", "test": "test"}
    try:
        case = Case(
            id=_needed(row, "id"),
            theme=_needed(row, "theme"),
            question=_needed(row, "query"),
            kind=kinds[row["kind"]],
            answerable={"oui": True, "non": False}[row["answerable"]],
            split=splits[row["split"]],
            source=_needed(row, "source"),
            turns=_lines(row["turns"]),
            points=tuple(map(_point, _lines(row["points"]))),
            evidence=tuple(map(_quote, _lines(row["evidence"]))),
            also=tuple(map(_quote, _lines(row["also"]))),
            orientation=row["orientation"].strip(),
            requires=_lines(row["requires"]),
            tags=_lines(row["tags"]),
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise CaseError(
            f"{where} : la ligne ne décrit pas un cas ({error}).",
            "Reprenez la forme des lignes exportées : coop eval export",
        ) from error
    if wrong := contradiction(case):
        raise CaseError(f"{where} : {wrong[0]}", wrong[1])
    return case


def _needed(row: Mapping[str, str], name: str) -> str:
    if not row[name].strip():
        raise ValueError(f"« {name} » est vide")
    return row[name].strip()


def _lines(cell: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in cell.splitlines() if line.strip())


def _point_line(point: Point) -> str:
    return (_VITAL if point.vital else _MORE) + " | ".join(point.wordings)


def _point(line: str) -> Point:
    vital = not line.startswith(_MORE)
    text, *variants = line.removeprefix(_VITAL).removeprefix(_MORE).split(" | ")
    return Point(text.strip(), vital, tuple(variant.strip() for variant in variants))


def _quote_line(evidence: Evidence) -> str:
    quote = evidence.quote.replace("\n", _BREAK)
    return f"{evidence.document} | {evidence.page} | {quote}"


def _quote(line: str) -> Evidence:
    document, page, quote = line.split(" | ", 2)
    return Evidence(document.strip(), int(page), quote.replace(_BREAK, "\n"))
