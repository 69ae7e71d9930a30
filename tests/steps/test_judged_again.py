"""What the judge rejects goes back once, with nothing of the key; where the answer may be wrong, another is made untold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import prompts
from simulator.skill_runs import skill_run
from tasks.kinds.fit import load_skill
from tasks.publish.feedback import Feedback
from tasks.records import Json, Record, Reject
from tasks.steps.counts import counts
from tasks.steps.repair_response import findings_for
from tests.scripted import Scripted, reply
from tests.steps.test_verify import ESSAY, GOOD, PROSE, QUESTION, WRONG, answered, essay, judged, only, verified

BETTER = "Each day costs 12.5, in every season."
SAID = "The first line remarks on the weather."


def found(*broken: str, score: int = 7, saying: str = SAID) -> Json:
    verdicts = [{"criterion": name, "finding": saying, "met": False} for name in broken]
    return reply(json.dumps({"verdicts": verdicts, "score": score}))


def last_turn(endpoint: Scripted, call: int) -> str:
    return str(endpoint.bodies[call]["messages"][-1]["content"])


def test_what_the_judge_finds_goes_back_and_all_is_examined_again(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, essay(), [found("in_form", "helpful"), reply(BETTER), judged(9)])
    record = only(items)
    assert isinstance(record, Record) and len(endpoint.bodies) == 3
    assert record.messages == [QUESTION, {"role": "assistant", "content": BETTER}]
    told, wanted = last_turn(endpoint, 1), prompts.shared_rubric().response
    assert all(wanted[name].text in told for name in ("in_form", "helpful")) and SAID in told
    assert record.quality["score"] == 9 and record.checks["judge"] == "pass"
    (worse,) = record.alternatives
    assert (worse["why"], worse["repaired"], worse["score"]) == ("judge", True, 7) and SAID in worse["finding"]
    assert [e["repair"] for e in record.lineage if "repair" in e] == ["judge"]
    assert counts("verify", [essay()], [items], items)["repairs"] == {"judge": {"tries": 1, "mended": 1}}


def test_a_mended_response_meets_the_programs_too(tmp_path: Path) -> None:
    offers = f"{BETTER} I hope this helps!"
    items, endpoint = verified(tmp_path, essay(), [found("in_form"), reply(offers), reply(BETTER), judged(8)])
    record = only(items)
    assert isinstance(record, Record) and len(endpoint.bodies) == 4
    assert [other["why"] for other in record.alternatives] == ["judge", "no_boilerplate"]


@pytest.mark.parametrize("options", [{}, {"second_solve": False}])
def test_once_and_no_more(tmp_path: Path, options: Json) -> None:
    script = [found("in_form"), reply(BETTER), found("helpful")]
    items, endpoint = verified(tmp_path, essay(), script, **options)
    reject = only(items)
    assert isinstance(reject, Reject) and len(endpoint.bodies) == 3
    assert (reject.reason, reject.detail) == ("judge", "not met: helpful")
    assert reject.record.messages[-1]["content"] == BETTER


def test_without_repairs_nothing_goes_back(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, essay(), [found("in_form"), reply(BETTER)], repairs=0)
    assert isinstance(only(items), Reject) and len(endpoint.bodies) == 1


@pytest.mark.parametrize("broken", [("correct",), ("in_form", "correct")])
def test_a_wrong_answer_is_made_anew_without_being_told(tmp_path: Path, broken: tuple[str, ...]) -> None:
    items, endpoint = verified(tmp_path, essay(), [found(*broken), reply(BETTER), judged(8)])
    record = only(items)
    assert isinstance(record, Record) and len(endpoint.bodies) == 3
    assert [m["role"] for m in endpoint.bodies[1]["messages"]][-1] == "user", "the second answer knows of no first"
    assert SAID not in str(endpoint.bodies[1]) and PROSE not in str(endpoint.bodies[1])
    (worse,) = record.alternatives
    assert (worse["why"], worse["messages"][-1]["content"]) == ("judge", PROSE) and "repaired" not in worse
    assert SAID in worse["finding"] and worse["score"] == 7


def test_a_second_answer_is_a_setting(tmp_path: Path) -> None:
    items, endpoint = verified(tmp_path, essay(), [found("correct"), reply(BETTER)], second_solve=False)
    assert isinstance(only(items), Reject) and len(endpoint.bodies) == 1


@pytest.mark.parametrize("broken", [("self_contained",), ("worth_learning", "in_form"), ("clear", "correct")])
def test_a_fault_of_the_instruction_is_a_reject_at_once(tmp_path: Path, broken: tuple[str, ...]) -> None:
    items, endpoint = verified(tmp_path, essay(), [found(*broken), reply(BETTER), judged(9)])
    assert isinstance(only(items), Reject) and len(endpoint.bodies) == 1


def test_a_reject_after_a_second_answer_says_what_is_wrong_with_that_one(tmp_path: Path) -> None:
    """The row that falls out, its reason and its detail belong together."""
    items, _ = verified(tmp_path, answered(WRONG), [reply(GOOD), found("in_form", score=5)])
    reject = only(items)
    assert isinstance(reject, Reject) and reject.record.messages[-1]["content"] == GOOD
    assert (reject.reason, reject.detail) == ("judge", "score 5, below 7; not met: in_form")
    assert [other["why"] for other in reject.record.alternatives] == ["key_agreement"]


# What is told


def told(record: Record, *broken: str, saying: str = SAID) -> list[str]:
    verdicts = [{"criterion": name, "finding": saying, "met": False} for name in broken]
    read = replace(record, lineage=[*record.lineage, {"agent": "judge", "verdicts": verdicts, "score": 7}])
    return findings_for(read, "judge", "not met", skill_run("reading_comprehension"))


KEYED = replace(essay(), key=["The fee is waived for members of the rowing club."])


@pytest.mark.parametrize(
    ("saying", "is_told"),
    [
        ("The last sentence is cut short.", True),
        ("It opens with a heading that nobody asked for.", True),
        ("The list has bullets where numbers were wanted.", True),
        ("It is twice as long as it should be.", True),
        ("It does not say that members pay nothing.", False),
        ("The rowing club is left out.", False),
        ("The waiver is not mentioned, though fees may be waived.", False),
        ("The author meant something else.", False),
        ("It misses the key.", False),
    ],
)
def test_a_finding_that_may_tell_the_key_is_left_out(saying: str, is_told: bool) -> None:
    (said,) = told(KEYED, "complete", saying=saying)
    assert prompts.shared_rubric().response["complete"].text in said and (saying in said) is is_told


def test_what_the_answer_has_said_itself_is_no_secret() -> None:
    (said,) = told(answered(GOOD), "helpful", saying="The sum of 50 stands among remarks.")
    assert "50" in said
    (other,) = told(answered(WRONG), "helpful", saying="The sum stands among remarks.")
    assert "remarks" not in other
    (silent,) = told(replace(essay(), answerable=False), "helpful", saying="The text leaves it open.")
    assert "leaves" not in silent


def test_a_conversation_does_not_go_back() -> None:
    talk = replace(ESSAY, messages=[*essay().messages, QUESTION, {"role": "assistant", "content": PROSE}])
    assert told(essay(), "in_form") and not told(talk, "in_form")


@pytest.mark.parametrize("name", sorted(prompts.names()))
def test_every_skill_has_criteria_that_may_be_told_and_says_which_may_not(name: str) -> None:
    rubric = prompts.shared_rubric()
    own = load_skill(name).rubric
    assert not any(each.tells_key for each in {**rubric.instruction, **own.instruction}.values())
    for form in {task_type.answer for task_type in load_skill(name).task_types}:
        asked = rubric.with_own(own, form).response
        assert {"in_form", "complete", "helpful"} <= {n for n, each in asked.items() if not each.tells_key}
        assert not asked.get("correct") or asked["correct"].tells_key


def test_a_mended_row_gives_a_critique_a_revision_and_a_pair(tmp_path: Path) -> None:
    items, _ = verified(tmp_path, essay(), [found("in_form"), reply(BETTER), judged(9)])
    record = only(items)
    assert isinstance(record, Record)
    rows: list[tuple[str, Any]] = list(Feedback(skill_run("reading_comprehension")).of_record(record))
    assert {sort for sort, _ in rows} == {"critiques", "revisions", "preferences"}
    revision = next(row for sort, row in rows if sort == "revisions")
    assert SAID in revision["messages"][0]["content"] and BETTER in revision["messages"][1]["content"]
    assert next(row for sort, row in rows if sort == "preferences")["margin"] == 2
