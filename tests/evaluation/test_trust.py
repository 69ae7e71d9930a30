"""A judge that gives points to answers of other tasks is told of; one that reads is not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tasks.evaluation.case import case_of
from tasks.evaluation.trust import STRANGERS, strangers, trust
from tasks.evaluation.wording import notes_of
from tasks.records import Json
from tests.evaluation.examining import Says, block, choice, graded, question, teacher_of

ROWS = [*(question(n) for n in range(12)), *(choice(n, "ABC"[n % 3]) for n in range(12))]


def found(folder: Path, judge: Says | None, rows: list[Json] = ROWS) -> tuple[Json, int]:
    teacher, _, asks = teacher_of(folder, lambda _: "", judge)

    async def run() -> Json:
        try:
            first = await trust(rows, teacher, 0)
            assert first == await trust(rows, teacher, 0)
            return first
        finally:
            await teacher.close()

    return asyncio.run(run()), len(asks.bodies)


def said(trusted: Json) -> list[str]:
    return notes_of({"trust": trusted, "students": [], "table": [], "compare": None})


def reads(body: Json) -> str:
    """A judge who sees which answer belongs to the task."""
    return graded(9 if block(body, "answer")[:9] == block(body, "reference")[:9] else 1)


def test_a_judge_who_reads_is_trusted_and_asked_once(tmp_path: Path) -> None:
    trusted, calls = found(tmp_path, reads)
    assert trusted == {"shown": STRANGERS, "fooled": 0, "doubtful": False} and calls == STRANGERS
    assert not said(trusted)


def test_a_judge_who_praises_everything_is_named(tmp_path: Path) -> None:
    trusted, _ = found(tmp_path, lambda _: graded(10, "All is correct."))
    assert trusted == {"shown": STRANGERS, "fooled": STRANGERS, "doubtful": True}
    assert said(trusted) == [
        "The judge gave 5 points or more to 8 of 8 answers that belong to other tasks: its scores say little, "
        "so name a more capable --judge."
    ]


@pytest.mark.parametrize(("high", "doubtful"), [(1, False), (2, True)])
def test_a_single_one_may_be_chance(tmp_path: Path, high: int, doubtful: bool) -> None:
    scores = iter([10] * high + [0] * STRANGERS)
    trusted, _ = found(tmp_path, lambda _: graded(next(scores)))
    assert (trusted["fooled"], trusted["doubtful"], bool(said(trusted))) == (high, doubtful, doubtful)


def test_nothing_is_told_without_a_judge_without_a_second_task_or_without_a_score(tmp_path: Path) -> None:
    assert found(tmp_path / "none", None) == ({}, 0)
    assert found(tmp_path / "one", reads, ROWS[:1]) == ({}, 0)
    assert found(tmp_path / "unread", lambda _: "who knows")[0] == {}
    assert notes_of({"students": [], "table": [], "compare": None}) == []  # results of before


def test_answers_are_of_other_documents_and_none_is_right(tmp_path: Path) -> None:
    cases = [case for row in ROWS[12:] if (case := case_of(row))]
    drawn = asyncio.run(strangers(cases, 0))
    assert len(drawn) == STRANGERS
    for case, answer in drawn:
        assert case.record.key[0] != answer["content"][-1]  # the letter of a right one
    documents = [case_of({**row, "provenance": {**row["provenance"], "document": "d"}}) for row in ROWS]
    assert asyncio.run(strangers([case for case in documents if case], 0)) == []
