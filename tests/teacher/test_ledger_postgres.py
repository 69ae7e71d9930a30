"""A ledger on PostgreSQL: shared by processes, it loses nothing when its server goes away, and takes any text."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from flows.server.prefect_server import free_port
from tasks.teacher.ledger import Ledger, LedgerError, check_ledger, known_outcomes, schema
from tests.postgres import PASSWORD, Cluster, cluster

pytestmark = pytest.mark.services

AWKWARD = [
    "",
    "\0",
    "a\0b",
    "\ud800",
    "{0}{x}%s %(key)s :key",
    "🜁 \u2028",
    "'; drop table answers; --",
    "x" * 3_000_000,
]


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with pytest.MonkeyPatch.context() as patch, cluster() as running:
        patch.setenv("PGPASSWORD", PASSWORD)
        yield running


def connected(url: str) -> Any:
    import psycopg

    return psycopg.connect(url)


def rows(url: str, query: str) -> list[Any]:
    with connected(url) as connection:
        found: list[Any] = connection.execute(query).fetchall()
        return found


def test_any_text_is_found_again_and_the_first_answer_stays(server: Cluster) -> None:
    url = server.url("texts")
    keys = {f"{place}" * 900: text for place, text in enumerate(AWKWARD)}

    async def run() -> None:
        ledger = Ledger(url)
        await asyncio.gather(*(ledger.commit(key, "m\0", "a", {"text": text}) for key, text in keys.items()))
        await asyncio.gather(*(ledger.commit(key, "m", "a", {"text": "second"}) for key in [*keys, *keys]))
        ledger.note_failure("k", "a\ud800", "timeout")
        ledger.close()
        ledger = Ledger(url)
        assert await asyncio.gather(*(ledger.find(key) for key in keys)) == [{"text": text} for text in keys.values()]
        assert await ledger.find("another") is None
        ledger.close()

    asyncio.run(run())
    assert rows(url, "select key, agent, reason from failures") == [("k", "a?", "timeout")]


def test_outcomes_of_a_model_come_back_the_newest_first_and_once(server: Cluster) -> None:
    url = server.url("outcomes")

    async def run() -> None:
        ledger = Ledger(url)
        for key, model in (("a", "m"), ("b", "m"), ("a", "m"), ("c", "other")):
            await ledger.note_outcome(key, model, {"skills": key})
        assert await ledger.outcomes("m") == [{"skills": "b"}, {"skills": "a"}] == known_outcomes(url, "m")
        assert await ledger.outcomes("nobody") == []
        ledger.close()

    asyncio.run(run())


WRITER = """
import asyncio, sys
from tasks.teacher.ledger import Ledger

async def run(url, name, count):
    ledger = Ledger(url)
    own = [f"{name}{i}" for i in range(int(count))]
    shared = [f"shared{i}" for i in range(int(count))]
    keys = [*own, *(shared if name < "b" else reversed(shared))]
    await asyncio.gather(*(ledger.commit(key, "m", "a", {"by": name, "key": key}) for key in keys))
    found = await asyncio.gather(*(ledger.find(key) for key in keys))
    assert [reply["key"] for reply in found] == keys
    ledger.close()

asyncio.run(run(*sys.argv[1:]))
"""


def test_processes_share_a_database_that_none_has_opened_before(server: Cluster) -> None:
    url = server.url("shared")
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, name, "700"], stderr=subprocess.PIPE, text=True)
        for name in ("a", "b", "c")
    ]
    for process in writers:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert rows(url, "select count(*), count(distinct key) from answers") == [(4 * 700, 4 * 700)]
    assert rows(url, "select version from schema_version") == [(len(schema.MIGRATIONS),)]


def test_what_is_asked_while_the_server_is_away_waits_and_is_done_then(server: Cluster) -> None:
    url = server.url("away")

    async def run() -> None:
        ledger = Ledger(url)
        await ledger.commit("before", "m", "a", {"x": "before"})
        await asyncio.to_thread(server.stop)
        paid = [asyncio.create_task(ledger.commit(f"k{i}", "m", "a", {"x": i})) for i in range(50)]
        ledger.note_failure("failed", "a", "timeout")
        sought = asyncio.create_task(ledger.find("before"))
        await asyncio.sleep(0.5)
        assert not any(task.done() for task in [*paid, sought])
        assert ledger.away_seconds > 0
        await asyncio.to_thread(server.start)
        await asyncio.gather(*paid)
        assert await sought == {"x": "before"} and ledger.away_seconds == 0
        assert await asyncio.gather(*(ledger.find(f"k{i}") for i in range(50))) == [{"x": i} for i in range(50)]
        ledger.close()

    asyncio.run(run())
    assert rows(url, "select count(*) from answers") == [(51,)]


def test_a_restart_under_load_loses_no_answer(server: Cluster) -> None:
    url = server.url("load")

    async def run() -> None:
        ledger = Ledger(url)
        restart = threading.Thread(target=server.restart)
        for number in range(300):
            if number == 40:
                restart.start()
            await ledger.commit(f"k{number}", "m", "a", {"x": number})
        restart.join()
        ledger.close()

    asyncio.run(run())
    assert rows(url, "select count(*) from answers") == [(300,)]


def problems_of_opening_at_once(url: str) -> list[Exception]:
    found: list[Exception] = []

    def opened() -> None:
        try:
            check_ledger(url)
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=opened) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_tables_are_made_and_brought_up_once_whoever_opens_it(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.url("older")
    assert not problems_of_opening_at_once(url)
    step = ("alter table answers add column more real", "create table more (id {number}, told text)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    assert not problems_of_opening_at_once(url)
    assert rows(url, "select version from schema_version") == [(len(schema.MIGRATIONS),)]
    monkeypatch.undo()
    with pytest.raises(LedgerError, match="made by a newer agentinstruct"):
        check_ledger(url)


def test_what_cannot_be_had_is_told_without_a_secret(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "not-the-passw0rd"
    monkeypatch.setenv("PGPASSWORD", secret)
    for url, told in (
        (server.url("any"), "password authentication failed"),
        (server.url("any").rpartition("/")[0] + f"/absent?password={PASSWORD}", 'database "absent" does not exist'),
        (f"postgresql://u@127.0.0.1:{free_port()}/any", "refused"),
        (f"postgresql://u:{secret}@[bad/any", "cannot be read"),
    ):
        with pytest.raises(LedgerError, match=told) as caught:
            check_ledger(url)
        assert secret not in str(caught.value) and PASSWORD not in str(caught.value)


def test_a_row_that_is_refused_is_told_without_its_text(server: Cluster) -> None:
    url = server.url("refused")

    async def run() -> None:
        ledger = Ledger(url)
        with connected(url) as connection:
            connection.execute("alter table answers add check (length(reply) < 40)")
        with pytest.raises(LedgerError) as caught:
            await ledger.commit("bad", "m", "a", {"text": "CANARY" * 20})
        assert "CANARY" not in str(caught.value)
        await ledger.commit("good", "m", "a", {"x": 1})
        assert await ledger.find("good") == {"x": 1} and await ledger.find("bad") is None
        ledger.close()

    asyncio.run(run())
