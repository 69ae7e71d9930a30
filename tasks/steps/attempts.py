"""All attempts at a run directory: what each asked for and how it ended, killed ones included.

The file is written every few seconds while an attempt goes on, under the directory's lock: an attempt without an end whose lock
is free was killed.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from tasks.records import Json
from tasks.records.store import Store
from tasks.teacher import Teacher
from tasks.teacher.usage import COUNTS, together

FILE = "attempts.json"
COMPLETE, UNFINISHED, STOPPED, FAILED, KILLED = "complete", "unfinished", "stopped", "failed", "killed"
"""How an attempt may end: with all, with some of it missing, on request or for a reason told, by an error, in silence."""


class Attempts:
    """The attempts at a directory, of which the last is the one under way. Its lock is held."""

    def __init__(self, store: Store, teacher: Teacher) -> None:
        self._store, self._teacher = store, teacher
        self._writing = threading.Lock()
        self._started, self._began = datetime.now(UTC), time.monotonic()
        known = (store.read_json(FILE) or {}).get("attempts", [])
        self._earlier: list[Json] = [{**attempt, "ended": attempt["ended"] or KILLED} for attempt in known]
        self.ended = ""
        """How the one under way ended; empty while it goes on."""

    def write(self) -> None:
        """Keep what is known now; durable on return."""
        with self._writing:
            self._store.write_json(FILE, {"attempts": self._all()})

    def told(self) -> list[Json]:
        """Each attempt, oldest first: when it started, seconds, calls, tokens, cost and how it ended."""
        return [{name: fact for name, fact in attempt.items() if name != "by_step"} for attempt in self._all()]

    def calls(self) -> Json:
        """Calls, tokens and cost of all attempts together, and by step and model."""
        attempts = self._all()
        parts: dict[str, dict[str, list[Json]]] = {}
        for attempt in attempts:
            for step, models in attempt["by_step"].items():
                for model, part in models.items():
                    parts.setdefault(step, {}).setdefault(model, []).append(part)
        by_step = {step: {name: together(of) for name, of in models.items()} for step, models in parts.items()}
        return {**together(attempts), "by_step": by_step}

    def earlier_cost(self) -> float | None:
        """US dollars of the attempts before; None if they are unknown."""
        cost: float | None = together(self._earlier)["cost_usd"]
        return cost

    def _all(self) -> list[Json]:
        return [*self._earlier, self._under_way()]

    def _under_way(self) -> Json:
        usage, cost = self._teacher.usage, self._teacher.cost()
        return {
            "started": self._started.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - self._began, 1),
            **{name: getattr(usage, name) for name in COUNTS},
            "cost_usd": None if cost is None else round(cost, 6),
            "ended": self.ended,
            "by_step": usage.by_step(),
        }
