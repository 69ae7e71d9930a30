"""Verification: checks and the second solve decide together, and what the judge finds is mended once."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.skill_runs import skill_run
from tasks.agents.judge import passed_over
from tasks.agents.kind import SkillRun
from tasks.agents.presentation import opening
from tasks.checks.check import Check, Doubt
from tasks.kinds import GENERAL
from tasks.records import Json, Record, Reject
from tasks.settings import Settings
from tasks.steps.preference import settled
from tasks.steps.step import Items, attempt
from tasks.steps.verify import verify
from tasks.teacher import EndpointDown, StopRun
from tests.agents.test_tool_loop import RECORD, driven
from tests.scripted import Scripted, reply

GOOD = "The daily fee is 12.5, so four days cost 12.5 × 4 = 50.\n\nAnswer: 50"
WRONG = "The daily fee is 12.5, and for four days that makes 48.\n\nAnswer: 48"
OTHER = "The daily fee is 12.5; with the day of return it is five days.\n\nAnswer: 62.5"
QUESTION = opening(RECORD, skill_run(settings=Settings(system_prompts="none")))[-1]


def answered(text: str, **changes: Any) -> Record:
    return replace(RECORD, messages=[QUESTION, {"role": "assistant", "content": text}], **changes)


def verified(folder: Path, record: Record, script: list[Any], **options: Any) -> tuple[Items, Scripted]:
    async def work(run: SkillRun) -> Items:
        return await verify(record, run.at("verify", 4))

    return driven(folder, script, work, tools={}, **options)


def judged(score: int, *broken: str) -> Json:
    verdicts = [{"criterion": name, "finding": "It does not.", "met": False} for name in broken]
    return reply(json.dumps({"verdicts": verdicts, "score": score}))


def only(items: Items) -> Record | Reject:
    (item,) = items
    return item


def test_what_a_program_decides_costs_no_call_where_the_judge_reads_the_undecided(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, answered(GOOD), [judged(0)], judge="undecided")
    record = only(items)
    assert isinstance(record, Record) and endpoint.bodies == []
    assert record.checks["key_agreement"] == "pass" and record.checks["judge"] == "skip: a program has decided"
    assert set(record.checks.values()) <= {"pass", "skip: a program has decided", "skip: switched off"}


def test_a_second_response_may_pass_and_the_first_is_kept_as_the_worse(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, answered(WRONG), [reply(GOOD), judged(8)])
    record = only(items)
    assert isinstance(record, Record) and len(endpoint.bodies) == 2
    assert record.messages[-1]["content"] == GOOD
    assert [(a["messages"][-1]["content"], a["why"]) for a in record.alternatives] == [(WRONG, "key_agreement")]


@pytest.mark.parametrize(("second", "reason"), [(WRONG, "bad_key"), (OTHER, "ambiguous")])
def test_two_that_fail_tell_why(tmp_path: Path, second: str, reason: str) -> None:
    items, endpoint = verified(tmp_path, answered(WRONG), [reply(second)])
    reject = only(items)
    assert isinstance(reject, Reject) and (reject.reason, len(endpoint.bodies)) == (reason, 1)


def test_no_second_solve_where_it_is_off(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, answered(WRONG), [reply(GOOD)], second_solve=False)
    reject = only(items)
    assert isinstance(reject, Reject) and (reject.reason, len(endpoint.bodies)) == ("key_agreement", 0)


ESSAY = replace(RECORD, answer_form="text", key=[], task_type="summary")
PROSE = "The fee for each day is 12.5, whatever the season."


def essay(text: str = PROSE) -> Record:
    return replace(ESSAY, messages=[QUESTION, {"role": "assistant", "content": text}])


def test_the_judge_decides_where_no_program_can_and_sees_no_names(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, essay(), [judged(8)])
    record = only(items)
    assert isinstance(record, Record) and record.quality == {"score": 8} and record.checks["judge"] == "pass"
    (asked,) = endpoint.bodies
    assert asked["temperature"] == 0 and "reading_comprehension" not in str(asked["messages"])
    assert all(name in asked["messages"][0]["content"] for name in ("correct", "self_contained"))


def test_a_low_score_rejects_at_once(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, essay(), [judged(3, "self_contained", "no such criterion"), reply(PROSE)])
    reject = only(items)
    assert isinstance(reject, Reject) and reject.reason == "judge" and len(endpoint.bodies) == 1
    assert reject.detail == "score 3, below 7; not met: self_contained" and reject.record.quality == {"score": 3}


@pytest.mark.parametrize(("judge", "threshold", "calls"), [("off", 6, 0), ("all", 9, 1), ("undecided", 9, 1)])
def test_the_judge_follows_the_settings(tmp_path: Path, judge: str, threshold: int, calls: int) -> None:
    items, endpoint = verified(tmp_path, essay(), [judged(8)], judge=judge, judge_threshold=threshold)
    assert isinstance(only(items), Record if judge == "off" else Reject) and len(endpoint.bodies) == calls


def test_by_default_the_judge_reads_the_reasoning_of_what_a_program_has_decided(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, answered(GOOD), [judged(9, "correct")], second_solve=False)
    reject = only(items)
    assert isinstance(reject, Reject) and (reject.reason, reject.detail) == ("judge", "not met: correct")
    assert GOOD.splitlines()[0] in endpoint.bodies[0]["messages"][1]["content"]


def test_a_share_of_the_decided_rows_is_read_and_every_undecided_one() -> None:
    run = skill_run(settings=Settings(judge_share=0.3))
    decided = [passed_over(replace(RECORD, id=f"r{n}"), run.knowing(True)) for n in range(400)]
    assert 80 < decided.count("") < 160
    assert not any(passed_over(replace(RECORD, id=f"r{n}"), run.knowing(False)) for n in range(400))


def settled_by(*answers: bool) -> Json:
    return reply(json.dumps({"answers": [{"number": n, "yes": yes} for n, yes in enumerate(answers, 1)]}))


DOUBT = Doubt("the span is worded otherwise", "Do the two name the same place?", {"key": "the old mill"})


@pytest.mark.parametrize(("answers", "reason"), [((True,), ""), ((False,), "answer_stated"), ((), "answer_stated")])
def test_a_doubt_is_settled_before_anything_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: tuple[bool, ...], reason: str
) -> None:
    monkeypatch.setitem(GENERAL, "answer_stated", Check(lambda record: DOUBT, "answer_stated"))
    items, endpoint = verified(
        tmp_path, answered(GOOD), [settled_by(*answers)], judge="off", second_solve=False, repairs=0
    )
    item = only(items)
    assert (item.reason if isinstance(item, Reject) else "") == reason and len(endpoint.bodies) == 1
    system, shown = (message["content"] for message in endpoint.bodies[0]["messages"])
    assert DOUBT.question in system and "the old mill" in shown and GOOD.splitlines()[0] in shown
    record = item if isinstance(item, Record) else item.record
    assert record.quality == {"doubts": 1} and record.lineage[-2 if not reason else -1]["agent"] == "settle"


def test_with_nobody_to_ask_a_doubt_rejects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GENERAL, "answer_stated", Check(lambda record: DOUBT, "answer_stated"))
    items, endpoint = verified(
        tmp_path, answered(GOOD), [judged(9)], judge="off", ask_doubts=False, second_solve=False, repairs=0
    )
    reject = only(items)
    assert isinstance(reject, Reject) and reject.detail == DOUBT.problem and endpoint.bodies == []


def test_a_row_costs_two_calls_at_most(tmp_path: Path) -> None:
    """The worst way: the first response fails a check, the second is judged."""
    items, endpoint = verified(tmp_path, essay("As an AI language model, I cannot say."), [reply(PROSE), judged(7)])
    assert isinstance(only(items), Record) and len(endpoint.bodies) == 2


@pytest.mark.parametrize(("text", "passes"), [("Answer: B", False), ("Answer: A", True)])
def test_a_choice_that_can_be_guessed_is_no_reading(tmp_path: Path, text: str, passes: bool) -> None:
    record = replace(
        answered("The fee is 12.5.\n\nAnswer: B"), answer_form="option", options=["10", "12.5", "15"], key=["B"]
    )

    async def work(run: SkillRun) -> Any:
        return await GENERAL["guess"].find(record, run)

    found, endpoint = driven(tmp_path, [reply(text)], work, tools={}, guess_test=True)
    assert (found.problem == "") is passes
    assert "12.5 a day" not in str(endpoint.bodies[0]["messages"])


def test_checks_may_be_left_out(tmp_path: Path) -> None:
    items, _ = verified(tmp_path, answered(WRONG), [], skip_checks="key_agreement,judge", second_solve=False)
    record = only(items)
    assert isinstance(record, Record) and "key_agreement" not in record.checks and "judge" not in record.checks


# Several responses to one task


def sample(number: int, text: str, **quality: float) -> Record:
    return replace(answered(text, sample=number), quality=quality, id=f"r{number}")


def test_the_best_is_kept_and_the_others_fall_out() -> None:
    items: Items = [sample(0, GOOD, score=7.0), sample(1, f"{GOOD}\n", score=9.0), sample(2, GOOD, score=9.0)]
    kept = settled(items, skill_run(settings=Settings(keep_responses="best"), step="verify"))
    assert [i.id if isinstance(i, Record) else i.reason for i in kept] == ["not_the_best", "r1", "not_the_best"]
    assert settled(items, skill_run(settings=Settings(feedback_rows=False), step="verify")) == items


def test_pairs_come_from_failed_and_from_much_worse_siblings() -> None:
    failed = Reject(record=sample(3, WRONG), step="verify", reason="key_agreement")
    items: Items = [sample(0, GOOD, score=6.0), sample(1, f"{GOOD} Fine.", score=9.0), failed]
    best = settled(items, skill_run(settings=Settings(feedback_rows=True), step="verify"))[1]
    assert isinstance(best, Record)
    pairs = {(other["messages"][-1]["content"], other["why"]) for other in best.alternatives}
    assert pairs == {(GOOD, "lower_score"), (WRONG, "key_agreement")}


def test_other_tasks_are_no_siblings() -> None:
    other = replace(sample(1, GOOD, score=1.0), instruction="What do five days cost?")
    items: Items = [sample(0, GOOD, score=9.0), other]
    assert (
        settled(items, skill_run(settings=Settings(keep_responses="best", feedback_rows=True), step="verify")) == items
    )


def test_a_bug_costs_its_record_alone_and_a_full_disk_the_shard() -> None:
    async def broken(bug: Exception) -> Items:
        raise bug

    (reject,) = asyncio.run(attempt("verify", RECORD, broken(KeyError("private text"))))
    assert isinstance(reject, Reject) and (reject.reason, reject.record) == ("crashed", RECORD)
    assert reject.detail.startswith("KeyError at test_verify.py:") and "private" not in reject.detail
    for problem in (OSError(28, "No space left on device"), StopRun("stopped"), EndpointDown("down")):
        with pytest.raises(type(problem)):
            asyncio.run(attempt("verify", RECORD, broken(problem)))


def test_the_judge_sees_the_system_message_and_is_told_to_hold_the_response_against_it(tmp_path: Path) -> None:
    system = "Answer in one line. Name no figure that was not asked for."
    record = essay()
    told = replace(record, messages=[{"role": "system", "content": system}, *record.messages])
    _, endpoint = verified(tmp_path, told, [judged(8)])
    rules, case = (message["content"] for message in endpoint.bodies[0]["messages"])
    assert "system message, hold the response against it line by line" in " ".join(rules.split())
    assert system in case
