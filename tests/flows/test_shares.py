"""Runs that several processes share, whatever executes them: the rows of one process, also where one of them is killed."""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from flows.server.prefect_server import PrefectServer, free_port
from simulator import Server, simulator
from tests.postgres import PASSWORD, USER, cluster
from tests.running import ROOT, Ended, Home, Result, Started, against, processes_of, shared_prefect, wait_for

pytestmark = pytest.mark.services

CONCURRENCY = 4
KILLS = int(os.environ.get("AGENTINSTRUCT_KILLS", "1"))
"""Runs of each kind, of which each has one kill; those after the first at random moments."""
SMALL = (
    *("--max-concurrency", str(CONCURRENCY), "--shard-size", "2"),
    *("--set", "instructions_per_passage=1", "transformations_per_document=1"),
)
WORKER = b"multiprocessing"
"""What stands in the command of a process that Python or Dask has started to work."""


@dataclass
class Whole:
    """A run in one process, against an endpoint that has no ledger to lean on."""

    folder: Path
    server: Server
    requests: int

    @property
    def published(self) -> dict[str, bytes]:
        return Result(self.folder / "out").published()

    def home(self, folder: Path, **variables: str) -> Home:
        """Another home, whose ledger is empty, with the same documents."""
        (folder / "documents").symlink_to(self.folder / "documents")
        self.server.reset()
        return Home(folder, api=shared_prefect().url, variables=variables)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("whole")
    write_corpus(folder / "documents", 8, words=90)
    home = Home(folder, api=shared_prefect().url)
    with simulator() as server:
        ended = home.run("out", *against(server), *SMALL)
        assert ended.code == 0, ended.err
        requests = int(server.stats()["requests"])
        server.configure(latency="lognormal:0.3:0.4")
        yield Whole(folder, server, requests)


def workers(home: Home, mark: bytes = WORKER) -> list[int]:
    """Processes that work for a run of this home."""
    return [process for process in processes_of(home) if mark in _command(process)]


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def kill_one(home: Home, whole: Whole, run: Started, mark: bytes = WORKER, kill: int = 0) -> None:
    """Kill -9 one that works, in the middle of its work; a kill after the first, any of them at any moment."""
    draw = random.Random(kill)
    moment = draw.randrange(1, whole.requests - CONCURRENCY) if kill else whole.requests // 3
    wait_for("the moment", lambda: whole.server.stats()["requests"] >= moment or run.process.poll() is not None, 120)
    assert run.process.poll() is None, run.err.read_text()
    at_work = sorted(workers(home, mark))
    os.kill(draw.choice(at_work) if kill else at_work[-1], signal.SIGKILL)


def assert_same(whole: Whole, home: Home, ended: Ended, kills: int) -> None:
    """The rows are those of one process, and no call was made twice save those that a kill cut off."""
    assert ended.code == 0, ended.err
    result = Result(home.folder / "out")
    assert result.published() == whole.published
    asked = int(whole.server.stats()["requests"])
    assert whole.requests <= asked <= whole.requests + CONCURRENCY * kills
    calls, attempt = result.manifest["calls"], result.manifest["attempts"][-1]
    assert calls["made"] == attempt["made"] and asked - CONCURRENCY * 2 * kills <= calls["made"] <= asked
    assert not (result.path / "shares").exists()
    wait_for("no process to be left", lambda: not workers(home), 20)


@pytest.mark.parametrize("kill", range(KILLS))
def test_two_processes_of_which_one_is_killed(whole: Whole, tmp_path: Path, kill: int) -> None:
    home = whole.home(tmp_path)
    run = home.generate("out", *against(whole.server), *SMALL, "--processes", "2")
    kill_one(home, whole, run, kill=kill)
    assert_same(whole, home, run.ended(120), kills=1)


def test_the_run_itself_is_killed_and_its_processes_end_with_it(whole: Whole, tmp_path: Path) -> None:
    """The budget is used up first, by both together; what was left is done by one process alone."""
    home = whole.home(tmp_path)
    budget = whole.requests // 2
    ended = home.generate("out", *against(whole.server), *SMALL, "--processes", "2", "--max-calls", str(budget)).ended(
        150
    )
    assert ended.code == 3 and "budget" in ended.err and "is used up" in ended.err, ended.err
    assert budget - 2 <= whole.server.stats()["requests"] <= budget
    run = home.generate("out", *against(whole.server), *SMALL, "--processes", "2")
    wait_for("more calls", lambda: whole.server.stats()["requests"] > budget + 2 or run.process.poll() is not None, 120)
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait()
    wait_for("its processes to be gone", lambda: not list(processes_of(home)), 20)
    again = home.run("out", *against(whole.server), *SMALL)
    assert again.code == 0 and Result(tmp_path / "out").published() == whole.published
    assert whole.server.stats()["requests"] <= whole.requests + 2 * CONCURRENCY


def needs(*packages: str) -> None:
    for package in packages:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: make test-services installs requirements-services.lock")


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_dask_cluster_of_two_workers_of_which_one_is_killed(whole: Whole, tmp_path: Path, kill: int) -> None:
    needs("prefect_dask", "distributed")
    home = whole.home(tmp_path)
    run = home.generate("out", *against(whole.server), *SMALL, "--processes", "2", "--runner", "dask")
    kill_one(home, whole, run, kill=kill)
    assert_same(whole, home, run.ended(150), kills=1)


def test_a_ray_cluster_of_two_workers_of_which_one_is_killed(whole: Whole, tmp_path: Path) -> None:
    needs("prefect_ray", "ray")
    home = whole.home(tmp_path)
    run = home.generate("out", *against(whole.server), *SMALL, "--processes", "2", "--runner", "ray")
    kill_one(home, whole, run, b"ray::")
    assert_same(whole, home, run.ended(150), kills=1)


def test_a_work_pool_of_two_workers_with_prefect_and_ledger_on_postgres(
    whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster() as database, ExitStack() as stack:
        own = f"postgresql+asyncpg://{USER}:{PASSWORD}@"
        with monkeypatch.context() as patched:
            where = database.url("prefect").replace(f"postgresql://{USER}@", own)
            patched.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", where)
            prefect = PrefectServer(free_port() or 0, tmp_path / "none.db", tmp_path / "prefect.log")
        stack.callback(prefect.kill)
        prefect.wait()
        assert not (tmp_path / "none.db").exists()
        home = whole.home(tmp_path, PGPASSWORD=PASSWORD, PREFECT_WORKER_QUERY_SECONDS="1")
        home.api = prefect.api
        told(home, "work-pool", "create", "agentinstruct", "--type", "process")
        told(home, "deploy", "--prefect-file", "deployments/shares.yaml", "--all")
        for _ in range(2):
            stack.enter_context(worker(home))
        pool = ("--processes", "2", "--runner", "pool", "--ledger", database.url("ledger"))
        run = home.generate("out", *against(whole.server), *SMALL, *pool)
        kill_one(home, whole, run, b"prefect.engine")
        assert_same(whole, home, run.ended(200), kills=1)


def told(home: Home, *arguments: str) -> None:
    """What Prefect's own command line is told, in the folder of the project."""
    command = (str(Path(sys.executable).with_name("prefect")), "--no-prompt", *arguments)
    environment = {**home.environment(), "PWD": str(ROOT), "HOME": str(home.folder)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def worker(home: Home) -> Iterator[None]:
    """A worker that executes one flow run at a time, until the block ends."""
    command = (
        str(Path(sys.executable).with_name("prefect")),
        *["worker", "start", "--pool", "agentinstruct", "--limit", "1"],
    )
    environment = {**home.environment(), "HOME": str(home.folder)}
    with (home.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=home.folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
