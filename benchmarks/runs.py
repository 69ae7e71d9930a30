"""Run directories made up: as many rows as wanted, with all steps of each, as a run leaves them, without a teacher."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import prompts
from benchmarks.corpus import BODIES, PLACES, THINGS, VERBS
from prompts import Skill
from tasks.publish.publish import Parts
from tasks.publish.rows import REJECTED, dataset_columns, dataset_row, reject_row
from tasks.records import Json, Record, Reject, Source, derive, digest, identified
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.steps.counts import counts
from tasks.steps.pipeline import PIPELINE

Words = Callable[[random.Random, int], str]
"""So many words, drawn."""
Items = list[Record | Reject]
ASKED = ("Write a report on", "Explain why", "Which of these shows", "List all facts about", "Summarise", "Rewrite")
CHECKS = ("well_formed", "structure", "key_agreement", "no_leak", "language", "numbers_grounded", "not_obeyed")
_PER_SHARD = 300
_EVERY_REJECT = 6


def drawn(draw: random.Random, count: int) -> str:
    """Plain prose of so many words."""
    parts: list[str] = []
    while len(parts) < count:
        body, verb, place, thing = (draw.choice(each) for each in (BODIES, VERBS, PLACES, THINGS))
        parts += f"In {draw.randint(1800, 2020)} {body} {verb} the {thing} of {place}.".split()
    return " ".join(parts[:count])


def write_run(output: str, rows: int, words: Words = drawn, names: Sequence[str] = ()) -> Store:
    """A run of this many rows, and a fifth as many rejects, of these skills, or of all; the same each time, its counts add up."""
    store = Store(output)
    skills = [prompts.load(name) for name in names or prompts.names()]
    accepted: dict[str, list[Json]] = {skill.name: [] for skill in skills}
    types: dict[str, Counter[str]] = {skill.name: Counter() for skill in skills}
    steps: dict[str, list[Json]] = {step.name: [] for step in PIPELINE}
    pieces = shard = total = 0
    with Parts(store, "rejected", REJECTED) as rejected:
        while total < rows:
            skill = skills[shard % len(skills)]
            made = _shard(skill, shard, min(_PER_SHARD, -(-rows // len(skills)), rows - total), words)
            pieces += len(made["documents"])
            before: Items = []
            for name, items in made.items():
                told = counts(name, [i for i in before if isinstance(i, Record)], [], items)
                store.write_shard(name, f"{shard:04d}", items, told)
                steps.setdefault(name, []).append(told)
                before = items
                for item in items:
                    if isinstance(item, Reject):
                        rejected.add(reject_row(item))
            final = [item for item in before if isinstance(item, Record)]
            types[skill.name].update(record.task_type for record in final)
            accepted[skill.name] += [dataset_row(record) for record in final]
            total, shard = total + len(final), shard + 1
    for name, of_skill in accepted.items():
        with Parts(store, f"dataset/{name}", dataset_columns()) as parts:
            for row in of_skill:
                parts.add(row)
    store.write_json("manifest.json", _manifest(skills, types, steps, pieces))
    return store


def _shard(skill: Skill, number: int, rows: int, words: Words) -> dict[str, Items]:
    """The items of each step that lead to so many rows."""
    made: dict[str, Items] = {name: [] for name in ("documents", *(step.name for step in PIPELINE))}
    draw = random.Random(number)
    while sum(isinstance(item, Record) for item in made[PIPELINE[-1].name]) < rows:
        place = len(made["documents"])
        text = words(draw, 500)
        source = Source(
            id=digest(text)[:16], uri=f"{number}/{place}.txt", kind="text", title=words(draw, 4), end=len(text)
        )
        piece = identified(Record(source=source, skill=skill.name, passage=text))
        made["documents"].append(piece)
        _through_steps(piece, skill, made, draw, words, rows)
    return made


def _through_steps(
    piece: Record, skill: Skill, made: dict[str, Items], draw: random.Random, words: Words, rows: int
) -> None:
    transform, instruct, refine, respond, verify = (step.name for step in PIPELINE)
    chosen = skill.transformations[0].name
    passage = _derived(piece, transform, f"transform/{chosen}", draw, passage=words(draw, 350), transformation=chosen)
    made[transform].append(passage)
    for task_type in draw.sample(skill.task_types, min(3, len(skill.task_types))):
        ask = f"{draw.choice(ASKED)} {words(draw, draw.randint(5, 60))}"
        asked = _derived(
            passage, instruct, instruct, draw, task_type=task_type.name, instruction=ask, key=[words(draw, 3)]
        )
        made[instruct].append(asked)
        if not draw.randrange(_EVERY_REJECT):
            made[refine].append(Reject(record=asked, step=refine, reason="unsuitable", detail=words(draw, 9)))
            continue
        suggestion = {"goal": "more", "suggestion": words(draw, 25)}
        edit = _derived(asked, refine, "edit", draw, suggestion, instruction=f"{ask} {words(draw, 12)}")
        made[refine].append(edit)
        says = [("user", f"{edit.passage}\n\n{edit.instruction}"), ("assistant", words(draw, draw.randint(10, 250)))]
        messages = [{"role": role, "content": text} for role, text in says]
        answered = _derived(edit, respond, respond, draw, messages=messages)
        made[respond].append(answered)
        if sum(isinstance(item, Record) for item in made[verify]) == rows or not draw.randrange(_EVERY_REJECT):
            made[verify].append(_reject(answered, verify, draw, words))
            continue
        score = float(draw.choice((7, 8, 8, 9, 9, 9, 10)))
        verdict = _verdict(score, draw, words)
        quality = {
            "score": score,
            "solve_rate_teacher": draw.randint(1, 4) / 4,
            "difficulty_band": draw.choice(("easy", "hard")),
        }
        results = {**dict.fromkeys(CHECKS, "pass"), "guess": "skip: switched off"}
        told = {"checks": results, "quality": quality, "alternatives": _repaired(messages, draw, words)}
        made[verify].append(_derived(answered, verify, "judge", draw, verdict, **told))


def _verdict(score: float, draw: random.Random, words: Words) -> Json:
    return {"verdicts": [{"criterion": "clear", "finding": words(draw, 12), "met": score >= 7}], "score": score}


def _reject(answered: Record, step: str, draw: random.Random, words: Words) -> Reject:
    """What a program or the judge rejects."""
    detail = words(draw, 9)
    if draw.random() < 0.5:
        return Reject(record=answered, step=step, reason="key_agreement", detail=detail)
    score = float(draw.randint(2, 6))
    read = _derived(answered, step, "judge", draw, _verdict(score, draw, words), quality={"score": score})
    return Reject(
        record=replace(read, id=answered.id, parent=answered.parent), step=step, reason="judge", detail=detail
    )


def _repaired(messages: list[Json], draw: random.Random, words: Words) -> list[Json]:
    """An earlier response that was sent back, of every fourth row."""
    if draw.randrange(4):
        return []
    earlier = [*messages[:-1], {**messages[-1], "content": f"{messages[-1]['content']} {words(draw, 6)}"}]
    return [{"messages": earlier, "why": "structure", "finding": words(draw, 9), "repaired": True}]


def _derived(
    parent: Record, step: str, agent: str, draw: random.Random, more: Json | None = None, **changes: Any
) -> Record:
    event = {
        "step": step,
        "agent": agent,
        "prompt": digest(agent)[:16],
        "model": "made-up",
        "call": f"{draw.getrandbits(64):016x}",
    }
    took = {"prompt_tokens": draw.randint(400, 2_000), "completion_tokens": draw.randint(50, 600), "cost_usd": 0.0004}
    return derive(parent, {**event, **took, **(more or {})}, **changes)


def _manifest(skills: list[Skill], types: dict[str, Counter[str]], steps: dict[str, list[Json]], pieces: int) -> Json:
    summed = {name: _summed(parts) for name, parts in steps.items() if name != "documents"}
    rejected = sum((Counter(step["rejected_by"]) for step in summed.values()), Counter[str]())
    taken = {
        name: sum(step[name] for step in summed.values()) for name in ("prompt_tokens", "completion_tokens", "cost_usd")
    }
    return {
        "skill": "all",
        "complete": True,
        "documents": {"read": pieces, "used": pieces, "rejected": 0, "passages": pieces},
        "steps": summed,
        "near_duplicates": 0,
        "superseded": 0,
        "accepted": sum(counted.total() for counted in types.values()),
        "rejected": dict(rejected),
        "skills": {
            skill.name: {
                "accepted": types[skill.name].total(),
                "coverage": {each.name: {"rows": types[skill.name][each.name]} for each in skill.task_types},
            }
            for skill in skills
        },
        "calls": {"made": sum(step["calls"] for step in summed.values()), "replayed": 0, "failed": 0, **taken},
        "teacher": {"model": "made-up", "endpoint": "none"},
        "seed": 0,
        "settings": Settings().model_dump(mode="json"),
    }


def _summed(parts: list[Json]) -> Json:
    rejected = sum((Counter(part["rejected"]) for part in parts), Counter[str]())
    names = ("records_in", "records_out", "calls", "prompt_tokens", "completion_tokens", "cost_usd")
    total = {name: sum(part[name] for part in parts) for name in names}
    return {**total, "rejected": rejected.total(), "rejected_by": dict(rejected)}
