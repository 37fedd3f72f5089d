"""What is remembered between visits: conversations, feedback and briefs, with their evidence.

The one home of sqlalchemy. By default one SQLite file in the user's folder; any SQLAlchemy URL
serves several replicas. A conversation belongs to an owner, an opaque name, and is never shown to
another.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, TypeVar, get_args

from assistant.answer_json import as_json
from assistant.types import Answer
from corpus.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter
    from sqlalchemy import ColumnElement, Connection, Engine, Table

    from corpus.home import Home
    from corpus.settings import Settings

_T = TypeVar("_T")

Verdict = Literal["up", "down"]

LONGEST_REASON = 2000
"""Characters kept of a reason; more is cut."""

LONGEST_TITLE = 120
"""Characters kept of a conversation's title; more is cut."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's opinion of an answer; `created` is an ISO instant (UTC), `answer` as `as_json`."""

    id: int
    created: str
    verdict: Verdict
    reason: str
    question: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that is kept; `created` and `updated` are ISO instants (UTC)."""

    id: str
    title: str
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question that was answered, with all the evidence but the passages found.

    `limits` says in French to what the search was limited.
    """

    id: int
    answer: Answer
    limits: str = ""
    verdict: Verdict | None = None


class Database(NamedTuple):
    """The open database and its tables."""

    engine: Engine
    feedback: Table
    conversations: Table
    turns: Table
    briefs: Table

    def mine(self, owner: str, id_: str) -> ColumnElement[bool]:
        """The condition that a row of `conversations` is that one, and its owner's."""
        columns = self.conversations.c
        return (columns.id == id_) & (columns.owner == owner)

    def forget(self, connection: Connection, which: ColumnElement[bool]) -> int:
        """Delete conversations with all their turns; gives how many there were."""
        ids = self.conversations.select().with_only_columns(self.conversations.c.id).where(which)
        connection.execute(self.turns.delete().where(self.turns.c.conversation.in_(ids)))
        return connection.execute(self.conversations.delete().where(which)).rowcount


class Memory:
    """Cheap to make: sqlalchemy is loaded, and the database opened, at the first use."""

    def __init__(self, url: str) -> None:
        self._url = url

    @classmethod
    def in_home(cls, home: Home) -> Self:
        """The memory of one machine: `memory.sqlite` in the user's folder."""
        return cls(f"sqlite:///{home.root / 'memory.sqlite'}")

    @classmethod
    def of(cls, settings: Settings, home: Home) -> Self:
        """The memory that the settings name; without any, that of this machine."""
        url = settings.database_url
        return cls(url.get_secret_value()) if url else cls.in_home(home)

    def add_feedback(self, answer: Answer, verdict: Verdict, reason: str = "") -> int:
        """Keep an opinion of an answer, with the answer and its evidence; gives its id.

        Raises:
            SettingError: the database cannot be written.
            ValueError: the verdict is neither "up" nor "down".
        """
        if verdict not in get_args(Verdict):
            raise ValueError(f"unknown verdict: {verdict!r}")
        row = {
            "created": instant(),
            "verdict": verdict,
            "reason": reason.strip()[:LONGEST_REASON],
            "question": answer.question,
            "answer": as_json(answer),
        }

        def insert(connection: Connection, db: Database) -> int:
            return _inserted(connection, db.feedback, row)

        return self.run(insert)

    def feedback(self) -> list[Feedback]:
        """All opinions, the latest first.

        Raises:
            SettingError: the database cannot be read.
        """

        def select(connection: Connection, db: Database) -> list[Feedback]:
            query = db.feedback.select().order_by(db.feedback.c.id.desc())
            return [Feedback(**row) for row in connection.execute(query).mappings()]

        return self.run(select)

    # --- conversations (each method raises SettingError where the database cannot be used) ---

    def begin(self, owner: str, title: str) -> Conversation:
        """Keep a new conversation."""
        now = instant()
        new = Conversation(secrets.token_urlsafe(12), titled(title), now, now)
        row = {"id": new.id, "owner": owner, "title": new.title, "created": now, "updated": now}
        self.run(lambda connection, db: connection.execute(db.conversations.insert(), row))
        return new

    def conversations(self, owner: str) -> list[Conversation]:
        """An owner's conversations, the latest used first."""

        def select(connection: Connection, db: Database) -> list[Conversation]:
            table = db.conversations
            query = table.select().where(table.c.owner == owner)
            rows = connection.execute(query.order_by(table.c.updated.desc(), table.c.created))
            return [_conversation(row) for row in rows.mappings()]

        return self.run(select)

    def conversation(self, owner: str, id_: str) -> Conversation | None:
        """A conversation of this owner, or None where they have no such one."""

        def select(connection: Connection, db: Database) -> Conversation | None:
            query = db.conversations.select().where(db.mine(owner, id_))
            row = connection.execute(query).mappings().first()
            return _conversation(row) if row else None

        return self.run(select)

    def turns(self, owner: str, id_: str) -> list[KeptTurn]:
        """The turns of a conversation, oldest first; none where the owner has no such one."""

        def select(connection: Connection, db: Database) -> list[KeptTurn]:
            query = (
                db.turns.select()
                .join(db.conversations, db.turns.c.conversation == db.conversations.c.id)
                .where(db.mine(owner, id_))
                .order_by(db.turns.c.id)
            )
            adapter = _answers()
            return [
                KeptTurn(
                    row["id"],
                    adapter.validate_python(row["answer"]),
                    row["limits"],
                    row["verdict"],
                )
                for row in connection.execute(query).mappings()
            ]

        return self.run(select)

    def add_turn(self, owner: str, id_: str, answer: Answer, limits: str = "") -> int | None:
        """Keep an answer at the end of a conversation; None where it is no more there."""
        row = {
            "conversation": id_,
            "answer": _answers().dump_python(replace(answer, hits=()), mode="json"),
            "limits": limits,
        }

        def insert(connection: Connection, db: Database) -> int | None:
            touched = db.conversations.update().where(db.mine(owner, id_)).values(updated=instant())
            if not connection.execute(touched).rowcount:
                return None
            return _inserted(connection, db.turns, row)

        return self.run(insert)

    def judge(self, turn_id: int, verdict: Verdict) -> None:
        """Remember beside a turn that its reader gave an opinion."""

        def update(connection: Connection, db: Database) -> None:
            query = db.turns.update().where(db.turns.c.id == turn_id)
            connection.execute(query.values(verdict=verdict))

        self.run(update)

    def rename(self, owner: str, id_: str, title: str) -> bool:
        """Give a conversation another title; False where the owner has no such one."""

        def update(connection: Connection, db: Database) -> bool:
            query = db.conversations.update().where(db.mine(owner, id_))
            return bool(connection.execute(query.values(title=titled(title))).rowcount)

        return self.run(update)

    def forget(self, owner: str, id_: str) -> bool:
        """Delete a conversation with all its turns; False where the owner has no such one."""
        return bool(self.run(lambda connection, db: db.forget(connection, db.mine(owner, id_))))

    def forget_all(self, owner: str) -> int:
        """Delete all of an owner's conversations and briefs; gives how many there were."""

        def delete(connection: Connection, db: Database) -> int:
            briefs = connection.execute(db.briefs.delete().where(db.briefs.c.owner == owner))
            return briefs.rowcount + db.forget(connection, db.conversations.c.owner == owner)

        return self.run(delete)

    def forget_older(self, days: int) -> int:
        """Delete conversations and briefs not used, opinions given, more than so many days ago.

        Gives how many there were.
        """
        before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")

        def delete(connection: Connection, db: Database) -> int:
            gone = db.forget(connection, db.conversations.c.updated < before)
            for old in (
                db.briefs.delete().where(db.briefs.c.updated < before),
                db.feedback.delete().where(db.feedback.c.created < before),
            ):
                gone += connection.execute(old).rowcount
            return gone

        return self.run(delete)

    @property
    def where(self) -> str:
        """Where it is kept, without the password that the URL may hold."""
        return _shown(self._url)

    def check(self) -> None:
        """Prove that the database answers.

        Raises:
            SettingError: it does not.
        """
        self.run(lambda connection, db: connection.execute(db.turns.select().limit(1)))

    def close(self) -> None:
        """Release the database's connections."""
        if "_database" in self.__dict__:
            self._database.engine.dispose()
            del self.__dict__["_database"]

    def run(self, work: Callable[[Connection, Database], _T]) -> _T:
        """Do work in one transaction; sqlalchemy's exceptions become ours.

        Raises:
            SettingError: the database cannot be used.
        """
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

        try:
            database = self._database
            with database.engine.begin() as connection:
                return work(connection, database)
        except (SQLAlchemyError, ImportError) as error:  # ImportError: the URL's driver is missing
            raise SettingError(
                f"La mémoire « {_shown(self._url)} » ne peut pas être utilisée "
                f"({type(error).__name__}).",
                "Vérifiez que le fichier ou le serveur est accessible en écriture : coop doctor",
            ) from error

    @cached_property
    def _database(self) -> Database:
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
        conversations = sa.Table(
            "conversations",
            tables,
            sa.Column("id", sa.String(32), primary_key=True),
            sa.Column("owner", sa.String(64), nullable=False, index=True),
            sa.Column("title", sa.String(LONGEST_TITLE), nullable=False),
            sa.Column("created", sa.String(32), nullable=False),
            sa.Column("updated", sa.String(32), nullable=False),
        )
        turns = sa.Table(
            "turns",
            tables,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("conversation", sa.String(32), nullable=False, index=True),
            sa.Column("answer", sa.JSON, nullable=False),
            sa.Column("limits", sa.Text, nullable=False),
            sa.Column("verdict", sa.String(8)),
        )
        briefs = sa.Table(
            "briefs",
            tables,
            sa.Column("id", sa.String(32), primary_key=True),
            sa.Column("owner", sa.String(64), nullable=False, index=True),
            sa.Column("title", sa.String(LONGEST_TITLE), nullable=False),
            sa.Column("updated", sa.String(32), nullable=False),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("brief", sa.JSON, nullable=False),
        )
        engine = sa.create_engine(self._url, pool_pre_ping=True)
        try:
            tables.create_all(engine)
        except sa.exc.SQLAlchemyError:  # another replica was making them at the same time
            tables.create_all(engine)
        return Database(engine, feedback, conversations, turns, briefs)


@cache
def _answers() -> TypeAdapter[Answer]:
    """Answers to JSON and back; fields that an older version did not know get their defaults."""
    from pydantic import TypeAdapter  # noqa: PLC0415 — heavy

    return TypeAdapter(Answer)


def _conversation(row: Any) -> Conversation:
    return Conversation(row["id"], row["title"], row["created"], row["updated"])


def _inserted(connection: Connection, table: Table, row: dict[str, Any]) -> int:
    key = connection.execute(table.insert(), row).inserted_primary_key
    return int(key[0]) if key else 0


def titled(text: str) -> str:
    """A title on one line, of a length that can be kept."""
    return " ".join(text.split())[:LONGEST_TITLE].strip() or "Sans titre"


def instant() -> str:
    """The ISO instant (UTC)."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _shown(url: str) -> str:
    """The URL without its password."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "adresse illisible"
