"""The forecast of a run: for every skill it covers the calls that a run makes, and is not far above what it usually makes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import prompts
from simulator.pipeline import Outcome, drive, opened
from tasks.records import Json
from tasks.settings import Settings
from tasks.steps.forecast import Basis, Prices, forecast_by
from tasks.steps.forecast.calls import TYPICAL, calls_of
from tasks.steps.forecast.duration import duration
from tasks.steps.history import History
from tasks.steps.mix import mix_of
from tasks.steps.ranges import Range
from tasks.steps.reading import Counts, Pieces
from tasks.teacher.prices import Price

ROOT = Path(__file__).parents[2]
DOCUMENTS = {"text": "tidal_power.md", "code": "library_loans.py", "api": "ferry_booking_api.yaml"}
TALKATIVE = ("conversation", "tool_use", "web_agent", "fermi", "coding")
FAR = 3
"""How many times the calls of a run its usual number may be: offline tasks are short, and what does not suit is skipped."""


def asked(skill: prompts.Skill, settings: Settings, counts: Counts, share: float = 1.0) -> int:
    """Calls of all agents."""
    return sum(sum(agents.values()) for agents in calls_of(skill, settings, counts, share).values())


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
    most, usual = (asked(skill, settings, counts, share) for share in (1.0, TYPICAL))
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
    calls = {skill.name: asked(skill, settings, counts) for skill in (conversation, page, question)}
    assert calls["multiple_choice"] == 3 * settings.transformations_per_document  # passage, task, answer
    most = conversation.response.max_turns
    assert calls["conversation"] == calls["multiple_choice"] + 2 * (most - 1)
    # A program answers for the page.
    assert calls["web_agent"] >= 2 + page.response.max_turns and calls["web_agent"] < 2 + 2 * page.response.max_turns


def basis(settings: Settings, *, dear: str = "", **runs: Json) -> Basis:
    """Ten pieces of one skill; `dear` is the voice that costs ten times as much as the others."""
    pieces = Pieces(by_skill={"multiple_choice": Counts(10, 20_000)}, all_read=True)
    prices = Prices(*(Price(input=10 if v == dear else 1, output=1) for v in ("teacher", "judge", "student")))
    return Basis(mix_of("multiple_choice", ""), settings, pieces, prices, History(tuple(runs.values())))


def cost(settings: Settings, step: str, dear: str = "") -> float:
    of_step = forecast_by(basis(settings, dear=dear)).steps[step].cost_usd
    assert of_step is not None
    return of_step.likely


def test_each_voice_costs_what_its_model_does() -> None:
    own, judged = Settings(), Settings(judge_model="other")
    assert cost(own, "verify") == cost(own, "verify", "judge") < cost(judged, "verify", "judge")
    assert cost(judged, "respond") == cost(judged, "respond", "judge") < cost(judged, "respond", "teacher")
    solving = Settings(solve_samples=2, student_model="small")
    assert cost(solving, "refine") < cost(solving, "refine", "student")
    unknown = replace(basis(judged), prices=Prices(Price(input=1, output=1), None, None))
    said = forecast_by(unknown)
    assert said.steps["verify"].cost_usd is None is said.cost_usd and said.steps["respond"].cost_usd


def test_longer_passages_and_a_batch_change_what_is_paid_alone() -> None:
    plain = forecast_by(basis(Settings()))
    longer = replace(basis(Settings()), pieces=Pieces(by_skill={"multiple_choice": Counts(10, 40_000)}, all_read=True))
    assert forecast_by(longer).calls == plain.calls and forecast_by(longer).tokens > plain.tokens
    batched = basis(Settings(batch="respond"))
    halved = replace(batched, prices=Prices(Price(input=1, output=1, batch=0.5), None, None))
    before, after = (forecast_by(each).steps for each in (batched, halved))
    paid = before["respond"].cost_usd
    assert paid is not None and after["respond"].cost_usd == paid * 0.5 and after["refine"] == before["refine"]
    everything = forecast_by(replace(halved, settings=Settings(batch="all"))).cost_usd
    assert everything is not None and everything == forecast_by(batched).cost_usd * 0.5  # type: ignore[operator]
    assert forecast_by(batched).duration.low is None and "batches" in forecast_by(batched).duration.why


def test_as_many_pieces_as_bring_the_rows_that_are_wanted() -> None:
    plain, half = (forecast_by(basis(Settings()), wanted) for wanted in (0, 9))
    assert plain.rows == half.rows == 30, "of which 18 are likely to be accepted"
    assert half.whole.calls.likely == pytest.approx(plain.whole.calls.likely / 2)
    assert half.whole.calls.low / plain.whole.calls.low < 0.5 < half.whole.calls.high / plain.whole.calls.high


def test_runs_that_brought_nothing_make_no_forecast_endless() -> None:
    none: Json = {"pieces": 10, "characters": 20_000, "rows": 30, "accepted": 0, "steps": {}}
    barren = {"skills": {"multiple_choice": none}, "timed": 0, "call_seconds": 0.0, "seconds": 1.0}
    said = forecast_by(basis(Settings(), barren=barren), 9)
    assert said.accepted == Range(0, 0, 0) and said.measured == 1
    assert said.whole.calls.likely > forecast_by(basis(Settings()), 9).whole.calls.likely


def test_forecast_and_fact_stand_side_by_side() -> None:
    said = forecast_by(basis(Settings()))
    fact = {"calls": 3, "prompt_tokens": 100, "completion_tokens": 20, "cost_usd": 0.5}
    told = said.beside(dict.fromkeys(said.steps, fact))
    assert told["steps"]["verify"]["calls"]["fact"] == 3 and told["steps"]["verify"]["tokens"]["fact"] == 120
    assert told["whole"]["cost_usd"]["fact"] == 2.5 and told["whole"]["calls"]["fact"] == 15
    nobody = said.beside({name: {**fact, "cost_usd": None} for name in said.steps})
    assert nobody["whole"]["cost_usd"]["fact"] is None and nobody["calls"] == said.calls


def test_time_goes_by_what_bounds_it_most() -> None:
    calls, tokens = Range(100, 200, 300), Range(10_000, 20_000, 30_000)
    timed = History(({"skills": {}, "timed": 50, "call_seconds": 100.0, "seconds": 10.0},))

    def took(history: History, **settings: Any) -> tuple[float | None, float | None]:
        found = duration(calls, tokens, 0, Settings(**settings), history)
        return found.low, found.high

    assert took(History()) == (None, None) and took(History(), rpm=10) == (600, None)
    assert took(timed, max_concurrency=4) == (50, 150)
    assert took(timed, max_concurrency=40) == (5, 60), "no run was ever faster than five calls a second"
    assert took(timed, max_concurrency=4, rpm=60) == (100, 300) and took(timed, max_concurrency=4, tpm=1_000) == (
        600,
        1800,
    )
