"""What a system replied to a case, in the one form that every measure reads and a run stores."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.types import Answer, Statement
    from corpus.types import Hit


@dataclass(frozen=True, slots=True)
class Cited:
    """What a statement rests on: words of a page counted from 1."""

    document: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """One statement with its citations."""

    text: str
    citations: tuple[Cited, ...] = ()
    support: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One passage found, by the pages it stands on, counted from 1."""

    document: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system replied to the last question of a case.

    `found` are the passages that the answer was made from, best first; `confidence` is comparable
    between replies of one system, or None when it gives none; `seconds` is the time of the last
    question alone; `error` is what went wrong instead of a reply, or "".
    """

    case: str
    refused: bool = False
    statements: tuple[Said, ...] = ()
    found: tuple[Found, ...] = ()
    orientation: tuple[str, ...] = ()
    message: str = ""
    understood: str = ""
    confidence: float | None = None
    seconds: float = 0.0
    error: str = ""

    @property
    def answered(self) -> bool:
        """Whether there is an answer to judge."""
        return not self.error and not self.refused and bool(self.statements)

    @property
    def text(self) -> str:
        """The statements as one text."""
        return "\n".join(statement.text for statement in self.statements)


def from_answer(case: str, answer: Answer, seconds: float) -> Reply:
    """The assistant's answer as a reply."""
    return Reply(
        case=case,
        refused=answer.refused,
        statements=tuple(map(_said, answer.statements)),
        found=tuple(map(found, answer.hits)),
        orientation=tuple(orientation.actor for orientation in answer.orientation),
        message=answer.message,
        understood=answer.understood_question,
        confidence=answer.confidence,
        seconds=seconds,
    )


def _said(statement: Statement) -> Said:
    return Said(
        statement.text,
        tuple(Cited(c.document.id, c.page_index + 1, c.quote) for c in statement.citations),
        statement.support,
    )


def found(hit: Hit) -> Found:
    """A hit by its document and pages."""
    pages = dict.fromkeys(span.page_index + 1 for span in hit.passage.spans)
    return Found(hit.passage.document_id, tuple(pages))


def as_json(reply: Reply) -> dict[str, Any]:
    """The reply as `json.dumps` takes it."""
    return asdict(reply)


def from_json(raw: dict[str, Any]) -> Reply:
    """A reply as it was stored.

    Raises:
        KeyError, TypeError: it was stored by another version.
    """
    statements = tuple(
        Said(said["text"], tuple(Cited(**c) for c in said["citations"]), said["support"])
        for said in raw["statements"]
    )
    passages = tuple(Found(f["document"], tuple(f["pages"])) for f in raw["found"])
    return Reply(
        **raw
        | {
            "statements": statements,
            "found": passages,
            "orientation": tuple(raw["orientation"]),
        }
    )
