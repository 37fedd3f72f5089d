"""What a page is given: the assistant, the memory, and what other rooms of the house lend it.

The contract of a page. Each is a module of this folder with `TITLE` (its name in the menu), `PATH`
(its address, "" for the first page) and `build(context: Context) -> None`, which is called inside
the Gradio page it fills. The list of pages is in `app.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from assistant.brief.rewriting import Rewriter
    from assistant.dialogue import Assistant
    from assistant.memory import Feedback, Memory
    from corpus.types import Document

    Progress = Callable[[str, int, int], None]


class Listed(Protocol):
    """A known document, its state in French, and what to do about it."""

    @property
    def document(self) -> Document: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def remedy(self) -> str: ...  # noqa: D102


class Added(Protocol):
    """What became of a file: `pages` counts pages by state, `problems` says what is missing."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def change(self) -> str: ...  # noqa: D102
    @property
    def pages(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def passages(self) -> int: ...  # noqa: D102
    @property
    def problems(self) -> Sequence[str]: ...  # noqa: D102


class Shelf(Protocol):
    """The user's documents, as a page may look after them. Methods raise CoopError."""

    def listed(self) -> Sequence[Listed]:
        """Every known document, at hand first."""
        ...

    def add(self, path: Path, on_document: Progress) -> Added:
        """Put a PDF on the shelf and read it; `on_document` gets (title, done, total)."""
        ...

    def remove(self, id_: str) -> str:
        """Take a document off the shelf; gives its title."""
        ...


class Evaluation(Protocol):
    """The last evaluation, and cases made of complaints. Methods raise CoopError."""

    def last(self) -> Mapping[str, Any] | None:
        """Figures of the last finished run, or None: see `evals/service.py` for the keys."""
        ...

    def report(self) -> str:
        """The whole report of the last finished run, as one HTML file."""
        ...

    def kinds(self) -> Mapping[str, str]:
        """The kinds of questions, and how they are told."""
        ...

    def draft(self, feedback: Feedback) -> Mapping[str, Any]:
        """The fields of the case that a complaint suggests."""
        ...

    def accept(self, fields: Mapping[str, Any], reviewer: str) -> str:
        """Add the case of completed fields; gives its id."""
        ...


@dataclass(frozen=True, slots=True)
class Backstage:
    """What the rooms that the assistant may not import lend the pages; None where nothing is."""

    shelf: Shelf | None = None
    evaluation: Evaluation | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """All that a page needs; `locked` where all is behind a password.

    `rewriter` writes the themes of a brief, where a language model was named.
    """

    assistant: Assistant
    memory: Memory
    backstage: Backstage = Backstage()
    locked: bool = False
    rewriter: Rewriter | None = None
