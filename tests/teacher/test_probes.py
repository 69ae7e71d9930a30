"""What an endpoint can do, found out with five questions; and the one question that every run begins with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher import Fault, StopRun, Teacher, Voice
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.probes import Finding, greet, probe
from tests.scripted import Scripted, reply

CALL = {"function": {"name": "water_level", "arguments": '{"place": "Wick"}'}}
TOWN = json.dumps({"name": "Wick", "inhabitants": 6800})


def able(body: Json) -> Json:
    """What a capable model answers to each of the questions."""
    asked = body["messages"][-1]["content"]
    if body.get("tools"):
        return reply(None, "tool_calls", tool_calls=[CALL])
    if "response_format" in body:
        return reply(TOWN)
    if "first word" in asked:
        return reply("The first word is marigold, the last is anvil.", usage=(len(asked) // 4, 12))
    return reply("Paris.")


def answering(change: Callable[[Json, Json], Any] = lambda body, said: said) -> Scripted:
    async def answer(body: Json) -> Any:
        said = change(body, able(body))
        if isinstance(said, BaseException):
            raise said
        return said

    return Scripted([answer])


def asked(
    endpoint: Scripted,
    folder: Path,
    work: Callable[[Teacher], Awaitable[Any]],
    *,
    judge: Scripted | None = None,
    patience: float = 0.2,
) -> Any:
    async def inside() -> Any:
        settings = Settings(patience_seconds=patience, attempts=1)
        voice = Voice(judge, None) if judge else None
        teacher = Teacher(endpoint, Ledger(f"sqlite:///{folder / 'l.db'}"), Limiter(2), settings, None, voice)
        try:
            return await work(teacher)
        finally:
            await teacher.close()

    return asyncio.run(inside())


def found(findings: list[Finding]) -> dict[str, bool]:
    return {finding.question: finding.able for finding in findings}


def test_a_capable_endpoint_can_do_all_and_is_asked_five_times(tmp_path: Path) -> None:
    endpoint = answering()
    findings = asked(endpoint, tmp_path, probe)
    assert found(findings) == dict.fromkeys(
        ["plain question", "schema", "functions", "long prompt", "refusals"], True
    ), findings
    assert len(endpoint.bodies) == 5
    assert findings[3].found.startswith("reads a prompt of about 5,")


@pytest.mark.parametrize(
    ("question", "change", "told"),
    [
        ("functions", lambda body, said: reply("At 2 m.") if body.get("tools") else said, "calls no function"),
        (
            "long prompt",
            lambda body, said: reply("The last word is anvil.", usage=None) if "first word" in str(body) else said,
            "in part only: raise its context",
        ),
        ("schema", lambda body, said: reply("Wick.") if "response_format" in body else said, "no JSON object found"),
        (
            "refusals",
            lambda body, said: reply("I cannot help with that.") if "bleach" in str(body) else said,
            "refusal: rows on delicate matters will be lost",
        ),
        ("functions", lambda body, said: reply("At", "length") if body.get("tools") else said, "raise max_tokens"),
    ],
)
def test_what_is_lacking_is_told_and_hides_nothing_else(
    tmp_path: Path, question: str, change: Callable[[Json, Json], Any], told: str
) -> None:
    findings = asked(answering(change), tmp_path, probe)
    assert [name for name, able in found(findings).items() if not able] == [question]
    assert told in next(finding.found for finding in findings if finding.question == question)


def test_where_nothing_is_answered_one_question_is_enough(tmp_path: Path) -> None:
    endpoint = answering(
        lambda body, said: Fault("bad_request", "bad_request", "the endpoint rejected the request (400)")
    )
    findings = asked(endpoint, tmp_path, probe)
    assert [(finding.question, finding.able) for finding in findings] == [("plain question", False)]
    assert findings[0].found.startswith("the endpoint rejected the request (400): request_extra")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault("stop", "bad_key", "the endpoint did not accept the key"), "did not accept the key"),
        (Fault("bad_request", "bad_request", "the endpoint rejected the request (400)"), "for a plain question"),
        (Fault("transport", "malformed_reply"), "check that it is up"),
    ],
)
def test_a_run_that_no_call_can_come_through_stops_before_it_starts(tmp_path: Path, fault: Fault, told: str) -> None:
    with pytest.raises(StopRun, match=told):
        asked(answering(lambda body, said: fault), tmp_path, greet)


def test_the_judge_is_greeted_as_well(tmp_path: Path) -> None:
    judge = Scripted([Fault("stop", "bad_key", "the endpoint did not accept the key")], name="https://j/v1")
    with pytest.raises(StopRun, match="did not accept the key"):
        asked(answering(), tmp_path, greet, judge=judge)


def test_the_second_run_greets_out_of_the_ledger_and_an_odd_answer_stops_nothing(tmp_path: Path) -> None:
    first, second = answering(), answering()
    asked(first, tmp_path, greet)
    asked(second, tmp_path, greet)
    assert (len(first.bodies), len(second.bodies)) == (1, 0)
    odd = answering(lambda body, said: reply(""))
    (tmp_path / "odd").mkdir()
    asked(odd, tmp_path / "odd", greet)
    assert len(odd.bodies) == 1
