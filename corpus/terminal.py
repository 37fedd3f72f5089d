"""What the commands share: French help and errors, progress bars, and the workplace they act on."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.embedding import Embedder
    from corpus.home import Home

# typer's own words in help and errors, which it does not translate.
_HELP = (
    (r"Usage:", "Utilisation :"),
    (r"^(Options|Arguments):", r"\1 :"),
    (r"^Commands:", "Commandes :"),
    (r"Show this message and exit\.", "Affiche cette aide."),
    (r"\[OPTIONS\]", "[OPTIONS]"),
    (r"COMMAND \[ARGS\]\.\.\.", "COMMANDE [ARGUMENTS]…"),
    (r"\[default: ", "[par défaut : "),
    (r"\[required\]", "[obligatoire]"),
    (r"\b(INTEGER|FLOAT)( RANGE)?\b", "NOMBRE"),
    (r"\bTEXT\b|<str>", "TEXTE"),
    (r"\b(PATH|FILE)\b|<path>", "CHEMIN"),
    (r"<int( range)?>|<float( range)?>", "NOMBRE"),
    (r" <list\[Path\]>", ""),
    (r"\[\[(\w+)\]\]", r"[\1]"),
    (r"\{(\w+)\}", r"\1"),
)
_ERRORS = (
    (r"No such command '?(?P<x>[^'.]+)'?\.?.*", "la commande « {x} » n'existe pas"),
    (r"No such option: (?P<x>\S+).*", "l'option « {x} » n'existe pas"),
    (r"Missing argument '?(?P<x>[^'.]+)'?.*", "il manque l'argument {x}"),
    (r"Missing option '?(?P<x>[^'.]+)'?.*", "il manque l'option {x}"),
    (r"Missing command.*", "il manque une commande"),
    (r"Option '?(?P<x>[^' ]+)'? requires an argument.*", "l'option {x} attend une valeur"),
    (r"Invalid value for '?(?P<x>[^':]+)'?.*", "la valeur donnée à {x} ne convient pas"),
    (r"Got unexpected extra arguments?(?:\(s\))? \(?(?P<x>.+?)\)?\.?", "argument en trop : {x}"),
)

JsonOption = Annotated[bool, typer.Option("--json", help="Affiche le résultat en JSON.")]


def french_help(text: str) -> str:
    """The help text of a command, typer's own words in French."""
    for pattern, replacement in _HELP:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


def french_error(text: str) -> str:
    """A complaint of typer about a command line, in French."""
    for pattern, replacement in _ERRORS:
        if match := re.fullmatch(pattern, text, flags=re.DOTALL):
            return replacement.format(**match.groupdict())
    return text


class Command(TyperCommand):
    """A command whose help is French throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return french_help(super().get_help(ctx))


class Group(TyperGroup):
    """A group of commands whose help is French throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return french_help(super().get_help(ctx))


def application(help_text: str, **options: Any) -> typer.Typer:
    """A typer application in our manner: plain text, French, no shell completion."""
    return typer.Typer(
        help=help_text, cls=Group, add_completion=False, rich_markup_mode=None, **options
    )


def workplace() -> tuple[Home, Callable[[], Embedder]]:
    """The user's folder and a loader of the embedding model, from the settings."""
    from corpus.embedding import load_embedder  # noqa: PLC0415 — numpy
    from corpus.home import Home  # noqa: PLC0415
    from corpus.settings import read_settings  # noqa: PLC0415 — pydantic

    settings = read_settings()
    chroma = settings.chroma_url.get_secret_value() if settings.chroma_url else ""
    home = Home(settings.home.expanduser().absolute(), chroma)
    return home, lambda: load_embedder(settings.embedding_model)


def print_json(value: object) -> None:
    """Print one JSON object on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error when it is a terminal; silent otherwise."""
    if not sys.stderr.isatty():
        yield lambda _title, _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("…", total=None)

        def show(title: str, done: int, total: int) -> None:
            bar.update(task, description=title[:48], completed=done, total=total)

        yield show
