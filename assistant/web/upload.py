"""A PDF given to the page: received with a limit, put on the shelf, read, and reported on.

The answer is one JSON object a line, as the work goes on: {"step", "done", "total"}, and at last
{"report"} (HTML) or {"error", "remedy"}.
"""

from __future__ import annotations

import json
import logging
import queue
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from assistant.web.corpus_table import report_html
from assistant.web.markup import spaced
from corpus.errors import CoopError, DocumentError, UsageError

if TYPE_CHECKING:
    from assistant.web.context import Context, Shelf

UPLOAD_ROUTE: Final = "/corpus/files"
LARGEST_MB: Final = 100
_LARGEST: Final = LARGEST_MB * 1_000_000
_HEAD: Final = 1024  # a PDF says so in its first bytes
_NOT_PDF = DocumentError("Ce fichier n'est pas un PDF.", "Enregistrez-le en PDF, puis ajoutez-le.")
_TOO_LARGE = UsageError(
    f"Ce fichier dépasse {LARGEST_MB} Mo.", "Réduisez-le ou découpez-le, puis ajoutez-le."
)
_NOBODY = UsageError("Rien ne peut être ajouté ici.", "Ouvrez l'assistant avec : coop chat")

_log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()

Line = dict[str, Any]


def add_upload(app: FastAPI, context: Context) -> None:
    """Add the address to which files are given."""

    @app.post(UPLOAD_ROUTE)
    async def receive(request: Request) -> Response:
        """Take the body as a PDF named by `X-File-Name` (percent-encoded).

        The header, which no foreign page may send, also shows that the request is our page's.
        """
        shelf = context.backstage.shelf
        name = Path(unquote(request.headers.get("x-file-name", ""))).name
        if shelf is None or not name:
            return _refused(_NOBODY, 403)
        if _said_length(request) > _LARGEST:
            return _refused(_TOO_LARGE, 413)
        folder = Path(tempfile.mkdtemp(prefix="coop-"))
        path = folder / f"{Path(name).stem[:100] or 'document'}.pdf"
        refusal = await _received(request, path)
        if refusal is not None:
            shutil.rmtree(folder, ignore_errors=True)
            return _refused(*refusal)
        return StreamingResponse(_lines(shelf, path), media_type="application/x-ndjson")


def _said_length(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


async def _received(request: Request, path: Path) -> tuple[CoopError, int] | None:
    """Write the body to a file; the refusal and its status when it is no PDF of an allowed size."""
    size, head = 0, b""
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > _LARGEST:
                return _TOO_LARGE, 413
            head = (head + chunk)[:_HEAD] if len(head) < _HEAD else head
            file.write(chunk)
    return None if b"%PDF-" in head else (_NOT_PDF, 415)


def _lines(shelf: Shelf, path: Path) -> Iterator[str]:
    """What happens, as it happens; the work goes on to its end when nobody listens any more."""
    said: queue.Queue[Line | None] = queue.Queue()
    threading.Thread(target=_work, args=(shelf, path, said), daemon=True).start()
    while (line := said.get()) is not None:
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _work(shelf: Shelf, path: Path, said: queue.Queue[Line | None]) -> None:
    def step(title: str, done: int, total: int) -> None:
        said.put({"step": spaced(f"Lecture : {title}"), "done": done, "total": total})

    try:
        if _one_at_a_time.locked():
            waiting = "Une autre mise à jour est en cours ; ce fichier suivra."
            said.put({"step": spaced(waiting), "done": 0, "total": 0})
        with _one_at_a_time:
            said.put({"step": "Reconnaissance du document…", "done": 0, "total": 0})
            said.put({"report": report_html(shelf.add(path, step))})
    except CoopError as error:
        said.put(_told(error))
    except Exception:  # noqa: BLE001 — the last resort of a thread: logged, and said
        _log.exception("%r was not added", path.name)
        problem = "Une erreur inattendue a empêché d'ajouter ce fichier."
        said.put({"error": spaced(problem), "remedy": "Lisez le terminal, puis : coop doctor"})
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)
        said.put(None)


def _refused(error: CoopError, status: int) -> Response:
    return JSONResponse(_told(error), status_code=status)


def _told(error: CoopError) -> Line:
    return {"error": spaced(error.message), "remedy": spaced(error.remedy)}
