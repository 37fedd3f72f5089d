"""What is remembered between visits: feedback, with the answer and its evidence.

The one home of sqlalchemy. By default one SQLite file in the user's folder; any SQLAlchemy URL
serves several replicas.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, TypeVar, get_args

from assistant.answer_json import as_json
from corpus.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine, Table

    from assistant.types import Answer
    from corpus.home import Home

_T = TypeVar("_T")

Verdict = Literal["up", "down"]

LONGEST_REASON = 2000
"""Characters kept of a reason; more is cut."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's opinion of an answer; `created` is an ISO instant (UTC), `answer` as `as_json`."""

    id: int
    created: str
    verdict: Verdict
    reason: str
    question: str
    answer: dict[str, Any]


class _Database(NamedTuple):
    engine: Engine
    feedback: Table


class Memory:
    """Cheap to make: sqlalchemy is loaded, and the database opened, at the first use."""

    def __init__(self, url: str) -> None:
        self._url = url

    @classmethod
    def in_home(cls, home: Home) -> Self:
        """The memory of one machine: `memory.sqlite` in the user's folder."""
        return cls(f"sqlite:///{home.root / 'memory.sqlite'}")

    def add_feedback(self, answer: Answer, verdict: Verdict, reason: str = "") -> int:
        """Keep an opinion of an answer, with the answer and its evidence; gives its id.

        Raises:
            SettingError: the database cannot be written.
            ValueError: the verdict is neither "up" nor "down".
        """
        if verdict not in get_args(Verdict):
            raise ValueError(f"unknown verdict: {verdict!r}")
        row = {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "verdict": verdict,
            "reason": reason.strip()[:LONGEST_REASON],
            "question": answer.question,
            "answer": as_json(answer),
        }

        def insert(connection: Connection, feedback: Table) -> int:
            key = connection.execute(feedback.insert(), row).inserted_primary_key
            return int(key[0]) if key else 0

        return self._run(insert)

    def feedback(self) -> list[Feedback]:
        """All opinions, the latest first.

        Raises:
            SettingError: the database cannot be read.
        """

        def select(connection: Connection, feedback: Table) -> list[Feedback]:
            query = feedback.select().order_by(feedback.c.id.desc())
            return [Feedback(**row) for row in connection.execute(query).mappings()]

        return self._run(select)

    def close(self) -> None:
        """Release the database's connections."""
        if "_database" in self.__dict__:
            self._database.engine.dispose()
            del self.__dict__["_database"]

    def _run(self, work: Callable[[Connection, Table], _T]) -> _T:
        """Do work in one transaction; sqlalchemy's exceptions become ours."""
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

        try:
            database = self._database
            with database.engine.begin() as connection:
                return work(connection, database.feedback)
        except (SQLAlchemyError, ImportError) as error:  # ImportError: the URL's driver is missing
            raise SettingError(
                f"La mémoire « {_shown(self._url)} » ne peut pas être utilisée "
                f"({type(error).__name__}).",
                "Vérifiez que le fichier ou le serveur est accessible en écriture : coop doctor",
            ) from error

    @cached_property
    def _database(self) -> _Database:
        import sqlalchemy as sa  # noqa: PLC0415

        tables = sa.MetaData()
        feedback = sa.Table(
            "feedback",
            tables,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("created", sa.String(32), nullable=False),
            sa.Column("verdict", sa.String(8), nullable=False),
            sa.Column("reason", sa.Text, nullable=False),
            sa.Column("question", sa.Text, nullable=False),
            sa.Column("answer", sa.JSON, nullable=False),
        )
        engine = sa.create_engine(self._url)
        tables.create_all(engine)
        return _Database(engine, feedback)


def _shown(url: str) -> str:
    """The URL without its password."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "adresse illisible"
