"""What a run may cost, told before it starts: an upper estimate from the settings and the size of the documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import ceil

from prompts import Skill
from tasks.kinds import checks_of, kinds
from tasks.records import Json
from tasks.settings import Settings
from tasks.steps.reading import Counts, Pieces
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
    "simulate": 1_200,
    "check": 800,
    "settle": 400,
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
    "simulate": 80,
    "check": 400,
    "settle": 60,
}
TYPICAL = 0.5
"""How much of the turns that a conversation may have it has as a rule."""
FEWER = 0.6
"""How much of that where functions are called: few tasks need the calls that they may take."""
DOUBTED, SOLVED_AGAIN = 0.15, 0.2
"""Shares of the responses about which a reader is asked, and of those that are made once more because the first disagrees."""
REPAIRED = 0.25
"""Share of the drafts, edits and responses that goes back to who made it, each time that it may."""


Took = tuple[int, int, int]
"""Calls, prompt tokens and answer tokens."""
Calls = dict[str, dict[str, int]]
"""Step -> agent -> calls."""


@dataclass(frozen=True)
class Forecast:
    """Calls, tokens and US dollars (None if the price is unknown) that a run takes at most, if little has to be asked again."""

    calls: int
    tokens: int
    cost_usd: float | None
    typical: int
    """Calls where conversations are as long as they usually are."""
    rows: int
    """Rows that the settings ask for, before refinement makes more of them."""
    by_step: dict[str, int]
    """The calls by step."""

    def told(self) -> Json:
        """The forecast as a manifest has it."""
        cost = None if self.cost_usd is None else round(self.cost_usd, 6)
        return {**asdict(self), "cost_usd": cost}

    def __str__(self) -> str:
        cost = "cost unknown" if self.cost_usd is None else f"about ${self.cost_usd:.2f}"
        return (
            f"About {self.typical:,} calls; at most about {self.calls:,} calls, {self.tokens:,} tokens, {cost}; "
            "what the ledger holds is not asked again."
        )


def forecast(run: Run) -> Forecast:
    """The estimate for the pieces that the documents came to, as far as they have been read."""
    most, usual = (_of_all(run, share) for share in (1.0, TYPICAL))
    student = run.teacher.student
    prices = [run.teacher.price, *([student.price] if student else [])]
    costs = [price.cost(*part[1:]) if price else None for price, part in zip(prices, most, strict=False)]
    known = [cost for cost in costs if cost is not None]
    calls, tokens = sum(part[0] for part in most), sum(sum(part[1:]) for part in most)
    cost = sum(known) if len(known) == len(costs) else None
    rows = sum(_rows_of(run.mix.skills[name], run.settings, counts) for name, counts in expected(run.pieces))
    return Forecast(calls, tokens, cost, sum(part[0] for part in usual), rows, _by_step(run))


def expected(pieces: Pieces) -> list[tuple[str, Counts]]:
    """The pieces that each skill will have been dealt: while documents are read, as if the others were like those before."""
    more = 1 / pieces.share
    return [
        (name, Counts(round(counts.pieces * more), round(counts.characters * more)))
        for name, counts in list(pieces.by_skill.items())
    ]


def _by_step(run: Run) -> dict[str, int]:
    steps: Counter[str] = Counter()
    for name, counts in expected(run.pieces):
        asked = calls_of(run.mix.skills[name], run.settings, counts)
        steps.update({step: sum(agents.values()) for step, agents in asked.items()})
    return dict(steps)


def _of_all(run: Run, share: float) -> list[list[int]]:
    """What all skills take of the teacher, and of the student."""
    asked = [of_skill(run.mix.skills[name], run.settings, counts, share) for name, counts in expected(run.pieces)]
    return [[sum(part[who][i] for part in asked) for i in range(3)] for who in range(2)]


def of_skill(skill: Skill, settings: Settings, counts: Counts, share: float = 1.0) -> tuple[Took, Took]:
    """What one skill's pieces take of the teacher, and of the student, where conversations take this share of their turns."""
    calls: Counter[str] = Counter()
    for agents in calls_of(skill, settings, counts, share).values():
        calls.update(agents)
    passage_tokens = counts.characters / max(1, counts.pieces) / CHARACTERS_PER_TOKEN
    student = {"solve": calls["solve"]} if settings.student_model else {}
    return _took(calls, passage_tokens), _took(student, passage_tokens)


def calls_of(skill: Skill, settings: Settings, counts: Counts, share: float = 1.0) -> Calls:
    """The calls that one skill's pieces take, where conversations take this share of their turns."""
    passages = _passages_of(skill, settings, counts)
    agents = max(len(transformation.agents) for transformation in skill.transformations)
    instructions = passages * min(settings.instructions_per_passage, len(skill.task_types))
    items = _rows_of(skill, settings, counts)
    suggested = edits = 0
    newest = items
    for _ in range(settings.refinement_rounds if skill.goals else 0):
        newest *= min(settings.goals_per_instruction, len(skill.goals))
        suggested += newest
        newest *= settings.suggestions_per_instruction
        edits += newest
    kind = kinds()[skill.kind]
    known = checks_of(kind)
    alone = skill.response.turns == "single" and kind.environment.answers is None
    part = share * FEWER if share < 1 and kind.environment.answers else share
    turns = 1 if alone else 1 + round(part * (skill.response.max_turns - 1))
    # Between two turns of the teacher somebody speaks: the simulated user, or an agent that plays the functions.
    others = turns - 1 if kind.environment.wish or kind.agents else 0
    turns += min(settings.tool_rounds, round(2 * share)) if skill.tools.get("respond") else 0
    responses = (items + edits) * settings.responses_per_instruction
    instructed, edited, responded = (
        ceil(REPAIRED * settings.repairs * made) for made in (instructions, edits, responses)
    )
    judged = responses if settings.judge != "off" else 0
    checked = sum(bool({*known[name].agents} - {"judge", "settle"}) for name in skill.checks.response)
    again = int(SOLVED_AGAIN * responses * settings.second_solve)
    return {
        "transform": {"transform": passages * agents},
        "instruct": {"instruct": instructions, "repair": instructed},
        "refine": {
            "suggest": suggested,
            "edit": edits,
            "repair": edited,
            "solve": (items + edits) * (turns + others) * settings.solve_samples,
        },
        "respond": {
            "respond": responses * turns,
            "simulate": responses * others,
            "reflect": 2 * responses * settings.reflection_rounds,
        },
        "verify": {
            "verify": judged,
            "check": responses * checked,
            "settle": int(DOUBTED * responses * settings.ask_doubts),
            "respond": again * turns,
            "simulate": again * others,
            "repair": responded,
        },
    }


def _passages_of(skill: Skill, settings: Settings, counts: Counts) -> int:
    return counts.pieces * min(settings.transformations_per_document, len(skill.transformations))


def _rows_of(skill: Skill, settings: Settings, counts: Counts) -> int:
    types = min(settings.instructions_per_passage, len(skill.task_types))
    return _passages_of(skill, settings, counts) * types * settings.instructions_per_type


def _took(calls: Mapping[str, int], passage_tokens: float) -> Took:
    asked = int(sum(number * (PROMPT_TOKENS[step] + passage_tokens) for step, number in calls.items()))
    answered = sum(number * ANSWER_TOKENS[step] for step, number in calls.items())
    return sum(calls.values()), asked, answered
