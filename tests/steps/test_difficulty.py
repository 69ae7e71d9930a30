"""Difficulty is measured: solve rates of teacher and student before and after each edit, the bands, and what they keep."""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator import simulator
from simulator.pipeline import Outcome, drive, opened
from simulator.skill_runs import skill_run
from tasks.agents.kind import SkillRun
from tasks.records import Json, Record, Reject
from tasks.settings import Settings, SettingsError, from_pairs
from tasks.steps.difficulty import asked_for, band, measured, not_harder, unsolved
from tasks.steps.refine import refine
from tasks.steps.step import Items
from tasks.teacher import Voice
from tests.agents.test_tool_loop import RECORD, driven
from tests.scripted import Scripted, reply

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
GOOD, WRONG = "Four days at 12.5 are 12.5 × 4 = 50.\n\nAnswer: 50", "It is 48.\n\nAnswer: 48"
QUOTED = replace(RECORD, evidence=["The fee is 12.5 a day."])


def measure(
    folder: Path, record: Record, teacher: Sequence[str], student: Sequence[str] = (), **options: Any
) -> tuple[Record, Scripted, Scripted]:
    pupil = Scripted([reply(text) for text in student], model="small")

    async def work(run: SkillRun) -> Record:
        run.teacher.student = Voice(pupil, None) if student else None
        return await measured(record, run.at("refine", 2))

    options = {"solve_samples": 4, "strategy_prompts": "erase", **options}
    found, endpoint = driven(folder, [reply(text) for text in teacher], work, **options)
    return found, endpoint, pupil


@pytest.mark.parametrize(
    ("teacher", "student", "quality"),
    [
        ([GOOD, GOOD, GOOD, GOOD], [], {"solve_rate_teacher": 1.0, "difficulty_band": "easy"}),
        ([GOOD, WRONG, WRONG, GOOD], [], {"solve_rate_teacher": 0.5, "difficulty_band": "medium"}),
        ([WRONG], [], {"solve_rate_teacher": 0.0, "difficulty_band": "hard"}),
        (
            [GOOD, GOOD, WRONG, GOOD],
            [WRONG, GOOD, WRONG, "It is 45.\n\nAnswer: 45"],
            {"solve_rate_teacher": 0.75, "solve_rate_student": 0.25, "difficulty_band": "hard"},
        ),
    ],
)
def test_rates_and_bands(tmp_path: Path, teacher: list[str], student: list[str], quality: Json) -> None:
    stale = replace(QUOTED, quality={"score": 7, "solve_rate_teacher": 0.1})
    record, endpoint, pupil = measure(tmp_path, stale, teacher, student)
    assert record.quality == {"score": 7, **quality} and record.id == QUOTED.id
    assert (len(endpoint.bodies), len(pupil.bodies)) == (4, 4 if student else 0)
    assert len({json.dumps(body) for body in [*endpoint.bodies, *pupil.bodies]}) == 4 + len(pupil.bodies)
    paid = [(event["solution"], event["model"], event["step"]) for event in record.lineage]
    assert paid.count(("teacher", "m", "refine")) == 4 and len(paid) == 4 + len(pupil.bodies)


def test_an_answer_that_nobody_can_read_is_no_solution(tmp_path: Path) -> None:
    """What a program doubts goes to a reader: one that fails costs its calls, and never the task."""
    record, endpoint, _ = measure(tmp_path, QUOTED, [GOOD], ["I do not know."], solve_samples=1)
    assert record.quality == {"solve_rate_teacher": 1.0, "solve_rate_student": 0.0, "difficulty_band": "hard"}
    assert [event["agent"] for event in record.lineage].count("settle") == len(endpoint.bodies) - 1 > 0
    assert {event["step"] for event in record.lineage} == {"refine"}


def test_a_student_sees_the_task_alone(tmp_path: Path) -> None:
    _, endpoint, pupil = measure(tmp_path, QUOTED, [GOOD], [GOOD])
    assert "tools" in endpoint.bodies[0] and all("tools" not in body for body in pupil.bodies)
    assert all([m["role"] for m in body["messages"]] == ["user"] for body in pupil.bodies)
    assert all("12.5 a day" in body["messages"][0]["content"] for body in pupil.bodies)


def test_what_no_program_can_compare_costs_nothing(tmp_path: Path) -> None:
    essay = replace(QUOTED, answer_form="text", key=[], task_type="summary")
    record, endpoint, _ = measure(tmp_path, essay, [GOOD])
    assert record == essay and endpoint.bodies == []


def test_a_task_without_an_answer_is_solved_by_saying_so(tmp_path: Path) -> None:
    open_task = replace(QUOTED, answerable=False, key=[], evidence=[])
    said = ["The text does not say what four days cost.", GOOD]
    record, _, _ = measure(tmp_path, open_task, said, solve_samples=2)
    assert record.quality["solve_rate_teacher"] == 0.5


@pytest.mark.parametrize(
    ("rate", "name"),
    [(0, "hard"), (1 / 3, "hard"), (0.333, "hard"), (0.5, "medium"), (0.667, "medium"), (0.75, "easy")],
)
def test_bands(rate: float, name: str) -> None:
    assert band(rate) == name


def with_rates(teacher: float | None, student: float | None = None) -> Record:
    rates = {"solve_rate_teacher": teacher, "solve_rate_student": student}
    known = {name: rate for name, rate in rates.items() if rate is not None}
    decisive = teacher if student is None else student
    return replace(QUOTED, quality={**known, **({} if decisive is None else {"difficulty_band": band(decisive)})})


@pytest.mark.parametrize(
    ("before", "after", "harder"),
    [
        ((1.0,), (0.5,), True),
        ((0.5,), (0.5,), False),
        ((0.5,), (0.75,), False),
        ((1.0, 0.5), (1.0, 0.25), True),
        ((1.0, 0.5), (0.5, 0.5), False),
        ((1.0, 0.5), (0.25, 0.75), False),
        ((1.0, 0.0), (0.5, 0.0), True),
        ((1.0, 0.0), (1.0, 0.0), False),
        ((None,), (1.0,), True),
        ((1.0,), (None,), True),
    ],
)
def test_harder_is_solved_less_often(before: tuple[Any, ...], after: tuple[Any, ...], harder: bool) -> None:
    found = not_harder(with_rates(*before), with_rates(*after), skill_run(step="refine"))
    assert (found is None) is harder and (found is None or found.reason == "not_harder")


def test_what_the_teacher_never_solves_is_ill_posed() -> None:
    run = skill_run(settings=Settings(solve_samples=4), step="refine")
    found = unsolved(with_rates(0.0, 0.0), run)
    assert found is not None and found.reason == "ill_posed" and "none of 4" in found.detail
    assert unsolved(with_rates(0.25, 0.0), run) is None and unsolved(with_rates(None), run) is None


@pytest.mark.parametrize(
    ("rates", "options", "reason"),
    [
        ((1.0, 0.5), {}, ""),
        ((None,), {}, ""),
        ((1.0, 0.5), {"difficulty_band": "medium"}, ""),
        ((1.0, 0.5), {"difficulty_band": "easy, hard"}, "outside_band"),
        ((1.0, 0.0), {"difficulty_band": "easy,hard"}, ""),
        ((0.5,), {"difficulty_band": "hard"}, "outside_band"),
        ((None,), {"difficulty_band": "hard"}, "not_measured"),
        ((0.25,), {"agreement_least": 0.5}, "ambiguous"),
        ((1.0,), {"drop_too_easy": True}, "too_easy"),
        ((1.0, 0.75), {"drop_too_easy": True}, ""),
        ((1.0, 1.0), {"drop_too_easy": True}, "too_easy"),
        ((1.0,), {"drop_too_easy": True, "solve_samples": 2}, ""),
    ],
)
def test_what_the_settings_ask_for(rates: tuple[Any, ...], options: Json, reason: str) -> None:
    run = skill_run(settings=Settings(**{"solve_samples": 4, **options}), step="refine")
    found = asked_for(with_rates(*rates), run)
    assert (found.reason if isinstance(found, Reject) else "") == reason


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["difficulty_band=hard"], "difficulty_band needs measured rates: set solve_samples"),
        (["difficulty_band=tough", "solve_samples=2"], "unknown tough; known: easy, medium, hard"),
        (["student_model=small"], "set solve_samples"),
        (["student_base_url=http://127.0.0.1:1", "solve_samples=2"], "set student_model"),
    ],
)
def test_settings_that_do_not_fit_are_told(pairs: list[str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        from_pairs(pairs)


# Refinement

ASKED = "What do four days cost, if the fee is paid in full?"


def refined(folder: Path, right: dict[str, int], goals: int = 1, **options: Any) -> tuple[Items, Scripted]:
    """Refinement where so many of four solutions of the task with this text in it are right."""
    edited = {
        "instruction": f"{ASKED} EDITED",
        "key": ["50"],
        "evidence": QUOTED.evidence,
        "options": [],
        "answerable": True,
        "passage": "",
        "unsuitable": "",
    }
    suggested = {"nothing_to_add": "", "items": [{"change": "more"}]}

    async def answer(body: Json) -> Json:
        name = ((body.get("response_format") or {}).get("json_schema") or {}).get("name", "")
        if name == "Suggestions":
            return reply(json.dumps(suggested))
        if name:
            return reply(json.dumps(edited))
        after = "EDITED" in str(body["messages"])
        return reply(GOOD if body["seed"] - 2000 < right["after" if after else "before"] else WRONG)

    async def work(run: SkillRun) -> Items:
        fitting = [g for g in run.skill.goals if not (g.edits_passage or g.changes_key or g.makes_unanswerable)]
        plain = fitting[0].model_copy(update={"answers": (), "task_types": (), "not_task_types": ()})
        chosen = tuple(plain.model_copy(update={"name": f"goal_{n}"}) for n in range(goals))
        run.skill = run.skill.model_copy(update={"goals": chosen})
        return await refine(replace(QUOTED, instruction=ASKED), run.at("refine", 2))

    return driven(folder, [answer], work, tools={}, **{"solve_samples": 4, **options})


@pytest.mark.parametrize(
    ("before", "after", "reason"), [(4, 2, ""), (4, 4, "not_harder"), (2, 3, "not_harder"), (3, 0, "ill_posed")]
)
def test_an_edit_stays_only_if_it_is_harder_and_solved(tmp_path: Path, before: int, after: int, reason: str) -> None:
    (seed, edit), endpoint = refined(tmp_path, {"before": before, "after": after})
    assert isinstance(seed, Record) and seed.quality["solve_rate_teacher"] == before / 4
    assert (edit.reason if isinstance(edit, Reject) else "") == reason
    record = edit.record if isinstance(edit, Reject) else edit
    assert record.quality["solve_rate_teacher"] == after / 4 and len(endpoint.bodies) == 10


def test_a_task_that_nobody_solves_is_not_edited(tmp_path: Path) -> None:
    (reject,), endpoint = refined(tmp_path, {"before": 0, "after": 4})
    assert isinstance(reject, Reject) and reject.reason == "ill_posed" and len(endpoint.bodies) == 4
    assert len(reject.record.lineage) == 4, "what was paid for stays with it"


def test_an_easy_task_may_lead_to_a_hard_one_that_is_asked_for(tmp_path: Path) -> None:
    (seed, edit), _ = refined(tmp_path, {"before": 4, "after": 1}, difficulty_band="hard")
    assert isinstance(seed, Reject) and seed.reason == "outside_band"
    assert isinstance(edit, Record) and edit.quality["difficulty_band"] == "hard"


def test_nothing_is_solved_where_nothing_is_measured(tmp_path: Path) -> None:
    items, endpoint = refined(tmp_path, {"before": 0, "after": 0}, solve_samples=0)
    assert all(isinstance(item, Record) and item.quality == {} for item in items) and len(endpoint.bodies) == 2


@pytest.mark.parametrize(("goals", "wanted", "calls"), [(1, 1, 2), (2, 2, 4), (2, 5, 4)])
def test_several_goals_for_one_instruction(tmp_path: Path, goals: int, wanted: int, calls: int) -> None:
    options = {"solve_samples": 0, "goals_per_instruction": wanted}
    items, endpoint = refined(tmp_path, {}, goals=goals, **options)
    assert len(endpoint.bodies) == calls
    assert (
        len({event["goal"] for i in items[1:] if isinstance(i, Record) for event in i.lineage if "goal" in event})
        == goals
    )


# A whole run, with a student that errs in every second answer


def run(folder: Path, teacher: str, student: str, **options: Any) -> Outcome:
    async def work() -> Outcome:
        measured = {"solve_samples": 3, "student_model": "small", "student_base_url": student, "chunks_per_document": 1}
        settings = Settings(**{**measured, "judge": "off", **options})
        async with opened("reading_comprehension", folder, settings, base_url=teacher) as session:
            return await drive(session, [str(DOCUMENTS / "*.md")], limit=4)

    return asyncio.run(work())


@pytest.mark.services
def test_a_student_that_errs_makes_tasks_hard(tmp_path: Path) -> None:
    with simulator() as teacher, simulator(defects="wrong_answer=0.6", seed=1) as student:
        outcome = run(tmp_path / "all", teacher.base_url, student.base_url)
        some = run(tmp_path / "some", teacher.base_url, student.base_url, difficulty_band="medium,hard")
    assert not outcome.broken and not outcome.lost() and outcome.rows
    rated = [row.quality for row in outcome.rows if "solve_rate_student" in row.quality]
    assert rated and all(0 < q["solve_rate_teacher"] <= 1 for q in rated)
    rates = [statistics.mean(q[f"solve_rate_{who}"] for q in rated) for who in ("teacher", "student")]
    assert rates[0] > 0.9 > rates[1]
    assert some.rows and {row.quality["difficulty_band"] for row in some.rows} <= {"medium", "hard"}
    assert some.reasons("refine")["outside_band"]
