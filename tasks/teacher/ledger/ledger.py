"""What is asked of a ledger: the reply to a request, to keep one, to note that a call failed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from tasks.records import Json
from tasks.teacher.ledger.address import database_of
from tasks.teacher.ledger.database import Database
from tasks.teacher.ledger.schema import opened
from tasks.teacher.ledger.thread import DatabaseThread

_FIND = "select reply from answers where key = ?"
_FIND_MANY = "select key, reply from answers where key = any(%s)"
_KEEP = (
    "insert into answers (key, model, agent, reply) values (:key, :model, :agent, :reply) on conflict (key) do nothing"
)
_OUTCOME = "insert into outcomes (key, model, told) values (:key, :model, :told) on conflict (key) do nothing"
_OUTCOMES = "select told from outcomes where model = :model order by id desc limit 20"
_NOTE = "insert into failures (key, agent, reason) values (:key, :agent, :reason)"


class Ledger:
    """Open on one event loop. A thread of its own commits whatever has gathered, so one sync serves many answers; look-ups in a
    file are made where they are asked for, those at a server by a thread, many at a time."""

    def __init__(self, url: str) -> None:
        self._database = database_of(url)
        self._reader: Any = opened(self._database)
        self._writer = DatabaseThread("ledger", self._database, self._store)
        self._finder = DatabaseThread("ledger look-ups", self._database, _found) if self._database.remote else None
        self._threads = [self._writer, *([self._finder] if self._finder else [])]

    async def find(self, key: str) -> Json | None:
        """The reply stored under a request's key."""
        if self._finder is not None:
            reply = await self._finder.ask(key)
        else:
            reply = self._read(key)
        return None if reply is None else json.loads(reply)

    async def commit(self, key: str, model: str, agent: str, reply: Json) -> None:
        """Store a reply; it is on disk when this returns. The first reply to a request stays."""
        kept = json.dumps(reply, ensure_ascii=True)  # ASCII: no database refuses a letter of it
        await self._writer.ask((_KEEP, {"key": key, "model": _plain(model), "agent": _plain(agent), "reply": kept}))

    def note_failure(self, key: str, agent: str, reason: str) -> None:
        """Write down a call that brought no answer; soon, not at once."""
        self._writer.put((_NOTE, {"key": key, "agent": _plain(agent), "reason": _plain(reason)}))

    async def note_outcome(self, key: str, model: str, told: Json) -> None:
        """Keep what a run of the model came to; told again under the same key it changes nothing."""
        row = {"key": key, "model": _plain(model), "told": json.dumps(told, ensure_ascii=True)}
        await self._writer.ask((_OUTCOME, row))

    @property
    def away_seconds(self) -> float:
        """How long the database has not answered, while it does not."""
        began = [thread.away_since for thread in self._threads if thread.away_since]
        return time.monotonic() - min(began) if began else 0.0

    def close(self) -> None:
        for thread in self._threads:
            thread.close()
        self._reader.close()

    async def outcomes(self, model: str) -> list[Json]:
        """What the last runs of the model came to, the newest first."""
        return await asyncio.to_thread(_outcomes, self._database, self._reader, model)

    def _read(self, key: str) -> str | None:
        try:
            row = self._reader.execute(_FIND, (key,)).fetchone()
        except Exception as error:
            raise self._database.told(error) from None
        return row[0] if row else None

    def _store(self, connection: Any, asked: list[tuple[str, Json]]) -> Sequence[None]:
        """All rows in one transaction, each table's in one order: two processes that store the same never wait for each other."""
        cursor = connection.cursor()
        with self._database.transaction(connection):
            for statement in (_KEEP, _NOTE, _OUTCOME):
                if rows := [row for of, row in asked if of is statement]:
                    rows.sort(key=lambda row: row["key"])
                    cursor.executemany(self._database.marked(statement), rows)
        return [None] * len(asked)


def known_outcomes(url: str, model: str) -> list[Json]:
    """What the last runs of a model came to, the newest first, of a ledger that is not open; none is made."""
    database = database_of(url)
    if not database.begun:
        return []
    connection = opened(database)
    try:
        return _outcomes(database, connection, model)
    finally:
        connection.close()


def _outcomes(database: Database, connection: Any, model: str) -> list[Json]:
    try:
        rows = connection.execute(database.marked(_OUTCOMES), {"model": _plain(model)}).fetchall()
    except Exception as error:
        raise database.told(error) from None
    return [json.loads(told) for (told,) in rows]


def _found(connection: Any, keys: list[str]) -> Sequence[str | None]:
    replies = dict(connection.execute(_FIND_MANY, (keys,)).fetchall())
    return [replies.get(key) for key in keys]


def _plain(name: str) -> str:
    """A name without what a database refuses: NUL, and halves of letters."""
    return name.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
