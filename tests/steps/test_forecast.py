"""The forecast of a run: for every skill it covers the calls that a run makes, and is not far above what it usually makes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from tasks.settings import Settings
from tasks.steps.forecast import TYPICAL, of_skill
from tasks.steps.reading import Counts

ROOT = Path(__file__).parents[2]
DOCUMENTS = {"text": "tidal_power.md", "code": "library_loans.py", "api": "ferry_booking_api.yaml"}
TALKATIVE = ("conversation", "tool_use", "web_agent", "fermi", "coding")
FAR = 3
"""How many times the calls of a run its usual number may be: offline tasks are short, and what does not suit is skipped."""


def documents(skill: prompts.Skill) -> list[str]:
    folder = ROOT / "examples" / "documents"
    return [str(folder / DOCUMENTS[skill.seeds[0]])]


@pytest.mark.parametrize("name", TALKATIVE)
def test_a_run_makes_no_more_calls_than_were_forecast(name: str, tmp_path: Path) -> None:
    settings = Settings(chunk_words=250, chunks_per_document=1, instructions_per_passage=4)
    skill = prompts.load(name)

    async def driven() -> Outcome:
        async with opened(name, tmp_path, settings) as run:
            return await drive(run, documents(skill))

    outcome = asyncio.run(driven())
    counts = Counts(pieces=len(outcome.left["documents"]), characters=1500)
    made = outcome.usage.made + outcome.usage.replayed
    most, usual = (of_skill(skill, settings, counts, share)[0][0] for share in (1.0, TYPICAL))
    assert made <= most and usual <= most, (made, usual, most)
    assert usual <= FAR * made, (made, usual)


def test_who_speaks_between_two_turns_is_counted() -> None:
    settings, counts = (
        Settings(
            instructions_per_passage=1,
            refinement_rounds=0,
            judge="off",
            repairs=0,
            second_solve=False,
            ask_doubts=False,
        ),
        Counts(1, 1),
    )
    conversation, page, question = (prompts.load(n) for n in ("conversation", "web_agent", "multiple_choice"))
    calls = {skill.name: of_skill(skill, settings, counts)[0][0] for skill in (conversation, page, question)}
    assert calls["multiple_choice"] == 3 * settings.transformations_per_document  # passage, task, answer
    most = conversation.response.max_turns
    assert calls["conversation"] == calls["multiple_choice"] + 2 * (most - 1)
    # A program answers for the page.
    assert calls["web_agent"] >= 2 + page.response.max_turns and calls["web_agent"] < 2 + 2 * page.response.max_turns
