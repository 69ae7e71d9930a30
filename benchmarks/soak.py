"""A long run at zero latency: whether memory, open files and threads stay flat, and what the databases take.

20,000 documents, about 150,000 calls, or as many documents as AGENTINSTRUCT_SOAK says; a run of a twentieth of them is what it
is compared with.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Took, generate
from benchmarks.corpus import write_corpus
from benchmarks.measures import Measure, print_table
from benchmarks.overhead import SETTINGS
from simulator import simulator

DOCUMENTS, SMALLER = 20_000, 20
MEMORY_MB, PREFECT_MB, GROWTH = 400, 30, 1.10
_MB = 1e6


@dataclass(frozen=True)
class Soaked:
    """What a run came to."""

    documents: int
    calls: int
    took: Took
    prefect_mb: float
    ledger_bytes: int

    def growth(self, name: str) -> float:
        """How much more of this was held over the last quarter of the run than over the second: medians, as a ratio."""
        held = [getattr(each, name) for each in self.took.held]
        quarter = max(1, len(held) // 4)
        return float(statistics.median(held[-quarter:]) / statistics.median(held[quarter : 2 * quarter] or held))


def run(documents: int, concurrency: int = 64) -> Soaked:
    """One run in an empty home against a simulator that answers at once."""
    with tempfile.TemporaryDirectory() as name, simulator(latency="0") as server:
        folder = Path(name)
        corpus = write_corpus(folder / "corpus", documents)
        os.environ["AGENTINSTRUCT_HOME"] = str(folder / "home")
        arguments = [str(corpus), "--skill", "reading_comprehension", "--output", str(folder / "out")]
        arguments += ["--teacher", "simulated", "--base-url", server.base_url, "--max-concurrency", str(concurrency)]
        took = generate(arguments, SETTINGS)
        calls = json.loads((folder / "out" / "manifest.json").read_text())["calls"]["made"]
        size = {file.name: file.stat().st_size for file in (folder / "home").rglob("*.db*")}
    prefect = sum(bytes_ for file, bytes_ in size.items() if file.startswith("server"))
    ledger = sum(bytes_ for file, bytes_ in size.items() if file.startswith("ledger"))
    return Soaked(documents, calls, took, prefect / _MB, ledger)


def measures() -> list[Measure]:
    """A small run and a long one."""
    documents = int(os.environ.get("AGENTINSTRUCT_SOAK", DOCUMENTS))
    small, long = run(documents // SMALLER), run(documents)
    over = f"{long.documents:,} documents, {long.calls:,} calls"
    beside = f"{small.documents:,} -> {long.documents:,} documents"
    return [
        Measure("peak memory, long run / short run", long.took.peak_mb / small.took.peak_mb, GROWTH, how=beside),
        Measure("peak memory of a process", long.took.peak_mb, MEMORY_MB, unit="MB", how=over),
        *(
            Measure(f"{what}, last quarter / second quarter", long.growth(name), GROWTH, how=over)
            for name, what in (("memory_mb", "memory"), ("files", "open files"), ("threads", "threads"))
        ),
        Measure("Prefect's database", long.prefect_mb, PREFECT_MB, unit="MB", how=over),
        Measure("ledger, bytes a call", long.ledger_bytes / long.calls, None, unit="B", how=over),
    ]


def main() -> None:
    """Print the figures."""
    print_table(measures())


if __name__ == "__main__":
    main()
