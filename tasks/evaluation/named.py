"""Tasks by name, as a person asks for them beside the held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.evaluation.bench import Bench
from tasks.evaluation.judge_tasks import JUDGE_TASKS, Item, JudgeTask, content_of, items_in
from tasks.evaluation.public.catalogue import public_tasks

_BY_JUDGE = ("preference", "summary")


class TaskError(ValueError):
    """A task was asked for that cannot be had; the message says which there are."""


@dataclass(frozen=True)
class Wanted:
    """A judge task with its items."""

    task: JudgeTask
    items: tuple[Item, ...]
    label: str

    @property
    def content(self) -> str:
        return content_of(self.items)


def is_judged(said: str) -> bool:
    """Whether it names a judge task."""
    return said.partition("=")[0] in JUDGE_TASKS


def wanted(names: Sequence[str], bench: Bench, judge: str) -> list[Wanted]:
    """The judge tasks of these names, NAME or NAME=FILE.jsonl; TaskError or ItemError, in a sentence, for what cannot be had."""
    return [_wanted(name, bench, judge) for name in names]


def _wanted(said: str, bench: Bench, judge: str) -> Wanted:
    name, sign, file = said.partition("=")
    if (task := JUDGE_TASKS.get(name)) is None:
        raise TaskError(
            f"unknown task '{said}'; known: {', '.join(JUDGE_TASKS)}, each also as NAME=FILE.jsonl; {', '.join(public_tasks())}; "
            "or a YAML file of lm-eval's tasks, or a folder of such"
        )
    if name in _BY_JUDGE and not judge:
        raise TaskError(f"--tasks {name} is decided by a judge: name one with --judge")
    if sign:
        return Wanted(task, tuple(items_in(file)), f"{name} {Path(file).stem}")
    items = tuple(task.chosen(row for shard in bench.shards for row in shard.rows))
    if not items:
        raise TaskError(
            f"--tasks {name} finds no held-out row that fits it: name --bench DATA with such rows, or {name}=FILE.jsonl"
        )
    return Wanted(task, items, name)
