"""`coop eval`: is it right?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.errors import UsageError
from corpus.terminal import Command, JsonOption, application, print_json, progress, workplace

if TYPE_CHECKING:
    from evals.case import Case
    from evals.run import Bench

app = application("")
evaluation = application("Mesure la recherche et les réponses.", invoke_without_command=True)
app.add_typer(evaluation, name="eval")

SplitOption = Annotated[str, typer.Option("--split", metavar="dev|test|all", help="Les cas posés.")]
SystemOption = Annotated[
    str,
    typer.Option("--system", metavar="ours|tutorial|bm25|dense", help="Le système évalué."),
]
DocumentsOption = Annotated[
    Path | None,
    typer.Option(metavar="DOSSIER", help="Des PDF à ajouter, dans une bibliothèque à part."),
]


@evaluation.callback()
def evaluate(context: typer.Context) -> None:
    """Mesure la recherche et les réponses."""
    if context.invoked_subcommand is None:
        context.invoke(run)


@evaluation.command(cls=Command)
def run(
    split: SplitOption = "all",
    system: SystemOption = "ours",
    documents: DocumentsOption = None,
    as_json: JsonOption = False,
) -> int:
    """Pose les cas à l'assistant et mesure ses réponses ; reprend une évaluation interrompue."""
    from evals.run import evaluate as evaluate_cases  # noqa: PLC0415
    from evals.systems import NAMES  # noqa: PLC0415

    name = next((known for known in NAMES if known == system), None)
    if name is None:
        raise UsageError(f"Système inconnu : « {system} ».", f"Choisissez : {', '.join(NAMES)}.")
    cases = _cases(split)
    bench = _bench(documents)
    with progress() as show:
        done = evaluate_cases(bench, cases, name, split, show)
    measures = done.measures()
    if as_json:
        print_json({"run": done.header.id} | {k: v for k, v in measures.items() if k != "verdicts"})
    else:
        _print_run(done.header.id, measures)
    return 1 if measures["failed"] else 0


def _cases(split: str) -> list[Case]:
    from evals.case import load_cases  # noqa: PLC0415

    if split not in {"dev", "test", "all"}:
        raise UsageError(f"Partie inconnue : « {split} ».", "Choisissez : dev, test, all.")
    return [case for case in load_cases() if split in {"all", case.split}]


def _bench(documents: Path | None) -> Bench:
    from corpus.library import Library  # noqa: PLC0415 — heavy
    from evals.run import Bench, evaluation_home  # noqa: PLC0415

    home, load_embedder = workplace()
    embedder = load_embedder()
    inner = evaluation_home(home, documents) if documents else home
    return Bench(home, Library.open(inner, embedder), embedder)


def _print_run(name: str, measures: dict[str, Any]) -> None:
    from evals.tables import rows, text_table  # noqa: PLC0415

    counts = measures["counts"]
    typer.echo(
        f"Évaluation {name} : {counts['cases']} cas "
        f"({counts['answerable']} avec réponse, {counts['unanswerable']} à refuser), "
        f"{counts['not_run']} non posés, {counts['failed']} en échec.\n"
    )
    signs = {True: "✓", False: "✗", None: ""}
    lines = [("Mesure", "valeur", "intervalle à 95 %", "n", "but", "")]
    lines += [(r.label, r.value, r.interval, r.n, r.goal, signs[r.met]) for r in rows(measures)]
    for line in text_table(lines):
        typer.echo(line)
    if counts["moved"]:
        typer.echo(
            f"\n{counts['moved']} cas ont une citation qui a bougé : coop eval check --repair"
        )
    for id_, why in measures["failed"].items():
        typer.echo(f"Échec de {id_} : {why}")


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
