"""What single skills promise beyond the format that `check-skills` looks at."""

from __future__ import annotations

import json
import re

import prompts
from tasks.checks.constraints import REQUIREMENTS
from tasks.kinds import kinds
from tasks.kinds.fit import load_skill

KINDS = set(REQUIREMENTS)
TEXT_TYPES = {
    "Paraphrasing",
    "Text Simplification",
    "Text Expansion",
    "Text Translation",
    "Text Formatting",
    "Sentiment Modification",
    "Text Annotation",
    "Keyword Replacement",
    "Text Removing",
    "Text Capitalization",
    "Text Styling",
    "Content Rewriting",
    "Data Normalization",
    "Plagiarism Rewording",
    "Code Switching",
    "Text Obfuscation",
    "Textual Entailment",
    "Rewriting with vocabulary limitations",
}
TOOL_TYPES = {
    "single_api_all",
    "single_api_superfluous",
    "single_api_missing",
    "multiple_apis_all",
    "multiple_apis_missing",
    "single_api_absent",
    "multiple_apis_absent",
}


def quoted(text: str) -> set[str]:
    """The words that a prompt sets in backticks."""
    return set(re.findall(r"`([^`]+)`", text))


def claimed(skill: prompts.Skill, task_type: prompts.TaskType) -> set[str]:
    """The names in backticks of a task type's description and guidance."""
    return quoted(task_type.description) | quoted(skill.guidance.get(task_type.name, ""))


def test_text_modification_has_the_types_of_the_paper() -> None:
    skill = load_skill("text_modification")
    assert {t.title for t in skill.task_types} == TEXT_TYPES
    assert len(skill.task_types) == 18
    assert {t.answer for t in skill.task_types} == {prompts.AnswerForm.TEXT}
    assert [(t.name, t.agents) for t in skill.transformations] == [("identity", ())]
    assert skill.kind == "rewriting"
    assert len(skill.goals) == 5 and not any(goal.edits_passage for goal in skill.goals)


def test_text_modification_names_real_kinds_of_constraints() -> None:
    skill = load_skill("text_modification")
    for task_type in skill.task_types:
        names = claimed(skill, task_type) - task_type.axes.keys()
        assert names, f"{task_type.name} names no constraint"
        assert names <= KINDS, (task_type.name, names - KINDS)


def test_every_kind_of_constraint_that_changes_a_text_is_asked_for() -> None:
    skill = load_skill("text_modification")
    asked = set().union(*(claimed(skill, t) for t in skill.task_types))
    changing = {
        *("max_words", "min_words", "max_sentences", "max_word_length", "letter_case", "every_nth_word_upper"),
        *("sentence_start", "include", "exclude", "exclude_letters", "replace", "dates_iso", "bold", "italic"),
        *("bullets", "numbered", "line_count"),
    }
    assert changing <= KINDS
    assert changing <= asked
    assert "emojis" in " ".join(goal.description for goal in skill.goals)  # only a post wants them


def test_trickier_text_types_have_guidance_of_readable_length() -> None:
    guidance = load_skill("text_modification").guidance
    assert len(guidance) >= 10
    for name, text in guidance.items():
        assert 4 <= sum(line.startswith("- ") for line in text.splitlines()) <= 12, name


def test_text_modification_agents_do_not_place_the_text() -> None:
    """The layout puts the text before or after the instruction, so the authors are told not to point."""
    skill = load_skill("text_modification")
    for agent in ("instruct", "edit"):
        assert '"above", "below"' in " ".join(skill.agent(agent).body.split()), agent


def test_tool_use_has_the_types_and_transformations_of_the_paper() -> None:
    skill = load_skill("tool_use")
    assert {t.name for t in skill.task_types} >= TOOL_TYPES
    assert len(skill.task_types) >= 18
    assert {t.answer for t in skill.task_types} == {prompts.AnswerForm.CALLS}
    assert set(skill.guidance) == {t.name for t in skill.task_types}
    assert skill.kind == "tools"
    assert len(skill.transformations) == 4
    for transformation in skill.transformations:
        assert transformation.agents
        assert len(transformation.seeds) == 1 and set(transformation.seeds) <= set(skill.seeds)
    assert {kind for t in skill.transformations for kind in t.seeds} == {"code", "api"}


def test_only_the_first_agent_of_a_tool_transformation_reads_the_seed_alone() -> None:
    skill = load_skill("tool_use")
    first = {t.agents[0] for t in skill.transformations}
    later = {agent for t in skill.transformations for agent in t.agents[1:]}
    assert not first & later
    for agent in later:
        assert "none of the given" in " ".join(skill.agent(f"transform/{agent}").body.split())
    for agent in first:
        assert "unsuitable" in quoted(skill.agent(f"transform/{agent}").body)


def test_tool_use_converses_and_weighs_more_steps_highest() -> None:
    skill = load_skill("tool_use")
    assert (skill.response.turns, skill.response.max_turns) == ("conversation", 8)
    assert max(skill.goals, key=lambda goal: goal.weight).name == "more_steps"
    assert not any(goal.edits_passage or goal.makes_unanswerable for goal in skill.goals)


def test_tool_simulator_knows_every_status() -> None:
    body = load_skill("tool_use").agent("simulate_tool").body
    assert re.findall(r"^- (ok|empty|error|busy):", body, re.M) == ["ok", "empty", "error", "busy"]


def test_editors_see_every_field_they_return() -> None:
    """The fields that each skill's own editor must not forget are in the schema and in the prompt."""
    for name, fields in (
        ("text_modification", ("instruction", "constraints", "evidence")),
        ("tool_use", ("calls", "missing")),
    ):
        skill = load_skill(name)
        schema = json.dumps(kinds()[skill.kind].drafts.edit.model_json_schema())
        body = skill.agent("edit").body
        assert all(f'"{field}"' in schema and field in body for field in fields)


def test_reading_comprehension_is_complete() -> None:
    skill = prompts.load("reading_comprehension")
    assert len(skill.transformations) == 9
    assert [t.name for t in skill.transformations if not t.agents] == ["identity"]
    assert len(skill.task_types) >= 43  # the paper has 43; ours add open questions
    of_the_method = {"make_unanswerable": True, "flip_answer": True, "harder": False}
    edits = {goal.name: goal.edits_passage for goal in skill.goals}
    assert of_the_method.items() <= edits.items() and len(edits) >= 6
    assert [goal.name for goal in skill.goals if goal.makes_unanswerable] == ["make_unanswerable"]
    assert {"flip_answer"} < {goal.name for goal in skill.goals if goal.changes_key}
    assert len(skill.guidance) >= 12


def test_reading_comprehension_is_mostly_verifiable() -> None:
    """For every transformation, a program can compare the answers of three fifths of the drawn weight; a judge reads all."""
    skill = prompts.load("reading_comprehension")
    for transformation in skill.transformations:
        suited = [t for t in skill.task_types if skill.suits(t, transformation.name)]
        text = sum(t.weight for t in suited if t.answer is prompts.AnswerForm.TEXT)
        assert len(suited) >= 12
        assert text / sum(t.weight for t in suited) <= 0.42, transformation.name


def test_reading_comprehension_routes_by_passage() -> None:
    skill = prompts.load("reading_comprehension")
    argumentative = {"strengthen", "weaken", "necessary_assumption", "flaw", "method_of_reasoning"}
    for name in argumentative:
        assert skill.suits(skill.task_type(name), "argument_passage")
        assert not skill.suits(skill.task_type(name), "instructional")
    assert skill.suits(skill.task_type("sequencing_events"), "instructional")
    assert skill.suits(skill.task_type("multi_hop"), "long_text")
    assert skill.suits(skill.task_type("figurative_language_irony"), "poem")
