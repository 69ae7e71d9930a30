"""The event that a run ends with, for automations: what it brought and cost, in its payload and as labels that one can match.

An automation of Prefect matches labels by their text and compares no numbers, so the event says of some amounts whether it is
beyond them: `agentinstruct.cost.above.10: "yes"`.
"""

from __future__ import annotations

from prefect.events import emit_event

from flows.telling.story import say
from tasks.records import Json
from tasks.records.store import Store

FINISHED = "agentinstruct.run.finished"
COSTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""US dollars of one attempt that an automation can be set to."""
YIELDS = (1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90)
"""Percent of the rows that were asked for."""


def tell(manifest: Json, store: Store) -> None:
    """Emit the event of a run that has ended; one that cannot be sent is told in the log and costs the run nothing."""
    try:
        emit_event(FINISHED, labels(manifest, store), payload=payload(manifest))
    except Exception as problem:
        say(f"The event {FINISHED} was not sent ({type(problem).__name__}); no alert comes of this run.", warn=True)


def payload(manifest: Json) -> Json:
    """Counts alone."""
    last = manifest["attempts"][-1]
    return {
        "ended": last["ended"],
        "skill": manifest["skill"],
        "accepted": manifest["accepted"],
        "asked_for": manifest["forecast"]["rows"],
        "yield_percent": round(_percent(manifest), 1),
        "rejected": manifest["rejected"],
        "unfinished": manifest["unfinished"],
        "calls": last["made"],
        "tokens": last["prompt_tokens"] + last["completion_tokens"],
        "cost_usd": last["cost_usd"],
        "seconds": last["seconds"],
    }


def labels(manifest: Json, store: Store) -> dict[str, str]:
    """The output as the event's resource, and what an automation can match."""
    cost, percent = manifest["attempts"][-1]["cost_usd"], _percent(manifest)
    return {
        "prefect.resource.id": f"agentinstruct.output.{store.identity}",
        "prefect.resource.name": manifest["skill"],
        "agentinstruct.ended": manifest["attempts"][-1]["ended"],
        **{f"agentinstruct.cost.above.{amount}": _said(cost is not None and cost > amount) for amount in COSTS},
        **{f"agentinstruct.yield.below.{amount}": _said(percent < amount) for amount in YIELDS},
    }


def _percent(manifest: Json) -> float:
    """Rows that came out, in percent of those that were asked for."""
    asked = manifest["forecast"]["rows"]
    return 100 * manifest["accepted"] / asked if asked else 100.0


def _said(holds: bool) -> str:
    return "yes" if holds else "no"
