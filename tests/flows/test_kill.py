"""Runs that are killed, interrupted or doubled: what was paid for stays, and the end is the same as without."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from simulator import Server, simulator
from tests.running import Ended, Home, Result, Started, against, processes_of, shared_prefect, wait_for

pytestmark = pytest.mark.services

KILLS = int(os.environ.get("AGENTINSTRUCT_KILLS", "4"))
CONCURRENCY = 4
SETTINGS = ("--max-concurrency", str(CONCURRENCY), "--shard-size", "2", "--set", "instructions_per_passage=2")


@dataclass
class Whole:
    """An uninterrupted run, and a second one that was started on its directory meanwhile."""

    folder: Path
    server: Server
    ended: Ended
    requests: int
    second: Ended

    @property
    def result(self) -> Result:
        return Result(self.folder / "out")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("whole")
    write_corpus(folder / "documents", 6, words=90)
    home = Home(folder, api=shared_prefect().url)
    with simulator(latency="4") as server:
        run = home.generate("out", *against(server), *SETTINGS)
        await_requests(server, 1, run)
        second = home.run("out")
        server.configure(latency="lognormal:0.12:0.4")
        ended = run.ended()
        yield Whole(folder, server, ended, requests(server), second)


def requests(server: Server) -> int:
    return int(server.stats()["requests"])


def await_requests(server: Server, count: int, run: Started) -> None:
    wait_for(f"request {count}", lambda: requests(server) >= count or run.process.poll() is not None)


def kill(run: Started) -> None:
    """End the process, not its group, as the kernel does when memory runs out."""
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait()


def test_a_second_run_on_the_same_directory_is_turned_away_at_once(whole: Whole) -> None:
    assert whole.second.code == 2 and "another run is writing to out" in whole.second.err
    assert "Traceback" not in whole.second.err
    assert whole.ended.code == 0, whole.ended.err


def test_kill_9_at_random_moments_changes_nothing(whole: Whole, tmp_path: Path) -> None:
    """The first run has a Prefect server of its own, and loses it; the second finds no Prefect home."""
    (tmp_path / "documents").symlink_to(whole.folder / "documents")
    home = Home(tmp_path)
    draw = random.Random(20)
    whole.server.reset()
    moments = [*sorted(draw.sample(range(1, whole.requests), KILLS - 1)), whole.requests]
    killed = 0
    for number, moment in enumerate(moments):
        run = home.generate("out", *against(whole.server), *SETTINGS)
        await_requests(whole.server, moment, run)
        time.sleep(draw.uniform(0, 0.15))
        killed += run.process.poll() is None
        kill(run)
        wait_for("its processes to be gone", lambda: not list(processes_of(home)), 10)
        if number == 0:
            assert (home.path / "prefect" / "server.db").exists()
            shutil.rmtree(home.path / "prefect")
            home.api = shared_prefect().url
    assert killed >= KILLS - 1
    assert home.run("out", *against(whole.server), *SETTINGS).code == 0
    result = Result(tmp_path / "out")
    assert result.published() == whole.result.published()
    assert len({row["id"] for row in result.rows()}) == len(result.rows()) > 0
    assert requests(whole.server) <= whole.requests + KILLS * CONCURRENCY
    assert not list(tmp_path.rglob("*.tmp"))


def test_ctrl_c_ends_the_calls_under_way_and_the_same_command_resumes(tmp_path: Path) -> None:
    """As a terminal does it: a signal to every process of the group; Prefect's server is one of the run's own."""
    write_corpus(tmp_path / "documents", 3, words=90)
    home = Home(tmp_path)
    with simulator(latency="1") as server:
        run = home.generate("out", *against(server), *SETTINGS, new_session=True)
        await_requests(server, CONCURRENCY + 1, run)  # so one was answered
        os.killpg(run.process.pid, signal.SIGINT)
        ended = run.ended(30)
        assert ended.code == 3, ended.err
        assert "will end first; press Ctrl-C again" in ended.err
        assert ended.err.strip().splitlines()[-1] == "Stopped on request. Run the same command again to resume."
        assert "Traceback" not in ended.err
        result = Result(tmp_path / "out")
        first = result.manifest
        assert first["complete"] is False and first["calls"]["made"] == requests(server)
        wait_for("its processes to be gone", lambda: not list(processes_of(home)), 10)
        server.configure(latency="0")
        home.api = shared_prefect().url
        assert home.run("out", *against(server), *SETTINGS).code == 0
        assert result.manifest["complete"] is True
        attempts = result.manifest["attempts"]
        assert [attempt["ended"] for attempt in attempts] == ["stopped", "complete"]
        assert result.manifest["calls"]["made"] == sum(a["made"] for a in attempts) == requests(server)


def test_ctrl_c_twice_leaves_at_once(tmp_path: Path) -> None:
    write_corpus(tmp_path / "documents", 2, words=90)
    home = Home(tmp_path, api=shared_prefect().url)
    with simulator(latency="60") as server:
        run = home.generate("out", *against(server), *SETTINGS, new_session=True)
        await_requests(server, 1, run)
        os.killpg(run.process.pid, signal.SIGINT)
        wait_for("its word", lambda: "press Ctrl-C again" in run.err.read_text(), 10)
        os.killpg(run.process.pid, signal.SIGINT)
        ended = run.ended(20)
        assert ended.code == 3  # while the one call under way takes a minute
        assert "Left at once" in ended.err and "Traceback" not in ended.err
