"""What marks ask of a run: more of what was marked, less of what is bad, and all the rest as it was."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.pipeline import made, opened, read_all
from simulator.skill_runs import skill_run
from tasks.documents.discover import discover
from tasks.publish.accepted import MARKED_BAD
from tasks.publish.finished import Finished
from tasks.publish.publish import publish
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json, Record, Source, identified
from tasks.records.marks import NO_MARKS, Marks
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.steps.again import AGAIN, is_made_again, made_again
from tasks.steps.counts import counts
from tasks.steps.key import key_of
from tasks.steps.marked import marked
from tasks.steps.pipeline import PIPELINE
from tasks.steps.preference import settled
from tasks.steps.run import Run
from tasks.steps.variety import HARDER, Watch, likeness
from tests.steps.test_key import SHARD, teacher
from tests.steps.test_superseded import CLOSER, PARENT, answered

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
STEPS = {step.name: step for step in PIPELINE}


def marks(*each: Json) -> Marks:
    return Marks.model_validate({"marks": list(each)})


def record(number: int, **changes: object) -> Record:
    source = Source(id=f"d{number}", uri="d.txt", kind="text")
    return identified(replace(Record(source=source, skill="fermi", passage="Bees."), **changes))  # type: ignore[arg-type]


def barred(*rows: tuple[Record, dict[str, bool]]) -> dict[int, str]:
    """Which of these rows fall out, and why."""
    with Watch() as watch:
        for place, (row, told) in enumerate(rows):
            watch.add((row.skill, place), row.id, likeness(row, row.passage, writing=False), **told)
        return {place: why for (_, place), why in watch.repeated()}


# Which shards they change


def test_only_the_shards_of_what_is_marked_are_made_anew(tmp_path: Path) -> None:
    store, records = Store(str(tmp_path)), [record(0), record(1)]
    shards = [store.write_shard("x", str(n), [each], {}) for n, each in enumerate(records)]
    of_task = {"verdict": "bad", "task": records[0].id, "passage": records[1].id, "task_type": "upper_bound"}
    asked = marks({"id": "a", "again": "answer", **of_task}, {"id": "b", "again": "task", **of_task})
    run, best = (skill_run("fermi", Settings(keep_responses=keep), marks=asked) for keep in ("all", "best"))
    found = {name: [marked(step, shard, run, store) for shard in shards] for name, step in STEPS.items()}
    assert found["respond"] == [{records[0].id: 1}, {}]
    assert found["instruct"] == [{}, {records[1].id: {"upper_bound": 1}}]
    assert not any(any(each) for name, each in found.items() if name not in ("respond", "instruct"))
    assert marked(STEPS["verify"], shards[0], best, store) == {records[0].id: ["a", "b"]}
    assert not any(marked(step, shards[0], skill_run("fermi"), store) for step in PIPELINE)


def test_marks_are_a_part_of_a_key_where_they_change_something() -> None:
    run = skill_run("fermi", teacher=teacher())
    asked: list[Json | None] = [None, {}, {"a": 1}, {"a": 2}]
    keys = [key_of(STEPS["respond"], SHARD, run, None, each) for each in asked]
    assert keys[0] == keys[1] and len(set(keys)) == 3


# What they leave alone


def test_edits_of_what_a_mark_asked_for_do_not_change_the_draws_of_later_shards() -> None:
    event: Json = {
        "step": "refine", "agent": "suggest", "call": "c", "goal": "harder", "suggestion": "s", "prompt_tokens": 1,
        "completion_tokens": 1, "cost_usd": 0.0,
    }  # fmt: skip
    usual = record(0, lineage=[event])
    (further,) = made_again([record(1, lineage=[event])], "instruct", 1)
    assert isinstance(further, Record) and is_made_again(further) and further.lineage[-1][AGAIN] == 1
    told = counts("refine", [usual, further], [[usual], [further]], [usual, further])
    assert told["goals"] == {"harder": {"tries": 1, "kept": 1}}


def test_a_bad_edit_gives_its_place_back_and_bars_what_nearly_repeats_it() -> None:
    parent, edit = answered(PARENT), answered(CLOSER)
    assert barred((parent, {}), (edit, {})) == {0: HARDER}
    assert barred((parent, {}), (edit, {"withdrawn": True})) == {}
    twins = [answered(replace(PARENT, strategy=way)) for way in ("one", "two")]
    early, late = sorted(twins, key=lambda row: row.id)
    assert list(barred((early, {"withdrawn": True}), (late, {}))) == [1]
    assert list(barred((early, {"late": True}), (late, {}))) == [0]


def test_what_is_marked_bad_is_not_the_best_response() -> None:
    base = record(0, messages=[{"role": "user", "content": "?"}])
    high, low = (identified(replace(base, sample=n, quality={"score": score})) for n, score in enumerate((9, 7)))
    for bad, kept in (("", high), (high.id, low)):
        given = marks({"id": bad, "verdict": "bad"}) if bad else NO_MARKS
        run = skill_run("fermi", Settings(keep_responses="best"), marks=given, step="verify")
        assert [item.id for item in settled([high, low], run) if isinstance(item, Record)] == [kept.id]


# A whole run


async def published(folder: Path, asked: Marks) -> tuple[Json, Counter[str]]:
    """A run over three documents, and how many shards of each step it made."""
    settings = Settings(chunks_per_document=1, keep_responses="all", shard_size=1)
    async with opened("reading_comprehension", folder, settings, marks=asked) as session:
        files = [
            str(DOCUMENTS / name) for name in ("tidal_power.md", "polar_station_week.txt", "two_ways_with_a_bog.md")
        ]
        given = (session.store, discover(files), session.mix, settings)
        run = Run(session, read_all(*given))
        before = _shards(folder)
        finished = []
        for dealt in run.pieces.shards:
            done, shard = Finished(dealt.skill), dealt.ref
            for step in run.pipeline:
                learned = await run.ready(dealt, step)
                shard = done.shards[step.name] = await made(run, dealt.skill, step, shard, learned)
                if step.learns:
                    run.made(dealt, done.shards)
            finished.append(done)
        manifest = publish(run, finished)
    return manifest, Counter(path.parent.name for path in _shards(folder) - before)


def _shards(folder: Path) -> set[Path]:
    return set(folder.glob("steps/*/*.parquet"))


def accepted(folder: Path) -> dict[str, Json]:
    return {row["id"]: row for row in RunDirectory(str(folder)).rows()}


def lineages(folder: Path) -> dict[str, list[Json]]:
    """Lineage of each accepted or rejected record."""
    run = RunDirectory(str(folder))
    rows = {row["id"]: json.loads(row["provenance"]["lineage"]) for row in run.rows()}
    return {**{row["id"]: json.loads(row["record"])["lineage"] for row in run.rejects()}, **rows}


def mark_of(folder: Path, row: Json, again: str) -> Json:
    """The mark as the reader writes it."""
    history = [stage.record for stage in RunDirectory(str(folder)).histories([row["id"]])[row["id"]]]
    drafts = [each for each in history if each.instruction and not each.messages]
    passage = next(each for each in history if each.transformation and not each.instruction)
    known = {"task": drafts[-1].id, "passage": passage.id, "task_type": drafts[0].task_type}
    return {"id": row["id"], "verdict": "bad", "note": f"not {row['id']}", "again": again, **known}


def rejected(folder: Path, reason: str) -> Sequence[Json]:
    return [row for row in RunDirectory(str(folder)).rejects() if row["reason"] == reason]


@pytest.mark.services
def test_bad_rows_leave_and_the_rest_stays_as_it_was(tmp_path: Path) -> None:
    asyncio.run(published(tmp_path, NO_MARKS))
    before = accepted(tmp_path)
    by_document: dict[str, list[Json]] = {}
    for row in before.values():
        by_document.setdefault(row["provenance"]["document"], []).append(row)
    first, second = (rows[0] for rows in list(by_document.values())[:2])
    each = [mark_of(tmp_path, first, "answer"), mark_of(tmp_path, second, "task")]
    manifest, shards = asyncio.run(published(tmp_path, marks(*each)))
    after = accepted(tmp_path)
    bad = {first["id"], second["id"]}
    assert before.keys() - after.keys() == bad
    assert all(after[id]["messages"] == before[id]["messages"] for id in before.keys() - bad)
    assert {row["id"]: row["detail"] for row in rejected(tmp_path, MARKED_BAD)} == {id: f"not {id}" for id in bad}
    told = {"given": 2, "withdrawn": 2, "answers_again": 1, "tasks_again": 1}
    assert manifest["marks"] == told and manifest["rejected"][MARKED_BAD] == 2
    assert manifest["accepted"] == len(after)
    # One shard of each document: the third is left alone, and the first before its answers.
    assert shards == {"instruct": 1, "refine": 1, "respond": 2, "verify": 2}
    told_again = [id for id, lineage in lineages(tmp_path).items() if any(AGAIN in event for event in lineage)]
    assert told_again and not before.keys() & set(told_again)
    # Without them all is as before.
    asyncio.run(published(tmp_path, NO_MARKS))
    assert accepted(tmp_path).keys() == before.keys()
