"""What a step's manifest says of one shard: records in and out, rejects by reason, calls and what they took, repairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tasks.records import Json, Record, Reject
from tasks.steps.again import is_made_again

Calls = dict[str, Json]
"""Events by call: what several records share was paid for once."""


def counts(
    step: str, records: Sequence[Record], done: Iterable[Sequence[Record | Reject]], items: Sequence[Record | Reject]
) -> Json:
    """How many went in and came out, why the others fell out, what this step's calls took, what was repaired."""
    events = [(item, _events(step, item)) for item in items]
    calls: Calls = {event["call"]: event for _, own in events for event in own if event.get("call")}
    return {
        "records_in": len(records),
        "records_out": sum(isinstance(item, Record) for item in items),
        "inputs_without_output": sum(not any(isinstance(i, Record) for i in result) for result in done),
        "rejected": dict(sorted(Counter(item.reason for item in items if isinstance(item, Reject)).items())),
        **_taken(calls),
        "calls_by": dict(sorted(Counter(str(event.get("agent", "")) for event in calls.values()).items())),
        "repairs": _repairs(events),
        "repaired": _taken({call: event for call, event in calls.items() if event.get("repair")}),
        "solutions": _taken({call: event for call, event in calls.items() if event.get("solution")}),
        "goals": _goals(events),
    }


def _events(step: str, item: Record | Reject) -> list[Json]:
    record = item if isinstance(item, Record) else item.record
    return [event for event in record.lineage if event.get("step") == step]


def _taken(calls: Calls) -> Json:
    costs = [event["cost_usd"] for event in calls.values()]
    return {
        "calls": len(calls),
        "prompt_tokens": sum(event["prompt_tokens"] for event in calls.values()),
        "completion_tokens": sum(event["completion_tokens"] for event in calls.values()),
        "cost_usd": None if None in costs else round(sum(costs), 6),
    }


def _repairs(events: Iterable[tuple[Record | Reject, list[Json]]]) -> Json:
    """Check -> how often what failed it was given back, and how often the step's outcome is a record that passes it."""
    tried: dict[tuple[str, int], str] = {}
    mended: set[tuple[str, int]] = set()
    for item, own in events:
        last: dict[str, tuple[str, int]] = {}
        for event in own:
            if check := event.get("repair"):
                last[check] = (event["call"], event["item"])
                tried[last[check]] = check
        mended |= set(last.values()) if isinstance(item, Record) else set()
    tries, successes = Counter(tried.values()), Counter(tried[each] for each in mended)
    return {check: {"tries": n, "mended": successes[check]} for check, n in sorted(tries.items())}


def _goals(events: Iterable[tuple[Record | Reject, list[Json]]]) -> Json:
    """Goal -> how many edits towards it were tried, or refused for want of a suggestion, and how many stayed.

    Edits of what a mark asked for are no part of it: the draws of later shards follow these counts, and would all change.
    """
    tried: dict[tuple[str, str], str] = {}
    kept: set[tuple[str, str]] = set()
    for item, own in events:
        if is_made_again(item if isinstance(item, Record) else item.record):
            continue
        edits = [(event["call"], event.get("suggestion", "")) for event in own if event.get("goal")]
        tried |= dict(zip(edits, (event["goal"] for event in own if event.get("goal")), strict=True))
        # The last of them is the edit that made the item; those before made what it was made of.
        kept |= set(edits[-1:]) if isinstance(item, Record) and edits[-1:] and edits[-1][1] else set()
    tries, stayed = Counter(tried.values()), Counter(tried[edit] for edit in kept)
    return {goal: {"tries": n, "kept": stayed[goal]} for goal, n in sorted(tries.items())}
