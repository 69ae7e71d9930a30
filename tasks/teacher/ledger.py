"""The ledger: every answer that was paid for, good or bad, committed before it is used.

Keyed by the full request, so it lasts across runs: an edited prompt pays only for what it changed, and a killed run pays
again for at most the calls in flight. A bad answer is replayed as what it is, bad; a call that brought no answer is noted
among the failures and never replayed. SQLite by default, any database by URL. It holds what models wrote: mode 0600.
"""

from __future__ import annotations

import asyncio
import json
import os
import queue
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from tasks.records import Json

_METADATA = MetaData()
_ANSWERS = Table(
    "answers",
    _METADATA,
    Column("key", String(64), primary_key=True),
    Column("model", String(200), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("reply", Text, nullable=False),
)
_FAILURES = Table(
    "failures",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, index=True),
    Column("agent", String(200), nullable=False),
    Column("reason", String(100), nullable=False),
)
_FIND = select(_ANSWERS.c.reply).where(_ANSWERS.c.key == bindparam("key"))


class _Entry(NamedTuple):
    table: Table
    row: Json
    done: asyncio.Future[None] | None
    loop: asyncio.AbstractEventLoop | None


class Ledger:
    """Open on one event loop; a thread of its own commits whatever has gathered, so one sync serves many answers."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        _make_tables(self._engine)
        self._reader: Connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._queue: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="ledger", daemon=True)
        self._thread.start()

    def find(self, key: str) -> Json | None:
        """The reply stored under a request's key."""
        row = self._reader.execute(_FIND, {"key": key}).first()
        if row is None:
            return None
        reply: Json = json.loads(row[0])
        return reply

    async def commit(self, key: str, model: str, agent: str, reply: Json) -> None:
        """Store a reply; it is on disk when this returns."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        row = {"key": key, "model": model, "agent": agent, "reply": json.dumps(reply, ensure_ascii=True)}
        self._queue.put(_Entry(_ANSWERS, row, done, loop))
        await done

    def note_failure(self, key: str, agent: str, reason: str) -> None:
        """Write down a call that brought no answer; soon, not at once."""
        self._queue.put(_Entry(_FAILURES, {"key": key, "agent": agent, "reason": reason}, None, None))

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        self._reader.close()
        self._engine.dispose()

    def _write(self) -> None:
        with self._engine.connect() as connection:
            while True:
                batch, more = self._gather()
                error: Exception | None = None
                try:
                    _store(connection, batch)
                except Exception as problem:  # told to everyone who waits for it
                    error = problem
                    with suppress(Exception):  # a connection that broke; the next batch opens another
                        connection.rollback()
                for entry in batch:
                    if entry.done is not None and entry.loop is not None:
                        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                            entry.loop.call_soon_threadsafe(_tell, entry.done, error)
                if not more:
                    return

    def _gather(self) -> tuple[list[_Entry], bool]:
        batch: list[_Entry] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            if self._queue.empty():
                return batch, True
            item = self._queue.get()
        return batch, False


def _store(connection: Connection, batch: list[_Entry]) -> None:
    for table in (_ANSWERS, _FAILURES):
        rows = [entry.row for entry in batch if entry.table is table]
        if not rows:
            continue
        try:
            with connection.begin_nested():
                connection.execute(insert(table), rows)
        except IntegrityError:  # another run stored one of them first: its answer stays
            for row in rows:
                _store_if_new(connection, table, row)
    connection.commit()


def _store_if_new(connection: Connection, table: Table, row: Json) -> None:
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(insert(table), [row])


def _tell(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)


def _make_tables(engine: Engine) -> None:
    # Not create_all: it looks first and creates then, and another process may come between.
    with engine.begin() as connection:
        for table in _METADATA.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite:///"):
        return create_engine(url, hide_parameters=True)
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 60})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: object, _: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return engine
