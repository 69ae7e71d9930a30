"""What repair brings: rows and calls with a teacher of whose drafts and answers a share is defective, with repair and without."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.defects import AUTHOR, BESIDE, EXAMPLES, RESPONDER
from simulator import Server, simulator
from simulator.pipeline import Outcome, drive, opened
from tasks.records import Record
from tasks.settings import Settings

SHARE = 0.2
"""Of drafts, and of answers, that are defective."""


@dataclass(frozen=True)
class Yield:
    """What one run came to."""

    rows: int
    rejects: int
    calls: int
    tries: int
    mended: int

    @property
    def per_row(self) -> float:
        return self.calls / self.rows if self.rows else float("inf")


def plan(skill: str, share: float) -> str:
    """The defects of a teacher who errs in this share of drafts, and in this share of answers, each in every way there is."""
    parts = (AUTHOR[skill], [*RESPONDER[skill], *BESIDE.get(skill, ())])
    return ",".join(f"{name}={share / len(names):.4f}" for names in parts for name in names)


def measured(server: Server, skill: str, defects: str, repairs: int, folder: Path) -> Yield:
    """One run over the examples."""
    server.configure(defects=defects, seed=0)
    server.reset()

    async def run() -> Outcome:
        settings = Settings(repairs=repairs, chunks_per_document=1, instructions_per_passage=2)
        async with opened(skill, folder, settings, base_url=server.base_url) as session:
            return await drive(session, [str(EXAMPLES)])

    outcome = asyncio.run(run())
    assert not outcome.broken and not outcome.lost(), skill
    steps = [step.name for step in outcome.pipeline]
    events = {
        (step, event["call"], event["item"]): isinstance(item, Record)
        for step in steps
        for item in outcome.left[step]
        for event in (item if isinstance(item, Record) else item.record).lineage
        if event.get("repair") and event["step"] == step
    }
    rejects = sum(reject.step in steps for reject in outcome.rejects)
    return Yield(len(outcome.rows), rejects, outcome.usage.made, len(events), sum(events.values()))


def main(skills: Sequence[str] = (), share: float = SHARE) -> None:
    print(f"{share:.0%} of drafts and answers are defective; without repair → with one")
    print(f"{'skill':32} {'rows':>13} {'rejects':>13} {'calls a row':>13} {'mended':>9}")
    with tempfile.TemporaryDirectory() as folder, simulator() as server:
        for skill in skills or sorted(AUTHOR):
            told = plan(skill, share)
            without, one = (
                measured(server, skill, told, repairs, Path(folder) / f"{skill}-{repairs}") for repairs in (0, 1)
            )
            print(
                f"{skill:32} {without.rows:5} → {one.rows:5} {without.rejects:5} → {one.rejects:5} "
                f"{without.per_row:5.1f} → {one.per_row:5.1f} {one.mended:4}/{one.tries:<4}",
                flush=True,
            )
