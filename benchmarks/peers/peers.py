"""Wall time beside the work-conserving bound of other systems, in the invocation that measures ours. `make peers` installs them.

Offline they need stubs: curator's token counts (tiktoken's encodings are downloaded) and its price list (litellm's own copy);
data-designer logs that it cannot count tokens. distilabel lacks two packages that it imports, which `make peers` adds.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measures import Measure
from benchmarks.overhead import CASES, LATENCY, Case
from benchmarks.peers.load import CALLS, wall_and_bound
from simulator import simulator

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / ".venv-peers"
PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Peer:
    """Another system, and the program that carries the load with it."""

    name: str

    @property
    def python(self) -> Path:
        return ENVIRONMENTS / self.name / "bin" / "python"

    @property
    def program(self) -> Path:
        return Path(__file__).parent / "programs" / f"with_{self.name.replace('-', '_')}.py"

    def measured(self, case: Case) -> Measure:
        """One run of it; RuntimeError if it did not make the calls that it was to make."""
        with tempfile.TemporaryDirectory() as folder:
            record = Path(folder) / "visits.jsonl"
            with simulator(latency=LATENCY, record=record, teacher="benchmarks.peers.load:reply") as server:
                arguments = [server.base_url, str(case.documents), str(case.concurrency)]
                program = [str(self.python), str(self.program), *arguments]
                subprocess.run(program, cwd=folder, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
            wall, bound, calls = wall_and_bound(record, case.documents, case.concurrency)
        if calls < CALLS * case.documents:
            raise RuntimeError(f"{self.name} made {calls} of {CALLS * case.documents} calls")
        how = f"{calls:,} calls, {wall:.1f} s of at least {bound:.1f} s"
        what = f"{self.name}: wall / bound, {case.documents:,} texts, {case.concurrency} concurrent"
        return Measure(what, wall / bound, None, how=how)


PEERS = (Peer("distilabel"), Peer("curator"), Peer("data-designer"))


def measures(cases: tuple[Case, ...] = CASES[:1]) -> list[Measure]:
    """Those that are installed, at the sizes at which ours is measured."""
    here = [peer for peer in PEERS if peer.python.exists()]
    for peer in PEERS:
        if peer not in here:
            print(f"{peer.name} is left out: `make peers` installs it")
    return [peer.measured(case) for case in cases for peer in here]
