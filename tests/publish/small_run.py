"""A small run directory with all its steps: documents, edits of edits, rejects, and whatever text is to be shown."""

from __future__ import annotations

from typing import Any

from tasks.publish.publish import Parts
from tasks.publish.rows import REJECTED, dataset_columns, dataset_row, reject_row
from tasks.records import Json, Record, Reject, Source, derive, digest, identified
from tasks.records.store import Store

SKILL = "coding"
PASSAGE = "A bee counts to four."
DOCUMENTS = 2


def event(step: str, **more: Any) -> Json:
    call = digest(step, more)[:16]
    paid = {"call": call, "model": "some-model", "prompt_tokens": 100, "completion_tokens": 10, "cost_usd": 0.001}
    return {"step": step, "agent": step, "prompt": "p", **paid, **more}


def made(parent: Record, step: str, facts: Json | None = None, **changes: Any) -> Record:
    return derive(parent, event(step, of=parent.id, **(facts or {})), **changes)


def steps_of(number: int, said: str, answer: str) -> dict[str, list[Record | Reject]]:
    """What came of a document: an instruction and an edit of an edit of it became rows; two more edits fell out."""
    source = Source(
        id=f"document-{number}", uri=f"{number}{said}.txt", kind="text", title=f"Bees{said}", end=len(PASSAGE)
    )
    piece = identified(Record(source=source, skill=SKILL, passage=f"{PASSAGE}{said}"))
    passage = made(piece, "transform", transformation="retold", passage=f"{PASSAGE} Or to five.{said}")
    task: Json = {
        "task_type": "any",
        "key": ["4", said],
        "options": ["4", said],
        "evidence": [said],
        "formal": {"x": said},
    }
    asked = made(passage, "instruct", instruction=f"How far does it count?{said}", **task)
    goal = {"goal": "harder", "suggestion": f"Ask for more.{said}", "agent": "suggest"}
    edited = made(asked, "refine", goal, instruction=f"How far does it count exactly?{said}")
    again = made(edited, "refine", goal, instruction=f"How far does it count exactly, at most?{said}")
    fallen = [
        Reject(record=asked, step="refine", reason="unsuitable", detail=f"no{said}"),
        Reject(record=made(again, "refine", instruction=f"?{said}"), step="refine", reason="vague"),
    ]
    call = {"id": "c", "type": "function", "function": {"name": f"f{said}", "arguments": said}}
    answers = [
        made(
            each,
            "respond",
            messages=[
                {"role": "user", "content": each.instruction},
                {"role": "assistant", "content": f"{answer}{said}", "tool_calls": [call]},
            ],
            alternatives=[{"messages": [{"role": "assistant", "content": said}], "why": "complete", "finding": said}],
        )
        for each in (asked, again)
    ]
    rows = [
        made(each, "verify", checks={"complete": "pass", "guess": "skip: off"}, quality={"score": 8.0})
        for each in answers
    ]
    return {
        "documents": [piece],
        "transform": [passage],
        "instruct": [asked],
        "refine": [*fallen, asked, edited, again],
        "respond": [*answers],
        "verify": [*rows],
    }


def write_run(
    output: str, *, said: str = "", answer: str = "To four.", published: bool = True, **manifest: Any
) -> Store:
    """A run with four rows and as many rejects; `said` stands in every text of it."""
    store, done = Store(output), [steps_of(number, said, answer) for number in range(DOCUMENTS)]
    for number, steps in enumerate(done):
        for step, items in steps.items():
            store.write_shard(step, f"{number}", items, {})
    if not published:
        return store
    with (
        Parts(store, f"dataset/{SKILL}", dataset_columns()) as accepted,
        Parts(store, "rejected", REJECTED) as rejected,
    ):
        for steps in done:
            for row in steps["verify"]:
                assert isinstance(row, Record)
                accepted.add(dataset_row(row))
            for item in steps["refine"]:
                if isinstance(item, Reject):
                    rejected.add(reject_row(item))
    facts = {
        "skill": SKILL,
        "skills": {SKILL: {"accepted": 4, "split": "code_"}},
        "accepted": 4,
        "rejected": {"unsuitable": 2, "vague": 2},
        "complete": True,
        "versions": {"code": "1"},
        "teacher": {"model": "some-model", "endpoint": "https://models.example"},
        "calls": {
            "made": 14,
            "replayed": 0,
            "failed": 0,
            "prompt_tokens": 1400,
            "completion_tokens": 140,
            "cost_usd": 0.014,
        },
    }
    store.write_json("manifest.json", {**facts, **manifest})
    return store
