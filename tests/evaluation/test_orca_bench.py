"""Held-out rows are scored as they deserve: by the key where one decides, else by the judge, and never 0 in silence."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tasks.evaluation.figures import orca_bench
from tasks.evaluation.orca_bench import Examiner
from tasks.records import Json, rng
from tasks.settings import Evaluating
from tests.curation.rows import row
from tests.evaluation.examining import Says, asked_of, block, choice, graded, question, teacher_of
from tests.scripted import Scripted, reply

GOOD, BAD = "sways since its deck is light", "sways since it is haunted"


def examined(
    folder: Path, rows: list[Json], student: Says, judge: Says | None = None, **evaluating: Any
) -> tuple[list[Json], Scripted, Scripted]:
    teacher, asked, asks = teacher_of(folder, student, judge)

    async def run() -> list[Json]:
        try:
            return await Examiner(teacher, "s", Evaluating(**evaluating), 0).examined(rows)
        finally:
            await teacher.close()

    found = asyncio.run(run())
    blank = dict.fromkeys(("score", "solved", "decided_by", "undecided", "state", "answer_first", "reference_first"))
    return [{**blank, **each} for each in found], asked, asks


def fair(body: Json) -> str:
    """A judge who knows what is true, give or take a point."""
    answer = block(body, "answer")
    about = 9 if GOOD in answer else 2 if BAD in answer else 5
    return graded(about + rng("noise", answer).choice((-1, 0, 1)))


def test_planted_answers_are_ranked_rightly(tmp_path: Path) -> None:
    rows = [question(number) for number in range(120)]
    kinds = {asked_of({"messages": each["messages"][:1]}): number % 3 for number, each in enumerate(rows)}

    def student(body: Json) -> Any:
        said = asked_of(body)
        return [f"Bridge {said} {GOOD}.", f"Bridge {said} {BAD}.", reply("")][kinds[said]]

    found, _, judge = examined(tmp_path, rows, student, fair, both_orders=0)
    groups: list[list[float]] = [[], [], []]
    for each in found:
        groups[kinds[each["task"]]].append(each["score"])
    good, bad, empty = groups
    pairs = [
        (high, low) for above, below in ((good, bad), (bad, empty), (good, empty)) for high in above for low in below
    ]
    assert sum(high > low for high, low in pairs) >= 0.98 * len(pairs)
    assert set(empty) == {0.0} and len(judge.bodies) == 80
    assert {each["state"] for each in found if not each["score"]} == {"empty"}


@pytest.mark.parametrize("skills", [1, 4, 17, 80])
def test_the_interval_covers_the_planted_mean(skills: int) -> None:
    covered, tries = 0, 100
    for attempt in range(tries):
        source = rng("planted", attempt)
        scores = [float(source.choice((0, 4, 7, 10))) for _ in range(80)]  # 5.25 in the mean
        rows = [
            {**_blank(), "id": str(n), "skill": f"s{n % skills}", "score": score, "decided_by": "judge"}
            for n, score in enumerate(scores)
        ]
        figure = orca_bench(rows, Evaluating(resamples=400), "v", attempt)
        assert figure.low is not None and figure.high is not None
        covered += figure.low <= 5.25 <= figure.high
    assert covered >= 90


def _blank() -> Json:
    return dict.fromkeys(("task_type", "solved", "undecided", "state", "answer_first", "reference_first"))


def test_a_key_decides_without_the_judge(tmp_path: Path) -> None:
    rows = [choice(n) for n in range(4)]
    said = [
        "Elm it is. Answer: B",
        "**Answer:** (A) oak",
        "I think A. No, wait: the answer is B.",
        "the correct option is elm",
    ]
    replies = {each["messages"][0]["content"]: text for each, text in zip(rows, said, strict=True)}
    found, _, judge = examined(tmp_path, rows, lambda body: replies[asked_of(body)], fair)
    assert [(each["score"], each["solved"], each["decided_by"]) for each in found] == [
        (10, True, "key"), (0, False, "key"), (10, True, "key"), (10, True, "key"),
    ]  # fmt: skip
    assert judge.bodies == []


@pytest.mark.parametrize("said", ["B\n\nThat is elm; oak would be A.", "elm\n" * 9, "Elm, or oak.\n\nelm"])
def test_a_sloppy_answer_is_never_wrong_by_program(tmp_path: Path, said: str) -> None:
    found, _, _ = examined(tmp_path, [choice(1)], lambda _: said, lambda _: graded(6))
    assert found[0]["score"] in (6, 10)


def test_what_no_program_reads_goes_to_the_judge(tmp_path: Path) -> None:
    found, _, judge = examined(tmp_path, [choice(1)], lambda _: "Trees are tall and green.", lambda _: graded("3/10"))
    assert (found[0]["score"], found[0]["solved"], found[0]["decided_by"]) == (3, None, "judge")
    assert len(judge.bodies) == 1 and judge.bodies[0]["temperature"] == 0


@pytest.mark.parametrize("said", ["no JSON at all", '{"findings": "fine"}', graded(11), graded("high"), ""])
def test_a_judge_that_gives_no_score_is_no_zero(tmp_path: Path, said: str) -> None:
    found, _, judge = examined(tmp_path, [question(1), question(2)], lambda _: f"It {GOOD}.", lambda _: said)
    assert [each["score"] for each in found] == [None, None] and len(judge.bodies) == 4  # each asked again once
    assert {each["undecided"] for each in found} <= {"judge_not_in_schema", "judge_empty_answer"}
    figure = orca_bench(found, Evaluating(), "v")
    assert figure.value is None and figure.undecided == 2


def test_without_a_judge_the_rest_is_undecided(tmp_path: Path) -> None:
    found, _, _ = examined(tmp_path, [question(1), choice(2)], lambda _: "Answer: B")
    assert [(each["score"], each["undecided"]) for each in found] == [(None, "no_judge"), (10, None)]


def test_answers_that_are_cut_off_are_scored_by_what_is_there_and_told(tmp_path: Path) -> None:
    found, asked, _ = examined(
        tmp_path, [question(1), choice(2)], lambda _: reply("Answer: B", finish="length"), fair, answer_tokens=64
    )
    assert [each["state"] for each in found] == ["cut_off", "cut_off"] and found[1]["score"] == 10
    assert {body["max_tokens"] for body in asked.bodies} == {64} and len(asked.bodies) == 2  # nothing is asked again


def test_orders_are_swapped_and_what_order_does_is_told(tmp_path: Path) -> None:
    def biased(body: Json) -> str:
        text = asked_of(body)
        return graded(8 if text.index("<answer-") < text.index("<reference-") else 6)

    rows = [question(n) for n in range(30)]
    found, _, judge = examined(tmp_path, rows, lambda _: f"It {GOOD}.", biased, both_orders=1)
    assert len(judge.bodies) == 60 and {each["score"] for each in found} == {7.0}
    assert orca_bench(found, Evaluating(), "v").beside["order effect"] == 2
    some, _, judge = examined(tmp_path / "x", rows, lambda _: f"It {GOOD}.", biased, both_orders=0)
    assert {each["score"] for each in some} == {8.0, 6.0} and len(judge.bodies) == 30


def always(said: Any, _: Json) -> Any:
    return said


TOOL = {
    "type": "function",
    "function": {
        "name": "book_table",
        "parameters": {
            "type": "object",
            "properties": {"day": {"type": "string"}, "guests": {"type": "integer"}},
            "required": ["day", "guests"],
        },
    },
}


def calling(day: str) -> list[Json]:
    return [
        {
            "id": "c1",
            "type": "function",
            "function": {"name": "book_table", "arguments": json.dumps({"day": day, "guests": 4})},
        }
    ]


def test_the_first_call_is_compared_with_the_key(tmp_path: Path) -> None:
    facts: Json = {"skill": "tool_use", "task_type": "single_call", "answer_form": "calls", "tools": [TOOL]}
    key = [{"name": "book_table", "arguments": {"day": "Friday", "guests": 4}}]
    whole = row("Book a table for four on Friday.", "Booked.", calls=key, **facts)
    user, last = whole["messages"]
    turn = {"role": "assistant", "content": "", "tool_calls": calling("Friday"), "tool_call_id": None}
    result = {"role": "tool", "content": '{"ok": true}', "tool_calls": None, "tool_call_id": "c1"}
    whole = {**whole, "messages": [user, turn, result, last]}
    for day, score in (("Friday", 10), ("Monday", 0)):
        called = reply("", finish="tool_calls", tool_calls=calling(day))
        found, asked, judge = examined(tmp_path / day, [whole], partial(always, called), fair)
        assert (found[0]["score"], found[0]["decided_by"]) == (score, "key"), found[0]
        assert asked.bodies[0]["tools"] and asked.bodies[0]["messages"][-1]["role"] == "user" and not judge.bodies
    found, _, _ = examined(tmp_path / "text", [whole], lambda _: "I have booked it.", fair)
    assert (found[0]["score"], found[0]["solved"]) == (0, False)


def test_of_a_conversation_the_last_turn_is_examined(tmp_path: Path) -> None:
    whole = question(1)
    user, last = whole["messages"]
    first = {**last, "content": "Hello."}
    _, asked, judge = examined(
        tmp_path, [{**whole, "messages": [user, first, {**user, "content": "And now?"}, last]}], lambda _: GOOD, fair
    )
    assert [m["content"] for m in asked.bodies[0]["messages"]][1:] == ["Hello.", "And now?"]
    assert block(judge.bodies[0], "reference") == last["content"]


def test_nothing_is_paid_twice(tmp_path: Path) -> None:
    rows = [question(n) for n in range(6)]
    first, asked, asks = examined(tmp_path, rows[:4], lambda _: f"It {GOOD}.", fair)
    again, more, most = examined(tmp_path, rows, lambda _: f"It {GOOD}.", fair)
    assert len(asked.bodies) == 4 and len(more.bodies) == 2 and len(most.bodies) < len(asks.bodies)
    assert again[:4] == first
