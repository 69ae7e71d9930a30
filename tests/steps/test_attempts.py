"""Calls and cost are those of all attempts at a directory, killed ones included."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tasks.records.store import Store
from tasks.settings import Settings
from tasks.steps.attempts import FILE, KILLED, Attempts
from tasks.teacher import Teacher
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.prices import Price
from tasks.teacher.work import working
from tests.scripted import Scripted, reply


def attempt(folder: Path, calls: int, ended: str, *, price: Price | None, kept: bool = True) -> Attempts:
    """An attempt at the folder that makes some calls in two steps."""
    teacher = Teacher(
        Scripted([reply(usage=(1000, 100))]), Ledger(f"sqlite:///{folder / 'l.db'}"), Limiter(4), Settings(), price
    )
    attempts = Attempts(Store(str(folder)), teacher)

    async def work() -> None:
        for number in range(calls):
            with working("instruct" if number % 2 else "transform"):
                messages = [{"role": "user", "content": f"{ended} {number}"}]
                await teacher.chat(messages, agent="a", temperature=0, max_tokens=9)
        await teacher.close()

    asyncio.run(work())
    attempts.ended = ended
    if kept:
        attempts.write()
    return attempts


def test_calls_are_those_of_all_attempts(tmp_path: Path) -> None:
    price = Price(input=1, output=10)
    attempt(tmp_path, 3, "", price=price)
    attempt(tmp_path, 2, "stopped", price=price)
    last = attempt(tmp_path, 1, "complete", price=price, kept=False)
    assert [(each["ended"], each["made"]) for each in last.told()] == [(KILLED, 3), ("stopped", 2), ("complete", 1)]
    calls = last.calls()
    assert (calls["made"], calls["prompt_tokens"], calls["completion_tokens"], calls["cost_usd"]) == (
        6,
        6000,
        600,
        0.012,
    )
    assert {step: models["m"]["made"] for step, models in calls["by_step"].items()} == {"transform": 4, "instruct": 2}
    assert calls["by_step"]["instruct"]["m"]["cost_usd"] == 0.004
    assert all("by_step" not in each for each in last.told())


def test_the_cost_is_unknown_where_that_of_paid_calls_is(tmp_path: Path) -> None:
    attempt(tmp_path, 0, "failed", price=None)
    assert attempt(tmp_path, 1, "complete", price=Price(input=1, output=1)).calls()["cost_usd"] == 0.0011
    assert attempt(tmp_path, 1, "again", price=None).calls()["cost_usd"] is None


def test_a_damaged_file_is_no_attempt(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"attempts": [')
    assert len(attempt(tmp_path, 1, "complete", price=None).told()) == 1
