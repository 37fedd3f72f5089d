"""`coop ingest` and `coop corpus`: what is in the library, and how it gets in."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus.errors import CoopError, UsageError
from corpus.terminal import Command, JsonOption, application, print_json, progress, workplace

if TYPE_CHECKING:
    from corpus.home import Home
    from corpus.types import Document
    from ingest.pipeline import DocumentReport, Report

app = application("")
corpus = application(
    "Liste les documents connus et leur état.", invoke_without_command=True, name="corpus"
)
app.add_typer(corpus)

_CHANGES = {
    "new": "nouveau",
    "changed": "modifié",
    "completed": "complété",
    "unchanged": "inchangé",
    "failed": "ILLISIBLE",
    "duplicate": "doublon",
    "removed": "retiré",
}
_STATES = {
    "read": "lues",
    "second": "lues par pypdf",
    "recognised": "reconnues par OCR",
    "empty": "vides",
    "waiting": "en attente d'OCR",
    "failed": "en échec",
}


@app.command(cls=Command)
def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[CHEMIN]…", help="PDF ou dossiers à mettre sur l'étagère."),
    ] = None,
    as_id: Annotated[
        str,
        typer.Option("--as", metavar="ID", help="Dit quel document du catalogue est ce PDF."),
    ] = "",
    as_json: JsonOption = False,
) -> int:
    """Met la bibliothèque à jour : collection fournie et étagère."""
    home, load_embedder = workplace()
    home.prepare()
    refused = _shelve(home, paths or [], as_id, quiet=as_json)
    from ingest.pipeline import synchronise  # noqa: PLC0415 — heavy

    with progress() as show:
        report = synchronise(home, load_embedder(), on_document=show)
    if as_json:
        body = dataclasses.asdict(report)
        body["refused"] = [{"file": str(p), "message": str(e)} for p, e in refused]
        print_json(body)
    else:
        _print_report(home, report)
        for path, error in refused:
            typer.echo(f"✗ {path.name} : {error.message}\n  → {error.remedy}", err=True)
    return 1 if report.failed or refused else 0


def _shelve(
    home: Home, paths: list[Path], as_id: str, *, quiet: bool
) -> list[tuple[Path, CoopError]]:
    """Put files on the shelf; those that are no readable PDF come back with their error.

    Files that are named one by one are asked about on a terminal, those of a folder are not.
    """
    if as_id and (len(paths) != 1 or paths[0].is_dir()):
        raise UsageError(
            "--as dit quel document est un fichier : il en faut un, et un seul.",
            f"Par exemple : coop ingest FICHIER.pdf --as {as_id}",
        )
    if not paths:
        return []
    from ingest.shelf import Answers, requested_files, shelve  # noqa: PLC0415 — heavy

    asked = Answers(_confirm, _complete)
    refused: list[tuple[Path, CoopError]] = []
    for path in requested_files(paths):
        somebody = path in paths and not quiet and sys.stdin.isatty()
        try:
            shelved = shelve(home, path, as_id=as_id, answers=asked if somebody else Answers())
        except UsageError:
            raise
        except CoopError as error:
            refused.append((path, error))
            continue
        if shelved.by and not quiet:
            title, id_ = shelved.document.title, shelved.document.id
            typer.echo(f"{path.name} : « {title} » ({id_}), reconnu par {shelved.by}.", err=True)
    return refused


def _confirm(document: Document) -> bool:
    """Ask whether a file is the document that its title tells."""
    question = f"Est-ce « {document.title} » ({document.publisher}) ? (o/n)"
    return str(typer.prompt(question, default="o", err=True)).strip().lower()[:1] in {"o", "y"}


def _complete(document: Document) -> Document:
    """Ask for what a file does not tell of itself."""
    typer.echo(f"« {document.file} » n'est pas au catalogue. Entrée passe une question.", err=True)
    title = typer.prompt("Titre", default=document.title, err=True)
    publisher = typer.prompt("Éditeur", default="", show_default=False, err=True)
    year = "?"
    while not re.fullmatch(r"((19|20)\d\d)?", year):
        year = typer.prompt("Année de parution", default="", show_default=False, err=True).strip()
    return dataclasses.replace(
        document, title=title.strip(), publisher=publisher.strip(), published=year
    )


def _print_report(home: Home, report: Report) -> None:
    for document in report.documents:
        if document.change != "unchanged" or document.problems:
            typer.echo(_line(document))
            for problem in document.problems:
                typer.echo(f"    {problem}")
    what = "Bibliothèque mise à jour" if report.switched else "Bibliothèque déjà à jour"
    held = sum(document.change not in {"removed", "duplicate"} for document in report.documents)
    typer.echo(
        f"{what} : {held} documents, {report.pages} pages, {report.passages} passages "
        f"({home.root})."
    )
    if report.advice:
        typer.echo(f"→ {report.advice}")


def _line(document: DocumentReport) -> str:
    pages = ", ".join(f"{count} {_STATES[state]}" for state, count in document.pages.items())
    return f"{_CHANGES[document.change]:>9}  {document.title} — {pages or document.file}"


@corpus.callback()
def list_documents(
    context: typer.Context,
    as_json: JsonOption = False,
) -> None:
    """Liste les documents connus et leur état."""
    if context.invoked_subcommand is not None:
        return
    from ingest.listing import listed  # noqa: PLC0415

    home, _ = workplace()
    rows = listed(home)
    if as_json:
        print_json([dataclasses.asdict(row) for row in rows])
        return
    for row in rows:
        year = row.document.year or "s. d."
        typer.echo(f"{row.state:<14}  {row.document.id:<34}  {year:<5}  {row.document.title}")
        if row.remedy:
            typer.echo(f"{'':16}→ {row.remedy}")


@corpus.command(cls=Command)
def remove(
    id_: Annotated[str, typer.Argument(metavar="ID", help="L'identifiant donné par coop corpus.")],
) -> None:
    """Retire un document de votre étagère et met la bibliothèque à jour."""
    from ingest.listing import document_named  # noqa: PLC0415
    from ingest.pipeline import synchronise  # noqa: PLC0415
    from ingest.shelf import take_off  # noqa: PLC0415

    home, load_embedder = workplace()
    path = take_off(home, document_named(home, id_))
    synchronise(home, load_embedder())
    typer.echo(f"« {id_} » est retiré ({path.name}).")


@corpus.command(cls=Command)
def fetch(
    id_: Annotated[str, typer.Argument(metavar="ID", help="L'identifiant donné par coop corpus.")],
    force: Annotated[
        bool, typer.Option("--force", help="Remplace le fichier, même s'il a changé en ligne.")
    ] = False,
) -> int:
    """Télécharge un document du catalogue qui a un lien direct, et le met sur l'étagère."""
    from corpus.catalogue import load_catalogue  # noqa: PLC0415
    from ingest.fetch import fetch as fetch_entry  # noqa: PLC0415
    from ingest.pipeline import synchronise  # noqa: PLC0415 — heavy
    from ingest.shelf import entry_named  # noqa: PLC0415 — heavy

    home, load_embedder = workplace()
    home.prepare()
    entry = entry_named(load_catalogue(home), id_)
    with progress() as show:
        fetched = fetch_entry(
            home,
            entry,
            force=force,
            on_progress=lambda done, of: show("Téléchargement (Ko)", done // 1024, of // 1024),
        )
    where = "est maintenant" if fetched.new else "était déjà"
    typer.echo(f"« {entry.document.title} » {where} sur votre étagère ({fetched.path.name}).")
    with progress() as show:
        report = synchronise(home, load_embedder(), on_document=show)
    _print_report(home, report)
    return 1 if report.failed else 0


@corpus.command(cls=Command)
def build() -> None:
    """Refait les PDF de la collection fournie à partir des fiches (pour qui les écrit)."""
    from corpus.collection import build_collection  # noqa: PLC0415 — heavy

    with progress() as show:
        documents = build_collection(progress=show)
    typer.echo(f"{len(documents)} fiches vérifiées et mises en page.")
