"""How many calls the settings ask for, agent by agent, and how long they are: an upper estimate, where nothing was measured."""

from __future__ import annotations

from math import ceil

from prompts import Skill
from tasks.kinds import checks_of, kinds
from tasks.settings import Settings
from tasks.steps.reading import Counts

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
LEAST = {"transform": 0.8, "instruct": 0.7, "refine": 0.5, "respond": 0.4, "verify": 0.3}
"""Step -> how much of what is usually asked for is asked for at least: not all suits, and what falls out is asked no more."""
FEWER = 0.6
"""How much of that where functions are called: few tasks need the calls that they may take."""
DOUBTED, SOLVED_AGAIN = 0.15, 0.2
"""Shares of the responses about which a reader is asked, and of those that are made once more because the first disagrees."""
REPAIRED = 0.25
"""Share of the drafts, edits and responses that goes back to who made it, each time that it may."""


Calls = dict[str, dict[str, int]]
"""Step -> agent -> calls."""


def calls_of(skill: Skill, settings: Settings, counts: Counts, share: float = 1.0) -> Calls:
    """The calls that one skill's pieces take, where conversations take this share of their turns."""
    passages = _passages_of(skill, settings, counts)
    agents = max(len(transformation.agents) for transformation in skill.transformations)
    instructions = passages * min(settings.instructions_per_passage, len(skill.task_types))
    items = rows_of(skill, settings, counts)
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


def rows_of(skill: Skill, settings: Settings, counts: Counts) -> int:
    """The rows that one skill's pieces are to give, before refinement makes more of them."""
    types = min(settings.instructions_per_passage, len(skill.task_types))
    return _passages_of(skill, settings, counts) * types * settings.instructions_per_type
