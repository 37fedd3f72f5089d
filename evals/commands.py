"""`coop eval`: is it right?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import UsageError
from corpus.terminal import Command, JsonOption, application, print_json, workplace

app = application("")
evaluation = application("Mesure la recherche et les réponses.", no_args_is_help=True)
app.add_typer(evaluation, name="eval")


@evaluation.callback()
def evaluate() -> None:
    """Mesure la recherche et les réponses."""


@evaluation.command(cls=Command)
def retrieval(
    sets: Annotated[
        Path, typer.Option(metavar="DOSSIER", help="Un dossier de jeux au format BEIR.")
    ],
    as_json: JsonOption = False,
) -> int:
    """Compare les méthodes de recherche, du BM25 simple à la recherche complète."""
    from evals.retrieval import evaluate_sets  # noqa: PLC0415 — heavy

    folders = sorted(path.parent for path in sets.glob("*/qrels.tsv"))
    if not folders:
        raise UsageError(
            f"Aucun jeu au format BEIR dans « {sets} ».",
            "Indiquez un dossier dont les sous-dossiers contiennent corpus.jsonl, queries.jsonl "
            "et qrels.tsv.",
        )
    _, load_embedder = workplace()
    table = evaluate_sets(folders, load_embedder())
    if as_json:
        print_json(table)
        return 0
    for name, methods in table.items():
        typer.echo(name)
        for method, measures in methods.items():
            figures = "  ".join(f"{measure} {value:.4f}" for measure, value in measures.items())
            typer.echo(f"  {method:<12} {figures}")
    return 0
