"""A file of the catalogue that does not fit is named, with what is wrong and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import prompts
from prompts import CatalogueError
from tasks.kinds.fit import load_skill


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the catalogue that a test may spoil; gives the folder of reading comprehension in it."""
    root = tmp_path / "prompts"
    shutil.copytree(prompts.ROOT, root, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    monkeypatch.setattr(prompts, "ROOT", root)
    monkeypatch.setattr(prompts, "SHARED", root / "_shared")
    cached = (prompts.load, prompts.presentation, prompts.knobs)
    for function in cached:
        function.cache_clear()
    yield root / "reading_comprehension"
    for function in cached:
        function.cache_clear()


def refusal(skill: str = "reading_comprehension") -> str:
    with pytest.raises(CatalogueError) as caught:
        load_skill(skill)
    return str(caught.value)


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_unspoilt_copy_loads(folder: Path) -> None:
    assert prompts.load("reading_comprehension").agents
    assert prompts.presentation().wrappers


def test_unknown_skill_names_the_known(folder: Path) -> None:
    message = refusal("reading_tea_leaves")
    assert "reading_tea_leaves" in message and "reading_comprehension" in message


def test_unknown_agent_names_the_known() -> None:
    with pytest.raises(CatalogueError) as caught:
        prompts.load("reading_comprehension").agent("transform/opera")
    assert "transform/opera" in str(caught.value) and "transform/poem" in str(caught.value)


@pytest.mark.parametrize("stray", ["an open { brace", "a closing } brace", "an {invented} variable", "{}"])
def test_stray_brace_names_file_and_remedy(folder: Path, stray: str) -> None:
    append(folder / "transform" / "poem.md", stray)
    message = refusal()
    assert str(folder / "transform" / "poem.md") in message and "double" in message


def test_variable_of_another_agent_is_unknown(folder: Path) -> None:
    append(folder / "instruct.md", "\n{goal}")
    message = refusal()
    assert str(folder / "instruct.md") in message and "goal" in message and "answer_form" in message


def test_doubled_braces_reach_the_model_single(folder: Path) -> None:
    append(folder / "transform" / "poem.md", "\nLeave {{this}} alone.")
    system, _ = prompts.load("reading_comprehension").agent("transform/poem").template.format_messages(material="x")
    assert "Leave {this} alone." in system.content


def test_extra_key_is_named(folder: Path) -> None:
    append(folder / "skill.yaml", "\nflavour: vanilla\n")
    message = refusal()
    assert str(folder / "skill.yaml") in message and "flavour" in message


def test_extra_key_in_an_entry_is_named(folder: Path) -> None:
    replace(folder / "skill.yaml", "    agents: [poem]\n", "    agents: [poem]\n    metre: iambic\n")
    message = refusal()
    assert str(folder / "skill.yaml") in message and "metre" in message


def test_spare_agent_file_is_named_with_the_remedy(folder: Path) -> None:
    (folder / "transform" / "opera.md").write_text("You are a librettist.", encoding="utf-8")
    message = refusal()
    assert "transform/opera" in message and "name them in skill.yaml or delete them" in message


def test_file_of_no_known_kind_is_named(folder: Path) -> None:
    (folder / "notes.md").write_text("Remember the milk.", encoding="utf-8")
    message = refusal()
    assert str(folder / "notes.md") in message and "transform/<name>" in message


def test_spare_guidance_is_named(folder: Path) -> None:
    (folder / "types" / "tea_leaves.md").write_text("- Stir first.", encoding="utf-8")
    assert "tea_leaves" in refusal()


def test_lacking_agent_file_is_named(folder: Path) -> None:
    (folder / "transform" / "poem.md").unlink()
    message = refusal()
    assert "transform/poem" in message and "add <agent>.md" in message


def test_lacking_shared_agent_is_named(folder: Path) -> None:
    (folder.parent / "_shared" / "edit.md").unlink()
    assert "edit" in refusal()


def test_a_skills_own_file_wins_over_the_shared_one(folder: Path) -> None:
    (folder / "edit.md").write_text("You are an editor of this skill alone.", encoding="utf-8")
    assert prompts.load("reading_comprehension").agent("edit").body == "You are an editor of this skill alone."


def test_empty_agent_file_is_named(folder: Path) -> None:
    (folder / "transform" / "poem.md").write_text(" \n", encoding="utf-8")
    message = refusal()
    assert str(folder / "transform" / "poem.md") in message and "write the agent's prompt" in message


def test_name_given_twice_is_named(folder: Path) -> None:
    replace(folder / "skill.yaml", "  - name: weaken\n", "  - name: strengthen\n")
    message = refusal()
    assert "named twice: strengthen" in message


def test_unknown_transformation_names_the_known(folder: Path) -> None:
    replace(folder / "skill.yaml", "[argument_passage, debate, satire]", "[argument_passage, opera]")
    message = refusal()
    assert "opera" in message and "meeting_transcript" in message


@pytest.mark.parametrize(("text", "seen"), [("a: [", "not YAML"), ("- a list", "saw list")])
def test_broken_yaml_names_the_file(folder: Path, text: str, seen: str) -> None:
    (folder / "skill.yaml").write_text(text, encoding="utf-8")
    message = refusal()
    assert str(folder / "skill.yaml") in message and seen in message


@pytest.mark.parametrize("shared", ["presentation", "knobs"])
def test_extra_key_in_a_shared_file_is_named(folder: Path, shared: str) -> None:
    append(folder.parent / "_shared" / f"{shared}.yaml", "\nfonts: [serif]\n")
    with pytest.raises(CatalogueError) as caught:
        getattr(prompts, shared)()
    assert f"{shared}.yaml" in str(caught.value) and "fonts" in str(caught.value)
