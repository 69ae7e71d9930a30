"""A run at one moment, for tests of how it is told."""

from __future__ import annotations

from typing import Any

from flows.telling.progress import Snapshot, StepNow
from tasks.steps.forecast import Forecast, StepForecast
from tasks.steps.ranges import Range
from tasks.teacher.batches import Batched
from tasks.teacher.limiter import Traffic
from tasks.teacher.usage import Taken

STEPS = {"transform": "passages", "instruct": "", "refine": "instructions", "respond": "", "verify": "accepted"}

STEP = StepForecast(Range(10, 30, 40), Range(4_000, 12_000, 16_000), Range(500, 1_500, 2_000), Range(0.1, 0.2, 0.3))


def snapshot(**other: Any) -> Snapshot:
    """A run half way, with what is given instead."""
    steps = tuple(
        StepNow(name, makes, 6 - place, 10 - place, place, 1 - place / 10, Taken(made=20), 40)
        for place, (name, makes) in enumerate(STEPS.items())
    )
    facts: dict[str, Any] = {
        "skill": "reading_comprehension",
        "teacher": "model-1",
        "total": 12,
        "reading": False,
        "finished": 2,
        "failed": 0,
        "steps": steps,
        "rejected": {"unsuitable": 2, "duplicate": 9},
        "usage": Taken(made=1200, replayed=3, failed=4, prompt_tokens=5000, completion_tokens=600),
        "last_fault": "http_429",
        "parts": {"refine": {"model-1": Taken(made=5, cost_usd=0.25).told()}, "greeting": {"m": Taken().told()}},
        "spent": 0.25,
        "earlier": 0.5,
        "forecast": Forecast(dict.fromkeys(STEPS, STEP), rows=24),
        "traffic": traffic(active=8, waiting={"refine": 3, "verify": 1}, held="places", oldest=37),
        "beside": {},
        "away": 0.0,
        "batched": Batched(),
        "failing": 0,
        "stopped": "",
        "rate": 2.5,
        "token_rate": 700.0,
        "elapsed": 3700,
        "seconds_left": 600,
    }
    return Snapshot(**{**facts, **other})


def traffic(**other: Any) -> Traffic:
    """Nobody on the way and nobody waiting, with what is given instead."""
    facts: dict[str, Any] = {
        "active": 0,
        "limit": 8,
        "most": 8,
        "waiting": {},
        "held": "",
        "rate": None,
        "queues": False,
    }
    facts |= {"paused": 0, "down": 0, "left": 0, "why": "", "oldest": 0}
    return Traffic(**{**facts, **other})
