"""The manifest of a run directory: counts that add up, settings, versions, prompt hashes."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from prompts import Skill
from tasks.kinds.fit import lost_tools
from tasks.publish.accepted import MARKED_BAD, NEAR_DUPLICATE, SUPERSEDED, Accepted
from tasks.publish.feedback import SORTS
from tasks.publish.finished import Finished
from tasks.publish.wanted import TypeOfSkill, Wanted
from tasks.records import Json, Record
from tasks.records.code import sources_digest
from tasks.records.marks import Marks
from tasks.settings import BANDS
from tasks.steps.attempts import COMPLETE, STOPPED, UNFINISHED
from tasks.steps.difficulty import BAND, STUDENT, TEACHER
from tasks.steps.forecast import forecast
from tasks.steps.run import Run

RATES = {TEACHER, STUDENT}
SOURCES = Path(__file__).parents[1]


@dataclass
class Coverage:
    """How many accepted rows a skill has of each task type, and among them of each value of each axis."""

    skill: Skill
    rows: Counter[str] = field(default_factory=Counter)
    values: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    habits: Json = field(default_factory=dict)
    """The commonest openings, endings and names among the answers, with their shares."""
    feedback: Json = field(default_factory=dict)
    """Rows of feedback by sort, and why other responses gave none."""
    rates: dict[str, list[float]] = field(default_factory=dict)
    """Solve rates of the rows whose difficulty was measured, by the name of the measure."""
    bands: Counter[str] = field(default_factory=Counter)
    """The same rows by band."""
    bytes: int = 0
    """Of all rows' messages as JSON, which is how the released dataset holds them."""

    def counted(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records, counted as they pass."""
        for record in records:
            self.rows[record.task_type] += 1
            self.bytes += len(json.dumps(record.messages, ensure_ascii=False).encode("utf-8", "replace"))
            for name in RATES & record.quality.keys():
                self.rates.setdefault(name, []).append(record.quality[name])
            self.bands.update(filter(None, [record.quality.get(BAND)]))
            axes = self.values.setdefault(record.task_type, {})
            for axis, value in record.axes.items():
                axes.setdefault(axis, Counter())[value] += 1
            yield record

    def size(self) -> Json:
        """Bytes a row, beside those of the released dataset, where the skill has a split there."""
        rows, released = self.rows.total(), self.skill.released
        ours = round(self.bytes / rows) if rows else None
        theirs = released.bytes_per_row if released else None
        return {"ours": ours, "released": theirs, "ratio": round(ours / theirs, 2) if ours and theirs else None}

    def table(self) -> Json:
        """Task type -> rows and, by axis, rows of each value; types without a row are there with 0."""
        return {
            task_type.name: {
                "rows": self.rows[task_type.name],
                **{axis: dict(sorted(n.items())) for axis, n in self.values.get(task_type.name, {}).items()},
            }
            for task_type in self.skill.task_types
        }


def manifest(run: Run, finished: list[Finished], coverage: list[Coverage], accepted: Accepted, wanted: Wanted) -> Json:
    """Counts that add up, in all and for each skill, versions, settings and prompt hashes.

    What the last step gave is accepted, save near-duplicates, what is marked bad and rows in whose place an edit is kept.
    """
    steps, attempts = _steps(run, finished), run.session.attempts
    missing = wanted.missing(rows_by_type(coverage), types_of(run))
    unfinished = sum(counts["unfinished"] for counts in steps.values())
    attempts.ended = ended = _ended(run, finished, unfinished, enough=bool(wanted and not missing))
    pieces, last = run.pieces, run.pipeline[-1].name
    rejected = Counter(pieces.rejected_by)
    for counts in steps.values():
        rejected.update(counts["rejected_by"])
    fallen = {NEAR_DUPLICATE: accepted.repeated, SUPERSEDED: accepted.superseded, MARKED_BAD: accepted.withdrawn}
    rejected += Counter({reason: by_skill.total() for reason, by_skill in fallen.items()})
    skills = {each.skill.name: _of_skill(run, each, finished, fallen, accepted.surplus) for each in coverage}
    return {
        "skill": run.mix.name,
        **({"mix": run.mix.told} if run.mix.told else {}),
        "complete": ended == COMPLETE,
        "shards": {"total": len(finished), "unfinished": sum(bool(f.problem) for f in finished)},
        "unfinished": unfinished,
        "documents": {
            "read": pieces.read,
            "used": pieces.used,
            "rejected": pieces.rejected_by.total(),
            "passages": pieces.total,
            "flagged": pieces.flagged,
            "incomplete": dict(sorted(pieces.noted.items())),
        },
        "steps": steps,
        "near_duplicates": accepted.repeated.total(),
        "superseded": accepted.superseded.total(),
        "marks": _marks(run.marks, accepted),
        "accepted": steps[last]["records_out"]
        - sum(by_skill.total() for by_skill in (*fallen.values(), accepted.surplus)),
        "surplus": accepted.surplus.total(),
        "wanted": {**asdict(wanted), "missing": {"/".join(filter(None, of)): n for of, n in sorted(missing.items())}},
        "rejected": dict(sorted(rejected.items())),
        "feedback": _feedback(coverage),
        "skills": skills,
        "verification": _verification(steps[last]),
        "repairs": _repairs(steps),
        "difficulty": {**_difficulty(coverage), "solutions": _taken(step["solutions"] for step in steps.values())},
        "tools_off": lost_tools(run.toolbox, run.mix.skills.values()),
        "calls": attempts.calls(),
        "forecast": forecast(run, pieces_done(run, skills) if ended == COMPLETE else None).beside(steps),
        "attempts": attempts.told(),
        "teacher": {"model": run.teacher.endpoint.model, "endpoint": run.teacher.endpoint.name},
        "seed": run.seed,
        "settings": run.settings.model_dump(mode="json"),
        "prompts": _prompts(run),
        "versions": versions(),
    }


def pieces_done(run: Run, skills: Json) -> dict[str, int]:
    """How many pieces of each skill went through its steps; `skills` as the manifest tells of them."""
    first = run.pipeline[0].name
    return {name: facts["steps"][first]["records_in"] for name, facts in skills.items()}


def rows_by_type(coverage: Iterable[Coverage]) -> Counter[TypeOfSkill]:
    """How many rows there are of each skill and task type."""
    return Counter({(each.skill.name, name): n for each in coverage for name, n in each.rows.items()})


def types_of(run: Run) -> list[TypeOfSkill]:
    """Every task type of every skill of the run."""
    return [(name, each.name) for name, skill in run.mix.skills.items() for each in skill.task_types]


def _steps(run: Run, finished: Iterable[Finished]) -> Json:
    finished, names = list(finished), [step.name for step in run.pipeline]
    return {step: _sum([run.store.counts(f.shards[step]) for f in finished if step in f.shards]) for step in names}


def _of_skill(
    run: Run, coverage: Coverage, finished: list[Finished], fallen: Mapping[str, Counter[str]], surplus: Counter[str]
) -> Json:
    name = coverage.skill.name
    steps = _steps(run, [f for f in finished if f.skill == name])
    released = coverage.skill.released
    late = Counter({reason: by_skill[name] for reason, by_skill in fallen.items()})
    rejected = sum((Counter(c["rejected_by"]) for c in steps.values()), late)
    return {
        "split": released.split if released else name,
        "passages": run.pieces.by_skill[name].pieces if name in run.pieces.by_skill else 0,
        "accepted": steps[run.pipeline[-1].name]["records_out"] - late.total() - surplus[name],
        "rejected": dict(+rejected),
        "calls": _taken(steps.values()),
        "surplus": surplus[name],
        "steps": {step: {"records_in": facts["records_in"], **_taken([facts])} for step, facts in steps.items()},
        "bytes_per_row": coverage.size(),
        "difficulty": _difficulty([coverage]),
        "goals": _goals(steps.values()),
        "coverage": coverage.table(),
        "habits": coverage.habits,
        "feedback": coverage.feedback,
    }


def _difficulty(coverage: Iterable[Coverage]) -> Json:
    """Rows whose difficulty was measured, by band, and the mean of each solve rate."""
    parts = list(coverage)
    bands = sum((part.bands for part in parts), Counter[str]())
    rates = {name: [rate for part in parts for rate in part.rates.get(name, ())] for name in sorted(RATES)}
    means = {name: round(sum(found) / len(found), 3) for name, found in rates.items() if found}
    return {"measured": bands.total(), "bands": {name: bands[name] for name in BANDS if bands[name]}, **means}


def _goals(steps: Iterable[Json]) -> Json:
    """Goal -> edits tried and edits that stayed."""
    total: dict[str, Counter[str]] = {}
    for step in steps:
        for goal, found in step["goals"].items():
            total.setdefault(goal, Counter()).update(found)
    return {goal: {"tries": n["tries"], "kept": n["kept"]} for goal, n in sorted(total.items())}


def _ended(run: Run, finished: list[Finished], unfinished: int, *, enough: bool) -> str:
    """How the attempt ends; with enough rows it does not matter that documents are left."""
    if any(f.stopped for f in finished) or not (enough or run.pieces.all_read):
        return STOPPED
    return UNFINISHED if unfinished or any(f.problem for f in finished) else COMPLETE


def _feedback(coverage: Iterable[Coverage]) -> Json:
    """Rows of feedback by sort, and how many responses gave none, by sort and reason."""
    parts = [each.feedback for each in coverage]
    left_out = {sort: sum((Counter(part["left_out"].get(sort)) for part in parts), Counter[str]()) for sort in SORTS}
    told = {sort: dict(sorted(why.items())) for sort, why in left_out.items() if why}
    return {**{sort: sum(part[sort] for part in parts) for sort in SORTS}, "left_out": told}


def _marks(marks: Marks, accepted: Accepted) -> Json:
    """What a person's marks asked for: rows taken out, and answers and tasks to be made again."""
    return {
        "given": len(marks.marks),
        "withdrawn": accepted.withdrawn.total(),
        "answers_again": sum(marks.answers_again.values()),
        "tasks_again": sum(count for types in marks.tasks_again.values() for count in types.values()),
    }


def _prompts(run: Run) -> Json:
    """Agent -> sha256 of its prompt; with several skills, skill/agent."""
    skills = run.mix.skills.values()
    named = {(f"{s.name}/{a}" if len(skills) > 1 else a): agent.sha256 for s in skills for a, agent in s.agents.items()}
    return dict(sorted(named.items()))


def versions() -> Json:
    """The versions of Python, of the packages that decide rows and of our own code."""
    packages = ("agentinstruct", "prefect", "langchain-core", "langchain-openai", "openai", "pyarrow", "kreuzberg")
    return {
        "python": platform.python_version(),
        "code": sources_digest(SOURCES),
        **{name: version(name) for name in packages},
    }


def _verification(step: Json) -> Json:
    """What verifying took, in all and by who was asked: the judge, the reader of doubts, further responses and what they need."""
    rows = step["records_in"]
    taken = {name: step[name] for name in ("calls", "prompt_tokens", "completion_tokens", "cost_usd")}
    parts = {agent: round(calls / rows, 3) for agent, calls in step["calls_by"].items()} if rows else {}
    return {**taken, "calls_per_row": round(step["calls"] / rows, 3) if rows else 0.0, "calls_per_row_by": parts}


def _repairs(steps: Json) -> Json:
    """What went back to who made it: how often, how often it was mended, what that took, and both by step and check."""
    counted = [found for step in steps.values() for found in step["repairs"].values()]
    return {
        **{name: sum(found[name] for found in counted) for name in ("tries", "mended")},
        **_taken(step["repaired"] for step in steps.values()),
        "by_step": {name: step["repairs"] for name, step in steps.items() if step["repairs"]},
    }


def _sum(parts: list[Json]) -> Json:
    total: Json = {
        name: sum(part[name] for part in parts)
        for name in ("records_in", "records_out", "inputs_without_output", "unfinished")
    }
    by_reason: Counter[str] = Counter()
    by_agent: Counter[str] = Counter()
    repairs: dict[str, Counter[str]] = {}
    for part in parts:
        by_reason.update(part["rejected"])
        by_agent.update(part["calls_by"])
        for check, found in part["repairs"].items():
            repairs.setdefault(check, Counter()).update(found)
    return {
        **total,
        **_taken(parts),
        "calls_by": dict(sorted(by_agent.items())),
        "rejected": by_reason.total(),
        "rejected_by": dict(sorted(by_reason.items())),
        "repairs": {check: {"tries": n["tries"], "mended": n["mended"]} for check, n in sorted(repairs.items())},
        "repaired": _taken(part["repaired"] for part in parts),
        "solutions": _taken(part["solutions"] for part in parts),
        "goals": _goals(parts),
    }


def _taken(parts: Iterable[Json]) -> Json:
    """Calls with their tokens and cost, in all."""
    parts = list(parts)
    costs = [part["cost_usd"] for part in parts]
    return {
        **{name: sum(part[name] for part in parts) for name in ("calls", "prompt_tokens", "completion_tokens")},
        "cost_usd": None if None in costs else round(sum(costs), 6),
    }
