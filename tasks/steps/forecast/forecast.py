"""What a run may take, told before it starts and while documents are read: calls, tokens and money of each step, and time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prompts import Skill
from tasks.records import Json
from tasks.settings import Settings
from tasks.steps.forecast.calls import (
    ANSWER_TOKENS,
    CHARACTERS_PER_TOKEN,
    LEAST,
    PROMPT_TOKENS,
    TYPICAL,
    calls_of,
    rows_of,
)
from tasks.steps.forecast.duration import Duration, duration
from tasks.steps.history import History, Measured
from tasks.steps.mix import Mix
from tasks.steps.ranges import Range, total
from tasks.steps.reading import Counts, Pieces
from tasks.steps.run import Run
from tasks.teacher.prices import Price

ACCEPTED = Range(0.3, 0.6, 1.2)
"""Accepted rows for each row that is asked for, where nothing was measured: some fall out, and edits are rows as well."""
_OF_JUDGE = {"verify": {"verify", "settle", "respond", "simulate"}}
"""Step -> agents that are the judge's, where another model judges."""
_STUDENT = "student"
"""Who the calls of a student count as."""


@dataclass(frozen=True)
class Prices:
    """What each voice costs; None where nobody knows."""

    teacher: Price | None
    judge: Price | None
    student: Price | None


@dataclass(frozen=True)
class Basis:
    """What a forecast goes by."""

    mix: Mix
    settings: Settings
    pieces: Pieces
    prices: Prices
    history: History


@dataclass(frozen=True)
class StepForecast:
    """What one step takes."""

    calls: Range
    prompt_tokens: Range
    answer_tokens: Range
    cost_usd: Range | None
    """None if the price of a model is unknown."""

    @property
    def tokens(self) -> Range:
        return total([self.prompt_tokens, self.answer_tokens])

    def by(self, factor: Range) -> StepForecast:
        """What it takes of so many times the pieces."""
        cost = self.cost_usd and self.cost_usd.by(factor)
        return StepForecast(self.calls.by(factor), self.prompt_tokens.by(factor), self.answer_tokens.by(factor), cost)

    def told(self) -> Json:
        """As a manifest has it."""
        cost = None if self.cost_usd is None else self.cost_usd.told(6)
        return {"calls": self.calls.told(), "tokens": self.tokens.told(), "cost_usd": cost}


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
    rows = [(skill.name, rows_of(skill, basis.settings, counts)) for skill, counts in asked]
    shares = [(basis.history.accepted(name), number) for name, number in rows]
    accepted = total(share * number for share, number in shares if share) if all(s for s, _ in shares) else None
    number = sum(number for _, number in rows)
    if wanted and number:
        brought = accepted or ACCEPTED * number
        needed = Range(wanted / brought.high, wanted / brought.likely, wanted / brought.low)
        steps = {name: step.by(needed) for name, step in steps.items()}
    whole = together(steps.values())
    return Forecast(
        steps=steps,
        rows=number,
        accepted=accepted if rows else None,
        measured=sum(any(name in run["skills"] for name, _ in rows) for run in basis.history.runs),
        duration=duration(whole.calls, whole.tokens, len(steps), basis.settings, basis.history),
    )


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


def of_skill(skill: Skill, counts: Counts, basis: Basis) -> dict[str, StepForecast]:
    """What one skill's pieces take, step by step."""
    most, usual = (calls_of(skill, basis.settings, counts, share) for share in (1.0, TYPICAL))
    return {
        step: _step(step, most[step], usual[step], counts, basis, basis.history.of(skill.name, step)) for step in most
    }


@dataclass(frozen=True)
class _Part:
    """One agent's part of a step's calls."""

    share: float
    prompt: float
    answer: float
    price: Price | None


def _step(
    step: str, most: dict[str, int], usual: dict[str, int], counts: Counts, basis: Basis, measured: Measured | None
) -> StepForecast:
    """What a step takes: as measured, else as the settings ask for."""
    if basis.settings.student_model and "solve" in most:
        most, usual = ({**calls, _STUDENT: calls["solve"]} for calls in (most, usual))
    asked = sum(most.values())
    calls = measured.share * asked if measured else Range(sum(usual.values()) * LEAST[step], sum(usual.values()), asked)
    length = counts.characters / max(1, counts.pieces)
    parts = [_part(step, agent, number / asked, length, basis) for agent, number in most.items() if number]
    prompt, answer = sum(part.share * part.prompt for part in parts), sum(part.share * part.answer for part in parts)
    longer = terser = 1.0
    if measured and parts:
        more = (length - measured.piece_characters) / CHARACTERS_PER_TOKEN
        longer, terser = max(1.0, measured.prompt_tokens + more) / prompt, measured.answer_tokens / answer
    costs = [part.share * part.price.cost(part.prompt * longer, part.answer * terser) for part in parts if part.price]
    known = len(costs) == len(parts)
    return StepForecast(
        calls, calls * (prompt * longer), calls * (answer * terser), calls * sum(costs) if known else None
    )


def _part(step: str, agent: str, share: float, length: float, basis: Basis) -> _Part:
    """An agent's share of a step's calls, how long they are, and what they cost: less in a batch."""
    settings, prices = basis.settings, basis.prices
    judged = (settings.judge_model or settings.judge_base_url) and agent in _OF_JUDGE.get(step, ())
    price = prices.student if agent == _STUDENT else prices.judge if judged else prices.teacher
    if price and step in settings.batched:
        price = price.model_copy(update={"input": price.input * price.batch, "output": price.output * price.batch})
    of = "solve" if agent == _STUDENT else agent
    return _Part(share, PROMPT_TOKENS[of] + length / CHARACTERS_PER_TOKEN, ANSWER_TOKENS[of], price)


def together(steps: Iterable[StepForecast]) -> StepForecast:
    """Several steps as one."""
    parts = list(steps)
    costs = [part.cost_usd for part in parts if part.cost_usd is not None]
    return StepForecast(
        total(part.calls for part in parts),
        total(part.prompt_tokens for part in parts),
        total(part.answer_tokens for part in parts),
        total(costs) if len(costs) == len(parts) else None,
    )
