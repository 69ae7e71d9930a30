"""The order of the steps is one value: a step is put in by one entry."""

from __future__ import annotations

import asyncio
from pathlib import Path

from simulator.pipeline import Outcome, drive, opened
from tasks.agents.kind import SkillRun
from tasks.records import Record, Rejected
from tasks.settings import Settings
from tasks.steps.pipeline import MOST_TASKS, PIPELINE, most_shards
from tasks.steps.step import Items, Step

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"


async def keep_open_tasks(record: Record, run: SkillRun) -> Items:
    """Only tasks that are answered in free text."""
    if record.answer_form == "option":
        raise Rejected("multiple_choice", f"in {run.step}, at depth {run.depth}")
    return [record]


def test_a_step_between_two_others_is_one_entry(tmp_path: Path) -> None:
    at = [step.name for step in PIPELINE].index("respond")
    pipeline = (*PIPELINE[:at], Step(name="sift", work=keep_open_tasks), *PIPELINE[at:])

    async def run() -> Outcome:
        async with opened("reading_comprehension", tmp_path, Settings(chunks_per_document=1)) as session:
            return await drive(session, [str(DOCUMENTS / "*.md")], pipeline=pipeline)

    outcome = asyncio.run(run())
    assert not outcome.broken and not outcome.lost() and outcome.rows
    entered = {name: {record.id for record in records} for name, records in outcome.entered.items()}
    sifted = {item.id for item in outcome.left["sift"] if isinstance(item, Record)}
    assert entered["sift"] == {item.id for item in outcome.left["refine"] if isinstance(item, Record)}
    assert entered["respond"] == sifted < entered["sift"]
    told = [(reject.reason, reject.detail) for reject in outcome.rejects if reject.step == "sift"]
    assert told == [("multiple_choice", f"in sift, at depth {at}")] * (len(entered["sift"]) - len(sifted))


def test_no_run_has_more_task_runs_than_prefect_bears() -> None:
    assert most_shards() * len(PIPELINE) <= MOST_TASKS < (most_shards() + 1) * len(PIPELINE)
