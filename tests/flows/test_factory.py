"""A day of an hourly factory in fast forward, and a factory from the command line and from its deployment's form."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from simulator import Server, simulator
from tasks.records import Json
from tests.factory.taking_in import latest, rows_of
from tests.factory.test_versions import verified
from tests.running import SKILL, Ended, Home, ask_prefect, shared_prefect, wait_for

pytestmark = pytest.mark.services

CONCURRENCY = 4
DOWN, KILLED, QUIET, WITHDRAWN = 7, 12, (5, 20), 16
"""The hours at which the endpoint is down, the process is killed, nothing is new, a document is withdrawn."""
SAMPLING = {"mix": "reading_comprehension:1,retrieval_augmented_generation:1", "instructions_per_passage": 2}


@dataclass
class Day:
    """A folder of documents and a factory over it, whose runs one process carries out."""

    folder: Path
    server: Server
    home: Home
    killed: int = 0
    told: list[Json] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None

    @property
    def docs(self) -> Path:
        return self.folder / "documents"

    @property
    def out(self) -> Path:
        return self.folder / "factory"

    def write(self, number: int, name: str = "", seed: int = 0) -> str:
        """Put document `number` into the folder; its text."""
        made = write_corpus(self.folder / "corpus", 50, words=90, seed=seed) / f"report-{number:05d}.txt"
        text = made.read_text()
        (self.docs / (name or made.name)).write_text(text)
        return text

    @property
    def process(self) -> subprocess.Popen[str]:
        """The process that carries runs out; a new one, if the last was killed."""
        if self._process is None:
            command = (sys.executable, "-m", "tests.flows.hours")
            with (self.folder / "hours.err").open("ab") as log:
                self._process = subprocess.Popen(
                    command,
                    cwd=self.folder,
                    env=self.home.environment(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        return self._process

    def start(self) -> None:
        parameters = {
            "documents": [str(self.docs)],
            "output": str(self.out),
            "teacher": "simulated",
            "base_url": self.server.base_url,
            "mode": "replace",
            "vanished": "withdraw",
            "running": {"max_concurrency": CONCURRENCY},
            "sampling": {**SAMPLING, "refinement_rounds": 0},
            "reading": {"min_words": 20},
            "verifying": {"judge": "off"},
            "endpoint": {"patience_seconds": 0},
        }
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(json.dumps(parameters) + "\n")
        stdin.flush()

    def run(self) -> Json:
        """One hour; what the run told."""
        self.start()
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.folder / "hours.err").read_text()
        told: Json = json.loads(line)
        self.told.append(told)
        return told

    def run_and_kill(self) -> None:
        """One hour that ends at once, with calls under way."""
        before = self.server.stats()["requests"]
        self.start()
        wait_for("calls", lambda: self.server.stats()["requests"] >= before + 3)
        self.process.kill()
        self.process.wait()
        self._process = None
        wait_for("the calls to end", lambda: not self.server.stats()["in_flight"], 20)

    def versions(self) -> list[Path]:
        return sorted((self.out / "versions").iterdir()) if (self.out / "versions").exists() else []

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    (tmp_path / "documents").mkdir()
    with simulator(record=tmp_path / "requests.jsonl") as server:
        found = Day(tmp_path, server, Home(tmp_path, api=shared_prefect().url))
        try:
            yield found
        finally:
            found.close()


def answered(day: Day) -> Counter[str]:
    """Request -> how often it was answered."""
    visits = [json.loads(line) for line in (day.folder / "requests.jsonl").read_text().splitlines()]
    return Counter(visit["key"] for visit in visits if visit["status"] == 200)


def test_a_day_of_an_hourly_factory(day: Day) -> None:
    """New, changed, copied and vanished documents; an hour without an endpoint, one that is killed, and a withdrawal."""
    texts = {number: day.write(number) for number in range(3)}
    there, withdrawn_text = set(texts), ""
    for hour in range(24):
        for number in (2 * hour + 1, 2 * hour + 2) if hour and hour not in QUIET else ():
            texts[number] = day.write(number)
            there.add(number)
        if hour in (4, 15):
            texts[hour - 3] = day.write(hour - 3, seed=hour)
        if hour in (9, 18):
            (day.docs / f"report-{hour - 8:05d}.txt").unlink()
            there.remove(hour - 8)
        if hour == 11:
            day.write(2, "a copy of report 2.txt")
        before = len(day.versions())
        day.server.configure(faults="http_503=always" if hour == DOWN else "", latency="0.2" if hour == KILLED else "0")
        if hour == KILLED:
            day.run_and_kill()
            assert len(day.versions()) == before
            continue
        paid = day.server.stats()["requests"]
        told = day.run()
        if hour == DOWN:
            assert "EndpointDown" in told["problem"] and len(day.versions()) == before, told
            continue
        assert "problem" not in told, told
        resumed = [batch["resumed"] for batch in told["summary"]["batches"]]
        assert resumed == ([True, False] if hour in (DOWN + 1, KILLED + 1) else [] if hour in QUIET else [False]), hour
        if hour in QUIET:
            assert told["summary"]["message"].startswith("Nothing new among") and told["summary"]["made"] is None
            assert day.server.stats()["requests"] == paid and len(day.versions()) == before
            assert newest_state() == ("Completed", told["summary"]["message"])
            continue
        assert len(day.versions()) == before + 1
        if hour == WITHDRAWN:
            withdrawn_text = texts[6]
            done = day.home.start(
                "withdraw", day.docs / "report-00006.txt", "--output", day.out, "--reason", "asked"
            ).ended(240)
            assert done.code == 0 and "is without it" in done.out, done.err
            there.remove(6)
            (day.docs / "under another name.md").write_text(withdrawn_text)
    is_sound(day, there)
    is_nowhere(day, withdrawn_text)
    twice = sum(times - 1 for times in answered(day).values())
    assert twice <= CONCURRENCY, twice


def newest_state() -> tuple[str, str]:
    """What the Prefect server says of the flow run that was started last."""
    [run] = ask_prefect("/flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC", "limit": 1})
    return run["state"]["name"], run["state"]["message"]


def is_sound(day: Day, there: set[int]) -> None:
    """Every version is whole; the last has rows of what is there now, all of it, and of nothing else."""
    manifests = [verified(version) for version in day.versions()]
    assert [m["parent"] for m in manifests] == [None, *(m["version"] for m in manifests[:-1])]
    named = json.loads((day.out / "latest.json").read_text())["version"]
    assert named == manifests[-1]["version"] == (day.out / "latest").readlink().name
    registry = json.loads((day.out / "registry.json").read_text())
    current = {f["uri"].split("/")[-1]: set(f["documents"]) for f in registry["files"].values() if not f["gone"]}
    assert {f"report-{number:05d}.txt" for number in there} <= current.keys()
    rows = {row["provenance"]["document"] for row in latest(day.out)}
    withdrawn = {id for file in (day.out / "withdrawals").iterdir() for id in json.loads(file.read_text())["documents"]}
    assert rows <= set.union(*current.values()) - withdrawn
    assert len(rows) >= 0.8 * len(there)
    assert not list(day.out.rglob("*.tmp"))


def is_nowhere(day: Day, text: str) -> None:
    """No sentence of the withdrawn text is in a version that was made after its withdrawal, and many were before."""
    sentences = [sentence.strip() for sentence in text.replace("\n", " ").split(". ")[1:-1]]
    assert len(sentences) > 2
    [file] = (day.out / "withdrawals").iterdir()
    record = json.loads(file.read_text())
    since = record["when"].replace(":", "-")
    before, after = 0, 0
    for version in day.versions():
        told = json.dumps(rows_of(sorted(version.rglob("*.parquet"))), ensure_ascii=False)
        held = sum(sentence in told for sentence in sentences)
        if version.name < since:
            before += held
        else:
            after += held + (record["documents"][0] in told)
    assert before > 0 and after == 0 and record["rows"] > 0


def test_a_factory_from_the_command_line(tmp_path: Path) -> None:
    home = Home(tmp_path, api=shared_prefect().url)
    write_corpus(tmp_path / "documents", 2, words=70)

    def run(*arguments: str) -> Ended:
        return home.start("factory", *arguments, "--skill", SKILL, "--set", "refinement_rounds=0").ended(240)

    first = run("documents", "--output", "f")
    assert first.code == 0 and "2 new" in first.out and "Dataset: f/versions/" in first.out, first.err
    again = run("documents", "--output", "f")
    assert again.code == 0 and "Nothing new among 2 files" in again.out and "ERROR" not in again.err
    with (tmp_path / "f" / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for busy in (run("documents", "--output", "f"), home.start("withdraw", "x", "--output", "f").ended(240)):
            assert busy.code == 2 and busy.err.splitlines()[-1].startswith("error: another run is writing to f")
    refused = {
        ("withdraw", "x", "--output", "f"): "error: no document 'x' has been taken in",
        ("withdraw", "x", "--output", "g"): "error: g is no factory",
        ("generate", "documents", "--skill", SKILL, "--output", "f"): "error: f holds a factory",
        ("factory", "nowhere", "--output", "g"): "error: nothing to read: 'nowhere': does not exist",
    }
    for command, told in refused.items():
        ended = home.start(*command).ended(240)
        assert ended.code == 2 and told in ended.err and "Traceback" not in ended.err, ended.err
