"""A ledger on a PostgreSQL server, for any number of machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tasks.teacher.ledger.database import LedgerError

_ALONE = 0x6167656E74  # our name among the advisory locks of a database
_PATIENT = {
    "connect_timeout": "10",
    "application_name": "agentinstruct",
    # A server that went away without a word is noticed within a minute.
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""What an address has that does not say otherwise."""


class Postgres:
    """See :class:`tasks.teacher.ledger.database.Database`. The password is libpq's business: PGPASSWORD, or ~/.pgpass."""

    remote = True
    number = "bigint generated always as identity primary key"

    def __init__(self, address: str) -> None:
        try:
            import psycopg
            from psycopg.conninfo import conninfo_to_dict
        except ImportError:
            raise LedgerError(
                "a ledger on PostgreSQL needs the package psycopg: pip install 'psycopg[binary]'"
            ) from None
        self._psycopg: Any = psycopg
        try:
            self._known = {**_PATIENT, **conninfo_to_dict(address)}
        except psycopg.ProgrammingError:  # its message repeats the address
            raise LedgerError(
                "the ledger's address cannot be read: write it as postgresql://USER@HOST:5432/DATABASE"
            ) from None
        host, port = (self._known.get(name, "") for name in ("host", "port"))
        self.where = f"postgresql://{host or 'localhost'}{f':{port}' if port else ''}/{self._known.get('dbname', '')}"

    @property
    def begun(self) -> bool:
        return True

    def connect(self) -> Any:
        # No statements prepared on the server: a pooler between us may hand each transaction to another connection.
        return self._psycopg.connect(**self._known, autocommit=True, prepare_threshold=None)

    @contextmanager
    def transaction(self, connection: Any, *, alone: bool = False) -> Iterator[None]:
        with connection.transaction():
            if alone:
                connection.execute("select pg_advisory_xact_lock(%s)", (_ALONE,))
            yield

    def marked(self, statement: str) -> str:
        return re.sub(r":(\w+)", r"%(\1)s", statement)

    def holds(self, connection: Any, table: str) -> bool:
        # Not to_regclass: it answers from what this session remembers, not knowing of a table that was made a moment ago.
        query = "select 1 from pg_tables where schemaname = any(current_schemas(false)) and tablename = %s"
        return connection.execute(query, (table,)).fetchone() is not None

    def passes(self, error: Exception) -> bool:
        # Away, starting, full, in a deadlock, or for the moment a copy that takes no writes.
        errors = self._psycopg
        return isinstance(error, errors.OperationalError | errors.InterfaceError | errors.errors.ReadOnlySqlTransaction)

    def told(self, error: Exception) -> LedgerError:
        # The first sentence alone: further lines of a server's message may quote what it was given.
        diagnosed = getattr(error, "diag", None)
        first = (diagnosed and diagnosed.message_primary) or str(error).partition("\n")[0]
        return LedgerError(f"the ledger {self.where} cannot be used: {first}")
