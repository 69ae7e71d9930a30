"""The ledger: an answer is durable before it is used, found again by anyone, and never replaced."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tasks.records import Json
from tasks.teacher.ledger import Ledger, LedgerError, sqlite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "ledger.db"


def opened(path: Path) -> Ledger:
    return Ledger(f"sqlite:///{path}")


def reply(text: str) -> Json:
    return {"choices": [{"message": {"content": text}}], "usage": None}


def found(ledger: Ledger, *keys: str) -> list[Json | None]:
    async def run() -> list[Json | None]:
        return [await ledger.find(key) for key in keys]

    return asyncio.run(run())


def rows(path: Path, table: str = "answers") -> list[Any]:
    with sqlite3.connect(path) as connection:
        return connection.execute(f"select * from {table}").fetchall()


def test_an_answer_is_on_disk_when_commit_returns(path: Path) -> None:
    async def run() -> None:
        ledger = opened(path)
        await ledger.commit("k", "m", "instruct", reply("x"))
        # Another connection sees what is committed, and nothing else.
        assert [row[:3] for row in rows(path)] == [("k", "m", "instruct")]
        assert await ledger.find("k") == reply("x")
        ledger.close()

    asyncio.run(run())


def test_commit_waits_for_the_database(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, store = threading.Event(), Ledger._store

    def slow(*args: Any) -> Any:
        gate.wait(10)
        return store(*args)

    async def run() -> None:
        monkeypatch.setattr(Ledger, "_store", slow)
        ledger = opened(path)
        task = asyncio.create_task(ledger.commit("k", "m", "a", reply("x")))
        await asyncio.sleep(0.05)
        assert not task.done() and await ledger.find("k") is None
        gate.set()
        await task
        ledger.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    "text", ["", "\0", "\ud800", "{0}{x}%s", "🜁 \u2028", "'; drop table answers; --", "x" * 3_000_000]
)
def test_any_text_is_found_again_after_reopening(path: Path, text: str) -> None:
    async def run() -> None:
        ledger = opened(path)
        await ledger.commit("k", "m", "a", reply(text))
        ledger.close()
        ledger = opened(path)
        assert await ledger.find("k") == reply(text)
        assert await ledger.find("other") is None
        ledger.close()

    asyncio.run(run())


def test_many_commit_at_once(path: Path) -> None:
    async def run() -> None:
        ledger = opened(path)
        await asyncio.gather(*(ledger.commit(f"k{i}", "m", "a", reply(str(i))) for i in range(500)))
        found = [await ledger.find(f"k{i}") for i in range(500)]
        assert found == [reply(str(i)) for i in range(500)]
        ledger.close()

    asyncio.run(run())
    assert len(rows(path)) == 500


def test_the_first_answer_to_a_key_stays(path: Path) -> None:
    async def run() -> None:
        ledger = opened(path)
        await ledger.commit("k", "m", "a", reply("first"))
        await asyncio.gather(
            *(ledger.commit(key, "m", "a", reply(f"second {key}")) for key in ("k", "new", "k", "new"))
        )
        assert await ledger.find("k") == reply("first")
        assert await ledger.find("new") == reply("second new")
        ledger.close()

    asyncio.run(run())


def test_failures_are_kept_and_never_found(path: Path) -> None:
    async def run() -> None:
        ledger = opened(path)
        ledger.note_failure("k", "instruct", "timeout")
        ledger.note_failure("k", "instruct", "timeout")
        await ledger.commit("other", "m", "a", reply("x"))
        assert await ledger.find("k") is None
        ledger.note_failure("late", "instruct", "http_500")
        ledger.close()

    asyncio.run(run())
    assert [row[1:] for row in rows(path, "failures")] == [("k", "instruct", "timeout")] * 2 + [
        ("late", "instruct", "http_500")
    ]


def test_only_its_owner_may_read_it(path: Path) -> None:
    async def run() -> None:
        ledger = opened(path)
        await ledger.commit("k", "m", "a", reply("x"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert {"ledger.db", "ledger.db-wal"} <= modes.keys()
        assert set(modes.values()) == {0o600}
        ledger.close()

    asyncio.run(run())


def test_it_syncs_every_commit(path: Path) -> None:
    ledger = opened(path)
    assert ledger._reader.execute("pragma journal_mode").fetchone() == ("wal",)
    assert ledger._writer._connection.execute("pragma synchronous").fetchone() == (2,)
    ledger.close()


def test_a_commit_that_fails_says_so_without_the_text_and_the_next_one_works(path: Path) -> None:
    async def run() -> None:
        ledger = opened(path)
        with sqlite3.connect(path) as other:
            other.execute("alter table answers rename to gone")
        with pytest.raises(LedgerError) as caught:
            await ledger.commit("bad", "m", "a", reply("CANARY"))
        assert "CANARY" not in str(caught.value)
        with other:
            other.execute("alter table gone rename to answers")
        other.close()
        await ledger.commit("good", "m", "a", reply("x"))
        assert await ledger.find("good") == reply("x") and await ledger.find("bad") is None
        ledger.close()

    asyncio.run(run())


def test_a_file_that_another_process_writes_to_for_long_is_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_SECONDS", 0.01)

    async def run() -> None:
        ledger = opened(path)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")
        task = asyncio.create_task(ledger.commit("k", "m", "a", reply("x")))
        await asyncio.sleep(0.15)
        assert not task.done() and ledger.away_seconds > 0
        other.execute("commit")
        other.close()
        await task
        assert await ledger.find("k") == reply("x") and ledger.away_seconds == 0
        ledger.close()

    asyncio.run(run())


def test_a_cancelled_commit_harms_nobody(path: Path) -> None:
    async def run() -> None:
        ledger = opened(path)
        task = asyncio.create_task(ledger.commit("k", "m", "a", reply("x")))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await ledger.commit("l", "m", "a", reply("y"))
        assert await ledger.find("l") == reply("y")
        ledger.close()

    asyncio.run(run())


def test_a_loop_that_went_away_does_not_stop_the_writer(path: Path) -> None:
    ledger = opened(path)

    async def abandoned() -> None:
        asyncio.get_running_loop().create_task(ledger.commit("a", "m", "a", reply("x")))
        await asyncio.sleep(0)

    asyncio.run(abandoned())
    asyncio.run(asyncio.wait_for(ledger.commit("b", "m", "a", reply("y")), 10))
    assert found(ledger, "a", "b") == [reply("x"), reply("y")]
    ledger.close()


WRITER = """
import asyncio, sys, time
from tasks.teacher.ledger import Ledger

async def run(name):
    ledger = Ledger("sqlite:///" + sys.argv[1])
    for i in range(int(sys.argv[3])):
        await ledger.commit(f"{name}{i}", "m", "a", {"by": name})
        await ledger.commit(f"shared{i}", "m", "a", {"by": name})
        print(i, flush=True)
    ledger.close()

asyncio.run(run(sys.argv[2]))
"""


def writer(path: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_processes_share_a_file(path: Path) -> None:
    # Both make the tables of a new file, at the same time.
    writers = [writer(path, name, 150) for name in ("a", "b", "c")]
    for process in writers:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    keys = [row[0] for row in rows(path)]
    assert len(keys) == len(set(keys)) == 4 * 150


def test_a_process_that_ends_takes_the_journal_from_no_other(path: Path) -> None:
    async def run() -> None:
        ledger = opened(path)
        await ledger.commit("before", "m", "a", reply("x"))
        _, errors = writer(path, "b", 1).communicate(timeout=60)
        assert not errors and path.with_name(f"{path.name}-wal").exists()
        await ledger.commit("after", "m", "a", reply("x"))
        ledger.close()

    asyncio.run(run())
    assert {row[0] for row in rows(path)} == {"before", "b0", "shared0", "after"}


def test_kill_9_loses_nothing_that_was_committed(path: Path) -> None:
    with writer(path, "a", 100_000) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(60)]
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().splitlines()]
    ledger = opened(path)
    assert len(told) >= 60
    keys = [f"{name}{i}" for i in told for name in ("a", "shared")]
    assert found(ledger, *keys) == [{"by": "a"}] * len(keys)
    ledger.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
