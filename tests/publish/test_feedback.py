"""Feedback: what makes a critique, a revision, a pair, and what makes none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from simulator.skill_runs import skill_run
from tasks.agents.kind import SkillRun
from tasks.agents.reflection import BEFORE_REFLECTION
from tasks.publish.feedback import SORTS, Feedback, names
from tasks.publish.rows import FEEDBACK, feedback_row
from tasks.records import Json, Record, Reject
from tasks.steps.preference import LOWER_SCORE, settled, weighed
from tests.agents.test_tool_loop import driven
from tests.steps.test_verify import GOOD, QUESTION, WRONG, answered

RUN = skill_run("reading_comprehension", step="verify")


def say(text: str) -> list[Json]:
    return [QUESTION, {"role": "assistant", "content": text}]


def feedback() -> Feedback:
    return Feedback(RUN)


def rows(record: Record, found: Feedback | None = None) -> dict[str, list[Json]]:
    told: dict[str, list[Json]] = {sort: [] for sort in SORTS}
    for sort, row in (found or feedback()).of_record(record):
        told[sort].append(row)
    return told


REFUSED = "As an AI language model, I cannot say what four days cost."
REFUSAL = {"messages": say(REFUSED), "why": "no_boilerplate", "finding": "It refuses a task that can be done"}


def test_a_repaired_response_gives_a_critique_a_revision_and_a_pair() -> None:
    told = rows(answered(GOOD, alternatives=[{**REFUSAL, "repaired": True}]))
    (critique,), (revision,), (pair,) = told["critiques"], told["revisions"], told["preferences"]
    ask, reply = (message["content"] for message in critique["messages"])
    assert QUESTION["content"] in ask and REFUSED in ask and GOOD not in ask
    assert reply == "- It refuses a task that can be done\n\nVerdict: To be revised." and not critique["good"]
    asked, mended = (message["content"] for message in revision["messages"])
    assert REFUSED in asked and "It refuses a task" in asked and mended == GOOD
    assert [m["content"] for m in pair["chosen"]] == [GOOD] and [m["content"] for m in pair["rejected"]] == [REFUSED]
    assert pair["reason"] == "no_boilerplate" and pair["margin"] is None and pair["prompt"] == [QUESTION]


def test_of_several_repairs_the_last_alone_is_what_the_row_revises() -> None:
    earlier = {**REFUSAL, "messages": say("No."), "repaired": True}
    told = rows(answered(GOOD, alternatives=[earlier, {**REFUSAL, "repaired": True}]))
    assert [len(told[sort]) for sort in SORTS] == [2, 1, 2]
    assert REFUSED in told["revisions"][0]["messages"][0]["content"]


def test_a_second_response_is_no_revision() -> None:
    assert [len(r) for r in rows(answered(GOOD, alternatives=[REFUSAL])).values()] == [1, 0, 1]


def test_what_only_the_key_shows_makes_a_pair_and_no_critique() -> None:
    found = feedback()
    told = rows(
        answered(GOOD, alternatives=[{"messages": say(WRONG), "why": "key_agreement", "finding": "48 is not 50"}]),
        found,
    )
    assert [len(r) for r in told.values()] == [0, 0, 1]
    assert found.table() == {
        "critiques": 0,
        "revisions": 0,
        "preferences": 1,
        "left_out": {"critiques": {"shown_by_the_key_alone": 1}},
    }


@pytest.mark.parametrize("why", ["not_the_best", "duplicate", BEFORE_REFLECTION])
def test_what_does_not_show_the_response_to_be_worse_makes_nothing(why: str) -> None:
    found = feedback()
    told = rows(answered(GOOD, alternatives=[{"messages": say(WRONG), "why": why, "finding": "it is so"}]), found)
    assert not any(told.values()) and found.left_out["preferences"] == {"not_shown_to_be_worse": 1}


@pytest.mark.parametrize(("score", "pairs"), [(5, 1), (7, 1), (8, 0), (9, 0), (None, 0)])
def test_a_lower_score_needs_a_margin(score: int | None, pairs: int) -> None:
    worse = {"messages": say(f"{GOOD} "), "why": LOWER_SCORE, **({} if score is None else {"score": score})}
    told = rows(answered(GOOD, alternatives=[worse], quality={"score": 9}))
    assert len(told["preferences"]) == pairs and not told["critiques"]
    assert [pair["margin"] for pair in told["preferences"]] == ([9 - score] if pairs and score else [])


def test_repeats_make_no_second_row() -> None:
    found = feedback()
    told = rows(answered(GOOD, alternatives=[REFUSAL, {**REFUSAL}]), found)
    assert [len(r) for r in told.values()] == [1, 0, 1] and [found.left_out[s]["repeated"] for s in SORTS] == [1, 0, 1]


@pytest.mark.parametrize("reason", ["ambiguous", "bad_key", "guess", "judge"])
def test_what_blames_the_task_makes_neither_a_pair_nor_a_critique(reason: str) -> None:
    """The judge does so where it finds a fault with the instruction alone."""
    verdicts = [{"criterion": "clear", "finding": "It can be read in two ways.", "met": False}]
    fallen = answered(WRONG, sample=1, lineage=[{"agent": "judge", "verdicts": verdicts, "score": 4}])
    reject = Reject(record=fallen, step="verify", reason=reason, detail="it is so")
    (kept, _) = settled([answered(GOOD), reject], RUN)
    assert isinstance(kept, Record) and [other["why"] for other in kept.alternatives] == [reason]
    found = feedback()
    assert not any(rows(kept, found).values()) and not list(found.of_reject(reject))
    assert found.left_out["preferences"] == {"blames_the_task": 1} and found.table()["preferences"] == 0
    assert found.left_out["critiques"]["blames_the_task"] == (1 if reason == "judge" else 2)


def test_the_judge_s_words_of_the_response_are_what_a_pair_tells() -> None:
    broken = [("clear", "It can be read in two ways."), ("correct", "12.5 times 4 is not 48.")]
    verdicts = [{"criterion": name, "finding": finding, "met": False} for name, finding in broken]
    fallen = answered(WRONG, sample=1, lineage=[{"agent": "judge", "verdicts": verdicts, "score": 4}])
    reject = Reject(record=fallen, step="verify", reason="judge", detail="score 4; not met: clear, correct")
    (kept, _) = settled([answered(GOOD), reject], RUN)
    assert isinstance(kept, Record)
    (pair,) = rows(kept)["preferences"]
    assert (pair["reason"], pair["finding"]) == ("judge", "12.5 times 4 is not 48.")


@pytest.mark.parametrize(("score", "pairs"), [(7, 1), (8, 0)])
def test_a_judge_who_names_nothing_needs_the_margin(score: int, pairs: int) -> None:
    worse = {"messages": say(WRONG), "why": "judge", "finding": "", "score": score}
    assert len(rows(answered(GOOD, alternatives=[worse], quality={"score": 9}))["preferences"]) == pairs


def test_a_pair_that_two_records_come_to_is_there_once() -> None:
    found, other = feedback(), {"messages": say(WRONG), "why": "key_agreement", "finding": "48 is not 50"}
    one = answered(GOOD, alternatives=[other])
    told = [rows(record, found)["preferences"] for record in (one, replace(one, id="another", instruction="Again."))]
    assert [len(pairs) for pairs in told] == [1, 0] and found.left_out["preferences"] == {"repeated": 1}


def test_a_pair_has_the_functions_on_offer() -> None:
    tools = [{"type": "function", "function": {"name": "fee", "parameters": {"type": "object"}}}]
    record = answered(GOOD, alternatives=[REFUSAL], tools=tools)
    (pair,) = rows(record)["preferences"]
    (row,) = pa.Table.from_pylist([feedback_row(pair, record)], FEEDBACK["preferences"]).to_pylist()
    assert json.loads(row["tools"]) == tools


def judged(met: bool, finding: str, score: int) -> list[Json]:
    verdicts = [
        {"criterion": "correct", "finding": finding, "met": met},
        {"criterion": "self_contained", "finding": "The fee stands in the text.", "met": True},
    ]
    return [{"agent": "judge", "verdicts": verdicts, "score": score}]


def test_the_judge_s_findings_are_critiques_of_good_answers_and_of_bad_ones() -> None:
    record = answered(GOOD, checks={"judge": "pass"}, lineage=judged(True, "12.5 times 4 is 50.", 9))
    (critique,) = rows(record)["critiques"]
    assert critique["good"] and critique["score"] == 9 and critique["reason"] == "judge"
    assert critique["messages"][1]["content"] == "- 12.5 times 4 is 50.\n\nVerdict: Good: 9 of 10."
    fallen = answered(WRONG, lineage=judged(False, "12.5 times 4 is not 48.", 2))
    ((sort, bad),) = feedback().of_reject(Reject(record=fallen, step="verify", reason="judge", detail="score 2"))
    assert sort == "critiques" and not bad["good"] and "not 48" in bad["messages"][1]["content"]


def test_a_finding_that_serves_several_criteria_is_told_once() -> None:
    told = {"finding": "The fee stands in the text.", "met": True}
    verdicts = [{"criterion": name, **told} for name in ("correct", "complete", "helpful")]
    record = answered(GOOD, checks={"judge": "pass"}, lineage=[{"agent": "judge", "verdicts": verdicts, "score": 8}])
    (critique,) = rows(record)["critiques"]
    assert critique["messages"][1]["content"].count("The fee stands") == 1


def test_a_critique_does_not_speak_of_the_key() -> None:
    found = feedback()
    record = answered(GOOD, checks={"judge": "pass"}, lineage=judged(True, "It agrees with the author's key.", 9))
    assert not rows(record, found)["critiques"] and found.left_out["critiques"] == {"judge_names_nothing": 1}


def test_a_rejected_response_is_criticised_by_the_check_that_it_failed() -> None:
    reject = Reject(record=answered(REFUSED), step="verify", reason="no_boilerplate", detail="it refuses")
    assert [sort for sort, _ in feedback().of_reject(reject)] == ["critiques"]
    for reason in ("ambiguous", "unfinished", "crashed"):
        assert not list(feedback().of_reject(replace(reject, reason=reason)))
    assert not list(feedback().of_reject(replace(reject, record=replace(answered(REFUSED), messages=[]))))


def reflected(folder: Path, earlier: str, critique: list[str]) -> Record:
    other = {"messages": say(earlier), "why": BEFORE_REFLECTION, "critique": critique, "repaired": True}

    async def work(run: SkillRun) -> Record:
        return await weighed(answered(GOOD, alternatives=[other]), run)

    return driven(folder, [], work, tools={})[0]


def test_a_critic_is_believed_where_a_check_finds_the_same(tmp_path: Path) -> None:
    critique = ["It refuses instead of multiplying the fee by four."]
    told = rows(reflected(tmp_path, REFUSED, critique))
    assert critique[0] in told["critiques"][0]["messages"][1]["content"] and len(told["revisions"]) == 1


def test_a_critic_who_names_something_else_is_replaced_by_the_check(tmp_path: Path) -> None:
    told = rows(reflected(tmp_path, REFUSED, ["The tone is dull."]))
    assert "dull" not in str(told) and len(told["critiques"]) == 1


def test_a_version_that_no_check_fails_gives_nothing(tmp_path: Path) -> None:
    assert not any(rows(reflected(tmp_path, f"{GOOD} ", ["It could be shorter."])).values())


@pytest.mark.parametrize(
    ("critique", "finding", "found"),
    [
        ("The sum 48 is wrong.", "the equation with 48 does not hold", True),
        ("The table lacks a heading row.", "a heading is missing", True),
        ("It is rude.", "the answer has 3 sentences, not 2", False),
    ],
)
def test_names(critique: str, finding: str, found: Any) -> None:
    assert names([critique], finding, "constraints_met") is found
