"""The tables of a ledger: an older one is brought up, once, whoever opens it; a newer one is refused."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from tasks.teacher.ledger import Ledger, LedgerError, schema
from tasks.teacher.ledger.address import database_of

FURTHER = ("alter table answers add column seconds real", "create table notes (id {number}, told text)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def close(path: Path) -> None:
    Ledger(f"sqlite:///{path}").close()


def version(path: Path) -> list[int]:
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute("select version from schema_version")]


def test_a_ledger_from_before_versions_keeps_its_answers(path: Path) -> None:
    with sqlite3.connect(path) as old:
        old.execute(
            "create table answers (key varchar(64) primary key, model varchar(200), agent varchar(200), reply text)"
        )
        old.execute(
            "create table failures (id integer primary key, key varchar(64), agent varchar(200), reason varchar(100))"
        )
        old.execute("insert into answers values ('k', 'm', 'a', '{\"x\": 1}')")

    async def run() -> None:
        ledger = Ledger(f"sqlite:///{path}")
        assert await ledger.find("k") == {"x": 1}
        await ledger.commit("l", "m", "a", {"x": 2})
        ledger.close()

    asyncio.run(run())
    assert version(path) == [len(schema.MIGRATIONS)]


def test_an_older_ledger_takes_the_steps_that_it_lacks_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, FURTHER))
    # A step taken twice would fail: the column would be there already.
    failed: list[BaseException] = []

    def open_and_close() -> None:
        try:
            close(path)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=open_and_close) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed and version(path) == [len(schema.MIGRATIONS)]


def test_a_step_that_fails_leaves_the_ledger_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    close(path)
    released = schema.MIGRATIONS
    monkeypatch.setattr(schema, "MIGRATIONS", (*released, ("create table half (x text)", "this is no statement")))
    with pytest.raises(LedgerError):
        close(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*released, ("create table half (x text)",)))
    close(path)
    assert version(path) == [len(released) + 1]


def test_a_newer_ledger_is_refused_in_one_sentence(path: Path) -> None:
    close(path)
    with sqlite3.connect(path) as newer:
        newer.execute("update schema_version set version = 99")
    with pytest.raises(
        LedgerError, match=r"ledger\.db was made by a newer agentinstruct .*step 99.*update agentinstruct"
    ):
        close(path)
    assert version(path) == [99]


@pytest.mark.parametrize(
    "address", ["", "ledger.db", "sqlite://", "sqlite:///", "mysql://host/name", "s3://bucket/ledger"]
)
def test_an_address_that_is_none_is_told_with_the_forms_that_are(address: str) -> None:
    with pytest.raises(LedgerError, match=r"sqlite:///FILE or postgresql://USER@HOST:5432/DATABASE"):
        database_of(address)


def test_a_variable_may_hold_the_address(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LedgerError, match=r"\$TEAM_LEDGER, which is not set"):
        database_of("$TEAM_LEDGER")
    monkeypatch.setenv("TEAM_LEDGER", f"sqlite:///{path}")
    assert database_of("$TEAM_LEDGER").where == str(path)


def test_a_driver_that_is_missing_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match=r"pip install 'psycopg\[binary\]'"):
        database_of("postgresql://u@h/d")
