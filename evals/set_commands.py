"""The commands of `coop eval` that look after the set: check, candidates, import, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import UsageError
from corpus.terminal import Command, application, workplace

if TYPE_CHECKING:
    from evals.run import Bench

of_the_set = application("")

DocumentsOption = Annotated[
    Path | None,
    typer.Option(metavar="DOSSIER", help="Des PDF à ajouter, dans une bibliothèque à part."),
]
FileOption = Annotated[Path | None, typer.Option("-o", metavar="FICHIER", help="Où écrire.")]
ReviewerOption = Annotated[str | None, typer.Option(metavar="NOM", help="Qui a relu, et signe.")]


@of_the_set.command(cls=Command)
def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Remet les citations à la page où elles sont.")
    ] = False,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Accepte les cas de test tels qu'ils sont.")
    ] = False,
    documents: DocumentsOption = None,
) -> int:
    """Vérifie les cas : citations à leur page, pas de redite, équilibre."""
    from evals.case import CASES, load_cases  # noqa: PLC0415
    from evals.case_writing import freeze as freeze_cases  # noqa: PLC0415
    from evals.case_writing import write_cases  # noqa: PLC0415
    from evals.checks import problems, repaired  # noqa: PLC0415
    from evals.gold import Pages  # noqa: PLC0415

    cases = load_cases(frozen=not (freeze or repair))
    pages = Pages(open_bench(documents).library)
    if repair:
        repair_done = repaired(cases, pages)
        cases = repair_done.cases
        write_cases(cases)
        for line in repair_done.reworded:
            typer.echo(f"À relire — {line}")
        typer.echo(f"{repair_done.moved} cas corrigés.")
    if freeze:
        freeze_cases(CASES, cases)
    found = problems(cases, pages)
    for problem in found:
        typer.echo(f"✗ {problem}")
    typer.echo(f"{len(cases)} cas vérifiés, {len(found)} problème{'s' * (len(found) > 1)}.")
    return 1 if found else 0


@of_the_set.command(cls=Command)
def candidates(
    number: Annotated[
        int | None, typer.Argument(metavar="[N]", help="L'avis dont faire un brouillon.")
    ] = None,
    output: FileOption = None,
    add: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Un brouillon complété, à ajouter.")
    ] = None,
    reviewer: ReviewerOption = None,
) -> int:
    """Liste les réponses que des lecteurs ont jugées, et en fait des cas."""
    if add is not None:
        return _add(add, reviewer)
    from assistant.memory import Memory  # noqa: PLC0415 — sqlalchemy
    from corpus.settings import read_settings  # noqa: PLC0415 — pydantic
    from evals.candidates import draft, opinion_lines  # noqa: PLC0415
    from evals.case import load_cases  # noqa: PLC0415

    home, _ = workplace()
    opinions = Memory.of(read_settings(), home).feedback()
    cases = load_cases(frozen=False)
    if number is None:
        for line in opinion_lines(opinions, cases):
            typer.echo(line)
        return 0
    opinion = next((seen for seen in opinions if seen.id == number), None)
    if not opinion:
        raise UsageError(f"Aucun avis n° {number}.", "Listez-les : coop eval candidates")
    path = output or Path(f"avis-{number}.yaml")
    if path.exists():
        raise UsageError(f"Le fichier « {path} » existe déjà.", "Indiquez-en un autre avec -o.")
    _write(path, draft(opinion, path.name, sorted({case.theme for case in cases})))
    typer.echo(f"Brouillon écrit : {path}. Complétez-le, puis :")
    typer.echo(
        f'  coop eval candidates --add {path} --reviewer "Votre nom"   pour en faire un test'
    )
    typer.echo(
        f'  coop eval validate {path} --reviewer "Votre nom"           pour servir sa réponse'
    )
    return 0


@of_the_set.command(cls=Command)
def validate(
    name: Annotated[
        str | None, typer.Argument(metavar="[CAS]", help="Un cas, ou un brouillon complété (YAML).")
    ] = None,
    reviewer: ReviewerOption = None,
    question: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXTE", help="Une autre façon de poser la question."),
    ] = None,
    remove: Annotated[
        bool, typer.Option("--remove", help="Ne sert plus la réponse validée de ce cas.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--list", help="Liste les réponses validées (sans argument aussi).")
    ] = False,
) -> int:
    """Signe la réponse d'un cas : elle est servie telle quelle quand sa question revient."""
    from assistant.validated import ValidatedAnswers  # noqa: PLC0415
    from evals.signing import cases_named, sign, signed_lines  # noqa: PLC0415

    home, _ = workplace()
    known = ValidatedAnswers.in_home(home)
    if name is None or show:
        for line in signed_lines(known.all(), open_bench(None).library):
            typer.echo(line)
        return 0
    if remove:
        known.remove(name)
        typer.echo(f"Réponse validée retirée : {name}")
        return 0
    signatory = _signatory(reviewer)
    library = open_bench(None).library
    signed = [sign(case, signatory, library, known, question or ()) for case in cases_named(name)]
    for line in signed_lines(signed, library):
        typer.echo(line)
    return 0


@of_the_set.command("export", cls=Command)
def export_cases(
    output: Annotated[Path, typer.Argument(metavar="FICHIER.csv", help="Où écrire.")],
    run: Annotated[
        str | None,
        typer.Option(metavar="EVALUATION", help="Une évaluation dont joindre les réponses."),
    ] = None,
) -> int:
    """Écrit les cas en CSV, pour un tableur ou pour EvalAP."""
    from evals.case import load_cases  # noqa: PLC0415
    from evals.record import find_run  # noqa: PLC0415
    from evals.spreadsheet import export  # noqa: PLC0415

    home, _ = workplace()
    cases = load_cases()
    replies = find_run(home, run).replies() if run else None
    # The mark lets spreadsheets see that the file is UTF-8.
    _write(output, "\ufeff" + export(cases, replies))
    typer.echo(f"{len(cases)} cas écrits : {output}")
    return 0


@of_the_set.command("import", cls=Command)
def import_cases(
    source: Annotated[Path, typer.Argument(metavar="FICHIER.csv", help="Le CSV complété.")],
) -> int:
    """Reprend les cas d'un CSV exporté puis modifié ; ceux de test ne changent pas."""
    from evals.case import load_cases  # noqa: PLC0415
    from evals.case_writing import write_cases  # noqa: PLC0415
    from evals.checks import admitted  # noqa: PLC0415
    from evals.gold import Pages  # noqa: PLC0415
    from evals.spreadsheet import merged, read_cases  # noqa: PLC0415

    known = load_cases()
    edited = merged(known, read_cases(source)).changed
    found = admitted(edited, known, Pages(open_bench(None).library))
    for problem in found.problems:
        typer.echo(f"✗ {problem}")
    if found.problems:
        typer.echo("Rien n'a été changé.")
        return 1
    merge = merged(known, found.cases)
    if merge.changed:
        write_cases(merge.cases)
    typer.echo(f"{len(merge.changed)} cas ajoutés ou changés.")
    return 0


def open_bench(documents: Path | None) -> Bench:
    """The user's home, with their library or one made of the collection and a folder of PDFs."""
    from corpus.library import Library  # noqa: PLC0415 — heavy
    from evals.run import Bench, evaluation_home  # noqa: PLC0415

    home, load_embedder = workplace()
    embedder = load_embedder()
    inner = evaluation_home(home, documents) if documents else home
    return Bench(home, Library.open(inner, embedder), embedder)


def _add(path: Path, reviewer: str | None) -> int:
    from evals.candidates import add  # noqa: PLC0415
    from evals.gold import Pages  # noqa: PLC0415

    signatory = _signatory(reviewer)
    added = add(path, signatory, Pages(open_bench(None).library))
    typer.echo("Ajouté : " + ", ".join(f"{case.id} ({case.theme})" for case in added))
    return 0


def _signatory(reviewer: str | None) -> str:
    """The reviewer's name on one line."""
    name = " ".join((reviewer or "").split())
    if not name:
        raise UsageError(
            "Un cas relu est signé : il manque le nom de qui l'a relu.",
            'Ajoutez --reviewer "Prénom Nom".',
        )
    return name


def _write(path: Path, body: str) -> None:
    try:
        path.write_text(body, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"« {path} » ne peut pas être écrit ({error.strerror}).", "Indiquez un autre fichier."
        ) from error
