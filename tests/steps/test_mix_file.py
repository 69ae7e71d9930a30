"""A mix in a file: what it may say, what of a run it changes, and what it leaves alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

import prompts
from prompts import Knobs, Skill, knobs
from simulator.pipeline import drive, opened
from tasks.kinds.fit import load_skill
from tasks.records.store import ShardRef
from tasks.settings import Settings, SettingsError
from tasks.steps.emphasis import emphasised
from tasks.steps.mix import mix_of
from tasks.steps.mix_file import NO_MIX, MixError, MixFile, read_mix
from tasks.steps.pipeline import PIPELINE
from tasks.steps.reading import Pieces
from tasks.steps.run import Run
from tests.running import ROOT

EXAMPLES = str(ROOT / "examples" / "documents")
TWO = MixFile(
    skills={"reading_comprehension": 3, "fermi": 1},
    task_types={"reading_comprehension": {"main_idea": 8}},
    difficulty={"reading_comprehension": "harder"},
)


def written(folder: Path, text: str) -> str:
    path = folder / "mix.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_no_file_asks_for_nothing() -> None:
    assert read_mix("") is NO_MIX and not NO_MIX and mix_of("all", asked=NO_MIX) == mix_of("all")


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert read_mix(written(tmp_path, yaml.safe_dump(TWO.model_dump()))) == TWO


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("skills: {codng: 1}", ["skills: unknown skill 'codng'; known: analytical_reasoning, "]),
        ("difficulty: {codng: harder}", ["difficulty: unknown skill 'codng'"]),
        ("task_types: {fermi: {nope: 2}}", ["task_types.fermi: unknown task type 'nope'; known: "]),
        ("task_types: {nope: {nope: 2}}", ["task_types: unknown skill 'nope'"]),
        ("skils: {coding: 1}", ["unknown field 'skils'; known: skills, task_types, difficulty"]),
        ("skills: {coding: 0}", ["skills.coding: input should be greater than 0, saw 0"]),
        ("skills: {coding: .inf}", ["skills.coding: ", "saw inf"]),
        ("skills: {coding: yes}", ["skills.coding: ", "saw True"]),
        ("skills: {coding: '2'}", ["skills.coding: ", "saw '2'"]),
        ("difficulty: {coding: hard}", ["difficulty.coding: ", "'easier' or 'harder'", "saw 'hard'"]),
        (
            "skills: {coding: 1}\ndifficulty: {fermi: harder}",
            ["difficulty names fermi, to which skills gives no share"],
        ),
        ("{}", ["it asks for nothing: name skills, task_types or difficulty"]),
        ("", ["a mapping is expected, saw NoneType"]),
        ("- coding", ["a mapping is expected, saw list"]),
        ("skills: {coding: 1", ["it is not YAML in line 1"]),
    ],
)
def test_what_holds_no_mix_is_told_in_a_sentence(tmp_path: Path, text: str, said: list[str]) -> None:
    path = written(tmp_path, text)
    with pytest.raises(MixError) as caught:
        read_mix(path)
    told = str(caught.value)
    assert told.startswith(f"{path} holds no mix: ") and "\n" not in told and "agentinstruct evaluate" in told
    assert all(part in told for part in said), told


@pytest.mark.parametrize("path", ["absent.yaml", "nowhere://x"])
def test_a_file_that_cannot_be_read_is_told(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MixError, match=f"cannot read the mix in {path}: "):
        read_mix(path)


def test_shares_are_those_of_the_file_and_no_other_skill_is_taught() -> None:
    mix = mix_of("all", asked=TWO)
    assert mix.shares == {"reading_comprehension": 3, "fermi": 1} and list(mix.skills) == list(mix.shares)
    everything = mix_of("all", asked=MixFile(difficulty={"coding": "easier"}))
    assert everything.shares == mix_of("all").shares


def test_one_skill_takes_its_own_part_and_one_that_is_not_named_is_refused() -> None:
    mix = mix_of("reading_comprehension", asked=TWO)
    assert list(mix.skills) == ["reading_comprehension"] and "fermi" not in str(mix.told)
    assert mix.skills == {"reading_comprehension": mix_of("all", asked=TWO).skills["reading_comprehension"]}
    with pytest.raises(MixError, match="asks for nothing of coding"):
        mix_of("coding", asked=TWO)
    with pytest.raises(SettingsError, match="--mix-from and --set mix exclude each other"):
        mix_of("all", "coding:1", TWO)


def test_only_weights_and_axes_change_and_only_of_skills_that_are_named() -> None:
    mix = mix_of("all", asked=TWO)
    assert mix.skills["fermi"] == load_skill("fermi")
    plain, skill = load_skill("reading_comprehension"), mix.skills["reading_comprehension"]
    assert skill.task_type("main_idea").weight == 8 * plain.task_type("main_idea").weight
    assert skill.task_type("weaken").weight == plain.task_type("weaken").weight
    same = {"axes": plain.axes, "task_types": plain.task_types}
    assert skill.model_copy(update=same) == plain


@pytest.mark.parametrize("name", prompts.names())
def test_easier_and_harder_move_what_is_drawn_in_every_skill(name: str) -> None:
    plain, order = load_skill(name), ["easy", "medium", "hard"]

    def mean(skill: Skill) -> float:
        drawn = [{**knobs().instruct, **skill.axes, **each.axes}["difficulty"] for each in skill.task_types]
        return sum(sum(map(order.index, values)) / len(values) for values in drawn if values)

    easier, harder = (
        emphasised(plain, MixFile.model_validate({"difficulty": {name: way}})) for way in ("easier", "harder")
    )
    assert mean(easier) < mean(plain) < mean(harder)


def test_a_skill_whose_tasks_are_all_alike_is_not_shifted() -> None:
    fermi = load_skill("fermi")
    types = tuple(t.model_copy(update={"axes": {}}) for t in fermi.task_types)
    flat = fermi.model_copy(update={"axes": {"difficulty": ()}, "task_types": types})
    with pytest.raises(MixError, match="tasks of fermi cannot be harder"):
        emphasised(flat, MixFile(difficulty={"fermi": "harder"}))


def test_an_axis_that_nobody_draws_cannot_be_shifted() -> None:
    with pytest.raises(ValueError, match="harder: unknown axes"):
        Knobs.model_validate({**knobs().model_dump(), "harder": {"dificulty": {"hard": 2}}})


def keys(skill: str, asked: MixFile, folder: Path) -> dict[str, str]:
    shard = ShardRef(uri="steps/documents/x.parquet", rows=1, rejects=0, sha256="0" * 64)

    async def inside() -> dict[str, str]:
        async with opened(skill, folder, Settings(), asked=asked) as session:
            run = Run(session, Pieces())
            return {f"{n}/{step.name}": run.key(step, n, shard) for n in run.mix.skills for step in PIPELINE}

    return asyncio.run(inside())


def test_only_keys_of_steps_and_skills_whose_draws_change_are_others(tmp_path: Path) -> None:
    shares = MixFile(skills={"reading_comprehension": 3, "fermi": 1})
    before, after = keys("all", shares, tmp_path), keys("all", TWO, tmp_path)
    other = {name for name in before if before[name] != after[name]}
    assert other == {f"reading_comprehension/{step.name}" for step in PIPELINE[1:]}
    alone = keys("fermi", NO_MIX, tmp_path)
    assert alone.items() <= before.items()


def test_a_run_draws_by_it_and_pays_nothing_again_for_what_stays(tmp_path: Path) -> None:
    settings = Settings(instructions_per_passage=4, refinement_rounds=0, chunks_per_document=1)

    async def ran(asked: MixFile) -> tuple[list[Any], int]:
        async with opened("reading_comprehension", tmp_path, settings, asked=asked) as session:
            found = await drive(session, [EXAMPLES], limit=8, pipeline=PIPELINE[:3])
            assert not found.broken
            return [item for item in found.left["instruct"] if hasattr(item, "task_type")], found.usage.made

    plain, _ = asyncio.run(ran(NO_MIX))
    harder, paid = asyncio.run(ran(TWO))
    again, nothing = asyncio.run(ran(TWO))
    types, before = (Counter(r.task_type for r in found)["main_idea"] for found in (harder, plain))
    assert types > 2 * before
    hard, was = (Counter(r.axes["difficulty"] for r in found)["hard"] / len(found) for found in (harder, plain))
    assert hard > was + 0.1
    assert sorted(r.id for r in again) == sorted(r.id for r in harder) and nothing == 0 < paid
