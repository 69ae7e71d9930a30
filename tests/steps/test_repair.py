"""Repair before reject: who made it is told what a program found, once or a few times, and nothing of a key they may not know."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import prompts
from simulator import simulator
from simulator.pipeline import Outcome, drive, opened
from simulator.skill_runs import skill_run
from tasks.agents.kind import SkillRun
from tasks.agents.presentation import opening
from tasks.agents.repair import finding
from tasks.kinds import all_checks, kinds
from tasks.kinds.fit import load_skill
from tasks.records import Json, Record, Reject, derive
from tasks.settings import Settings
from tasks.steps.counts import counts
from tasks.steps.instruct import instruct
from tasks.steps.refine import refine
from tasks.steps.repair_response import findings_for
from tasks.steps.step import Items
from tasks.steps.transform import _unsuitable, transform
from tasks.steps.verify import verify
from tests.agents.test_tool_loop import RECORD, driven
from tests.kinds.test_web import SITE
from tests.scripted import Scripted, reply

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
PASSAGE = replace(RECORD, instruction="", key=[], answer_form="", task_type="")


def drafts(*items: Json, **more: Any) -> Json:
    return reply(json.dumps({"unsuitable": "", "items": list(items), **more}))


def item(instruction: str, **more: Any) -> Json:
    return {
        "instruction": instruction,
        "evidence": ["The fee is 12.5 a day."],
        "options": [],
        "key": ["12.5"],
        "answerable": True,
        **more,
    }


GOOD = item("How much is the fee for one day?")
LEAKS = item("How much is the fee for one day? (The answer is 12.5.)")
ASTRAY = item("How much is the fee for a day?", evidence=["The fee rises in June."])


def instructed(folder: Path, script: Sequence[Any], **options: Any) -> tuple[Items, Scripted]:
    async def work(run: SkillRun) -> Items:
        only = next(t for t in run.skill.task_types if t.answer == "number")
        run.skill = run.skill.model_copy(
            update={"task_types": (only.model_copy(update={"transformations": (), "has": ()}),)}
        )
        return await instruct(PASSAGE, run.at("instruct", 1))

    return driven(folder, list(script), work, tools={}, **options)


def turns(body: Json) -> list[Json]:
    return [m for m in body["messages"] if m["role"] != "system"]


def test_a_draft_that_fails_goes_back_with_what_was_found(tmp_path: Path) -> None:
    items, endpoint = instructed(tmp_path, [drafts(LEAKS), drafts(GOOD)])
    (record,) = items
    assert isinstance(record, Record) and record.instruction == GOOD["instruction"]
    first, second = endpoint.bodies
    assert turns(second)[:-2] == turns(first), "the same conversation goes on"
    assert first["response_format"] == second["response_format"]
    answer, said = turns(second)[-2:]
    assert (answer["role"], json.loads(answer["content"])["items"]) == ("assistant", [LEAKS])
    assert said["role"] == "user" and "The instruction tells the key." in said["content"]
    assert [event.get("repair") for event in record.lineage] == [None, "answer_hidden"]
    assert record.lineage[1]["found"] == "the instruction tells the key"


def test_what_was_fine_is_not_made_again(tmp_path: Path) -> None:
    other = item("What does one day cost?")
    script = [drafts(GOOD, LEAKS, ASTRAY), drafts(other)]
    items, endpoint = instructed(tmp_path, script, instructions_per_type=3)
    fine, mended, astray = items
    assert isinstance(fine, Record) and fine.instruction == GOOD["instruction"] and len(fine.lineage) == 1
    assert isinstance(mended, Record) and mended.instruction == other["instruction"]
    assert isinstance(astray, Reject) and astray.reason == "evidence", "the author gave one of two"
    assert len(endpoint.bodies) == 2
    said = turns(endpoint.bodies[1])[-1]["content"]
    assert "- Item 2: " in said and "- Item 3: Quote 1 is not in the passage" in said and "Item 1" not in said
    assert [event.get("repair") for event in astray.record.lineage] == [None, "evidence"]


def test_an_author_may_give_all_items_again(tmp_path: Path) -> None:
    other = item("What does one day cost?")
    script = [drafts(GOOD, LEAKS), drafts(item("What is it?"), other)]
    items, _ = instructed(tmp_path, script, instructions_per_type=2)
    assert [i.instruction for i in items if isinstance(i, Record)] == [GOOD["instruction"], other["instruction"]]


@pytest.mark.parametrize(("repairs", "calls"), [(0, 1), (1, 2), (2, 3)])
def test_what_fails_again_is_a_reject_that_says_both(tmp_path: Path, repairs: int, calls: int) -> None:
    items, endpoint = instructed(tmp_path, [drafts(LEAKS), drafts(ASTRAY)], repairs=repairs)
    (reject,) = items
    assert isinstance(reject, Reject) and len(endpoint.bodies) == calls
    found = [event["repair"] for event in reject.record.lineage if "repair" in event]
    assert [*found, reject.reason] == [*["answer_hidden", "evidence", "evidence"][:repairs], reject.reason]
    assert reject.reason == ("evidence" if repairs else "answer_hidden")


def test_an_author_who_gives_nothing_leaves_the_reject_and_its_cost(tmp_path: Path) -> None:
    items, _ = instructed(tmp_path, [drafts(LEAKS), drafts(unsuitable="no fact is left to ask for")])
    (reject,) = items
    assert isinstance(reject, Reject) and reject.reason == "answer_hidden" and len(reject.record.lineage) == 2


def test_what_its_author_cannot_mend_does_not_go_back(tmp_path: Path) -> None:
    items, endpoint = instructed(tmp_path, [drafts(unsuitable="no number in it")])
    (reject,) = items
    assert isinstance(reject, Reject) and (reject.reason, len(endpoint.bodies)) == ("unsuitable", 1)


def test_items_count_whatever_stands_beside_them(tmp_path: Path) -> None:
    """A small model fills every field: it also says why the passage does not suit the task that it wrote for it."""
    items, _ = instructed(tmp_path, [drafts(GOOD, unsuitable="The key rests on one sentence.")])
    (record,) = items
    assert isinstance(record, Record) and record.instruction == GOOD["instruction"]


@pytest.mark.parametrize(
    "text", ["`UNSUITABLE: `", "**UNSUITABLE:** no figures", "UNSUITABLE: no figures", "> UNSUITABLE"]
)
def test_an_agent_that_declines_in_marks_has_declined(text: str) -> None:
    assert _unsuitable(text) and not _unsuitable("The word UNSUITABLE stands on the crate.")


def test_an_edit_that_misses_its_goal_goes_back(tmp_path: Path) -> None:
    edited = {**GOOD, "passage": "", "unsuitable": "", "instruction": "How much are four days?", "key": ["50"]}
    suggested = {"nothing_to_add": "", "items": [{"change": "ask for four days"}]}
    parent = derive(PASSAGE, **{**GOOD, "answer_form": "number", "task_type": RECORD.task_type})
    same = {**edited, "instruction": GOOD["instruction"], "key": GOOD["key"]}

    async def work(run: SkillRun) -> Items:
        goals = tuple(g.model_copy(update={"edits_passage": False, "changes_key": True, "makes_unanswerable": False,
                                           "answers": ()}) for g in run.skill.goals)  # fmt: skip
        run.skill = run.skill.model_copy(update={"goals": goals})
        return await refine(parent, run.at("refine", 2))

    script = [reply(json.dumps(each)) for each in (suggested, same, edited)]
    items, endpoint = driven(tmp_path, script, work, tools={})
    before, after = items
    assert before == parent and isinstance(after, Record) and after.key == ["50"]
    assert "The answer did not change." in turns(endpoint.bodies[2])[-1]["content"]
    assert after.lineage[-1]["repair"] == "goal_missed"


# Responses

QUESTION = opening(RECORD, skill_run(settings=Settings(system_prompts="none")))[-1]
BROKEN = "The daily fee is 12.5, so four days cost 12.5 × 4 = 60.\n\nAnswer: 50"
MENDED = "The daily fee is 12.5, so four days cost 12.5 × 4 = 50.\n\nAnswer: 50"
WRONG = "The daily fee is 12.5, and 12.5 × 4 = 50.\n\nAnswer: 48"


def verified(folder: Path, text: str, script: Sequence[str], **options: Any) -> tuple[Record | Reject, Scripted]:
    given = [QUESTION, {"role": "assistant", "content": text}]
    record = replace(RECORD, messages=given, passage="The fee is 12.5 a day. THE-SECRET", evidence=["THE-SECRET"])

    async def work(run: SkillRun) -> Items:
        return await verify(record, run.at("verify", 4))

    options = {"judge": "off", **options}
    items, endpoint = driven(folder, [reply(text) for text in script], work, tools={}, **options)
    (only,) = items
    return only, endpoint


def test_a_response_goes_back_and_its_row_shows_no_trace(tmp_path: Path) -> None:
    record, endpoint = verified(tmp_path, BROKEN, [MENDED])
    assert isinstance(record, Record) and len(endpoint.bodies) == 1
    assert record.messages == [QUESTION, {"role": "assistant", "content": MENDED}]
    (body,) = endpoint.bodies
    assert [m["role"] for m in body["messages"]] == ["user", "assistant", "user"]
    assert body["messages"][1]["content"] == BROKEN and "quation" in body["messages"][2]["content"]
    (worse,) = record.alternatives
    assert (worse["why"], worse["repaired"]) == ("arithmetic", True) and worse["messages"][-1]["content"] == BROKEN
    assert worse["finding"] in body["messages"][2]["content"]


def test_nothing_of_the_key_is_told(tmp_path: Path) -> None:
    _, endpoint = verified(tmp_path, BROKEN, [MENDED])
    assert "SECRET" not in json.dumps(endpoint.bodies[0]["messages"][2])


def test_where_the_key_differs_an_independent_solve_decides(tmp_path: Path) -> None:
    record, endpoint = verified(tmp_path, WRONG, [MENDED])
    assert isinstance(record, Record) and [m["role"] for m in endpoint.bodies[0]["messages"]][-1] == "user"
    assert all(WRONG not in str(m["content"]) for m in endpoint.bodies[0]["messages"])
    again, bodies = verified(tmp_path / "both", BROKEN, [WRONG, MENDED])
    assert isinstance(again, Record) and len(bodies.bodies) == 2
    assert [a["why"] for a in again.alternatives] == ["arithmetic", "key_agreement"]


def test_a_response_that_fails_twice_is_a_reject_that_says_both(tmp_path: Path) -> None:
    reject, endpoint = verified(tmp_path, BROKEN, [BROKEN.replace("60", "70")])
    assert isinstance(reject, Reject) and len(endpoint.bodies) == 1
    assert reject.record.lineage[-1]["repair"] == reject.reason == "arithmetic"


def test_without_repairs_a_second_response_is_asked_for(tmp_path: Path) -> None:
    record, endpoint = verified(tmp_path, BROKEN, [MENDED], repairs=0)
    assert isinstance(record, Record) and all(BROKEN not in str(m) for m in endpoint.bodies[0]["messages"])


def test_conversations_and_checks_that_know_the_key_do_not_go_back() -> None:
    run = skill_run("tool_use")
    answered = replace(RECORD, messages=[QUESTION, {"role": "assistant", "content": "Yes."}])
    longer = replace(answered, messages=[*answered.messages, QUESTION, {"role": "assistant", "content": "No."}])
    assert findings_for(answered, "structure", "", run) and not findings_for(longer, "structure", "", run)
    for name in ("calls_agree", "missing_asked", "judge", "guess", "abstains", "key_agreement"):
        assert not findings_for(answered, name, "", run), name


@pytest.mark.parametrize("name", sorted(prompts.names()))
def test_each_check_that_sends_back_says_what_to_do(name: str) -> None:
    skill, told = prompts.load(name), prompts.repairs()
    assert set(skill.checks.instruction) <= told.author.keys()
    checks = {n: all_checks()[n] for n in skill.checks.response}
    back = {n for n, c in checks.items() if not (c.asks or c.compares_key or c.tells_key)}
    talk = {"turns", "user_voice", "each_answered", "no_repeats", "moves_made", "moves_obeyed"}
    assert back - talk - {"tool_calls", "targets_exist"} <= told.response.keys()


def test_a_finding_is_sentences() -> None:
    assert finding("response", "no_loops", "a line is repeated") == "A line is repeated. Say each thing once."
    assert finding("author", "a_reason_of_a_package", "") == "A reason of a package."


# Counts


def test_repairs_are_counted_by_check_with_what_they_took() -> None:
    event = {"step": "s", "prompt_tokens": 10, "completion_tokens": 1, "cost_usd": 0.5, "call": "a"}
    back = {**event, "call": "b", "repair": "evidence", "found": "x", "item": 1}
    shared = {**back, "repair": "no_leak", "item": 2}
    fine = replace(RECORD, lineage=[event, back])
    items: Items = [fine, Reject(record=replace(RECORD, lineage=[event, shared]), step="s", reason="no_leak")]
    found = counts("s", [RECORD], [items], [*items, replace(fine, id="child")])
    assert found["repairs"] == {"evidence": {"tries": 1, "mended": 1}, "no_leak": {"tries": 1, "mended": 0}}
    assert found["repaired"] == {"calls": 1, "prompt_tokens": 10, "completion_tokens": 1, "cost_usd": 0.5}
    assert found["calls"] == 2


def test_repair_brings_rows(tmp_path: Path) -> None:
    """A teacher that errs in a third of its drafts and half of its answers: so often that chance alone brings no more rows."""

    def run(repairs: int) -> Outcome:
        async def work() -> Outcome:
            settings = Settings(repairs=repairs, chunks_per_document=1, judge="off", second_solve=False)
            folder = tmp_path / str(repairs)
            async with opened("reading_comprehension", folder, settings, base_url=server.base_url) as session:
                return await drive(session, [str(DOCUMENTS / "*.md")])

        return asyncio.run(work())

    with simulator(defects="evidence_not_in_passage=0.3,cut_off=0.5") as server:
        with_repair, without = run(1), run(0)
    assert not with_repair.broken and not with_repair.lost()
    assert len(with_repair.rows) >= 1.5 * len(without.rows) > 0
    assert len(with_repair.rejects) < len(without.rejects)


def test_every_kind_of_task_has_an_author_who_can_mend() -> None:
    assert all({"repair", "repair_response"} <= skill_run(n).skill.agents.keys() for n in prompts.names()) and kinds()


# Passages and pages


def transformed(folder: Path, skill: str, script: Sequence[Any], **options: Any) -> tuple[Items, Scripted]:
    async def work(run: SkillRun) -> Items:
        own = load_skill(skill)
        one = next(t for t in own.transformations if len(t.agents) == 1)
        run.skill, run.kind = own.model_copy(update={"transformations": (one,)}), kinds()[own.kind]
        return await transform(replace(PASSAGE, skill=skill), run.at("transform", 0))

    return driven(folder, list(script), work, **options)


TABLE = "| year | ships |\n|---|---|\n| 1901 | 4 |\n| 1902 | 6 |\n| 1903 | 9 |\n"


def test_a_passage_that_is_no_data_goes_back(tmp_path: Path) -> None:
    items, endpoint = transformed(tmp_path, "data_to_text", [reply("Ships came and went."), reply(TABLE)])
    (record,) = items
    assert isinstance(record, Record) and record.passage == TABLE.strip() and len(endpoint.bodies) == 2
    assert "holds no table" in turns(endpoint.bodies[1])[-1]["content"]
    assert [event.get("repair") for event in record.lineage if "call" in event] == [None, "data_readable"]


def test_a_passage_that_stays_without_data_is_a_reject_before_a_task_is_written(tmp_path: Path) -> None:
    items, _ = transformed(tmp_path, "data_to_text", [reply("Ships came and went.")])
    (reject,) = items
    assert isinstance(reject, Reject) and reject.reason == "data_readable"
    assert [event.get("repair") for event in reject.record.lineage] == [None, "data_readable"]


def test_a_site_that_no_program_can_run_goes_back(tmp_path: Path) -> None:
    lost = {**SITE, "start": "nowhere"}
    items, endpoint = transformed(tmp_path, "web_agent", [reply(json.dumps(each)) for each in (lost, SITE)])
    (record,) = items
    assert isinstance(record, Record) and len(endpoint.bodies) == 2
    assert [event.get("repair") for event in record.lineage if "call" in event] == [None, "malformed"]
