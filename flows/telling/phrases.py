"""How figures are said: money, time, rejects, why calls wait."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tasks.publish.report.figures import short
from tasks.records import Json
from tasks.teacher.batches import Batched
from tasks.teacher.limiter import Traffic


def money(cost: float | None) -> str:
    if cost is None:
        return "cost unknown"
    return f"${cost:.2f}" if cost >= 10 else f"${cost:.4f}"


def foretold(forecast: Json) -> str:
    """What a run was thought to take, from least to most, and what it came to."""
    shown = {"calls": short, "tokens": short, "cost_usd": money}
    told = []
    for name, said in forecast["whole"].items():
        if said:
            low, high, fact = (
                each if each is None else shown[name](each) for each in map(said.get, ("low", "high", "fact"))
            )
            told.append(f"{name.removesuffix('_usd')} {low} – {high}" + (f", came to {fact}" if fact else ""))
    return "; ".join(told)


def clock(seconds: float) -> str:
    """Minutes and seconds, or hours, minutes and seconds."""
    whole = int(seconds)
    minutes = f"{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 3600}:{minutes}" if whole >= 3600 else minutes.removeprefix("0")


def number(count: int, noun: str, plural: str = "s") -> str:
    """How many there are: the noun, with its plural's ending for any number but one."""
    return f"{count:,} {noun}{'' if count == 1 else plural}"


def by_reason(counts: Mapping[str, int]) -> str:
    """Reasons, the commonest first."""
    return ", ".join(f"{reason} {count:,}" for reason, count in sorted(counts.items(), key=lambda r: (-r[1], r[0])))


def why_waiting(traffic: Traffic, failing: int, last_fault: str) -> str:
    """Why calls wait; empty where they need not."""
    if traffic.held == "down":
        down = f"the endpoint has been down for {clock(traffic.down)} ({traffic.why}) and is tried now and then"
        return f"{down}; given up in {clock(traffic.left)}" if traffic.left < math.inf else down
    if traffic.paused:
        return f"the endpoint asked for a wait ({traffic.why or 'Retry-After'}), {clock(traffic.paused)} to go"
    if failing:
        tried = "is" if failing == 1 else "are"
        return f"{number(failing, 'call')} {tried} tried again in a moment (last: {last_fault})"
    if waiting := sum(traffic.waiting.values()):
        steps = ", ".join(f"{step} {count:,}" for step, count in traffic.waiting.items())
        return f"{_held(traffic)}, {number(waiting, 'call')} waiting ({steps})"
    return ""


def in_batches(batched: Batched) -> str:
    """What goes through the provider's Batch API; empty where nothing does."""
    sent, gathers = "", f"{number(batched.gathering, 'call')} waiting for a batch" if batched.gathering else ""
    if batched.batches:
        batches = number(batched.batches, "batch", "es")
        which = "the oldest submitted" if batched.batches > 1 else "submitted"
        sent = f"{number(batched.calls, 'call')} in {batches}, {which} {clock(batched.oldest)} ago"
    return ", ".join(filter(None, [sent, gathers]))


def _held(traffic: Traffic) -> str:
    """Why no more calls go."""
    why = {
        "rate": f"the endpoint takes about {traffic.rate or 0:.3g} calls a second",
        "rpm": "rpm is reached",
        "tpm": "tpm is reached",
        "told": "the endpoint says that its limit is used up for the moment",
    }
    places = f"all {traffic.limit} places are taken"
    if traffic.limit < traffic.most:
        places += f", of at most {traffic.most}"
    return why.get(traffic.held) or places + (": the endpoint queues what is more" if traffic.queues else "")
