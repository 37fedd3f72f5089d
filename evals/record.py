"""A run on disk: what was asked, of what, and every reply, in a folder under `COOP_HOME/runs`.

runs/<id>/run.json        what was run: written first
runs/<id>/replies.jsonl   a line a case, as they come: an interrupted run is taken up again
runs/<id>/measures.json   verdicts and means: written last, so that a run without it is unfinished
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import CoopError
from evals.case import Case
from evals.replies import Reply, as_json, from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.home import Home
    from corpus.library import Library

FORMAT = 1
"""Raised when a run is written otherwise: older ones are then refused by name."""

_ROOT = Path(__file__).parents[1]
_CODE = ("assistant", "corpus")


class RunError(CoopError):
    """A run that cannot be used: missing, unfinished, damaged, or of another version."""


@dataclasses.dataclass(frozen=True, slots=True)
class Header:
    """What was run.

    `cases`, `library` and `code` are checksums: of the cases asked, of the documents with the
    recipe, of the sources of the assistant. `commit` is "" outside a git checkout.
    """

    id: str
    system: str
    split: str
    started: str
    cases: str
    library: str
    code: str
    commit: str
    recipe: dict[str, Any]
    settings: dict[str, Any]
    documents: int
    pages: int
    format: int = FORMAT

    def same(self, other: Header) -> bool:
        """Whether two runs ask the same of the same."""
        keys = ("system", "split", "cases", "library", "code", "format")
        return all(getattr(self, key) == getattr(other, key) for key in keys)


class Run:
    """The folder of one run."""

    def __init__(self, folder: Path, header: Header) -> None:
        self.folder = folder
        self.header = header

    @classmethod
    def open(cls, folder: Path) -> Run:
        """Open a run, finished or not.

        Raises:
            RunError: there is none there, or it is damaged or of another version.
        """
        try:
            raw = json.loads((folder / "run.json").read_text(encoding="utf-8"))
            known = raw["format"]
            if known == FORMAT:
                return cls(folder, Header(**raw))
        except FileNotFoundError:
            raise RunError(
                f"Aucune évaluation « {folder.name} » dans « {folder.parent} ».",
                "Listez-les : coop eval runs",
            ) from None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RunError(
                f"L'évaluation « {folder.name} » est illisible ({type(error).__name__}).",
                "Relancez-la : coop eval run",
            ) from error
        raise RunError(
            f"L'évaluation « {folder.name} » vient d'une autre version (format {known}).",
            "Relancez-la avec celle-ci : coop eval run",
        )

    @classmethod
    def start(cls, runs: Path, header: Header) -> Run:
        """Begin a run in a folder of its own, or take up the last one that asks the same."""
        for path in sorted(runs.glob("*/run.json"), reverse=True):
            with contextlib.suppress(RunError):  # a new run does not need it
                run = cls.open(path.parent)
                if not run.finished and run.header.same(header):
                    return run
        folder = runs / header.id
        folder.mkdir(parents=True)
        _write(folder / "run.json", dataclasses.asdict(header))
        return cls(folder, header)

    @property
    def finished(self) -> bool:
        """Whether the run went to its end."""
        return (self.folder / "measures.json").is_file()

    def replies(self) -> dict[str, Reply]:
        """The replies so far, by case; a line cut short by a kill is left out and asked again.

        Raises:
            RunError: a whole line is not a reply.
        """
        path = self.folder / "replies.jsonl"
        if not path.is_file():
            return {}
        found: dict[str, Reply] = {}
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            if not line.endswith("\n"):
                break
            try:
                reply = from_json(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise RunError(
                    f"« {path} » contient une ligne illisible.", "Relancez : coop eval run"
                ) from error
            found[reply.case] = reply
        return found

    def keep(self, replies: Iterable[Reply]) -> None:
        """Write the replies so far anew, without what a kill cut short."""
        path = self.folder / "replies.jsonl"
        body = "".join(_line(reply) for reply in replies)
        _replace(path, body)

    def add(self, reply: Reply) -> None:
        """Append one reply."""
        with (self.folder / "replies.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(_line(reply))

    def finish(self, measures: dict[str, Any]) -> None:
        """Write the measures: the run is whole."""
        _write(self.folder / "measures.json", measures)

    def measures(self) -> dict[str, Any]:
        """What `finish` wrote.

        Raises:
            RunError: the run was interrupted, or the file is damaged.
        """
        path = self.folder / "measures.json"
        if not path.is_file():
            raise RunError(
                f"L'évaluation « {self.folder.name} » a été interrompue.",
                "Relancez la même commande : elle reprendra où elle en était.",
            )
        try:
            measures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise RunError(f"« {path} » est illisible.", "Relancez : coop eval run") from error
        return measures


def runs_folder(home: Home) -> Path:
    """Where the runs of a home are."""
    return home.root / "runs"


def find_run(home: Home, name: str) -> Run:
    """A run by its id, by "last" or "previous" (the latest finished ones), or by its folder.

    Raises:
        RunError: there is none of that name.
    """
    if name in {"last", "previous"}:
        finished = sorted(runs_folder(home).glob("*/measures.json"), reverse=True)
        place = 0 if name == "last" else 1
        if place >= len(finished):
            raise RunError(
                "Il n'y a pas encore assez d'évaluations.", "Lancez-en une : coop eval run"
            )
        return Run.open(finished[place].parent)
    return Run.open(Path(name) if os.sep in name else runs_folder(home) / name)


def run_lines(home: Home) -> Iterator[str]:
    """The runs for the terminal, the latest first, those that cannot be read included."""
    for header in sorted(runs_folder(home).glob("*/run.json"), reverse=True):
        try:
            run = Run.open(header.parent)
        except RunError as error:
            yield f"{header.parent.name}  ✗ {error.message}"
            continue
        state = "" if run.finished else "  (interrompue)"
        yield f"{run.header.id}  {run.header.commit}{state}"


def describe(system: str, split: str, cases: Sequence[Case], library: Library) -> Header:
    """The header of a run about to start."""
    now = datetime.now(UTC)
    manifest = library.manifest
    recipe = dataclasses.asdict(manifest.recipe)
    return Header(
        id=f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03}-{system}-{split}",
        system=system,
        split=split,
        started=now.isoformat(timespec="seconds"),
        cases=_checksum([dataclasses.asdict(case) for case in cases]),
        library=_checksum([manifest.documents, recipe]),
        code=code_checksum(),
        commit=_commit(),
        recipe=recipe,
        settings={"model": manifest.recipe.model, "mode": "verbatim", "prompts": _prompts()},
        documents=len(manifest.documents),
        pages=manifest.pages,
    )


def code_checksum() -> str:
    """The checksum of the sources and tables that make answers."""
    paths = [
        path
        for folder in _CODE
        for pattern in ("*.py", "*.toml")
        for path in (_ROOT / folder).rglob(pattern)
    ]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _prompts() -> str:
    path = _ROOT / "assistant" / "prompts.py"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


def _commit() -> str:
    """The commit of the checkout, with "+" when files differ from it; "" when there is none."""
    try:
        head, changes = (
            subprocess.run(
                ["git", *command],  # noqa: S607 — whichever git the user has
                cwd=_ROOT,
                capture_output=True,
                text=True,
                check=True,
                timeout=10,
            ).stdout.strip()
            for command in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "-uno"])
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{head}+" if changes else head


def _checksum(value: object) -> str:
    body = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _line(reply: Reply) -> str:
    return json.dumps(as_json(reply), ensure_ascii=False) + "\n"


def _write(path: Path, value: object) -> None:
    _replace(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _replace(path: Path, body: str) -> None:
    """Write a file in one step: never half of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(body, encoding="utf-8")
    part.replace(path)
