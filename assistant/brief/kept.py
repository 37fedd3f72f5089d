"""Briefs that are kept: each belongs to an owner, and counts its changes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.brief.types import Brief
from assistant.memory import instant, titled
from corpus.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import TypeAdapter

    from assistant.memory import Database, Memory

_TRIES = 5
_GONE = UsageError(
    "Ce dossier n'existe pas, ou plus.",
    "Il a peut-être été supprimé dans une autre fenêtre : préparez-en un nouveau.",
)
_BUSY = UsageError("Ce dossier change sans cesse ailleurs.", "Réessayez dans un instant.")


@dataclass(frozen=True, slots=True)
class KeptBrief:
    """A brief that is kept; `version` is raised by each change, `updated` an ISO instant (UTC)."""

    id: str
    version: int
    updated: str
    brief: Brief


@dataclass(frozen=True, slots=True)
class Listed:
    """A brief in the list of those kept."""

    id: str
    title: str
    updated: str


class KeptBriefs:
    """An owner's briefs. Each method raises SettingError where the memory cannot be used."""

    def __init__(self, memory: Memory, owner: str) -> None:
        self._memory = memory
        self._owner = owner

    def add(self, brief: Brief) -> KeptBrief:
        """Keep a new brief."""
        id_ = secrets.token_urlsafe(12)
        row = {"id": id_, "owner": self._owner, "version": 1, **_columns(brief)}
        self._memory.run(lambda connection, db: connection.execute(db.briefs.insert(), row))
        return KeptBrief(id_, 1, row["updated"], brief)

    def all(self) -> list[Listed]:
        """The briefs, the latest changed first."""

        def select(connection: Any, db: Database) -> list[Listed]:
            columns = db.briefs.c
            query = db.briefs.select().where(columns.owner == self._owner)
            rows = connection.execute(query.order_by(columns.updated.desc()))
            return [Listed(row.id, row.title, row.updated) for row in rows]

        return self._memory.run(select)

    def get(self, id_: str) -> KeptBrief:
        """A brief.

        Raises:
            UsageError: the owner has no such one.
        """
        return self._memory.run(lambda connection, db: self._read(connection, db, id_))

    def change(self, id_: str, change: Callable[[Brief], Brief]) -> KeptBrief:
        """A brief as changed; what `change` raises leaves it as it was.

        Raises:
            UsageError: the owner has no such one.
        """

        def update(connection: Any, db: Database) -> KeptBrief | None:
            kept = self._read(connection, db, id_)
            brief = change(kept.brief)
            row = {"version": kept.version + 1, **_columns(brief)}
            seen = self._mine(db, id_) & (db.briefs.c.version == kept.version)
            done = connection.execute(db.briefs.update().where(seen).values(row))
            if not done.rowcount:
                return None  # another window was faster
            return KeptBrief(id_, kept.version + 1, row["updated"], brief)

        for _ in range(_TRIES):
            if changed := self._memory.run(update):
                return changed
        raise _BUSY

    def forget(self, id_: str) -> bool:
        """Delete a brief; False where the owner has no such one."""

        def delete(connection: Any, db: Database) -> bool:
            return bool(connection.execute(db.briefs.delete().where(self._mine(db, id_))).rowcount)

        return self._memory.run(delete)

    def _read(self, connection: Any, db: Database, id_: str) -> KeptBrief:
        row = connection.execute(db.briefs.select().where(self._mine(db, id_))).first()
        if row is None:
            raise _GONE
        return _kept(row)

    def _mine(self, db: Database, id_: str) -> Any:
        columns = db.briefs.c
        return (columns.id == id_) & (columns.owner == self._owner)


@cache
def _briefs() -> TypeAdapter[Brief]:
    from pydantic import TypeAdapter  # noqa: PLC0415 — heavy

    return TypeAdapter(Brief)


def _columns(brief: Brief) -> dict[str, Any]:
    return {
        "title": titled(brief.title),
        "updated": instant(),
        "brief": _briefs().dump_python(brief, mode="json"),
    }


def _kept(row: Any) -> KeptBrief:
    return KeptBrief(row.id, row.version, row.updated, _briefs().validate_python(row.brief))
