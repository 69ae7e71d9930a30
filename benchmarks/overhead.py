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


def run(documents: int, concurrency: int, latency: str = LATENCY) -> Measured:
    """One run in an empty home against a fresh simulator; the Prefect server is not part of the client's CPU."""
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
            usage = generate(arguments, SETTINGS)
        visits = [json.loads(line) for line in record.read_text().splitlines()]
        manifest = json.loads((folder / "out" / "manifest.json").read_text())
    return Measured(
        documents=documents,
        calls=len(visits),
        wall=max(v["departure"] for v in visits) - min(v["arrival"] for v in visits),
        bound=_bound(documents, concurrency, visits, manifest),
        cpu=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / 1024,
    )


def _bound(documents: int, concurrency: int, visits: list[Json], manifest: Json) -> float:
    kinds = {"Questions": "instruct", "Suggestions": "suggest", "EditedQuestion": "edit", "Judgement": "judge"}
    latencies: dict[str, list[float]] = {kind: [] for kind in FOLLOWS}
    for visit in visits:
        rewrites = len(latencies["transform"]) < manifest["steps"]["transform"]["calls"]
        latencies[kinds.get(visit["agent"]) or ("transform" if rewrites else "respond")].append(visit["latency"])
    return statistics.mean(makespan(documents, concurrency, latencies, seed) for seed in range(5))


def main() -> None:
    """Print ratio to the bound for 256 and 1,024 documents, and CPU a call as the difference of two runs."""
    print(f"endpoint: {LATENCY} s, 64 concurrent; per document at least transform, instruct, suggest, edit, respond")
    print(f"{'documents':>9} {'calls':>6} {'wall s':>7} {'bound s':>8} {'ratio':>6} {'CPU s':>6} {'peak MB':>8}")
    results = [run(documents, 64) for documents in (256, 1024)]
    for m in results:
        print(
            f"{m.documents:>9} {m.calls:>6} {m.wall:>7.1f} {m.bound:>8.1f} "
            f"{m.wall / m.bound:>6.3f} {m.cpu:>6.1f} {m.peak_mb:>8.0f}"
        )
    busy = [run(documents, 64, latency="0.1") for documents in (256, 1024)]
    print("client CPU a call, without start-up:")
    for name, (small, large) in ((f"latency {LATENCY}", results), ("latency 0.1 (the client never idles)", busy)):
        print(f"  {name}: {(large.cpu - small.cpu) / (large.calls - small.calls) * 1000:.2f} ms")


if __name__ == "__main__":
    main()
