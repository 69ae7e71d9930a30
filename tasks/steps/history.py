"""What earlier runs of a model came to, as the ledger has it, and what that says about the next one."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.records import Json
from tasks.steps.ranges import Range

SPREAD = 0.25
"""How far a run may be from the earlier ones, each way."""


@dataclass(frozen=True)
class Measured:
    """What a step took in earlier runs of one skill."""

    share: Range
    """Of the calls that the settings ask for at most."""
    prompt_tokens: float
    """Of a call."""
    answer_tokens: float
    piece_characters: float
    """How long the pieces were that these tokens are of."""


@dataclass(frozen=True)
class History:
    """Complete runs of one model, as :func:`tasks.publish.outcome.outcome` tells of each."""

    runs: tuple[Json, ...] = ()

    def of(self, skill: str, step: str) -> Measured | None:
        """What the step took of the skill; None where it was never asked for."""
        known = [run["skills"][skill] for run in self.runs if skill in run["skills"]]
        parts = [each["steps"][step] for each in known if each["steps"].get(step, {}).get("calls")]
        if not parts:
            return None
        calls, most = (sum(part[name] for part in parts) for name in ("calls", "most"))
        shares = [part["calls"] / max(1, part["most"]) for part in parts]
        pieces, characters = (sum(each[name] for each in known) for name in ("pieces", "characters"))
        return Measured(
            share=Range(min(shares) * (1 - SPREAD), calls / max(1, most), max(shares) * (1 + SPREAD)),
            prompt_tokens=sum(part["prompt_tokens"] for part in parts) / calls,
            answer_tokens=sum(part["completion_tokens"] for part in parts) / calls,
            piece_characters=characters / max(1, pieces),
        )

    def accepted(self, skill: str) -> Range | None:
        """Accepted rows for each row that the settings ask for."""
        known = [run["skills"][skill] for run in self.runs if run["skills"].get(skill, {}).get("rows")]
        shares = [each["accepted"] / each["rows"] for each in known]
        if not shares:
            return None
        mean = sum(each["accepted"] for each in known) / sum(each["rows"] for each in known)
        return Range(min(shares) * (1 - SPREAD), mean, max(shares) * (1 + SPREAD))

    @property
    def timed(self) -> int:
        """How many calls were timed."""
        return sum(run["timed"] for run in self.runs)

    @property
    def latency(self) -> float:
        """Seconds a call; 0 where none was timed."""
        return sum(run["call_seconds"] for run in self.runs) / self.timed if self.timed else 0.0

    @property
    def rate(self) -> float:
        """Calls a second of whole runs, their beginning and end included; 0 where none was timed."""
        seconds = sum(run["seconds"] for run in self.runs if run["timed"])
        return self.timed / seconds if seconds else 0.0


NO_HISTORY = History()
