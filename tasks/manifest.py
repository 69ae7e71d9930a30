"""The manifest of a run directory: counts that add up, settings, versions, prompt hashes."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version

from prompts import Skill
from tasks.records import Json, Record
from tasks.run import STEPS, Run
from tasks.step import code_version
from tasks.store import ShardRef


@dataclass
class Finished:
    """What became of one shard of documents: the shards its steps made, and whether it got to the end."""

    shards: dict[str, ShardRef] = field(default_factory=dict)
    problem: str = ""
    stopped: bool = False


@dataclass
class Coverage:
    """How many accepted rows there are of each task type, and among them of each value of each axis."""

    rows: Counter[str] = field(default_factory=Counter)
    values: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)

    def counted(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records, counted as they pass."""
        for record in records:
            self.rows[record.task_type] += 1
            axes = self.values.setdefault(record.task_type, {})
            for axis, value in record.axes.items():
                axes.setdefault(axis, Counter())[value] += 1
            yield record

    def table(self, skill: Skill) -> Json:
        """Task type -> rows and, by axis, rows of each value; types without a row are there with 0."""
        names = [task_type.name for task_type in skill.task_types]
        return {
            name: {
                "rows": self.rows[name],
                **{axis: dict(sorted(n.items())) for axis, n in self.values.get(name, {}).items()},
            }
            for name in names
        }


def manifest(run: Run, documents: Json, finished: list[Finished], coverage: Coverage) -> Json:
    """Counts that add up, versions, settings and prompt hashes."""
    steps = {step: _sum([run.store.counts(f.shards[step]) for f in finished if step in f.shards]) for step in STEPS}
    rejected: Counter[str] = Counter(documents["rejected_by"])
    for counts in steps.values():
        rejected.update(counts["rejected_by"])
    usage, price = run.teacher.usage, run.teacher.cost()
    return {
        "skill": run.skill.name,
        "complete": not any(f.problem for f in finished),
        "shards": {"total": len(finished), "unfinished": sum(bool(f.problem) for f in finished)},
        "documents": {name: documents[name] for name in ("read", "used", "rejected", "passages")},
        "steps": steps,
        "accepted": steps["verify"]["records_out"],
        "rejected": dict(sorted(rejected.items())),
        "coverage": coverage.table(run.skill),
        "verification": _verification(steps["verify"]),
        "tools_off": run.toolbox.off(sorted({name for names in run.skill.tools.values() for name in names})),
        "calls": {
            "made": usage.made,
            "replayed": usage.replayed,
            "failed": usage.failed,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cost_usd": None if price is None else round(price, 6),
        },
        "teacher": {"model": run.teacher.endpoint.model, "endpoint": run.teacher.endpoint.name},
        "seed": run.seed,
        "settings": run.settings.model_dump(mode="json"),
        "prompts": {name: agent.sha256 for name, agent in sorted(run.skill.agents.items())},
        "versions": versions(),
    }


def versions() -> Json:
    packages = ("agentinstruct", "prefect", "langchain-core", "langchain-openai", "openai", "pyarrow", "kreuzberg")
    return {"python": platform.python_version(), "code": code_version(), **{name: version(name) for name in packages}}


def _verification(step: Json) -> Json:
    """What verifying took: second solves, judge, further solutions."""
    rows = step["records_in"]
    taken = {name: step[name] for name in ("calls", "prompt_tokens", "completion_tokens", "cost_usd")}
    return {**taken, "calls_per_row": round(step["calls"] / rows, 3) if rows else 0.0}


def _sum(parts: list[Json]) -> Json:
    total: Json = {}
    numbers = ("records_in", "records_out", "inputs_without_output", "calls", "prompt_tokens", "completion_tokens")
    for name in numbers:
        total[name] = sum(part[name] for part in parts)
    by_reason: Counter[str] = Counter()
    for part in parts:
        by_reason.update(part["rejected"])
    costs = [part["cost_usd"] for part in parts]
    return {
        **total,
        "rejected": by_reason.total(),
        "rejected_by": dict(sorted(by_reason.items())),
        "cost_usd": None if None in costs else round(sum(costs), 6),
    }
