"""Several responses to one task: which is kept, and which pairs of a better and a worse one they make."""

from __future__ import annotations

from dataclasses import replace

from tasks.agents.kind import SkillRun
from tasks.records import Record, Reject, digest
from tasks.steps.step import Items

MUCH_BETTER = 2
"""Points of the judge's score between two accepted responses that make them a pair."""


def settled(items: Items, run: SkillRun) -> Items:
    """The items with the best of several responses kept alone, and with rejected siblings as alternatives, both by setting."""
    groups: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        groups.setdefault(_task(item if isinstance(item, Record) else item.record), []).append(place)
    result = list(items)
    for places in groups.values():
        passed = sorted((p for p in places if isinstance(items[p], Record)), key=lambda p: _rank(items[p]))
        if not passed:
            continue
        best, others = passed[0], passed[1:]
        if run.settings.preference_pairs:
            result[best] = _preferred(items[best], [items[p] for p in places if p != best])
        if run.settings.keep_responses == "best":
            for place in others:
                result[place] = _not_best(items[place], run.step)
    return result


def _task(record: Record) -> str:
    return digest(record.source.id, record.passage, record.instruction, record.options, record.tools, record.formal)


def _rank(item: Record | Reject) -> tuple[float, float, int, str]:
    """Best first: by score, by agreement, then the earlier sample."""
    record = item if isinstance(item, Record) else item.record
    return (-record.quality.get("score", 0), -record.quality.get("agreement", 0), record.sample, record.id)


def _preferred(item: Record | Reject, siblings: Items) -> Record:
    assert isinstance(item, Record)
    worse = [
        {"messages": sibling.record.messages, "why": sibling.reason}
        for sibling in siblings
        if isinstance(sibling, Reject) and sibling.record.messages
    ]
    score = item.quality.get("score")
    worse += [
        {"messages": sibling.messages, "why": "a lower score"}
        for sibling in siblings
        if isinstance(sibling, Record)
        and score is not None
        and score - sibling.quality.get("score", score) >= MUCH_BETTER
    ]
    return replace(item, alternatives=[*item.alternatives, *worse])


def _not_best(item: Record | Reject, step: str) -> Record | Reject:
    if isinstance(item, Reject):
        return item
    return Reject(record=item, step=step, reason="not_the_best", detail="another response to the same task is better")
