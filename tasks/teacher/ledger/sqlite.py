"""A ledger in an SQLite file of this machine, for any number of its processes; for its owner's eyes alone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tasks.teacher.ledger.database import LedgerError

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SECONDS = 60.0
"""How long SQLite itself waits for another process."""


class Sqlite:
    """See :class:`tasks.teacher.ledger.database.Database`."""

    remote = False
    number = "integer primary key"

    def __init__(self, path: str) -> None:
        self._path, self.where = Path(path).absolute(), path

    @property
    def begun(self) -> bool:
        return self._path.exists()

    def connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Only where there is none: to close a file that SQLite has open lets go of its locks, and another process that ends
        # would then take the journal away from under this one.
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = sqlite3.connect(self._path, timeout=_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")
        return connection

    @contextmanager
    def transaction(self, connection: sqlite3.Connection, *, alone: bool = False) -> Iterator[None]:
        connection.execute("begin immediate")  # alone in any case: SQLite has one writer at a time
        try:
            yield
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise

    def marked(self, statement: str) -> str:
        return statement

    def holds(self, connection: sqlite3.Connection, table: str) -> bool:
        query = "select 1 from sqlite_master where type = 'table' and name = ?"
        return connection.execute(query, (table,)).fetchone() is not None

    def passes(self, error: Exception) -> bool:
        # The primary code is the low byte of the extended one.
        return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _BUSY

    def told(self, error: Exception) -> LedgerError:
        return LedgerError(f"the ledger {self.where} cannot be used: {error}")
