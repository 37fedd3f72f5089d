"""`coop doctor`: what is installed, what is built, and what to do about what is not."""

from __future__ import annotations

import socket
import sys
from importlib import metadata
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from corpus.errors import CoopError, SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpus.embedding import Embedder
    from corpus.home import Home

PACKAGES = (
    "chromadb",
    "gradio",
    "langchain",
    "pypdf",
    "pypdfium2",
    "sentence-transformers",
    "torch",
)
PORT = 7860


class Check(NamedTuple):
    """One thing looked at: whether it is fine, what was found, and the remedy if there is one."""

    name: str
    fine: bool
    finding: str
    remedy: str = ""


def checks(home: Home, load_embedder: Callable[[], Embedder]) -> Iterator[Check]:
    """Look at Python, packages, folder, model, library and port, one after the other."""
    version = ".".join(map(str, sys.version_info[:3]))
    right = sys.version_info[:2] == (3, 11)
    yield Check("Python", right, version, "" if right else "Installez Python 3.11.")
    yield from map(_package, PACKAGES)
    yield _attempt("Dossier", lambda: _home(home))
    yield _attempt("Modèle", lambda: load_embedder().name)
    yield _attempt("Modèle de langage", _language_model)
    yield _attempt("Vecteurs", lambda: _vectors(home))
    yield _attempt("Conversations", lambda: _memory(home))
    yield _attempt("Service", _service)
    yield _attempt("Bibliothèque", lambda: _library(home, load_embedder))
    yield _attempt("Réponses validées", lambda: _validated(home, load_embedder))
    yield _port()


def _package(name: str) -> Check:
    try:
        return Check(name, True, metadata.version(name))
    except metadata.PackageNotFoundError:
        return Check(name, False, "absent", "Réinstallez le projet : make run")


def _attempt(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except CoopError as error:
        return Check(name, False, error.message, error.remedy)


def _home(home: Home) -> str:
    home.prepare()
    return str(home.root)


def _language_model() -> str:
    """Which model is named and where it is; it is not called."""
    from assistant.llm import open_chat_model  # noqa: PLC0415
    from corpus.settings import read_settings  # noqa: PLC0415 — pydantic

    settings = read_settings()
    model = open_chat_model(settings)
    if model is None:
        return "aucun, les réponses citent les documents mot à mot"
    host = urlsplit(settings.llm_base_url or "").netloc.rpartition("@")[2]  # no password
    return f"{model.name}, chez {host}" if host else model.name


def _vectors(home: Home) -> str:
    from corpus.vectors import check_server  # noqa: PLC0415

    if not home.chroma:
        return "dans des fichiers, à côté de la bibliothèque"
    return f"sur un serveur Chroma {check_server(home.chroma)}"


def _memory(home: Home) -> str:
    from assistant.memory import Memory  # noqa: PLC0415 — sqlalchemy
    from corpus.settings import read_settings  # noqa: PLC0415 — pydantic

    settings = read_settings()
    memory = Memory.of(settings, home)
    memory.check()
    days = settings.retention_days
    kept = f"effacées après {days} jours" if days else "gardées jusqu'à ce qu'on les efface"
    return f"{memory.where}, {kept}"


def _service() -> str:
    """Who may enter, as the settings have it on this machine alone."""
    from assistant.web.service import Service  # noqa: PLC0415
    from corpus.settings import read_settings  # noqa: PLC0415 — pydantic

    service = Service.of(read_settings())
    if service.door("127.0.0.1") is None:
        return "ouvert, sur cette machine seulement"
    names = f", sous les noms {', '.join(sorted(service.hosts))}" if service.hosts else ""
    return f"derrière un mot de passe{names}"


def _library(home: Home, load_embedder: Callable[[], Embedder]) -> str:
    from corpus.generation import check_files, check_vectors, current_folder  # noqa: PLC0415 — heavy
    from corpus.library import Library  # noqa: PLC0415 — heavy

    library = Library.open(home, load_embedder())
    manifest = library.manifest
    check_files(current_folder(home), manifest, thorough=True)
    check_vectors(home, current_folder(home), manifest)
    found = (
        f"{len(manifest.documents)} documents, {manifest.pages} pages, {manifest.passages} passages"
    )
    if manifest.failed:
        found += f" ; illisibles : {', '.join(manifest.failed)}"
    return found


def _validated(home: Home, load_embedder: Callable[[], Embedder]) -> str:
    from assistant.validated import ValidatedAnswers, lost  # noqa: PLC0415
    from corpus.library import Library  # noqa: PLC0415 — heavy

    signed = ValidatedAnswers.in_home(home).all()
    if not signed:
        return "aucune"
    library = Library.open(home, load_embedder())
    stale = [answer.id for answer in signed if lost(answer, library)]
    if stale:
        raise SettingError(
            f"{len(signed)}, dont des citations ne sont plus dans les documents, et qui ne sont "
            f"plus servies : {', '.join(stale)}",
            "Relisez-les : coop eval validate --list",
        )
    return str(len(signed))


def _port() -> Check:
    with socket.socket() as probe:
        busy = probe.connect_ex(("127.0.0.1", PORT)) == 0
    finding = "occupé (l'assistant tourne peut-être déjà)" if busy else "libre"
    remedy = f"Pour un autre port : coop chat --port {PORT + 1}" if busy else ""
    return Check(f"Port {PORT}", True, finding, remedy)
