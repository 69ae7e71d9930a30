"""The tables of a ledger, as the steps that make them: an older ledger takes those that it lacks, a newer one is refused."""

from __future__ import annotations

from typing import Any

from tasks.teacher.ledger.address import database_of
from tasks.teacher.ledger.database import Database, LedgerError

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "create table if not exists answers"
        " (key text primary key, model text not null, agent text not null, reply text not null)",
        "create table if not exists failures"
        " (id {number}, key text not null, agent text not null, reason text not null)",
        "create index if not exists ix_failures_key on failures (key)",
    ),
    (
        "create table batches"
        " (tag text primary key, endpoint text not null, model text not null, job text not null,"
        " submitted double precision not null)",
        "create table batched_calls (key text primary key, tag text not null, step text not null, agent text not null)",
        "create index ix_batched_calls_tag on batched_calls (tag)",
    ),
    (
        "create table outcomes (id {number}, key text not null unique, model text not null, told text not null)",
        "create index ix_outcomes_model on outcomes (model)",
    ),
)
"""Statements that every database takes; `{number}` is its primary key that counts by itself. Ledgers that were never numbered
have what the first step makes. A step that was ever released stays as it is: what changes comes as a further one."""


def opened(database: Database) -> Any:
    """A connection to a ledger whose tables are what this code expects; LedgerError if it cannot be had, or is newer."""
    try:
        connection = database.connect()
        _bring_up(database, connection)
    except LedgerError:
        raise
    except Exception as error:
        raise database.told(error) from None
    return connection


def check_ledger(url: str) -> None:
    """LedgerError if there cannot be a ledger at this address."""
    opened(database_of(url)).close()


def _bring_up(database: Database, connection: Any) -> None:
    if _version(database, connection) == len(MIGRATIONS):
        return
    with database.transaction(connection, alone=True):
        done = _version(database, connection)
        if done == 0:
            connection.execute("create table if not exists schema_version (version integer not null)")
            connection.execute("delete from schema_version")
            connection.execute("insert into schema_version (version) values (0)")
        for step in MIGRATIONS[done:]:
            for statement in step:
                connection.execute(statement.format(number=database.number))
        connection.execute(f"update schema_version set version = {len(MIGRATIONS)}")


def _version(database: Database, connection: Any) -> int:
    """How many steps were taken."""
    if not database.holds(connection, "schema_version"):
        return 0
    row = connection.execute("select version from schema_version").fetchone()
    version = int(row[0]) if row else 0
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"the ledger {database.where} was made by a newer agentinstruct (its tables are at step {version}, this one knows "
            f"{len(MIGRATIONS)}): update agentinstruct, or name another ledger with --ledger"
        )
    return version
