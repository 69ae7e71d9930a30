"""A small curated dataset, as `curate` leaves one: rows to train on, rows held out, feedback, a manifest with a funnel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tasks.publish.publish import Parts
from tasks.publish.release.release import Release, Wanted
from tasks.publish.rows import FEEDBACK, dataset_columns, dataset_row, feedback_row
from tasks.records import Json, Record
from tasks.records.store import Store
from tests.publish.export.run_directory import SAID, SPLITS, TOOLS, pair, record, say

TRAIN_DOCUMENTS, ROWS, HELD_OUT = 8, 16, 4
"""Documents 0 to 7 are trained on, 8 and 9 are held out; rows of each skill."""
FUNNEL = {
    "exact": {"in": 30, "out": 26, "reasons": {"same_messages": 4}},
    "decontamination": {"in": 26, "out": 20, "reasons": {"rare_grams": 6}},
}


def write_dataset(
    folder: Path | str, *, said: Mapping[str, list[Json]] = SAID, offline: int = 0, pairs: bool = True, **more: Any
) -> Store:
    """A curated dataset; the first `offline` rows of each skill are the offline teacher's."""
    store = Store(str(folder))
    for skill, messages in said.items():
        tools = TOOLS if skill == "tool_use" else []
        with (
            Parts(store, f"dataset/{skill}", dataset_columns()) as accepted,
            Parts(store, f"bench/{skill}", dataset_columns()) as bench,
            Parts(store, f"feedback/{skill}/preferences", FEEDBACK["preferences"]) as preferences,
            Parts(store, f"feedback/{skill}/critiques", FEEDBACK["critiques"]) as critiques,
            Parts(store, f"feedback/{skill}/revisions", FEEDBACK["revisions"]) as revisions,
        ):
            for number in range(ROWS + HELD_OUT):
                held_out = number >= ROWS
                document = TRAIN_DOCUMENTS + number % 2 if held_out else number % TRAIN_DOCUMENTS
                made = record(skill, document, messages, "offline" if number < offline else "some-model", tools=tools)
                made = replace(made, id=f"{skill}-{number}")
                (bench if held_out else accepted).add(dataset_row(made))
                if pairs and not held_out and number % 4 == 0:
                    preferences.add(pair(made))
                    critiques.add(_reviewed(made, "critique"))
                    revisions.add(_reviewed(made, "revision"))
    facts = {
        "curated": True,
        "complete": True,
        "accepted": ROWS * len(said),
        "held_out": HELD_OUT * len(said),
        "skills": {name: _skill(split, name in said) for name, split in SPLITS.items()},
        "teacher": {"model": "some-model"},
        "teachers": ["some-model"],
        "runs": [{"directory": "/home/somebody/out/mine", "seed": 3, "skill": "all", "teacher": "some-model"}],
        "settings": {"hold_out": 20, "against": ["/home/somebody/bench.jsonl"], "mix": "", "offline_rows": True},
        "funnel": {"coding": FUNNEL, "tool_use": FUNNEL},
        "against": [{"name": "HumanEval", "items": 164}, {"name": "/home/somebody/bench.jsonl", "items": 2}],
        "documents": {"used": 10, "rejected": 1},
        "versions": {"agentinstruct": "0.1.0"},
    }
    store.write_json("manifest.json", {**facts, **more})
    return store


def _skill(split: str, rows: bool) -> Json:
    return {"split": split, "accepted": ROWS * rows, "bench": HELD_OUT * rows, "feedback": {}}


def _reviewed(of: Record, sort: str) -> Json:
    facts = {"messages": [say("user", f"Review ({sort})."), say("assistant", "It holds up.")], "good": True}
    named = {"id": f"{of.id}-{sort}", "row": of.id, "skill": of.skill, "task_type": of.task_type, "reason": "judge"}
    return feedback_row({**named, **facts, "score": 9.0, "finding": "It is right."}, of)


def release(wanted: Wanted) -> dict[str, Json]:
    """Publish without Prefect; what is told of each format."""
    opened = Release(wanted)
    made = [(volume, opened.maker.finished(volume) or opened.maker.make(volume)) for volume in opened.volumes()]
    figures = opened.figures()
    return {
        format: opened.finish(format, [each for each in made if each[0].format == format], figures)
        for format in wanted.formats
    }
