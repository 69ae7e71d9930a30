"""What the endpoint counts, and what it notes of each request."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass, field, fields

from tasks.records import Json

PLANTED_KEPT = 100_000


@dataclass(slots=True)
class Visit:
    """One request, as it stands in the `--record` file; times are of the machine's monotonic clock, in seconds."""

    arrival: float
    departure: float = 0.0
    latency: float = 0.0
    """What was drawn for it; 0 if it was turned away at once."""
    key: str = ""
    """Hash of the request's body."""
    agent: str = ""
    """Name of the schema asked for, or `text`."""
    status: int = 0
    """HTTP status; 0 if none was sent, or only a wire that broke."""
    fault: str | None = None
    defect: str | None = None
    gone: bool = False
    """The client hung up before the answer."""

    def row(self) -> Json:
        return asdict(self)


@dataclass(slots=True)
class Stats:
    """Counts since the start or the last reset: requests = answered + faults + refused + gone + in_flight."""

    requests: int = 0
    answered: int = 0
    """Completions without a fault, with or without a defect."""
    refused: int = 0
    """400 for what is malformed or not supported."""
    gone: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)
    agents: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    max_in_flight: int = 0
    first_arrival: float | None = None
    last_departure: float | None = None
    latency_sum: float = 0.0
    latency_max: float = 0.0
    planted: deque[Json] = field(default_factory=lambda: deque(maxlen=PLANTED_KEPT))
    """The newest defects: kind, agent, key, and marker, where and value as `defects.Planted` has them."""

    def arrived(self, now: float) -> None:
        self.requests += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        self.first_arrival = now if self.first_arrival is None else self.first_arrival

    def departed(self, visit: Visit) -> None:
        self.in_flight -= 1
        self.last_departure = visit.departure
        self.latency_sum += visit.latency
        self.latency_max = max(self.latency_max, visit.latency)
        self.agents[visit.agent] += 1
        if visit.fault:
            self.faults[visit.fault] += 1
        elif visit.gone:
            self.gone += 1
        elif visit.status == 200:
            self.answered += 1
            self.defects.update([visit.defect] if visit.defect else [])
        else:
            self.refused += 1

    def as_json(self) -> Json:
        # asdict cannot copy a Counter.
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {**values, "planted": list(self.planted)}
