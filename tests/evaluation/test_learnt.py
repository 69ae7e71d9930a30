"""What was learnt least of: told by how the loss of held-out rows fell, where rows are many enough to tell."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tasks.evaluation.lacking import write_mix
from tasks.evaluation.learnt import LOSSES, learnt, learnt_by
from tasks.evaluation.results import Examined
from tasks.evaluation.students import TEACHING, Student
from tasks.evaluation.wording import weakest_of
from tasks.records import Json
from tasks.records.store import Store

SKILLS = ("coding", "fermi", "reading_comprehension", "text_extraction", "tool_use")

TAUGHT = dict.fromkeys(SKILLS, 100)


def losses(skill: str, fall: float, rows: int = 12, spread: float = 0.1) -> list[Json]:
    source = random.Random(f"{skill} {fall} {rows}")
    found = []
    for place in range(rows):
        before = source.uniform(1, 3)
        kept = 1 - fall + source.gauss(0, spread)
        own = {"id": f"{skill}/{place}", "skill": skill, "task_type": "t", "tokens": source.randint(10, 90)}
        found.append({**own, "before": before, "after": before * kept})
    return found


def of_all(falls: dict[str, float], **more: float) -> list[Json]:
    return [row for skill, fall in falls.items() for row in losses(skill, fall, **more)]  # type: ignore[arg-type]


def test_the_fall_is_that_of_all_tokens() -> None:
    rows = [
        {"id": "1", "skill": "fermi", "tokens": 10, "before": 3.0, "after": 1.0},
        {"id": "2", "skill": "fermi", "tokens": 90, "before": 1.0, "after": 1.0},
    ]
    [own] = [each for each in learnt(rows + of_all({"coding": 0.4, "tool_use": 0.3}), TAUGHT) if each.skill == "fermi"]
    assert own.fall and own.fall.value == pytest.approx(20 / 120) and own.fall.count == 2


@pytest.mark.parametrize("left_out", SKILLS)
def test_a_skill_that_fell_by_much_less_is_named(left_out: str) -> None:
    falls = {skill: 0.1 if skill == left_out else 0.4 for skill in SKILLS}
    first, *others = learnt(of_all(falls), TAUGHT)
    assert first.skill == left_out and first.least and str(first).startswith("loss fell by ")
    assert not any(each.least for each in others)


@pytest.mark.parametrize("left_out", SKILLS)
def test_a_skill_of_which_nothing_was_taught_is_named_however_far_its_loss_fell(left_out: str) -> None:
    taught = {skill: 100 for skill in SKILLS if skill != left_out}
    first, *others = learnt(of_all(dict.fromkeys(SKILLS, 0.4)), taught)
    assert first.skill == left_out and first.least and "none of it was taught" in str(first)
    assert not any(each.least for each in others) and all(each.taught == 100 for each in others)


def test_nothing_is_named_by_chance_or_by_a_few_rows_or_skills() -> None:
    assert not any(each.least for each in learnt(of_all(dict.fromkeys(SKILLS, 0.4)), TAUGHT))
    usual = of_all(dict.fromkeys(SKILLS[1:], 0.4))
    assert not any(each.least for each in learnt(usual + losses("coding", 0.0, rows=4), TAUGHT))
    assert not any(each.least for each in learnt(usual + losses("coding", 0.1, rows=12, spread=0.9), TAUGHT))
    two = learnt(of_all({"coding": 0.0, "fermi": 0.4}), {"coding": 1, "fermi": 1})
    assert len(two) == 2 and not any(each.least for each in two) and learnt([], {}) == ()
    rose = learnt(of_all(dict.fromkeys(SKILLS, -0.1)), TAUGHT)
    assert rose and not any(each.least for each in rose)  # nothing was learnt of anything: no skill stands out


def folder(path: Path, rows: list[Json], tokens: Json) -> Student:
    path.mkdir()
    (path / LOSSES).write_text("".join(json.dumps(row) + "\n" for row in rows))
    too_long = {"rejected": {"web_agent": {"longer than the window": 3}}}
    (path / TEACHING).write_text(json.dumps({"tokens": tokens, "data": too_long, "held_out": {"rejected": {}}}))
    return Student("taught", "taught", path=str(path))


def test_it_is_read_of_a_student_that_was_taught_here(tmp_path: Path) -> None:
    rows = of_all(dict.fromkeys(SKILLS[1:], 0.4)) + losses("coding", 0.05)
    student = folder(tmp_path / "taught", rows, dict.fromkeys(SKILLS[1:], 50))
    said = list[str]()
    found = learnt_by(student, said.append)
    assert [each.skill for each in found if each.least] == ["web_agent", "coding"]
    assert str(found[0]) == "none of it was taught"  # nor could its loss be measured
    assert learnt_by(Student("far", "far", base_url="http://localhost/v1"), said.append) == ()
    assert learnt_by(Student("other", "other", path=str(tmp_path)), said.append) == ()
    assert not said
    for damaged in ("{", "[]\n", '{"skill": "coding"}\n'):
        (tmp_path / "taught" / LOSSES).write_text(damaged)
        assert learnt_by(student, said.append) == ()
    assert len(said) == 3 and all("losses.jsonl" in each and "teach it again" in each for each in said)


def test_it_is_told_and_the_mix_gives_twice_as_much_of_it(tmp_path: Path) -> None:
    rows = of_all(dict.fromkeys(SKILLS[1:], 0.4)) + losses("coding", 0.05)
    found = learnt(rows, dict.fromkeys(SKILLS[1:], 50))
    store = Store(str(tmp_path))
    told = write_mix(store, [Examined("taught", [], learnt=found)], None)
    [said] = weakest_of({"weakness": told})
    assert said.startswith("taught learnt least of coding (none of it was taught, loss fell by ")
    mix = (tmp_path / "mix.yaml").read_text()
    assert "  coding: 2  # none of it was taught, loss fell by" in mix and "fermi" not in mix.partition("skills:")[2]
    scores = {"score": 0.0, "solved": False, "decided_by": "key", "task_type": "t"}
    answers = [{"id": f"{skill}/{n}", "skill": skill, **scores} for skill in SKILLS for n in range(6)]
    write_mix(store, [Examined("taught", [], answers, learnt=found)], None)
    mix = (tmp_path / "mix.yaml").read_text()
    assert "  coding: 2  # 0.0" in mix and "; none of it was taught" in mix and "  fermi: 1  # 0.0" in mix
