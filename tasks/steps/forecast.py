"""What a run may cost, told before it starts: an upper estimate from the settings and the size of the documents."""

from __future__ import annotations

from dataclasses import dataclass

from prompts import Skill
from tasks.settings import Settings
from tasks.steps.reading import Counts
from tasks.steps.run import Run

CHARACTERS_PER_TOKEN = 4.0
PROMPT_TOKENS = {
    "transform": 600,
    "instruct": 1_100,
    "suggest": 1_000,
    "edit": 1_100,
    "respond": 150,
    "reflect": 500,
    "verify": 900,
    "repair": 1_800,
    "solve": 150,
}
"""Tokens of an agent's own prompt with its schema, without the passage."""
ANSWER_TOKENS = {
    "transform": 900,
    "instruct": 350,
    "suggest": 250,
    "edit": 900,
    "respond": 400,
    "reflect": 300,
    "verify": 250,
    "repair": 400,
    "solve": 400,
}
REPAIRED = 0.25
"""Share of the drafts, edits and responses that goes back to who made it, each time that it may."""


Took = tuple[int, int, int]
"""Calls, prompt tokens and answer tokens."""


@dataclass(frozen=True)
class Forecast:
    """Calls, tokens and US dollars (None if the price is unknown) that a run takes at most, if little has to be asked again."""

    calls: int
    tokens: int
    cost_usd: float | None

    def __str__(self) -> str:
        cost = "cost unknown" if self.cost_usd is None else f"about ${self.cost_usd:.2f}"
        return f"At most about {self.calls:,} calls, {self.tokens:,} tokens, {cost}; what the ledger holds is not asked again."


def forecast(run: Run) -> Forecast:
    """The estimate for the pieces that the documents step found."""
    asked = [_of_skill(run.mix.skills[name], run.settings, counts) for name, counts in run.pieces.by_skill.items()]
    took = [[sum(part[who][i] for part in asked) for i in range(3)] for who in range(2)]
    student = run.teacher.student
    prices = [run.teacher.price, *([student.price] if student else [])]
    costs = [price.cost(*part[1:]) if price else None for price, part in zip(prices, took, strict=False)]
    known = [cost for cost in costs if cost is not None]
    calls, tokens = sum(part[0] for part in took), sum(sum(part[1:]) for part in took)
    return Forecast(calls, tokens, sum(known) if len(known) == len(costs) else None)


def _of_skill(skill: Skill, settings: Settings, counts: Counts) -> tuple[Took, Took]:
    """What one skill's pieces take of the teacher, and of the student."""
    passages = counts.pieces * min(settings.transformations_per_document, len(skill.transformations))
    agents = max(len(transformation.agents) for transformation in skill.transformations)
    instructions = passages * min(settings.instructions_per_passage, len(skill.task_types))
    items = instructions * settings.instructions_per_type
    suggested = edits = 0
    newest = items
    for _ in range(settings.refinement_rounds if skill.goals else 0):
        newest *= min(settings.goals_per_instruction, len(skill.goals))
        suggested += newest
        newest *= settings.suggestions_per_instruction
        edits += newest
    turns = 1 if skill.response.turns == "single" else 4
    responses = (items + edits) * settings.responses_per_instruction
    repaired = int(REPAIRED * settings.repairs * (instructions + edits + responses))
    judged = responses if settings.judge != "off" else 0
    calls = {
        "transform": passages * agents,
        "instruct": instructions,
        "suggest": suggested,
        "edit": edits,
        "respond": responses * turns,
        "reflect": 2 * responses * settings.reflection_rounds,
        "verify": judged,
        "repair": repaired,
        "solve": (items + edits) * turns * settings.solve_samples,
    }
    passage_tokens = counts.characters / max(1, counts.pieces) / CHARACTERS_PER_TOKEN
    teacher = _took(calls, passage_tokens)
    return teacher, _took({"solve": calls["solve"] if settings.student_model else 0}, passage_tokens)


def _took(calls: dict[str, int], passage_tokens: float) -> Took:
    asked = int(sum(number * (PROMPT_TOKENS[step] + passage_tokens) for step, number in calls.items()))
    answered = sum(number * ANSWER_TOKENS[step] for step, number in calls.items())
    return sum(calls.values()), asked, answered
