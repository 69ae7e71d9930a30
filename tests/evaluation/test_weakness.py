"""Where a student is weakest: found where it is, and not where chance puts it."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from benchmarks.weakness import World, examined, found
from tasks.evaluation.shrinkage import estimates
from tasks.evaluation.weakness import HANDFUL, weakness
from tasks.records import Json

SKILLS = ("coding", "fermi", "reading_comprehension", "tool_use")


def answers(skill: str, scores: Sequence[float | None], task_type: str = "t", *, key: bool = False) -> list[Json]:
    return [
        {
            "id": f"{skill}/{task_type}/{place}",
            "skill": skill,
            "task_type": task_type,
            "score": score,
            "solved": (score == 10 if score is not None else None) if key else None,
            "decided_by": None if score is None else "key" if key else "judge",
        }
        for place, score in enumerate(scores)
    ]


def test_what_differs_by_chance_alone_is_the_mean_of_all() -> None:
    source = random.Random(3)
    drawn = [[source.gauss(5, 2) for _ in range(20)] for _ in range(17)]
    told = estimates(drawn)
    means = [sum(each) / len(each) for each in drawn]
    assert max(t.value for t in told) - min(t.value for t in told) < 0.3 * (max(means) - min(means))
    assert not any(t.sure for t in told) and estimates([]) == []


def test_a_few_rows_tell_less_than_many() -> None:
    usual = [[4.0, 6.0] * 20 for _ in range(8)]
    few, many = estimates([*usual, [1.5, 3.5], [1.5, 3.5] * 20])[-2:]
    assert many.sure and many.shortfall > few.shortfall + 0.5 and few.value > many.value + 0.5
    alone, same = estimates([[3.0]]), estimates([[5.0, 5.0], [5.0]])
    assert (
        alone[0].value == 3
        and [each.value for each in same] == pytest.approx([5, 5])
        and not any(t.sure for t in (*alone, *same))
    )


def test_a_task_type_of_two_rows_does_not_lead_by_chance() -> None:
    rows: list[Json] = []
    for skill in SKILLS:
        for number in range(8):
            source = random.Random(f"{skill} {number}")
            rows += answers(skill, [min(10, max(0, source.gauss(6, 2))) for _ in range(12)], f"usual_{number}")
    rows += answers("fermi", [0.0, 2.0], "unlucky") + answers("fermi", [2.0, 3.0, 2.5, 1.0] * 5, "weak")
    told = weakness(rows)
    assert [each.name for each in told.weakest_types] == ["fermi/weak"]
    unlucky = next(each for each in told.task_types if each.task_type == "unlucky")
    assert (
        unlucky.score.value < 2 and unlucky.missing < next(s for s in told.task_types if s.task_type == "weak").missing
    )


def test_rows_that_nobody_could_decide_are_no_zeros() -> None:
    rows = [row for skill in SKILLS for row in answers(skill, [5.0, 6.0, 7.0] * 5)]
    blank = answers("fermi", [None] * 30, "undecided")
    told = {each.skill: each for each in weakness(rows + blank).skills}
    assert told["fermi"].score.value == 6 and (told["fermi"].rows, told["fermi"].undecided) == (15, 30)
    assert not weakness(rows + blank).weakest_types and not weakness(blank).skills and not weakness([]).weakest


def test_with_the_base_a_hard_skill_that_gained_is_not_taken_for_one_that_was_not_taught() -> None:
    source = random.Random(1)
    means = {"coding": 2.0, "fermi": 6.0, "reading_comprehension": 5.0, "tool_use": 4.0}
    before = {skill: [source.gauss(mean, 1) for _ in range(30)] for skill, mean in means.items()}
    after = {s: [v + (0 if s == "fermi" else 2) + source.gauss(0, 1) for v in b] for s, b in before.items()}
    base, student = ([row for s in SKILLS for row in answers(s, scores[s])] for scores in (before, after))
    assert weakness(student).skills[0].skill == "coding"
    told = weakness(student, base)
    fermi = told.skills[0]
    assert fermi.skill == "fermi" and fermi.sure and [each.skill for each in told.weakest if each.sure] == ["fermi"]
    assert fermi.gain is not None and fermi.gain.low is not None and fermi.gain.high is not None
    assert fermi.gain.low < fermi.gain.value < fermi.gain.high < 1 and len(fermi.gains) == 30


def test_what_is_as_good_as_the_reference_is_not_weak() -> None:
    base = [row for skill in SKILLS for row in answers(skill, [9.5 if skill == "fermi" else 3.0, 9.0, 4.0] * 10)]
    student = [{**row, "score": 9.4 if row["skill"] == "fermi" else row["score"] + 1} for row in base]
    assert "fermi" not in [each.skill for each in weakness(student, base).weakest]


def test_keys_and_judges_are_each_compared_with_their_own_kind() -> None:
    rows = [row for skill in SKILLS for row in answers(skill, [7.0, 8.0, 6.0] * 10)]
    keyed = [row for skill in ("few_shot_reasoning", "fermi") for row in answers(skill, [10, 0] * 20, "k", key=True)]
    told = weakness(rows + keyed)
    assert not any(each.sure for each in told.skills), "all solve half of what a key decides"
    fermi = next(each for each in told.skills if each.skill == "fermi")
    assert (fermi.solve_rate, len(fermi.solved), fermi.judged_score, len(fermi.judged)) == (0.5, 40, 7.0, 30)


def test_the_order_of_rows_changes_nothing_and_figures_are_told() -> None:
    student, base = examined(World(types=4), ["fermi"], 5)
    told = weakness(student, base).told()
    shuffled = [random.Random(2).sample(rows, len(rows)) for rows in (student, base)]
    assert weakness(*shuffled).told() == told
    assert told["skills"][0]["skill"] == "fermi" and told["weakest"]["skills"][0] == "fermi"
    assert len(told["weakest"]["skills"]) <= HANDFUL and len(told["task_types"]) == 4 * len(told["skills"])
    score = told["skills"][0]["score"]
    assert score["low"] < score["value"] < score["high"]


@pytest.mark.parametrize(("rows", "gain"), [(30, 3.0), (50, 2.5)])
def test_a_skill_that_was_left_out_is_named(rows: int, gain: float) -> None:
    told = found(World(rows=(rows, rows), gain=gain), trials=102)
    assert told.named >= 0.96 and told.first >= 0.85 and told.others_sure <= 0.3
