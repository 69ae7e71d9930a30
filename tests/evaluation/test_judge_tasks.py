"""Tasks of our own: what fits them, who decides, and what is never a figure in silence."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tasks.evaluation.bench import Bench
from tasks.evaluation.figures import Figure
from tasks.evaluation.judge_tasks import JUDGE_TASKS, ItemError, items_in
from tasks.evaluation.named import TaskError, wanted
from tasks.evaluation.orca_bench import Examiner
from tasks.records import Json
from tasks.settings import Evaluating
from tests.curation.rows import row
from tests.evaluation.examining import Says, block, choice, question, teacher_of


def figure_of(
    folder: Path, name: str, rows: list[Json], student: Says, judge: Says, others: dict[str, str] | None = None
) -> tuple[Figure, list[Json], int]:
    """The figure, the rows behind it, and how often the judge was asked."""
    task = JUDGE_TASKS[name]
    teacher, _, asks = teacher_of(folder, student, judge)

    async def run() -> list[Json]:
        try:
            return await task.examined(task.chosen(rows), Examiner(teacher, "s", Evaluating(), 0), others or {})
        finally:
            await teacher.close()

    blank = dict.fromkeys(("score", "decided_by", "undecided", "state", "findings"))
    found = [{**blank, **each} for each in asyncio.run(run())]
    return task.figured(found, Evaluating(), 0), found, len(asks.bodies)


def prefers_light(body: Json) -> str:
    first, second = ("light" in block(body, name) for name in ("first", "second"))
    return json.dumps({"findings": "Seen.", "better": "tie" if first == second else "first" if first else "second"})


def test_preference_asks_in_both_orders_and_reports_lengths(tmp_path: Path) -> None:
    rows = [question(n) for n in range(4)] + [choice(1)]
    figure, _, calls = figure_of(tmp_path, "preference", rows, lambda _: "It is haunted.", prefers_light)
    assert (figure.value, figure.count, calls) == (0, 4, 8)
    assert figure.beside["words"] == 3 and figure.beside["words of the other"] == 8
    others = {each["id"]: "Nobody knows." for each in rows}
    figure, _, _ = figure_of(tmp_path / "b", "preference", rows, lambda _: "It is light.", prefers_light, others)
    assert figure.value == 100

    def first_always(_: Json) -> str:
        return '{"findings": "Seen.", "better": "first"}'

    figure, _, _ = figure_of(tmp_path / "c", "preference", rows, lambda _: "It is light.", first_always)
    assert figure.value == 50 and figure.beside["preferred when first, %"] == 100


def test_an_empty_answer_loses_without_a_call_and_a_judge_that_says_nothing_decides_nothing(tmp_path: Path) -> None:
    figure, _, calls = figure_of(tmp_path, "preference", [question(1)], lambda _: "", prefers_light)
    assert (figure.value, calls) == (0, 0)
    figure, found, _ = figure_of(tmp_path / "b", "preference", [question(1)], lambda _: "It.", lambda _: "Well.")
    assert figure.value is None and figure.undecided == 1 and found[0]["undecided"] == "judge_not_in_schema"


def test_a_program_decides_form_where_constraints_say_it(tmp_path: Path) -> None:
    three = [{"kind": "max_words", "number": 9, "words": []}]
    rows = [question(1, constraints=three), question(2, axes={"output_format": "a list"}), question(3)]
    said = {"1": "One two three.", "2": "- a\n- b"}

    def student(body: Json) -> str:
        return next(text for number, text in said.items() if f"bridge {number} " in body["messages"][-1]["content"])

    figure, found, calls = figure_of(
        tmp_path, "format", rows, student, lambda _: json.dumps({"findings": "Seen.", "kept": False})
    )
    assert (figure.value, figure.count, calls) == (50, 2, 1) and figure.beside["decided by program"] == 1
    said["1"] = "far too many words for what was asked here, alas " * 2
    figure, found, _ = figure_of(tmp_path / "b", "format", rows[:1], student, lambda _: "")
    assert (figure.value, found[0]["decided_by"]) == (0, "key")


def test_claims_without_support_are_counted(tmp_path: Path) -> None:
    rows = [
        row(f"Summarize text {n}.", "Short.", passage="The bog is old.", answer_form="text", skill="coding")
        for n in range(2)
    ] + [question(1)]

    def judge(body: Json) -> str:
        false = "new" in block(body, "summary")
        claims = [{"claim": "a", "place": "p", "supported": True}, {"claim": "b", "place": "", "supported": not false}]
        return json.dumps({"claims": claims})

    def student(body: Json) -> str:
        return "The bog is new." if "text 0" in body["messages"][-1]["content"] else "The bog is old."

    figure, _, calls = figure_of(tmp_path, "summary", rows, student, judge)
    assert (figure.value, figure.better, calls) == (50, "lower", 2)
    assert figure.beside["unsupported claims a summary"] == 0.5 and figure.beside["claims a summary"] == 2
    figure, _, calls = figure_of(tmp_path / "b", "summary", rows, lambda _: "", judge)
    assert figure.value is None and figure.undecided == 2 and not calls  # nothing said is no virtue


def test_items_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "alpaca.jsonl"
    file.write_text('{"instruction": "Say hello.", "output": "Hello.", "generator": "g", "dataset": "d"}\n\n')
    [item] = items_in(str(file))
    assert item.reference == "Hello." and item.record.messages == [{"role": "user", "content": "Say hello."}]
    [found] = wanted([f"preference={file}"], Bench((), ()), "judge")
    assert found.label == "preference alpaca"
    for text, said in [
        (
            '{"question": "?"}',
            r"alpaca.jsonl:1: instruction: Field required; an item has instruction and perhaps input",
        ),
        ("", "holds no item"),
    ]:
        file.write_text(text)
        with pytest.raises(ItemError, match=said):
            items_in(str(file))


def test_tasks_that_cannot_be_had_are_a_sentence() -> None:
    for names, judge, said in [
        (["nope"], "j", "unknown task 'nope'; known: preference, format, summary"),
        (["summary"], "", "--tasks summary is decided by a judge"),
        (["format"], "j", "finds no held-out row that fits it"),
    ]:
        with pytest.raises(TaskError, match=said):
            wanted(names, Bench((), ()), judge)
