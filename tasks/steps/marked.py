"""What a person's marks ask of a step: another answer to a task, another task of a passage, not to keep what is bad.

All that was made without the marks is made with them too, under the same ids: they add records, and take rows away at the end.
"""

from __future__ import annotations

from typing import Any

from tasks.agents.kind import SkillRun
from tasks.records import Json
from tasks.records.store import ShardRef, Store
from tasks.steps.step import Step


def marked(step: Step, shard: ShardRef, run: SkillRun, store: Store) -> Json:
    """The marks that change what the step makes of this shard: a part of its key. Empty for most shards."""
    asked = _asked(step, run)
    if not asked:
        return {}
    ids = store.table(shard["uri"], ["id", "parent"]).to_pydict()
    return {id: asked[id] for id in sorted({*ids["id"], *ids["parent"]} & asked.keys())}


def _asked(step: Step, run: SkillRun) -> dict[str, Any]:
    """Record -> what is asked about what the step makes of it."""
    if step.heeds == "answers":
        return dict(run.marks.answers_again)
    if step.heeds == "tasks":
        return dict(run.marks.tasks_again)
    return dict(run.marks.bad_answers) if step.heeds == "verdicts" and run.settings.keep_responses == "best" else {}
