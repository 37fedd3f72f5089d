"""`coop eval reading`: how faithfully pages are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from corpus.errors import MissingToolError
from corpus.terminal import Command, JsonOption, application, print_json

if TYPE_CHECKING:
    from evals.reading.benchmark import Reader, Score
    from evals.reading.gold import GoldDocument
    from evals.reading.tables import Row

_RESOLUTIONS: Final = (300, 150)  # dots an inch


def reading_app(read: Reader, recognise: Reader) -> typer.Typer:
    """The command, given how ours reads a file, and how a scan, where OCR is installed."""
    app = application("")

    @app.command(cls=Command)
    def reading(
        documents: Annotated[
            Path | None,
            typer.Option(
                metavar="DOSSIER", help="Où sont les PDF d'autres auteurs du jeu de référence."
            ),
        ] = None,
        scans: Annotated[
            bool, typer.Option("--scans/--no-scans", help="Mesure aussi l'OCR, qui est lent.")
        ] = True,
        as_json: JsonOption = False,
    ) -> int:
        """Mesure la lecture des pages sur un jeu corrigé, à côté de pypdf et pypdfium2 seuls."""
        return _run(read, recognise if scans else None, documents, as_json=as_json)

    return app


def _run(read: Reader, recognise: Reader | None, folder: Path | None, *, as_json: bool) -> int:
    from evals.baselines.readers import pdfium_pages, pypdf_pages  # noqa: PLC0415 — heavy
    from evals.reading.benchmark import measure_born  # noqa: PLC0415 — heavy
    from evals.reading.gold import load_gold, locate  # noqa: PLC0415
    from evals.reading.tables import rows  # noqa: PLC0415

    gold = load_gold()
    places = locate(gold, folder)
    readers: dict[str, Reader] = {"coop": read, "pypdfium2": pdfium_pages, "pypdf": pypdf_pages}
    scores = {name: measure_born(reader, gold, places) for name, reader in readers.items()}
    remarks = [
        f"Non mesuré, PDF absent : « {document.title} » ({document.file}, "
        f"{len(document.pages)} pages). Indiquez son dossier avec --documents."
        for document in gold
        if document.id not in places
    ]
    if recognise is not None:
        try:
            scores["coop"] |= _scans(recognise, gold, places)
        except MissingToolError as error:
            remarks.append(f"Scans non mesurés. {error.message} {error.remedy}")
    found = rows(scores)
    if as_json:
        measures = [row._asdict() | {"met": row.met} for row in found]
        pages = {name: groups["born"].texts for name, groups in scores.items()}
        print_json({"readers": list(scores), "measures": measures, "pages": pages})
    else:
        _print(found, list(scores), remarks)
    return 1 if any(row.met is False and not row.timed for row in found) else 0


def _scans(
    recognise: Reader, gold: tuple[GoldDocument, ...], places: dict[str, Path]
) -> dict[str, Score]:
    from evals.reading.benchmark import measure_scans  # noqa: PLC0415 — heavy

    return {f"scan-{dots}": measure_scans(recognise, gold, places, dots) for dots in _RESOLUTIONS}


def _print(found: list[Row], names: list[str], remarks: list[str]) -> None:
    from evals.reading.tables import lines  # noqa: PLC0415
    from evals.tables import text_table  # noqa: PLC0415

    for line in [*text_table(lines(found, names)), *remarks]:
        typer.echo(line)
