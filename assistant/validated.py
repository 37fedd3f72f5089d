"""Answers that a reviewer signed: kept in the user's folder, served when the same question comes.

`COOP_HOME/validated/<id>.json` holds one answer each: the questions it answers, the quotes that
answer, who signed and when. Only the words are kept: where they stand is looked up in the current
library each time, and an answer with a quote that stands nowhere any more is not served.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from assistant.freshness import warnings
from assistant.orientation import orient
from assistant.same_question import is_certain, question_key
from assistant.suggestions import suggest
from assistant.types import Answer, Statement, Validation
from assistant.units import cite
from corpus.errors import SettingError, UsageError
from corpus.letters import Slice, find_exactly, find_on_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.question import Question
    from assistant.types import Citation
    from corpus.home import Home
    from corpus.library import Library
    from corpus.query import Query
    from corpus.types import Filters

_MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
)
_log = logging.getLogger(__name__)


class Quote(NamedTuple):
    """Words of a document, and the page (from 1) they stood on when they were signed."""

    document: str
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class ValidatedAnswer:
    """The quotes that answer some questions, in reading order, with the signature."""

    id: str
    questions: tuple[str, ...]
    quotes: tuple[Quote, ...]
    validation: Validation


class _Index(NamedTuple):
    """The answers by the key of their questions, for one state of the folder and one library."""

    state: tuple[object, ...]
    answers: dict[tuple[str, ...], ValidatedAnswer]


class ValidatedAnswers:
    """The signed answers of one folder; read again when a file of it changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = _Index((), {})

    @classmethod
    def in_home(cls, home: Home) -> Self:
        """Those of the user's folder."""
        return cls(home.root / "validated")

    def all(self) -> list[ValidatedAnswer]:
        """All of them, the oldest signature first.

        Raises:
            SettingError: a file is damaged.
        """
        return _in_order(map(_read, self._paths()))

    def save(self, answer: ValidatedAnswer) -> None:
        """Keep an answer, in place of the one of that id.

        Raises:
            UsageError: the id cannot name a file.
        """
        path = self._path(answer.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        body = {
            "id": answer.id,
            "questions": answer.questions,
            "quotes": [quote._asdict() for quote in answer.quotes],
            **answer.validation._asdict(),
        }
        part = path.with_suffix(".part")
        part.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(path)

    def remove(self, name: str) -> None:
        """Serve an answer no more.

        Raises:
            UsageError: there is none of that id.
        """
        path = self._path(name)
        if not path.is_file():
            raise UsageError(
                f"Aucune réponse validée « {name} ».", "Listez-les : coop eval validate --list"
            )
        path.unlink()

    def answer(
        self, asked: Question, library: Library, filters: Filters | None = None
    ) -> Answer | None:
        """The answer signed for this very question, as it is served, or None.

        None too when a quote stands nowhere any more, or in a document that the filters leave out.
        """
        known = self.find(asked.query, library)
        said = statements(known, library) if known else ()
        if not known or not said:
            return None
        documents = [library.documents[quote.document] for quote in known.quotes]
        if filters and not all(map(filters.admits, documents)):
            return None
        served = Answer(
            question=asked.asked,
            understood_question=asked.text,
            statements=said,
            message=signature(known.validation),
            orientation=orient(asked.text, refused=False),
            confidence=1.0,
            validation=known.validation,
        )
        return replace(served, suggestions=suggest(served, library))

    def find(self, query: Query, library: Library) -> ValidatedAnswer | None:
        """The answer signed for this very question, or None; damaged files are left out."""
        if not self._folder.is_dir() or not is_certain(query):
            return None
        paths = self._paths()
        stamps = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in paths]
        state = (library.manifest.generation, *stamps)
        if self._index.state != state:
            sound = _in_order(filter(None, map(_sound, paths)))
            self._index = _Index(
                state,
                {
                    question_key(library.understand(question).text): answer
                    for answer in sound
                    for question in answer.questions
                },
            )
        key = question_key(query.text)
        return self._index.answers.get(key) if key else None

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"))

    def _path(self, name: str) -> Path:
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise UsageError(
                f"« {name} » ne peut pas nommer une réponse validée.",
                "Donnez au cas un identifiant fait de lettres, de chiffres et de tirets.",
            )
        return self._folder / f"{name}.json"


def signature(validation: Validation) -> str:
    """What a reader is told: "Réponse validée par A. Martin le 23 novembre 2026."."""
    day = date.fromisoformat(validation.date)
    first = "1er" if day.day == 1 else str(day.day)
    when = f"{first} {_MONTHS[day.month - 1]} {day.year}"
    return f"Réponse validée par {validation.reviewer} le {when}."


# --- quotes where they stand now ----------------------------------------------------------------


def lost(answer: ValidatedAnswer, library: Library) -> tuple[Quote, ...]:
    """The quotes that stand nowhere in their document any more, or whose document is gone."""
    return tuple(quote for quote in answer.quotes if not _slices(quote, library))


def statements(answer: ValidatedAnswer, library: Library) -> tuple[Statement, ...]:
    """One statement a quote, each citation a slice of a page of this library.

    () when a quote is lost: what is left was signed by nobody.
    """
    found: list[Statement] = []
    number = 1
    for quote in answer.quotes:
        slices = _slices(quote, library)
        if not slices:
            return ()
        cited = tuple(_citations(quote.document, slices, library, number))
        found.append(Statement(" ".join(c.quote for c in cited), cited, "validated"))
        number += len(cited)
    return tuple(found)


def _slices(quote: Quote, library: Library) -> tuple[Slice, ...]:
    """Where a quote stands; the page it was on is read first, and most often alone."""
    if quote.document not in library.documents:
        return ()
    page = library.page(quote.document, quote.page - 1)
    if page and (at := find_exactly(quote.text, page.text)) is not None:
        return (Slice(page.index, at, at + len(quote.text)),)
    texts = list(_texts(quote.document, library))
    found = find_on_pages(quote.text, texts, quote.page - 1)
    now = " ".join(texts[index][start:end] for index, start, end in found)
    return found if _same_sentence(quote.text, now) else ()


def _same_sentence(signed: str, now: str) -> bool:
    """Whether a sentence still begins and ends where it did: "Sauf accord, les membres…" does not.

    Letters alone do not tell, and what is added around a sentence can turn it into its contrary.
    """
    begins = signed[:1] == now[:1] or not signed[:1].isalpha()
    return begins and (signed[-1:] not in ".!?" or now[-1:] in ".!?")


def _texts(document: str, library: Library) -> Iterator[str]:
    """The texts of a document's pages, in order."""
    index = 0
    while page := library.page(document, index):
        yield page.text
        index += 1


def _citations(
    document: str, slices: Sequence[Slice], library: Library, number: int
) -> Iterator[Citation]:
    for place, (index, start, end) in enumerate(slices):
        page = library.page(document, index)
        if page is not None:
            known = library.documents[document]
            cited = cite(known, page, start, end, number + place)
            around = "\n".join(_headings(document, slices[0], library))
            yield replace(cited, warnings=(*cited.warnings, *warnings(known, cited.quote, around)))


def _headings(document: str, at: Slice, library: Library) -> tuple[str, ...]:
    """The headings that a slice stands under, where a passage holds it."""
    for passage in library.passages(document):
        for span in passage.spans:
            end = span.page_start + span.end - span.start
            if span.page_index == at.page_index and span.page_start <= at.start < end:
                return passage.heading_path
    return ()


# --- files --------------------------------------------------------------------------------------


def _in_order(answers: Iterator[ValidatedAnswer]) -> list[ValidatedAnswer]:
    return sorted(answers, key=lambda answer: (answer.validation.date, answer.id))


def _read(path: Path) -> ValidatedAnswer:
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        quotes = tuple(Quote(q["document"], int(q["page"]), str(q["text"])) for q in raw["quotes"])
        if not quotes or not all(quote.text.strip() for quote in quotes):
            raise ValueError("no quote")  # noqa: TRY301 — told below, as for any damage
        date.fromisoformat(raw["date"])
        return ValidatedAnswer(
            id=str(raw["id"]),
            questions=tuple(map(str, raw["questions"])),
            quotes=quotes,
            validation=Validation(str(raw["reviewer"]), raw["date"]),
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SettingError(
            f"La réponse validée « {path} » est illisible ({type(error).__name__}).",
            f"Retirez-la, puis validez-la de nouveau : coop eval validate --remove {path.stem}",
        ) from error


def _sound(path: Path) -> ValidatedAnswer | None:
    """An answer, or None and a word in the log: a damaged file must not stop the others."""
    try:
        return _read(path)
    except SettingError as error:
        _log.warning("%s %s", error.message, error.remedy)
        return None
