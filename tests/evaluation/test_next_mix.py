"""The mix that a student's weakness asks for: what `generate --mix-from` takes, with its reasons."""

from __future__ import annotations

from pathlib import Path

import prompts
from benchmarks.weakness import World, examined
from tasks.evaluation.next_mix import LEAST, MOST, mix_text, next_mix
from tasks.evaluation.weakness import weakness
from tasks.steps.mix import mix_of
from tasks.steps.mix_file import MixFile, read_mix
from tests.evaluation.test_weakness import answers


def read(text: str, folder: Path) -> MixFile:
    (folder / "mix.yaml").write_text(text, encoding="utf-8")
    return read_mix(str(folder / "mix.yaml"))


def test_it_is_read_back_as_it_was_meant(tmp_path: Path) -> None:
    told = weakness(*examined(World(rows=(60, 60)), ["fermi"], 1))
    text = mix_text(told, "student\nskills: {}", "base")
    mix = read(text, tmp_path)
    assert mix == next_mix(told) and set(mix.skills) == {*prompts.names()}
    assert max(mix.skills, key=lambda skill: mix.skills[skill]) == "fermi" and mix.skills["fermi"] > 1.5
    assert all(LEAST <= weight <= MOST for weight in mix.skills.values())
    line = next(line for line in text.splitlines() if line.startswith("  fermi: "))
    assert "of 10 over 60 rows, " in line and "more than the base, solves" in line
    assert mix_of("all", asked=mix).shares == mix.skills


def test_shares_are_bounded_and_skills_that_nobody_knows_are_left_out(tmp_path: Path) -> None:
    rows = answers("coding", [0.0, 1.0] * 30) + answers("fermi", [10.0, 9.9] * 30) + answers("their_own", [4.0] * 30)
    text = mix_text(weakness(rows), "s")
    mix = read(text, tmp_path)
    assert mix.skills["fermi"] == LEAST and 1 < mix.skills["coding"] <= MOST and "their_own" not in mix.skills
    assert "# Not examined, so not named: analytical_reasoning, " in text
    assert next_mix(weakness(answers("their_own", [4.0] * 9))) is None and mix_text(weakness([]), "s") == ""


def test_task_types_have_weights_where_rows_suffice() -> None:
    types = [each.name for each in prompts.load("fermi").task_types]
    rows = [row for name in types[:4] for row in answers("fermi", [8.0, 9.0] * 10, name)]
    rows += answers("fermi", [1.0, 2.0] * 10, types[4]) + answers("fermi", [0.0] * 4, types[5])
    rows += answers("fermi", [1.0] * 20, "a_type_of_before")
    mix = next_mix(weakness(rows))
    assert mix is not None
    weights = mix.task_types["fermi"]
    assert weights[types[4]] > 1.5 and all(weights[name] < 1 for name in types[:4])
    assert types[5] not in weights and "a_type_of_before" not in weights


def test_tasks_become_easier_or_harder_by_what_is_solved_with_a_key(tmp_path: Path) -> None:
    rows = answers("coding", [10.0] + [0.0] * 9, key=True) + answers("fermi", [10.0] * 9 + [0.0], key=True)
    rows += answers("tool_use", [10.0, 0.0] * 5, key=True) + answers("brain_teaser", [0.0] * 9, key=True)
    rows += answers("web_agent", [0.5] * 30)
    text = mix_text(weakness(rows), "s")
    assert read(text, tmp_path).difficulty == {"coding": "easier", "fermi": "harder"}
    assert "  coding: easier  # solves 10%" in text
