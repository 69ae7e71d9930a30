"""A budget ends a run: resumably, and with no more spent than the calls that were under way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher import StopRun, Teacher
from tasks.teacher.budget import Budget
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.prices import Price
from tests.scripted import Scripted, reply
from tests.teacher.asking import chat

DEAR = Price(input=1e6, output=0)
"""A dollar a token of the prompt."""


def spent(
    ledger: Path, budget: Budget, *, limit: int, answer: Json, asked: int = 30
) -> tuple[Teacher, list[BaseException]]:
    """The teacher after as many questions at once, and what those that got no answer were told."""

    async def inside() -> tuple[Teacher, list[BaseException]]:
        endpoint = Scripted([answer] * asked)
        teacher = Teacher(endpoint, Ledger(f"sqlite:///{ledger}"), Limiter(limit), Settings(), DEAR, budget=budget)
        calls = [chat(teacher, messages=[{"role": "user", "content": f"Question {n}?"}]) for n in range(asked)]
        ended = await asyncio.gather(*calls, return_exceptions=True)
        await teacher.close()
        return teacher, [end for end in ended if isinstance(end, BaseException)]

    return asyncio.run(inside())


@pytest.mark.parametrize("limit", [1, 4, 64])
def test_calls_stop_at_their_number_and_replayed_ones_cost_nothing(tmp_path: Path, limit: int) -> None:
    ledger, answer = tmp_path / "ledger.db", reply("Yes.")
    teacher, told = spent(ledger, Budget(calls=10), limit=limit, answer=answer)
    assert teacher.usage.made == 10 and len(told) == 20
    assert {str(end) for end in told} == {"the budget of 10 calls is used up; a run that resumes has as much again"}
    assert all(isinstance(end, StopRun) for end in told)
    teacher, told = spent(ledger, Budget(calls=10), limit=limit, answer=answer)
    assert (teacher.usage.replayed, teacher.usage.made, len(told)) == (10, 10, 10)
    teacher, told = spent(ledger, Budget(calls=10), limit=limit, answer=answer)
    assert (teacher.usage.replayed, teacher.usage.made, told) == (20, 10, [])


@pytest.mark.parametrize("limit", [1, 4, 64])
def test_money_overshoots_by_no_more_than_the_calls_under_way(tmp_path: Path, limit: int) -> None:
    answer = reply("Yes.", usage=(2, 0))
    teacher, told = spent(tmp_path / "ledger.db", Budget(usd=9), limit=limit, answer=answer)
    assert 5 <= teacher.usage.made <= 5 + limit - 1
    assert len(told) == 30 - teacher.usage.made
    assert all("the budget of $9.00 is used up" in str(end) for end in told)


def test_without_a_count_of_tokens_money_cannot_be_bounded(tmp_path: Path) -> None:
    answer = {**reply("Yes."), "usage": None}
    teacher, told = spent(tmp_path / "ledger.db", Budget(usd=9), limit=1, answer=answer)
    assert teacher.usage.made == 1 and "bound --max-calls instead" in str(told[0])


def test_without_a_budget_nothing_stops(tmp_path: Path) -> None:
    teacher, told = spent(tmp_path / "ledger.db", Budget(), limit=8, answer=reply("Yes."))
    assert teacher.usage.made == 30 and not told
