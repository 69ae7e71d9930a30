"""How soon the first accepted row is on disk: seconds from the command, with 1 s a call and five calls one after the other."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.client import command
from benchmarks.corpus import write_corpus
from benchmarks.measures import Measure, print_table
from benchmarks.overhead import SETTINGS
from simulator import Server, simulator
from tasks.records.store import Store

DOCUMENTS, BOUND_SECONDS, PATIENCE_SECONDS = 400, 15.0, 300.0
LAST_STEP = "verify"


def seconds() -> tuple[float, float]:
    """From the start of the command to the first shard of the last step that holds a row: in an empty home, and with its server
    kept for the next run."""
    with tempfile.TemporaryDirectory() as name, simulator(latency="1") as server:
        folder = Path(name)
        corpus = write_corpus(folder / "corpus", DOCUMENTS)
        os.environ["AGENTINSTRUCT_HOME"] = str(folder / "home")
        os.environ["AGENTINSTRUCT_KEEP_SERVER"] = "1"
        # Another seed, or the second run would be answered by the ledger.
        return _one(folder, corpus, server, seed=0), _one(folder, corpus, server, seed=1)


def _one(folder: Path, corpus: Path, server: Server, seed: int) -> float:
    output = folder / f"seed-{seed}"
    arguments = [str(corpus), "--skill", "reading_comprehension", "--output", str(output), "--seed", str(seed)]
    arguments += ["--teacher", "simulated", "--base-url", server.base_url, *(f"--set={pair}" for pair in SETTINGS)]
    began = time.monotonic()
    with subprocess.Popen(command("generate", *arguments), stdout=-3, stderr=-3) as child:
        try:
            while not _rows(output):
                if child.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
                    raise RuntimeError("no row came")
                time.sleep(0.05)
            return time.monotonic() - began
        finally:
            child.kill()


def _rows(output: Path) -> bool:
    store = Store(str(output))
    manifests = (store.read_json(file) or {} for file in store.files(f"steps/{LAST_STEP}") if file.endswith(".json"))
    return any(manifest.get("shard", {}).get("rows") for manifest in manifests)


def measures() -> list[Measure]:
    """In an empty home, whose Prefect server makes its database first, and where an earlier run has left its server."""
    empty, kept = seconds()
    how = f"{DOCUMENTS} documents, 1 s a call"
    return [
        Measure("first accepted row on disk, empty home", empty, BOUND_SECONDS, unit="s", how=how),
        Measure("first accepted row on disk, warm start", kept, BOUND_SECONDS, unit="s", how=how),
    ]


def main() -> None:
    """Print the figures."""
    print_table(measures())


if __name__ == "__main__":
    main()
