"""What a run may take, told before it starts and while documents are read: calls, tokens and money of each step, and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tasks.records import Json
from tasks.steps.forecast.calls import rows_of
from tasks.steps.forecast.duration import Duration, duration
from tasks.steps.forecast.step import Basis, Prices, StepForecast, of_skill, together
from tasks.steps.history import History
from tasks.steps.ranges import Range, total
from tasks.steps.reading import Counts, Pieces
from tasks.steps.run import Run

ACCEPTED = Range(0.3, 0.6, 1.2)
"""Accepted rows for each row that is asked for, where nothing was measured: some fall out, and edits are rows as well."""
FEWEST = 0.02
"""The same where earlier runs brought none."""


@dataclass(frozen=True)
class Forecast:
    """What a run takes, if little has to be asked again; calls that the ledger can answer are among those counted."""

    steps: dict[str, StepForecast]
    rows: int
    """Rows that the settings ask for, before refinement makes more of them."""
    accepted: Range | None = None
    """Rows that will be accepted; None where nothing was measured."""
    measured: int = 0
    """Earlier runs that it goes by; else by what the settings ask for at most."""
    duration: Duration = field(default_factory=Duration)

    @property
    def whole(self) -> StepForecast:
        """All steps together."""
        return together(self.steps.values())

    @property
    def brought(self) -> Range:
        """Accepted rows that the documents bring, as measured or as is usual."""
        return _brought(self.accepted, self.rows)

    @property
    def calls(self) -> int:
        """Calls at most."""
        return sum(self.by_step.values())

    @property
    def tokens(self) -> int:
        """Tokens at most."""
        return round(self.whole.tokens.high)

    @property
    def cost_usd(self) -> float | None:
        """US dollars at most."""
        cost = self.whole.cost_usd
        return None if cost is None else cost.high

    @property
    def typical(self) -> int:
        """Calls that are likely."""
        return round(self.whole.calls.likely)

    @property
    def by_step(self) -> dict[str, int]:
        """Calls at most, by step."""
        return {name: round(step.calls.high) for name, step in self.steps.items()}

    def told(self) -> Json:
        """The forecast as a manifest has it: what is at most expected, and each step with its range."""
        return {
            "calls": self.calls,
            "tokens": self.tokens,
            "cost_usd": None if self.cost_usd is None else round(self.cost_usd, 6),
            "typical": self.typical,
            "rows": self.rows,
            "by_step": self.by_step,
            "steps": {name: step.told() for name, step in self.steps.items()},
            "whole": self.whole.told(),
            "accepted": self.accepted.told() if self.accepted else None,
            "measured": self.measured,
            "seconds": self.duration.told(),
        }

    def beside(self, facts: Mapping[str, Json]) -> Json:
        """The same with what each step, and all of them, came to: `facts` as a manifest tells of its steps."""
        told = self.told()
        costs = [each["cost_usd"] for each in facts.values()]
        whole = {
            name: sum(each[name] for each in facts.values()) for name in ("calls", "prompt_tokens", "completion_tokens")
        }
        parts = {**{name: (told["steps"].get(name), each) for name, each in facts.items()}}
        for said, came in (
            *parts.values(),
            (told["whole"], {**whole, "cost_usd": None if None in costs else sum(costs)}),
        ):
            tokens = came["prompt_tokens"] + came["completion_tokens"]
            for name, fact in (("calls", came["calls"]), ("tokens", tokens), ("cost_usd", came["cost_usd"])):
                if said and said[name]:
                    said[name]["fact"] = fact
        return told

    def __str__(self) -> str:
        cost = "cost unknown" if self.cost_usd is None else f"about ${self.cost_usd:.2f}"
        return (
            f"About {self.typical:,} calls; at most about {self.calls:,} calls, {self.tokens:,} tokens, {cost}; "
            "what the ledger holds is not asked again."
        )


def forecast(run: Run, done: Mapping[str, int] | None = None) -> Forecast:
    """The forecast for the pieces that the documents came to, as far as they have been read; or for so many of each skill."""
    pieces = run.pieces if done is None else counted(run.pieces, done)
    prices = Prices(
        *(voice.price if voice else None for voice in (run.teacher, run.teacher.judge, run.teacher.student))
    )
    return forecast_by(Basis(run.mix, run.settings, pieces, prices, run.session.history))


def forecast_by(basis: Basis, wanted: int = 0) -> Forecast:
    """The forecast that a basis gives: for all its pieces, or for as many as bring the accepted rows that are wanted."""
    asked = [(basis.mix.skills[name], counts) for name, counts in expected(basis.pieces)]
    parts = [of_skill(skill, counts, basis) for skill, counts in asked]
    steps = {name: together(part[name] for part in parts) for name in (parts[0] if parts else ())}
    rows = {skill.name: rows_of(skill, basis.settings, counts) for skill, counts in asked}
    number, accepted = sum(rows.values()), _accepted(rows, basis.history)
    if wanted and number:
        brought = _brought(accepted, number)
        needed = Range(wanted / brought.high, wanted / brought.likely, wanted / brought.low)
        steps = {name: step.by(needed) for name, step in steps.items()}
    whole = together(steps.values())
    return Forecast(
        steps=steps,
        rows=number,
        accepted=accepted,
        measured=sum(bool(rows.keys() & run["skills"].keys()) for run in basis.history.runs),
        duration=duration(whole.calls, whole.tokens, len(steps), basis.settings, basis.history),
    )


def _accepted(rows: Mapping[str, int], history: History) -> Range | None:
    """How many of these rows will be accepted; None where a skill was not measured."""
    shares = {name: history.accepted(name) for name in rows}
    measured = [share * rows[name] for name, share in shares.items() if share]
    return total(measured) if measured and len(measured) == len(shares) else None


def _brought(accepted: Range | None, rows: int) -> Range:
    """Accepted rows that come of so many: as measured, and never none, or as is usual."""
    found = accepted or ACCEPTED * rows
    return Range(*(max(value, FEWEST * rows) for value in (found.low, found.likely, found.high)))


def counted(pieces: Pieces, number: Mapping[str, int]) -> Pieces:
    """As if there were so many pieces of each skill, as long as those that there are."""
    by_skill = {
        name: Counts(number[name], round(counts.characters * number[name] / counts.pieces))
        for name, counts in list(pieces.by_skill.items())
        if number.get(name) and counts.pieces
    }
    return Pieces(by_skill=by_skill, all_read=True)


def expected(pieces: Pieces) -> list[tuple[str, Counts]]:
    """The pieces that each skill will have been dealt: while documents are read, as if the others were like those before."""
    more = 1 / pieces.share
    return [
        (name, Counts(round(counts.pieces * more), round(counts.characters * more)))
        for name, counts in list(pieces.by_skill.items())
    ]
