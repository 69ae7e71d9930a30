"""Several responses to one task: which is kept, and which of the others it was rightly preferred to."""

from __future__ import annotations

from dataclasses import replace

from tasks.agents.judge import JUDGE
from tasks.agents.kind import SkillRun
from tasks.agents.reflection import BEFORE_REFLECTION
from tasks.kinds import checks_of
from tasks.records import Json, Record, Reject, digest
from tasks.steps.blame import blames_task
from tasks.steps.checking import wanted
from tasks.steps.repair_response import found_by_judge
from tasks.steps.step import Items

MARGIN = 2
"""Points of the judge's score between two accepted responses that make the lower one worse."""
LOWER_SCORE = "lower_score"
"""Why a response is worse that passed all checks."""


def worse(record: Record, reason: str, detail: str, run: SkillRun) -> Json:
    """A response that fell out, as an alternative to one that passed: with why, and whether that blames their task."""
    said = found_by_judge(record, run) if reason == JUDGE else detail
    blamed = {"of_task": True} if blames_task(record, reason, run) else {}
    return {"messages": record.messages, "why": reason, "finding": said, **_score(record), **blamed}


async def weighed(record: Record, run: SkillRun) -> Record:
    """The record, each version before reflection held against the checks by program: what it fails is why it is worse."""
    return replace(record, alternatives=[await _weighed(other, record, run) for other in record.alternatives])


async def _weighed(other: Json, record: Record, run: SkillRun) -> Json:
    if other["why"] != BEFORE_REFLECTION:
        return other
    earlier, known = replace(record, messages=other["messages"]), checks_of(run.kind)
    for name in wanted(run.skill.checks.response, run.settings):
        if not (known[name].asks or known[name].of_task) and (found := await known[name].find(earlier, run)).problem:
            return {**other, "why": name, "finding": found.problem}
    return other


def settled(items: Items, run: SkillRun) -> Items:
    """The items with the best of several responses kept alone, and with rejected siblings as alternatives, both by setting."""
    groups: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        groups.setdefault(_task(item if isinstance(item, Record) else item.record), []).append(place)
    result = list(items)
    for places in groups.values():
        passed = sorted((p for p in places if isinstance(items[p], Record)), key=lambda p: _rank(items[p], run))
        if not passed:
            continue
        best, others = passed[0], passed[1:]
        if run.settings.feedback_rows:
            result[best] = _preferred(items[best], [items[p] for p in places if p != best], run)
        if run.settings.keep_responses == "best":
            for place in others:
                result[place] = _not_best(items[place], run.step)
    return result


def _task(record: Record) -> str:
    return digest(record.source.id, record.passage, record.instruction, record.options, record.tools, record.formal)


def _rank(item: Record | Reject, run: SkillRun) -> tuple[bool, float, int, str]:
    """Best first: what nobody has marked bad, by score, then the earlier sample."""
    record = item if isinstance(item, Record) else item.record
    return (record.id in run.marks.bad, -record.quality.get("score", 0), record.sample, record.id)


def _preferred(item: Record | Reject, siblings: Items, run: SkillRun) -> Record:
    assert isinstance(item, Record)
    failed = [
        worse(sibling.record, sibling.reason, sibling.detail, run)
        for sibling in siblings
        if isinstance(sibling, Reject) and sibling.record.messages
    ]
    score = item.quality.get("score")
    lower: list[Json] = [
        {"messages": sibling.messages, "why": LOWER_SCORE, **_score(sibling)}
        for sibling in siblings
        if isinstance(sibling, Record) and score is not None and score - sibling.quality.get("score", score) >= MARGIN
    ]
    return replace(item, alternatives=[*item.alternatives, *failed, *lower])


def _score(record: Record) -> Json:
    return {"score": record.quality["score"]} if "score" in record.quality else {}


def _not_best(item: Record | Reject, step: str) -> Record | Reject:
    if isinstance(item, Reject):
        return item
    return Reject(record=item, step=step, reason="not_the_best", detail="another response to the same task is better")
