"""What one step takes of one skill's pieces: as earlier runs measured it, else as the settings ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prompts import Skill
from tasks.records import Json
from tasks.settings import ALL_STEPS, Settings
from tasks.steps.forecast.calls import ANSWER_TOKENS, CHARACTERS_PER_TOKEN, LEAST, PROMPT_TOKENS, TYPICAL, calls_of
from tasks.steps.history import History, Measured
from tasks.steps.mix import Mix
from tasks.steps.ranges import Range, total
from tasks.steps.reading import Counts, Pieces
from tasks.teacher.prices import Price

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
    if price and settings.batched & {step, ALL_STEPS}:
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
