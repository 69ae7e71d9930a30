"""Whole runs whose calls go through a Batch API: the same rows at half the price, nothing paid twice whatever goes wrong."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from simulator import Server, simulator
from simulator.pipeline import Outcome, drive, opened
from tasks.records import Json
from tasks.settings import Settings, SettingsError
from tasks.teacher.probes import greet
from tests.running import SKILL, Home, Result, against, shared_prefect, wait_for

pytestmark = pytest.mark.services

PRICES = "simulated: {input: 2, output: 4, batch: 0.5}\n"
PLAIN = {"instructions_per_passage": 2}
QUICK = {"batch_poll_seconds": 0.1, "batch_quiet_seconds": 0.1}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with simulator() as started:
        yield started


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder / "documents", 4, words=90)
    (folder / "prices.yaml").write_text(PRICES)
    return folder / "documents"


def made(
    server: Server,
    documents: Path,
    folder: Path,
    configured: Json | None = None,
    model: str = "simulated",
    **settings: object,
) -> Outcome:
    """A run from a ledger of its own, against a simulator that has counted nothing yet."""
    server.configure(**{"latency": "0.02", "batch_latency": "0.05", "batch_faults": "", **(configured or {})})
    server.reset()
    chosen = Settings(**{**PLAIN, **QUICK, "price_table": str(documents.parent / "prices.yaml"), **settings})

    async def work() -> Outcome:
        at = server.base_url.removesuffix("/v1") if model.startswith("anthropic:") else server.base_url
        async with opened(SKILL, folder, chosen, base_url=at, model=model) as session:
            return await drive(session, [str(documents)], shard_size=2)

    return asyncio.run(work())


def rows(outcome: Outcome) -> list[tuple[str, list[Json]]]:
    assert not outcome.broken, outcome.broken
    return [(record.id, record.messages) for record in outcome.rows]


@pytest.fixture(scope="module")
def plain(server: Server, documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return made(server, documents, tmp_path_factory.mktemp("plain"))


def test_every_call_through_batches_gives_the_same_rows_at_half_the_price(
    server: Server, documents: Path, plain: Outcome, tmp_path: Path
) -> None:
    batched = made(server, documents, tmp_path, batch="all")
    stats = server.stats()
    assert rows(batched) == rows(plain) and rows(plain)
    assert stats["max_in_flight"] == 1 and stats["requests"] == stats["batches"]["answered"]["1"] == batched.usage.made
    per_token = [
        of.usage.cost_usd / (2 * of.usage.prompt_tokens + 4 * of.usage.completion_tokens) for of in (plain, batched)
    ]
    assert per_token == [pytest.approx(1e-6), pytest.approx(0.5e-6)]
    assert stats["batches"]["files"] == 0  # nothing is left at the provider


def test_some_steps_batched_and_others_not(server: Server, documents: Path, plain: Outcome, tmp_path: Path) -> None:
    mixed = made(server, documents, tmp_path, batch="respond,verify")
    stats = server.stats()
    assert rows(mixed) == rows(plain) and stats["max_in_flight"] > 1
    assert 0 < stats["batches"]["answered"]["1"] < stats["requests"] == mixed.usage.made


def test_whatever_goes_wrong_with_jobs_nothing_is_paid_twice(
    server: Server, documents: Path, plain: Outcome, tmp_path: Path
) -> None:
    """Each once: a part expires, somebody cancels, a part fails, the queue is full, a job fails, an acceptance goes unheard."""
    wrong = ("part_expired", "cancelled", "part_failed", "queue_full", "job_failed", "accepted_unheard")
    faults = ",".join(f"{name}=#1" for name in wrong)
    broken = made(server, documents, tmp_path, {"batch_faults": faults}, batch="all")
    stats = server.stats()
    assert rows(broken) == rows(plain)
    assert set(stats["batches"]["answered"]) == {"1"} and stats["batches"]["faults"] == dict.fromkeys(wrong, 1)
    # What failed twice was made on its own, and what failed in a job was not answered there.
    alone = stats["answered"] - stats["batches"]["answered"]["1"]
    assert 0 <= alone < 5 and stats["answered"] == broken.usage.made - broken.usage.failed


def test_anthropics_batches_give_the_same_rows_whatever_goes_wrong(
    server: Server, documents: Path, plain: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_anthropic", reason="the extra anthropic is not installed")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k-anthropic")
    wrong = ("part_expired", "accepted_unheard", "part_failed", "cancelled", "job_failed")
    faults = ",".join(f"{name}=#1" for name in wrong)
    batched = made(server, documents, tmp_path, {"batch_faults": faults}, "anthropic:claude-sonnet-4-5", batch="all")
    stats = server.stats()["batches"]
    assert rows(batched) == rows(plain)
    assert set(stats["answered"]) == {"1"} and {name: stats["faults"][name] for name in wrong} == dict.fromkeys(
        wrong, 1
    )


def test_killed_between_submit_and_pick_up(documents: Path, plain: Outcome, tmp_path: Path) -> None:
    """Ctrl-C, then kill -9, each while a job is under way; the same command brings what both have paid for."""
    (tmp_path / "documents").symlink_to(documents)
    home = Home(tmp_path, api=shared_prefect().url)
    options = [f"{name}={value}" for name, value in {**PLAIN, **QUICK}.items()]
    batched = ("--batch", "all", "--shard-size", "2", *(word for option in options for word in ("--set", option)))
    with simulator(batch_latency="3600") as server:
        first = home.generate("out", *against(server), *batched, new_session=True)
        wait_for("a job", lambda: server.stats()["batches"]["jobs"] == 1)
        os.killpg(first.process.pid, signal.SIGINT)
        ended = first.ended(30)
        assert ended.code == 3 and "1 batch stays at the provider, with 4 calls, to be picked up" in ended.err
        assert ended.err.rstrip().endswith("Run the same command again to resume.") and "Traceback" not in ended.err

        second = home.generate("out", *against(server), *batched)
        wait_for("it to look", lambda: "4 calls in 1 batch" in second.err.read_text(), 90)
        os.kill(second.process.pid, signal.SIGKILL)
        second.process.wait()
        assert server.stats()["batches"]["jobs"] == 1
        server.configure(batch_latency="0")
        assert home.generate("out", *against(server), *batched).ended(180).code == 0
        stats = server.stats()
        assert set(stats["batches"]["answered"]) == {"1"}
        assert stats["requests"] == stats["answered"] == Result(tmp_path / "out").manifest["calls"]["made"]
    # A run leaves out near duplicates where it publishes.
    published = {
        row["id"]: [message["content"] for message in row["messages"]] for row in Result(tmp_path / "out").rows()
    }
    expected = {record.id: [message["content"] for message in record.messages] for record in plain.rows}
    assert published and published.items() <= expected.items()


def test_an_endpoint_without_a_batch_api_costs_nothing(tmp_path: Path) -> None:
    async def greeted(server: Server) -> None:
        async with opened(SKILL, tmp_path, Settings(batch="all"), base_url=server.base_url) as session:
            with pytest.raises(SettingsError, match=f"{server.base_url} has no Batch API; leave --batch out"):
                await greet(session.teacher)

    with simulator(no_batches=True) as server:
        asyncio.run(greeted(server))
        assert server.stats()["requests"] == 0
