"""Guards every file of the skill catalogue, and the messages for files that do not fit."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

import prompts
from flows.cli.check_skills import check_skills
from flows.cli.document_catalogue import counts
from prompts import AnswerForm, CatalogueError
from tasks.kinds.fit import load_skill, misfits

SKILLS = prompts.names()
AGENTS = [(skill, agent) for skill in SKILLS for agent in prompts.load(skill).agents]
AGENT_FILES = [path for path in sorted(prompts.ROOT.rglob("*.md")) if path.parent.name != "types"]
BRACES = "{ {} {{ }} {0} {material} {missing!r:>{width}} f(x) = {y: 1}"


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


# ---- what stands in the catalogue ----


@pytest.mark.parametrize("skill", SKILLS)
def test_skill_loads(skill: str) -> None:
    loaded = prompts.load(skill)
    assert loaded.name == skill
    assert loaded.title and loaded.summary and loaded.seeds


@pytest.mark.parametrize(("skill", "agent"), AGENTS)
def test_template_formats_and_leaves_values_alone(skill: str, agent: str) -> None:
    loaded = prompts.load(skill).agent(agent)
    values = {name: f"<{name} {BRACES}>" for name in prompts.VARIABLES[agent.split("/")[0]]}
    system, human = loaded.template.format_messages(**values, material=BRACES)
    assert human.content == BRACES
    used = set(loaded.template.input_variables) - {"material"}
    assert used <= values.keys()
    assert all(values[name] in system.content for name in used)


@pytest.mark.parametrize("skill", SKILLS)
def test_agents_use_what_distinguishes_one_call_from_the_next(skill: str) -> None:
    loaded = prompts.load(skill)
    told = {
        "instruct": {"task_type", "description"},
        "suggest": {"goal", "description"},
        "edit": {"goal", "description"},
    }
    for agent in told.keys() & loaded.agents.keys():
        assert told[agent] <= set(loaded.agent(agent).template.input_variables), agent


@pytest.mark.parametrize("path", AGENT_FILES, ids=lambda path: path.relative_to(prompts.ROOT).as_posix())
def test_agent_opens_with_its_role(path: Path) -> None:
    body = path.read_text(encoding="utf-8").strip()
    assert re.match(r"You are (an?|the) \w+", body.splitlines()[0])
    assert 60 <= len(body.split()) <= 500


def test_no_two_agents_have_one_body() -> None:
    bodies = [path.read_text(encoding="utf-8").strip() for path in AGENT_FILES]
    assert len(set(bodies)) == len(bodies)


@pytest.mark.parametrize("skill", SKILLS)
def test_descriptions_say_enough_and_differ(skill: str) -> None:
    loaded = prompts.load(skill)
    for entries in (loaded.task_types, loaded.goals):
        for entry in entries:
            assert len(entry.description.split()) >= 15, entry.name
        for one, other in combinations(entries, 2):
            a, b = words(one.description), words(other.description)
            assert len(a & b) / len(a | b) < 0.6, f"{one.name} and {other.name} read alike"
    transformations = [entry.description for entry in loaded.transformations]
    assert len(set(transformations)) == len(transformations)


@pytest.mark.parametrize("skill", SKILLS)
def test_every_transformation_has_task_types(skill: str) -> None:
    loaded = prompts.load(skill)
    for transformation in loaded.transformations:
        assert any(loaded.suits(task_type, transformation.name) for task_type in loaded.task_types), transformation.name


def test_every_skill_fits_the_code() -> None:
    assert [(name, problem) for name in SKILLS for problem in misfits(prompts.load(name))] == []


def test_presentation_covers_every_answer_form() -> None:
    shown = prompts.presentation()
    assert shown.answer_hints.keys() == shown.author_forms.keys() == set(AnswerForm)
    assert all(shown.answer_hints.values())
    for name, layouts in shown.wrappers.items():
        for layout in layouts:
            text = layout.format(context="<1>", task="<2>")
            assert text.count("<2>") == 1 and text.count("<1>") == (0 if name == "bare" else 1), layout
    for style in shown.option_styles:
        assert style.format(letter="A", text="TEXT").endswith("TEXT")
    for texts in (*shown.wrappers.values(), shown.option_styles, *shown.answer_hints.values()):
        assert len(set(texts)) == len(texts)


# ---- the catalogue as a whole ----


SEVENTEEN = {
    *("reading_comprehension", "open_domain_question_answering", "text_modification", "web_agent", "brain_teaser"),
    *("analytical_reasoning", "multiple_choice", "data_to_text", "fermi", "coding", "text_extraction", "conversation"),
    *("text_classification", "retrieval_augmented_generation", "tool_use", "creative_content", "few_shot_reasoning"),
}
complete = pytest.mark.xfail(not set(SKILLS) >= SEVENTEEN, reason=f"no folder yet: {sorted(SEVENTEEN - {*SKILLS})}")


def test_there_is_nothing_to_find_fault_with() -> None:
    """Near-duplicates over all descriptions and prompts, thin descriptions and unknown names among it."""
    assert [str(problem) for problem in check_skills(SKILLS)] == []


@complete
def test_it_has_the_seventeen_skills_and_what_they_need() -> None:
    assert set(SKILLS) == SEVENTEEN
    numbers = [counts(prompts.load(skill)) for skill in SKILLS]
    assert sum(each["task types"] for each in numbers) >= 300
    assert sum(each["transformation agents"] for each in numbers) >= 80
    assert sum(each["goals"] for each in numbers) >= 60
    assert all(each["task types"] >= 18 and each["goals"] >= 4 for each in numbers)


def test_every_skill_has_its_split_of_the_released_dataset() -> None:
    released = [found for skill in SKILLS if (found := prompts.load(skill).released)]
    assert len({each.split for each in released}) == len(released) == len(SKILLS)


MODULES = [path for folder in ("tasks", "flows") for path in sorted((prompts.ROOT.parent / folder).rglob("*.py"))]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(prompts.ROOT.parent).as_posix())
def test_no_code_knows_a_skill_by_name(path: Path) -> None:
    """No string holds a name of two words or more; no skill's name, whatever it is, is compared with a string."""
    telling = re.compile(rf"(?<!\w)(?:{'|'.join(name for name in SEVENTEEN if '_' in name)})(?!\w)")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            assert not telling.search(node.value), f"line {node.lineno}: {node.value}"
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            skills = [side for side in sides if re.search(r"\bskill(\.name)?$", ast.unparse(side))]
            strings = [each for side in sides for each in ast.walk(side) if isinstance(each, ast.Constant)]
            assert not (skills and any(each.value in SEVENTEEN for each in strings)), f"line {node.lineno}"


# ---- reading comprehension, as the method has it ----


def test_reading_comprehension_is_complete() -> None:
    skill = prompts.load("reading_comprehension")
    assert len(skill.transformations) == 9
    assert [t.name for t in skill.transformations if not t.agents] == ["identity"]
    assert len(skill.task_types) == 43
    of_the_method = {"make_unanswerable": True, "flip_answer": True, "harder": False}
    edits = {goal.name: goal.edits_passage for goal in skill.goals}
    assert of_the_method.items() <= edits.items() and len(edits) >= 6
    assert [goal.name for goal in skill.goals if goal.makes_unanswerable] == ["make_unanswerable"]
    assert {"flip_answer"} < {goal.name for goal in skill.goals if goal.changes_key}
    assert len(skill.guidance) >= 12


def test_reading_comprehension_is_mostly_verifiable() -> None:
    """For every transformation, three quarters of the drawn weight or more has an answer that a program can compare."""
    skill = prompts.load("reading_comprehension")
    for transformation in skill.transformations:
        suited = [t for t in skill.task_types if skill.suits(t, transformation.name)]
        text = sum(t.weight for t in suited if t.answer is AnswerForm.TEXT)
        assert len(suited) >= 12
        assert text / sum(t.weight for t in suited) <= 0.25, transformation.name


def test_reading_comprehension_routes_by_passage() -> None:
    skill = prompts.load("reading_comprehension")
    argumentative = {"strengthen", "weaken", "necessary_assumption", "flaw", "method_of_reasoning"}
    for name in argumentative:
        assert skill.suits(skill.task_type(name), "argument_passage")
        assert not skill.suits(skill.task_type(name), "instructional")
    assert skill.suits(skill.task_type("sequencing_events"), "instructional")
    assert skill.suits(skill.task_type("multi_hop"), "long_text")
    assert skill.suits(skill.task_type("figurative_language_irony"), "poem")


# ---- what does not fit says which file and what to do ----


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
