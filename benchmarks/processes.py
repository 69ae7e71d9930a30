"""What a second process brings where the program itself, and no endpoint, is what a run waits for.

The offline teacher answers at once and inside the process, so every call is this program's own work. Starting a run and writing
its dataset are left out: what counts is how many further calls a run takes a second, by two sizes.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import generate
from benchmarks.corpus import write_corpus
from benchmarks.measures import Measure, print_table
from flows.home import settle
from flows.server.private_server import prefect_api
from tasks.records import Json

SMALL, LARGE = 200, 600
LEAST = 1.8
"""Times as fast that two processes are to be."""


@dataclass
class Took:
    """Calls of a run, and the seconds from its start until its dataset was written."""

    calls: int
    seconds: float


def run(documents: int, processes: int) -> Took:
    """One run in an empty home."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = write_corpus(folder / "corpus", documents)
        os.environ["AGENTINSTRUCT_HOME"] = str(folder / "home")
        for variable in [v for v in os.environ if v.startswith("PREFECT_")]:
            del os.environ[variable]
        os.environ["AGENTINSTRUCT_KEEP_SERVER"] = "0"
        settle()
        with prefect_api(folder / "server.log"):
            arguments = [str(corpus), "--skill", "reading_comprehension", "--output", str(folder / "out")]
            generate([*arguments, "--processes", str(processes)], [])
        manifest: Json = json.loads((folder / "out" / "manifest.json").read_text())
    return Took(manifest["calls"]["made"] + manifest["calls"]["replayed"], manifest["attempts"][-1]["seconds"])


def rate(processes: int) -> float:
    """Calls a second."""
    small, large = (run(documents, processes) for documents in (SMALL, LARGE))
    return (large.calls - small.calls) / (large.seconds - small.seconds)


def measures() -> list[Measure]:
    """Two processes beside one."""
    one, two = (rate(processes) for processes in (1, 2))
    how = f"offline teacher; {one:,.0f} calls/s and {two:,.0f} calls/s, {SMALL} to {LARGE} documents"
    return [Measure("two processes against one, CPU-bound load", two / one, LEAST, least=True, how=how)]


def main() -> None:
    """Print how much faster two processes are."""
    print_table(measures())


if __name__ == "__main__":
    main()
