"""Wall time and client CPU of a run against the simulator, next to what the endpoint's own latencies allow."""

from __future__ import annotations

import json
import os
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bound import FOLLOWS, makespan
from benchmarks.client import generate
from benchmarks.corpus import write_corpus
from benchmarks.measures import Measure, print_table
from flows.home import settle
from flows.server.private_server import prefect_api
from simulator import simulator
from tasks.records import Json

SETTINGS = [
    "transformations_per_document=1",
    "instructions_per_passage=1",
    "refinement_rounds=1",
    "suggestions_per_instruction=1",
    "tool_rounds=0",
]
LATENCY = "lognormal:1.0:0.5"


@dataclass
class Measured:
    documents: int
    calls: int
    wall: float
    bound: float
    cpu: float
    peak_mb: float


def run(documents: int, concurrency: int, latency: str = LATENCY, processes: int = 1) -> Measured:
    """One run in an empty home against a fresh simulator; the Prefect server is not part of the client's CPU.

    Time and calls are those of the steps: the greeting, which everything waits for, belongs to the start.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = write_corpus(folder / "corpus", documents)
        record = folder / "visits.jsonl"
        os.environ["AGENTINSTRUCT_HOME"] = str(folder / "home")
        for variable in [v for v in os.environ if v.startswith("PREFECT_")]:
            del os.environ[variable]
        os.environ["AGENTINSTRUCT_KEEP_SERVER"] = "0"
        settle()
        with simulator(latency=latency, record=record) as server, prefect_api(folder / "server.log"):
            arguments = [str(corpus), "--skill", "reading_comprehension", "--output", str(folder / "out")]
            arguments += [
                "--teacher",
                "simulated",
                "--base-url",
                server.base_url,
                "--max-concurrency",
                str(concurrency),
            ]
            arguments += ["--processes", str(processes)]
            took = generate(arguments, SETTINGS)
        _, *visits = sorted((json.loads(line) for line in record.read_text().splitlines()), key=lambda v: v["arrival"])
        manifest = json.loads((folder / "out" / "manifest.json").read_text())
    return Measured(
        documents=documents,
        calls=len(visits),
        wall=max(v["departure"] for v in visits) - min(v["arrival"] for v in visits),
        bound=_bound(documents, concurrency, visits, manifest),
        cpu=took.usage.ru_utime + took.usage.ru_stime,
        peak_mb=took.peak_mb,
    )


def _bound(documents: int, concurrency: int, visits: list[Json], manifest: Json) -> float:
    kinds = {"Questions": "instruct", "Suggestions": "suggest", "EditedQuestion": "edit", "Judgement": "judge"}
    latencies: dict[str, list[float]] = {kind: [] for kind in FOLLOWS}
    for visit in visits:
        rewrites = len(latencies["transform"]) < manifest["steps"]["transform"]["calls"]
        latencies[kinds.get(visit["agent"]) or ("transform" if rewrites else "respond")].append(visit["latency"])
    return statistics.mean(makespan(documents, concurrency, latencies, seed) for seed in range(5))


@dataclass(frozen=True)
class Case:
    """So many documents at so many calls at once, in so many processes, and how near the bound it is to come."""

    documents: int
    concurrency: int
    bound: float
    processes: int = 1

    def measured(self) -> Measure:
        """The wall time beside the work-conserving bound."""
        took = run(self.documents, self.concurrency, processes=self.processes)
        how = f"{took.calls:,} calls, {took.wall:.1f} s of at least {took.bound:.1f} s, {LATENCY} s a call"
        where = f"{self.processes} processes" if self.processes > 1 else "one process"
        what = f"{self.documents:,} documents, {self.concurrency} concurrent, {where}"
        return Measure(f"wall / bound: {what}", took.wall / took.bound, self.bound, how=how)


CASES = (Case(256, 64, 1.04), Case(1_024, 256, 1.08), Case(2_048, 512, 1.20, processes=2))


def measures() -> list[Measure]:
    """Every case, one after the other."""
    return [case.measured() for case in CASES]


def main() -> None:
    """Print the ratios to the bound."""
    print_table(measures())


if __name__ == "__main__":
    main()
