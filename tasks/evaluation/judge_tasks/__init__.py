"""Tasks of our own for what public ones do not measure: preference (as AlpacaEval), format (as FoFo), summaries."""

from __future__ import annotations

from tasks.evaluation.judge_tasks.form import FORM
from tasks.evaluation.judge_tasks.items import Item, ItemError, content_of, items_in
from tasks.evaluation.judge_tasks.preference import PREFERENCE
from tasks.evaluation.judge_tasks.summary import SUMMARY
from tasks.evaluation.judge_tasks.task import COLUMNS, JudgeTask

JUDGE_TASKS = {task.name: task for task in (PREFERENCE, FORM, SUMMARY)}

__all__ = ["COLUMNS", "JUDGE_TASKS", "Item", "ItemError", "JudgeTask", "content_of", "items_in"]
