"""`coop ask`, `coop search`, `coop chat`, `coop doctor`: the library put to use."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.filters import (
    DocumentOption,
    FormOption,
    SinceOption,
    ThemeOption,
    UntilOption,
    filters_of,
)
from assistant.references import MORE
from corpus.errors import UsageError
from corpus.terminal import Command, JsonOption, application, print_json, workplace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assistant.dialogue import Assistant
    from assistant.types import Answer, Citation, Statement
    from corpus.library import Library
    from corpus.types import Filters

app = application("")

WIDTH = 96


@app.command(cls=Command)
def ask(  # noqa: PLR0913, PLR0917 — the options of a command
    question: Annotated[
        str | None, typer.Argument(metavar="[QUESTION]", help="La question, entre guillemets.")
    ] = None,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None,
        typer.Option(metavar="FICHIER", help="Un fichier de questions, une par ligne (JSON)."),
    ] = None,
    theme: ThemeOption = None,
    form: FormOption = None,
    document: DocumentOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
) -> int:
    """Répond à une question, chaque phrase avec sa page."""
    if (question is None) == (batch is None):
        raise UsageError(
            "Donnez une question ou un fichier de questions.",
            'Par exemple : coop ask "Qui peut créer un groupement d\'employeurs ?"',
        )
    assistant = _assistant()
    documents = assistant.library.documents
    filters = filters_of(documents, theme, form, document, (since, until))
    if batch is not None:
        return _ask_all(assistant, batch, filters)
    answer = assistant.ask(question or "", filters=filters)
    if as_json:
        from assistant.answer_json import as_json as to_json  # noqa: PLC0415

        print_json(to_json(answer))
    else:
        _print_answer(answer)
    return 0


def _ask_all(assistant: Assistant, batch: Path, filters: Filters) -> int:
    """One JSON object a line; a question that cannot be asked gets an object with its error."""
    from assistant.answer_json import as_json as to_json  # noqa: PLC0415

    try:
        lines = batch.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"Le fichier « {batch} » ne se lit pas comme un texte UTF-8.",
            "Indiquez un fichier de questions, une par ligne.",
        ) from error
    failed = 0
    for line in lines:
        try:
            print_json(to_json(assistant.ask(line, filters=filters)))
        except UsageError as error:
            failed += 1
            print_json({"question": line, "error": error.message, "remedy": error.remedy})
    return 1 if failed else 0


@app.command(cls=Command)
def search(  # noqa: PLR0913, PLR0917 — the options of a command
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="Ce qui est cherché.")],
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="Nombre de passages.")] = 8,
    as_json: JsonOption = False,
    theme: ThemeOption = None,
    form: FormOption = None,
    document: DocumentOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
) -> int:
    """Montre les passages les plus proches d'une question."""
    from assistant.answer_json import hit_json  # noqa: PLC0415
    from assistant.question import cleaned  # noqa: PLC0415

    library = _library()()
    filters = filters_of(library.documents, theme, form, document, (since, until))
    hits = library.search(cleaned(question), k, filters)
    rows = [hit_json(hit, library.documents[hit.passage.document_id]) for hit in hits]
    if as_json:
        print_json(rows)
        return 0
    for number, (hit, row) in enumerate(zip(hits, rows, strict=True), 1):
        title = library.documents[hit.passage.document_id].title
        typer.echo(f"{number}. {title} — p. {row['page_label']}  ({hit.score:.2f})")
        if hit.passage.heading_path:
            typer.echo(f"   {' › '.join(hit.passage.heading_path)}")
        typer.echo(textwrap.indent(textwrap.fill(hit.passage.text, WIDTH - 3), "   "))
        for other in hit.also:
            place = f"{library.documents[other.document_id].title}, p. {other.spans[0].page_label}"
            typer.echo(f"   Dit aussi dans : {place}")
        typer.echo()
    if not hits:
        typer.echo("Aucun passage ne ressemble à cette recherche.")
    return 0


@app.command(cls=Command)
def chat(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="L'adresse d'écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Le port d'écoute.")] = 7860,
) -> int:
    """Ouvre l'assistant dans le navigateur."""
    from assistant.brief.rewriting import open_rewriter  # noqa: PLC0415
    from assistant.memory import Memory  # noqa: PLC0415 — heavy
    from assistant.web.context import Backstage, Context  # noqa: PLC0415
    from assistant.web.server import serve  # noqa: PLC0415 — heavy
    from assistant.web.service import Service  # noqa: PLC0415
    from corpus.settings import read_settings  # noqa: PLC0415 — pydantic

    settings = read_settings()
    service = Service.of(settings)
    service.door(host)  # a missing password is said before the slow start
    home, load_embedder = workplace()
    assistant = _assistant()
    backstage = context.obj(home, load_embedder) if context.obj else Backstage()
    serve(
        Context(
            assistant,
            Memory.of(settings, home),
            backstage,
            bool(service.password_hash),
            open_rewriter(settings),
        ),
        host=host,
        port=port,
        service=service,
        on_ready=lambda url: typer.echo(f"L'assistant est ouvert : {url}  (Ctrl+C pour arrêter)"),
    )
    return 0


@app.command(cls=Command)
def mcp() -> int:
    """Sert l'assistant à un programme qui parle MCP, par l'entrée et la sortie standard."""
    from assistant.mcp_server import serve_mcp  # noqa: PLC0415 — heavy

    serve_mcp(_assistant())
    return 0


@app.command(cls=Command)
def password() -> int:
    """Fait le réglage qui met l'assistant derrière un mot de passe."""
    from assistant.web.password import hash_password  # noqa: PLC0415

    if sys.stdin.isatty():
        said = typer.prompt("Mot de passe", hide_input=True, confirmation_prompt="Encore une fois")
    else:
        said = sys.stdin.readline().rstrip("\r\n")
    typer.echo(f"COOP_PASSWORD_HASH='{hash_password(said)}'")
    return 0


@app.command(cls=Command)
def doctor() -> int:
    """Vérifie l'installation et dit ce qui ne va pas."""
    from assistant.doctor import checks  # noqa: PLC0415

    home, load_embedder = workplace()
    healthy = True
    for check in checks(home, load_embedder):
        healthy = healthy and check.fine
        typer.echo(f"{'✓' if check.fine else '✗'} {check.name} : {check.finding}")
        if check.remedy:
            typer.echo(f"  → {check.remedy}")
    return 0 if healthy else 1


def _assistant() -> Assistant:
    from assistant.dialogue import Assistant  # noqa: PLC0415
    from assistant.validated import ValidatedAnswers  # noqa: PLC0415
    from assistant.writer import open_answerer  # noqa: PLC0415
    from corpus.settings import read_settings  # noqa: PLC0415 — pydantic

    home, _ = workplace()
    answerer = open_answerer(read_settings())
    return Assistant(_library(), ValidatedAnswers.in_home(home), answerer)


def _library() -> Callable[[], Library]:
    """The current library; a missing one is said at once."""
    from corpus.library import current_library  # noqa: PLC0415 — heavy

    home, load_embedder = workplace()
    library = current_library(home, load_embedder())
    library()
    return library


# --- an answer in the terminal ------------------------------------------------------------------


def _print_answer(answer: Answer) -> None:
    if answer.understood_question != answer.question:
        typer.echo(f"Question comprise : {answer.understood_question}\n")
    for notice in filter(None, (answer.fallback_reason, answer.message)):
        typer.echo(textwrap.fill(notice, WIDTH) + "\n")
    _print_statements(answer.statements)
    if answer.more:
        typer.echo(f"\n{MORE}")
        _print_statements(answer.more)
    for warning in answer.warnings:
        typer.echo("\n" + textwrap.fill(warning, WIDTH))
    if answer.citations:
        typer.echo("\nSources")
    for citation in answer.citations:
        typer.echo(textwrap.fill(_source_line(citation), WIDTH, subsequent_indent="      "))
    if answer.orientation:
        typer.echo("À qui demander")
    for actor in answer.orientation:
        typer.echo(textwrap.fill(f"  {actor.actor} — {actor.why}", WIDTH, subsequent_indent="    "))
        typer.echo(f"    {actor.url}")


def _print_statements(statements: Iterable[Statement]) -> None:
    for statement in statements:
        marks = "".join(f"[{citation.number}]" for citation in statement.citations)
        marks += " (vérifié)" if statement.support == "verified" else statement.caveat
        for line in f"{statement.text} {marks}".splitlines():
            typer.echo(textwrap.fill(line, WIDTH, subsequent_indent="  "))


def _source_line(citation: Citation) -> str:
    from assistant.references import elsewhere_lines  # noqa: PLC0415

    document = citation.document
    page = f"p. {citation.page_label}"
    if citation.page_label != str(citation.page_index + 1):
        page += f" (page {citation.page_index + 1} du PDF)"
    parts = [document.title, document.publisher, document.year or "sans date", page]
    line = f"  [{citation.number}] " + ", ".join(part for part in parts if part)
    if document.own:
        line += " — fiche du projet, non relue par un juriste"
        rests = "; ".join(f"{s.title} ({s.date}) {s.url}".strip() for s in citation.sources)
        line += f" ; d'après : {rests}" if rests else ""
    return " ".join([line, *elsewhere_lines(citation), *citation.warnings])
