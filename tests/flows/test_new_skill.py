"""Skills of the user's own: begun from the template, checked in full, brought in beside ours, and run."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import prompts
from flows.cli.check_skills import check_skills, skills_in
from flows.cli.command import app
from flows.cli.new_skill import new_skill
from prompts import CatalogueError
from simulator.pipeline import drive, opened
from tasks.settings import Settings

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
NAME = "claims_held_up"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for skills; the catalogue is ours alone again afterwards."""
    monkeypatch.setenv(prompts.VARIABLE, "")
    folder = tmp_path / "own"
    folder.mkdir()
    yield folder
    prompts.use(prompts.ROOT)


def command(*words: str) -> object:
    return app(list(words), exit_on_error=False, print_error=False, result_action="return_value")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in check_skills(skills_in(str(folder)))]


# ---- a new one ----


def test_the_template_is_no_skill() -> None:
    assert (prompts.ROOT / "_template" / "skill.yaml").exists()
    assert not any(name.startswith("_") for name in prompts.names())


def test_a_new_skill_has_nothing_to_find_fault_with(own: Path) -> None:
    folder = new_skill(NAME, own)
    assert folder == own / NAME
    assert problems(own) == []
    skill = prompts.load(NAME)
    assert skill.title == "Claims held up"
    assert skill.goals and skill.guidance and any(t.agents for t in skill.transformations)


def test_its_comments_name_every_field_that_a_skill_has(own: Path) -> None:
    text = (new_skill(NAME, own) / "skill.yaml").read_text(encoding="utf-8")
    fields = prompts.Skill.model_fields.keys() - {"name", "agents", "guidance"}
    entries = (prompts.Transformation, prompts.TaskType, prompts.Goal, type(prompts.load("tool_use").response))
    fields |= {name for entry in entries for name in entry.model_fields}
    assert [name for name in sorted(fields) if name not in text] == []


@pytest.mark.parametrize("name", ["", "Claims", "9_lives", "my-skill", "../escape", "_template", "x" * 61])
def test_a_bad_name_is_refused_in_one_sentence(own: Path, name: str) -> None:
    with pytest.raises(CatalogueError, match="no name for a skill"):
        new_skill(name, own)
    assert not list(own.iterdir())


@pytest.mark.parametrize("name", ["all", "reading_comprehension"])
def test_a_taken_name_is_refused(own: Path, name: str) -> None:
    with pytest.raises(CatalogueError, match="taken"):
        new_skill(name, own)


def test_a_folder_that_is_there_is_left_alone(own: Path) -> None:
    new_skill(NAME, own)
    mine = own / NAME / "skill.yaml"
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(CatalogueError, match="there already"):
        new_skill(NAME, own)
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_new_skill_runs_end_to_end(own: Path, tmp_path: Path) -> None:
    new_skill(NAME, own)
    prompts.use(own)

    async def run() -> tuple[set[str], list[str]]:
        async with opened(NAME, tmp_path / "run", Settings(chunks_per_document=1)) as opened_run:
            outcome = await drive(opened_run, [str(DOCUMENTS / "*.md"), str(DOCUMENTS / "*.txt")])
            assert not outcome.broken and not outcome.lost()
            goals = [event.get("goal", "") for row in outcome.rows for event in row.lineage]
            return {row.task_type for row in outcome.rows}, goals

    kinds, goals = asyncio.run(run())
    assert kinds == {task_type.name for task_type in prompts.load(NAME).task_types}
    assert "one_more_condition" in goals


# ---- the command line ----


def test_commands_begin_check_and_show(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("new-skill", NAME, "--in", str(own)) == 0
    assert f"--prompts {own}" in capsys.readouterr().out
    assert command("check-skills", str(own)) == 0
    assert capsys.readouterr().out == "1 skill, no problem\n"
    assert command("check-skills", str(own / NAME)) == 0
    assert command("skills", NAME, "--prompts", str(own), "--json") == 0
    capsys.readouterr()
    assert command("skills", "--prompts", str(own), "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert {skill["name"] for skill in shown} == {NAME, *prompts.names()}


def test_a_broken_skill_fails_the_check_and_hides_no_other(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new_skill(NAME, own)
    replace(own / NAME / "skill.yaml", "kind: question", "kind: opera")
    assert command("check-skills", str(own)) == 2
    assert "kind: unknown opera" in capsys.readouterr().out
    assert command("skills") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert f"{NAME} does not load" in out and "unknown opera" in out and "reading_comprehension" in out


def test_a_folder_without_skills_is_named(own: Path) -> None:
    with pytest.raises(CatalogueError, match="no skill in"):
        command("check-skills", str(own))
    with pytest.raises(CatalogueError, match="no folder of skills"):
        command("skills", "--prompts", str(own / "absent"))


def test_a_folder_that_went_away_is_named(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(prompts.VARIABLE, str(own / "gone"))
    with pytest.raises(CatalogueError, match=f"{prompts.VARIABLE}: no folder"):
        prompts.names()


# ---- what the check finds ----

FLAWS = {
    "an unknown key": ("skill.yaml", "seeds: [text]", "seeds: [text]\nflavour: vanilla", "flavour"),
    "an unused agent": ("skill.yaml", "agents: [public_notice]", "agents: []", "transform/public_notice"),
    "an agent without a file": ("skill.yaml", "agents: [public_notice]", "agents: [public_notice, opera]", "opera"),
    "a lacking variable": ("instruct.md", "{count}", "some", "['count'] are missing"),
    "an unknown variable": ("instruct.md", "{count}", "{how_many}", "unknown variables ['how_many']"),
    "a single brace": ("instruct.md", "{count}", "{count", "double every literal brace"),
    "no role": ("instruct.md", "You are a fact checker", "Check facts, as one", "does not give a role"),
    "an unknown check": ("skill.yaml", "language, answer", "tongue, answer", "unknown tongue"),
    "a check named twice": ("skill.yaml", "language, answer", "language, language, answer", "language is named twice"),
    "an unknown judge": ("skill.yaml", "judge]", "jury]", "unknown jury"),
    "an unknown strategy": (
        "skill.yaml",
        "[plain, extract_then_generate]",
        "[by_magic]",
        "unknown strategies ['by_magic']",
    ),
    "an unknown layout": ("skill.yaml", "[passage_first, task_first]", "[upside_down]", "unknown upside_down"),
    "an unknown kind": ("skill.yaml", "kind: question", "kind: opera", "kind: unknown opera"),
    "an unknown way to show": ("skill.yaml", "passage: shown", "passage: cinema", "response.passage"),
    "an unknown transformation": (
        "skill.yaml",
        "[public_notice, identity]",
        "[opera]",
        "unknown transformations ['opera']",
    ),
    "a weight of nothing": ("skill.yaml", "weight: 2.0", "weight: 0", "weight"),
    "a weight that leaves nothing": (
        "skill.yaml",
        "    weight: 2.0\n    strat",
        "    weight: 90\n    strat",
        "leaves little",
    ),
    "a goal without a use": (
        "skill.yaml",
        "changes_key: true",
        "answers: [json]",
        "goal one_more_condition: no task type",
    ),
    "stray guidance": ("skill.yaml", "name: all_that_qualify", "name: all_that_pass", "types/ has guidance"),
    "an empty prompt": ("types/all_that_qualify.md", "- Go", "", ""),
}


def test_each_flaw_is_told_with_its_file(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in a skill of its own, all checked together: so they are alike, and that is not told here."""
    for limit in ("_ALIKE", "ALIKE_PROMPTS"):
        monkeypatch.setattr(f"flows.cli.check_skills.{limit}", 1.0)
    folders = {flaw: new_skill(f"flaw_{number}", own) for number, flaw in enumerate(FLAWS)}
    for flaw, (name, old, new, told) in FLAWS.items():
        if new or told:
            replace(folders[flaw] / name, old, new)
        else:
            (folders[flaw] / name).write_text("\n", encoding="utf-8")
    found = problems(own)
    assert len(found) == len(FLAWS), found
    for flaw, (_, _, _, told) in FLAWS.items():
        assert [told in problem for problem in found if problem.startswith(f"{folders[flaw]}/")] == [True], flaw


def test_a_thin_task_type_is_told(own: Path) -> None:
    path = new_skill(NAME, own) / "skill.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("      States one claim")
    path.write_text(text[:start] + "      Asks whether a claim holds.\n" + text[text.index("    answer: truth") :])
    assert [p for p in problems(own) if "verdict_on_a_claim: a description of 5 words is thin" in p]


def test_a_transformation_that_no_task_type_suits_is_told(own: Path) -> None:
    path = new_skill(NAME, own) / "skill.yaml"
    text = path.read_text(encoding="utf-8").replace("    answer: ", "    transformations: [identity]\n    answer: ")
    path.write_text(text.replace("    transformations: [public_notice, identity]\n", ""), encoding="utf-8")
    assert [p.partition(": ")[2][:60] for p in problems(own)] == [
        "transformation public_notice: no task type suits it; name it"[:60]
    ]


def test_all_problems_are_told_at_once(own: Path) -> None:
    folder = new_skill(NAME, own)
    replace(folder / "skill.yaml", "seeds: [text]", "seeds: [text]\nflavour: vanilla")
    replace(folder / "skill.yaml", "max_tokens: 1024", "max_tokens: 1")
    replace(folder / "instruct.md", "{count}", "{how_many}")
    (folder / "notes.md").write_text("Remember the milk.", encoding="utf-8")
    found = "\n".join(problems(own))
    assert all(told in found for told in ("flavour", "max_tokens", "how_many", "no agent is called 'notes'"))


def test_likeness_to_a_skill_of_ours_and_to_one_beside_it_is_told(own: Path) -> None:
    new_skill(NAME, own)
    (new_skill("second_thoughts", own) / "transform" / "public_notice.md").write_text(
        (prompts.ROOT / "reading_comprehension" / "transform" / "debate.md").read_text(encoding="utf-8")
    )
    found = problems(own)
    assert any(
        "second_thoughts" in p and f"reads like task type verdict_on_a_claim of {own / NAME}" in p for p in found
    )
    assert any("transform/public_notice reads like transform/debate of" in p for p in found)
    assert not any(p.startswith(str(prompts.ROOT)) for p in found)


# ---- a folder beside ours ----


def test_a_skill_of_the_same_name_overrides_ours(own: Path) -> None:
    folder = new_skill(NAME, own)
    folder.rename(own / "text_modification")
    prompts.use(own)
    assert len(prompts.load("text_modification").task_types) == 3
    assert prompts.folder("tool_use").parent == prompts.ROOT


def test_shared_files_of_the_users_own_win_entry_by_entry(own: Path) -> None:
    new_skill(NAME, own)
    (own / "_shared").mkdir()
    (own / "_shared" / "edit.md").write_text("You are an editor of this folder.", encoding="utf-8")
    (own / "_shared" / "presentation.yaml").write_text(
        'wrappers: {upside_down: ["{task}, {context}"]}', encoding="utf-8"
    )
    (own / "_shared" / "strategies.yaml").write_text(
        "strategies: {by_magic: {description: As it comes., prompts: [Wave the wand.]}}", encoding="utf-8"
    )
    replace(own / NAME / "skill.yaml", "[passage_first, task_first]", "[passage_first, upside_down]")
    replace(own / NAME / "skill.yaml", "[plain, extract_then_generate]", "[plain, by_magic]")
    prompts.use(own)
    assert prompts.load(NAME).agent("edit").body == "You are an editor of this folder."
    assert prompts.load("tool_use").agent("edit").body != "You are an editor of this folder."
    assert {"upside_down", "passage_first"} <= prompts.presentation().wrappers.keys()
    assert {"by_magic", "plain"} <= prompts.strategies().keys()
    assert prompts.names() == sorted({NAME, *prompts.names()})


def test_a_shared_file_that_does_not_fit_is_named(own: Path) -> None:
    (own / "_shared").mkdir()
    (own / "_shared" / "knobs.yaml").write_text("fonts: [serif]", encoding="utf-8")
    prompts.use(own)
    with pytest.raises(CatalogueError) as caught:
        prompts.knobs()
    assert str(own / "_shared" / "knobs.yaml") in str(caught.value) and "fonts" in str(caught.value)


@pytest.mark.slow
def test_a_served_flow_offers_the_skills_of_the_users_own(own: Path) -> None:
    """Whenever the folder is named: before the flow is imported or after it."""
    new_skill(NAME, own)
    code = (
        f"from flows.order import known_skill\nimport prompts\nprompts.use({str(own)!r})\nprint(known_skill('{NAME}'))"
    )
    environment = {**os.environ, "AGENTINSTRUCT_HOME": str(own / "home")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout.strip()) == (0, NAME), done.stderr
