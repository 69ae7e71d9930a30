"""The five steps in one process, without Prefect: what tests and benchmarks of whole runs drive."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tasks.documents.discover import Found, discover
from tasks.records import Json, Record, Reject
from tasks.records.marks import NO_MARKS, Marks
from tasks.records.store import ShardRef, Store
from tasks.settings import Settings
from tasks.steps.mix import Mix, mix_of
from tasks.steps.mix_file import NO_MIX, MixFile
from tasks.steps.pipeline import PIPELINE
from tasks.steps.reading import DealtShard, Pieces, read_documents
from tasks.steps.run import Run, Session
from tasks.steps.step import Step, finished_shard, run_step
from tasks.teacher import open_teacher
from tasks.teacher.usage import Usage


@dataclass
class Outcome:
    """What a run came to. Steps that a broken shard did not reach have taken in and given out nothing of it."""

    entered: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    """Step -> the records that went into it."""
    left: dict[str, list[Record | Reject]] = field(default_factory=lambda: defaultdict(list))
    """Step -> the records and rejects that came out of it; `documents` gives the pieces."""
    pipeline: tuple[Step, ...] = PIPELINE
    broken: list[Exception] = field(default_factory=list)
    """One for each shard that did not get to the end."""
    usage: Usage = field(default_factory=Usage)

    @property
    def rows(self) -> list[Record]:
        """The accepted records, by id."""
        return sorted((i for i in self.left["verify"] if isinstance(i, Record)), key=lambda record: record.id)

    @property
    def rejects(self) -> list[Reject]:
        return [item for items in self.left.values() for item in items if isinstance(item, Reject)]

    def reasons(self, *steps: str) -> Counter[str]:
        """How many rejects there are of each reason, in these steps or in all."""
        return Counter(reject.reason for reject in self.rejects if not steps or reject.step in steps)

    def lost(self) -> list[str]:
        """Step and id of every record that came out of one step and neither went into the next nor left a trace there."""
        gone = []
        names = ["documents", *(step.name for step in self.pipeline)]
        for before, step in pairwise(names):
            known: set[str] = set()
            for item in self.left[step]:
                record = item if isinstance(item, Record) else item.record
                known |= {record.id, record.parent}
            gone += [f"{step} {i.id}" for i in self.left[before] if isinstance(i, Record) and i.id not in known]
        return gone


def read_all(
    store: Store, files: Sequence[Found], mix: Mix, settings: Settings, *, seed: int = 0, limit: int = 0
) -> Pieces:
    """All documents of these files, read, cut and sharded."""
    pieces = Pieces()
    for _ in read_documents(pieces, store, files, mix, settings, seed=seed, limit=limit):
        pass
    return pieces


async def drive(
    session: Session,
    documents: Sequence[str],
    *,
    shard_size: int = 4,
    limit: int = 0,
    pipeline: tuple[Step, ...] = PIPELINE,
) -> Outcome:
    """Run all shards side by side on this event loop; what breaks a shard is in the outcome."""
    outcome = Outcome(pipeline=pipeline, usage=session.teacher.usage)
    given, settings = (session.store, discover(documents), session.mix), session.settings
    cut = settings.model_copy(update={"shard_size": shard_size})
    pieces = read_all(*given, cut, seed=session.seed, limit=limit)
    run = Run(session, pieces, pipeline)
    await asyncio.gather(*(_through_steps(run, shard, outcome) for shard in pieces.shards))
    outcome.broken += [RuntimeError(reject.detail) for reject in outcome.rejects if reject.reason == "crashed"]
    return outcome


async def _through_steps(run: Run, dealt: DealtShard, outcome: Outcome) -> None:
    shard, shards = dealt.ref, dict[str, ShardRef]()
    outcome.left["documents"] += run.store.items(shard)
    try:
        for step in run.pipeline:
            outcome.entered[step.name] += run.store.records(shard)
            learned = await run.ready(dealt, step)
            shard = shards[step.name] = await made(run, dealt.skill, step, shard, learned, dealt.lot)
            if step.learns:
                run.made(dealt, shards)
            outcome.left[step.name] += run.store.items(shard)
        run.yields.ended(dealt, "")
    except Exception as problem:
        outcome.broken.append(problem)
        run.yields.ended(dealt, type(problem).__name__)


async def made(
    run: Run, skill: str, step: Step, shard: ShardRef, learned: Json | None = None, lot: int = 0
) -> ShardRef:
    """The shard that a step makes of another: found if it is there."""
    key = run.key(step, skill, shard, learned, lot)
    found = finished_shard(step.name, key, run.store)
    return found or await run_step(step, shard, run.at(skill, step, learned, lot), run.store, key)


@asynccontextmanager
async def opened(
    skill: str,
    folder: Path,
    settings: Settings,
    *,
    base_url: str | None = None,
    model: str = "simulated",
    concurrency: int = 16,
    seed: int = 0,
    marks: Marks = NO_MARKS,
    asked: MixFile = NO_MIX,
) -> AsyncIterator[Session]:
    """A session in `folder`, its ledger beside its shards; without `base_url` the embedded teacher answers."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger = f"sqlite:///{folder / 'ledger.db'}"
    settings = settings.model_copy(update={"max_concurrency": concurrency})
    teacher = open_teacher(model if base_url else "offline", base_url, settings, ledger)
    try:
        yield Session(
            mix=mix_of(skill, settings.mix, asked),
            settings=settings,
            seed=seed,
            teacher=teacher,
            store=Store(str(folder)),
            marks=marks,
        )
    finally:
        await teacher.close()
