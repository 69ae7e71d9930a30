"""How long a run takes: from how many calls may be under way and how long one takes, as earlier runs measured it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from tasks.records import Json
from tasks.settings import Settings
from tasks.steps.history import History
from tasks.steps.ranges import Range

IN_A_ROW = 2.0
"""Calls of a step that wait for each other, about: the last record of a run goes through all of them alone."""


@dataclass(frozen=True)
class Duration:
    """Seconds; None where nobody can tell."""

    low: float | None = None
    high: float | None = None
    why: str = "no call to this model has been timed"
    """What it goes by, or why nobody can tell."""

    def told(self) -> Json:
        """As a manifest has it."""
        return {name: round(value) if isinstance(value, float) else value for name, value in asdict(self).items()}


def duration(calls: Range, tokens: Range, steps: int, settings: Settings, history: History) -> Duration:
    """The time that so many calls with so many tokens take."""
    if settings.batched:
        return Duration(
            why="a provider answers batches when it likes: within 24 hours each, and each step waits for one"
        )
    minutes = [calls.low / settings.rpm if settings.rpm else 0.0, tokens.low / settings.tpm if settings.tpm else 0.0]
    bound = 60 * max(minutes)
    if not history.timed:
        return Duration(low=bound, why=f"{Duration.why}: --rpm or --tpm alone set a bound") if bound else Duration()
    fastest = settings.max_concurrency / history.latency if history.latency else 0.0
    usual = min(fastest, history.rate) or fastest
    if not usual:
        return Duration()
    at_most = 60 * max(
        calls.high / settings.rpm if settings.rpm else 0.0, tokens.high / settings.tpm if settings.tpm else 0.0
    )
    alone = IN_A_ROW * steps * history.latency
    why = f"{history.latency:.1f} s a call, measured over {history.timed:,} calls; at most {settings.max_concurrency} at once"
    return Duration(max(calls.low / fastest, bound) + alone, max(calls.high / usual, at_most) + alone, why)
