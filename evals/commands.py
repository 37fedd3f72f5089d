"""`coop eval`: is it right?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.errors import UsageError
from corpus.terminal import Command, JsonOption, application, print_json, progress, workplace
from evals.set_commands import DocumentsOption, of_the_set, open_bench

if TYPE_CHECKING:
    from evals.case import Case

app = application("")
evaluation = application("Mesure la recherche et les réponses.", invoke_without_command=True)
evaluation.add_typer(of_the_set)
app.add_typer(evaluation, name="eval")

SplitOption = Annotated[str, typer.Option("--split", metavar="dev|test|all", help="Les cas posés.")]
SystemOption = Annotated[
    str,
    typer.Option("--system", metavar="ours|tutorial|bm25|dense", help="Le système évalué."),
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
    bench = open_bench(documents)
    with progress() as show:
        done = evaluate_cases(bench, cases, name, split, show)
    measures = done.measures()
    if as_json:
        print_json(
            {"run": done.header.id}
            | {k: v for k, v in measures.items() if k not in {"verdicts", "cases"}}
        )
    else:
        _print_run(done.header.id, measures)
    return 1 if measures["failed"] else 0


def _cases(split: str) -> list[Case]:
    from evals.case import load_cases  # noqa: PLC0415

    if split not in {"dev", "test", "all"}:
        raise UsageError(f"Partie inconnue : « {split} ».", "Choisissez : dev, test, all.")
    return [case for case in load_cases() if split in {"all", case.split}]


def _print_run(name: str, measures: dict[str, Any]) -> None:
    from evals.tables import rows, text_table  # noqa: PLC0415

    counts = measures["counts"]
    typer.echo(
        f"Évaluation {name} : {counts['cases']} cas "
        f"({counts['answerable']} avec réponse, {counts['unanswerable']} à refuser), "
        f"{counts['not_run']} non posés, {counts['failed']} en échec ; "
        f"{counts['words']} mots par réponse (médiane).\n"
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
def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="Une évaluation.")] = "previous",
    second: Annotated[str, typer.Argument(metavar="B", help="Une plus récente.")] = "last",
    as_json: JsonOption = False,
) -> int:
    """Compare deux évaluations : différences avec leur intervalle, cas qui ont changé."""
    from evals.compare import compare as compare_runs  # noqa: PLC0415
    from evals.record import find_run  # noqa: PLC0415
    from evals.tables import comparison_lines  # noqa: PLC0415

    home, _ = workplace()
    a, b = find_run(home, first), find_run(home, second)
    found = compare_runs(a, b)
    if as_json:
        print_json(
            {
                "first": a.header.id,
                "second": b.header.id,
                "differences": {name: d._asdict() for name, d in found.differences.items()},
                "flips": [flip._asdict() for flip in found.flips],
            }
        )
        return 0
    typer.echo(f"De {a.header.id} à {b.header.id}, {found.shared} cas en commun.\n")
    for line in comparison_lines(found):
        typer.echo(line)
    return 0


@evaluation.command(cls=Command)
def gate(
    update: Annotated[
        bool, typer.Option("--update", help="Prend les réponses actuelles pour référence.")
    ] = False,
) -> int:
    """Vérifie sur quelques cas que rien ne s'est dégradé ; code de sortie 1 sinon."""
    from corpus.library import Library  # noqa: PLC0415 — heavy
    from evals import gate as gates  # noqa: PLC0415
    from evals.case import load_cases  # noqa: PLC0415
    from evals.run import evaluation_home  # noqa: PLC0415
    from evals.tables import flip_lines  # noqa: PLC0415

    home, load_embedder = workplace()
    cases = load_cases()
    library = Library.open(evaluation_home(home, None), load_embedder())
    if update:
        typer.echo(f"Référence écrite : {gates.update(cases, library)} cas.")
        return 0
    found = gates.check(cases, library)
    for line in flip_lines(found.flips):
        typer.echo(line)
    typer.echo(
        f"Perte nette : {found.loss} cas, {gates.TOLERANCE} au plus : "
        + ("accepté." if found.open else "refusé.")
    )
    return 0 if found.open else 1


@evaluation.command(cls=Command)
def report(
    name: Annotated[str, typer.Argument(metavar="EVALUATION", help="Son nom.")] = "last",
    baseline: Annotated[
        str | None, typer.Option(metavar="EVALUATION", help="Une autre, montrée à côté.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", metavar="FICHIER", help="Le fichier HTML à écrire.")
    ] = None,
) -> int:
    """Écrit le rapport d'une évaluation : une page HTML, et un résumé en Markdown."""
    from evals.record import find_run  # noqa: PLC0415
    from evals.report import html_report, markdown_summary  # noqa: PLC0415

    home, _ = workplace()
    done = find_run(home, name)
    beside = find_run(home, baseline) if baseline else None
    page = output or done.folder / "report.html"
    summary = page.with_suffix(".md")
    try:
        page.write_text(html_report(done, beside), encoding="utf-8")
        summary.write_text(markdown_summary(done, beside), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"Le rapport ne peut pas être écrit : {error}.", "Indiquez un autre fichier avec -o."
        ) from error
    typer.echo(f"Rapport : {page}\nRésumé : {summary}")
    return 0


@evaluation.command(cls=Command)
def runs() -> int:
    """Liste les évaluations faites, la dernière d'abord."""
    from evals.record import run_lines  # noqa: PLC0415

    home, _ = workplace()
    for line in run_lines(home):
        typer.echo(line)
    return 0


@evaluation.command(cls=Command)
def retrieval(
    sets: Annotated[
        Path | None, typer.Option(metavar="DOSSIER", help="Un dossier de jeux au format BEIR.")
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="dev|test|all", help="Les cas du projet.")
    ] = None,
    documents: DocumentsOption = None,
    as_json: JsonOption = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Écrit le tableau du README.")
    ] = False,
) -> int:
    """Compare les méthodes de recherche, du BM25 simple à la recherche complète.

    Sans --sets, sur les cas de développement du projet ; avec --sets et --split, sur les deux.
    """
    from evals import retrieval as methods  # noqa: PLC0415 — heavy
    from evals import retrieval_table  # noqa: PLC0415
    from evals.retrieval_sets import case_set, read_set  # noqa: PLC0415

    _, load_embedder = workplace()
    data = [read_set(folder) for folder in _beir_folders(sets)]
    if split or not data:
        name = split or "dev"
        cases = _cases(name)
        data.insert(0, case_set(f"cases, {name}", open_bench(documents).library, cases))
    results = methods.evaluate(data, load_embedder())
    if as_json:
        print_json(methods.as_json(results))
        return 0
    shown = retrieval_table.markdown if as_markdown else retrieval_table.lines
    for line in shown(results):
        typer.echo(line)
    return 0


def _beir_folders(sets: Path | None) -> list[Path]:
    if sets is None:
        return []
    folders = sorted(path.parent for path in sets.glob("*/qrels.tsv"))
    if not folders:
        raise UsageError(
            f"Aucun jeu au format BEIR dans « {sets} ».",
            "Indiquez un dossier dont les sous-dossiers contiennent corpus.jsonl, queries.jsonl "
            "et qrels.tsv.",
        )
    return folders
