"""The front door: one command, `coop`. It only binds the rooms of the house together."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from corpus.errors import CoopError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer._click.exceptions import ClickException


def main() -> None:
    """Run the command line and exit: 0 done, 1 the work failed, 2 bad usage."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors are printed in French, with a remedy."""
    from typer import Abort  # noqa: PLC0415
    from typer._click.exceptions import ClickException  # noqa: PLC0415

    try:
        code = _application()(arguments, standalone_mode=False, prog_name="coop")
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


def _application() -> Callable[..., object]:
    from assistant.commands import app as assistant  # noqa: PLC0415
    from corpus.terminal import application  # noqa: PLC0415
    from evals.commands import app as evals  # noqa: PLC0415
    from ingest.commands import app as ingest  # noqa: PLC0415

    root = application(
        "Assistant de la coopération entre structures de l'ESS : des réponses dont chaque phrase "
        "montre la page qui la fonde.",
        no_args_is_help=True,
    )
    root.add_typer(assistant)
    root.add_typer(ingest)
    root.add_typer(evals)
    return root


def _complain(message: str, remedy: str, code: int) -> int:
    sys.stderr.write(f"{message}\n→ {remedy}\n" if remedy else f"{message}\n")
    return code


if __name__ == "__main__":
    main()
