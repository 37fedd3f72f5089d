"""The front door: one command, `coop`. It only binds the rooms of the house together."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

from corpus.errors import CoopError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typer._click.exceptions import ClickException

    from assistant.web.context import Backstage
    from corpus.embedding import Embedder
    from corpus.home import Home
    from corpus.types import Page


def main() -> None:
    """Run the command line and exit: 0 done, 1 the work failed, 2 bad usage."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors are printed in French, with a remedy."""
    from typer import Abort  # noqa: PLC0415
    from typer._click.exceptions import ClickException  # noqa: PLC0415

    try:
        code = _application()(arguments, standalone_mode=False, prog_name="coop", obj=_backstage)
    except CoopError as error:
        return _complain(error.message, error.remedy, error.exit_code)
    except ClickException as error:
        return _misused(error)
    except (Abort, KeyboardInterrupt):
        return _complain("Interrompu.", "Rien de ce qui était enregistré n'est perdu.", 130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has left; nothing more can be said
        return 0
    except OSError as error:
        named = f"« {error.filename} »" if error.filename else "un fichier"
        return _complain(f"Impossible d'utiliser {named}.", "Vérifiez COOP_HOME et les droits.", 1)
    return code if isinstance(code, int) else 0


def _misused(error: ClickException) -> int:
    from typer._click.exceptions import NoArgsIsHelpError  # noqa: PLC0415

    from corpus.terminal import french_error  # noqa: PLC0415

    if isinstance(error, NoArgsIsHelpError):
        return _complain(error.format_message(), "", 2)
    message = f"Commande incorrecte : {french_error(error.format_message())}."
    return _complain(message, "Voir l'aide : coop --help", 2)


@cache
def _application() -> Callable[..., object]:
    from assistant.commands import app as assistant  # noqa: PLC0415
    from corpus.terminal import application  # noqa: PLC0415
    from evals.commands import app as evals  # noqa: PLC0415
    from evals.commands import evaluation  # noqa: PLC0415
    from evals.reading.commands import reading_app  # noqa: PLC0415
    from ingest.commands import app as ingest  # noqa: PLC0415

    root = application(
        "Assistant de la coopération entre structures de l'ESS : des réponses dont chaque phrase "
        "montre la page qui la fonde.",
        no_args_is_help=True,
    )
    root.add_typer(assistant)
    root.add_typer(ingest)
    evaluation.add_typer(reading_app(_read_pages, _recognise_pages))
    root.add_typer(evals)
    return root


def _read_pages(path: Path) -> list[Page]:
    """The pages of a PDF as ingestion reads them: what evaluation measures."""
    from ingest.pages import read_document  # noqa: PLC0415

    return [item.page for item in read_document(path, path.stem).pages]


def _recognise_pages(path: Path) -> list[Page]:
    """The same with OCR, in processes of their own, for the pages that wait for it.

    Raises:
        MissingToolError: it is not installed.
    """
    from corpus.errors import MissingToolError  # noqa: PLC0415
    from corpus.types import Document  # noqa: PLC0415
    from ingest.ocr import advice  # noqa: PLC0415
    from ingest.readout import read_all  # noqa: PLC0415
    from ingest.shelf import Supplied  # noqa: PLC0415

    if missing := advice():
        raise MissingToolError("L'OCR n'est pas installé.", missing)
    document = Document(path.stem, path.stem, "", file=path.name)
    (found,) = read_all([Supplied(document, path)], with_ocr=True)
    if isinstance(found, CoopError):
        raise found
    return [recorded.page for recorded in found.pages]


def _backstage(home: Home, load_embedder: Callable[[], Embedder]) -> Backstage:
    """What ingestion and evaluation lend the web pages, which may import neither."""
    from assistant.web.context import Backstage  # noqa: PLC0415
    from corpus.library import current_library  # noqa: PLC0415 — heavy
    from evals.service import EvaluationService  # noqa: PLC0415 — heavy
    from ingest.service import ShelfService  # noqa: PLC0415 — heavy

    library = current_library(home, load_embedder())
    return Backstage(ShelfService(home, load_embedder), EvaluationService(home, library))


def _complain(message: str, remedy: str, code: int) -> int:
    sys.stderr.write(f"{message}\n→ {remedy}\n" if remedy else f"{message}\n")
    return code


if __name__ == "__main__":
    main()
