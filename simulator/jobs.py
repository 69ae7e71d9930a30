"""Jobs of many requests, as both Batch APIs have them: under way for a while, and what can go wrong with one.

| fault              | what becomes of the job                                             |
|--------------------|---------------------------------------------------------------------|
| `job_failed`       | it fails as a whole when it is validated                            |
| `queue_full`       | the same, for more tokens than the account may have in its queue    |
| `part_failed`      | every third request of it ends in an error of the server            |
| `part_expired`     | its time is up when half of its requests are answered               |
| `cancelled`        | somebody cancels it when half of its requests are answered          |
| `accepted_unheard` | it is accepted, and the connection dies before the client hears it  |
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator import answers, latency, plan
from tasks.records import Json, rng

FAULTS = ("job_failed", "queue_full", "part_failed", "part_expired", "cancelled", "accepted_unheard")

InBatch = Callable[[bytes, Json], tuple[int, Any]]
"""From a request, and the bytes that it came in, to status and body of its answer."""


@dataclass(frozen=True)
class Request:
    """A request of a job: its name, the bytes that it came in, and what it asks."""

    name: str
    raw: bytes
    body: Json


@dataclass(frozen=True)
class Result:
    """What became of a request: its answer, or that it was never made."""

    request: Request
    end: Literal["answered", "expired", "cancelled"]
    status: int = 0
    body: Any = None


@dataclass
class Job:
    id: str
    requests: list[Request]
    created: float
    fault: str | None
    results: list[Result] | None = None
    """None while it is under way."""


@dataclass
class Jobs:
    """The jobs of one endpoint; `answer` answers their requests when they end."""

    answer: InBatch
    all: dict[str, Job] = field(default_factory=dict)
    """In their order."""
    _had: Counter[str] = field(default_factory=Counter)
    _answered: Counter[str] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def configure(self, took: str, wrong: str, seed: int) -> None:
        """How long jobs take, those under way too, and what goes wrong with new ones; LatencyError or PlanError."""
        self._latency, self._faults, self._seed = latency.parse(took), plan.parse(wrong, FAULTS, {}), seed

    def reset(self) -> None:
        """Forget what was answered and went wrong; the jobs stay."""
        self._answered.clear()
        self._had.clear()

    def counts(self) -> Json:
        """Jobs, what went wrong with them, and requests by how often they were answered, by name."""
        often = Counter(self._answered.values())
        return {"jobs": len(self.all), "faults": self._had, "answered": {str(n): often[n] for n in often}}

    def create(self, prefix: str, requests: list[Request]) -> Job:
        name = f"{prefix}_{next(self._numbers)}"
        fault = self._faults.draw(rng(self._seed, "batch", name).random(), lambda _: True)
        self._had.update([fault] if fault else [])
        self.all[name] = Job(name, requests, time.time(), fault)
        return self.all[name]

    def look(self, name: str) -> Job | None:
        """The job as it is by now."""
        job = self.all.get(name)
        if job and job.results is None and time.time() >= job.created + self._latency(self._seed, job.id):
            job.results = [] if job.fault in ("job_failed", "queue_full") else [*self._results(job)]
        return job

    def _results(self, job: Job) -> Iterator[Result]:
        for number, request in enumerate(job.requests):
            if job.fault in ("part_expired", "cancelled") and number >= len(job.requests) / 2:
                yield Result(request, "expired" if job.fault == "part_expired" else "cancelled")
            elif job.fault == "part_failed" and number % 3 == 0:
                yield Result(request, "answered", 500, answers.error("The server had an error.", kind="server_error"))
            else:
                status, body = self.answer(request.raw, request.body)
                self._answered[request.name] += status == 200
                yield Result(request, "answered", status, body)
