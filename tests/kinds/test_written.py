"""What the text modification and tool use skills promise beyond the format that the catalogue checks by itself."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import prompts
from tasks.checks.constraints import REQUIREMENTS
from tasks.kinds import kinds
from tasks.kinds.fit import load_skill
from tasks.offline import reply
from tasks.records import Json
from tasks.teacher.contract import Contract
from tasks.teacher.material import material

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
BOTH = ["text_modification", "tool_use"]


def quoted(text: str) -> set[str]:
    """The words that a prompt sets in backticks."""
    return set(re.findall(r"`([^`]+)`", text))


def words(text: str) -> int:
    return len(re.findall(r"[A-Za-z][\w'-]*", text))


def claimed(skill: prompts.Skill, task_type: prompts.TaskType) -> set[str]:
    """The names in backticks of a task type's description and guidance."""
    return quoted(task_type.description) | quoted(skill.guidance.get(task_type.name, ""))


@pytest.mark.parametrize("name", BOTH)
def test_agents_have_a_role_and_a_sensible_length(name: str) -> None:
    skill = load_skill(name)
    for agent in skill.agents.values():
        assert agent.body.startswith("You are "), agent.name
        assert 120 <= words(agent.body) <= 350, (agent.name, words(agent.body))


@pytest.mark.parametrize("name", BOTH)
def test_descriptions_have_a_sensible_length(name: str) -> None:
    skill = load_skill(name)
    for entry in (*skill.task_types, *skill.goals):
        assert 30 <= words(entry.description) <= 70, (entry.name, words(entry.description))


@pytest.mark.parametrize("name", BOTH)
def test_every_agent_is_sent_with_material_that_holds_braces(name: str) -> None:
    skill = load_skill(name)
    body = material(7, {"seed": "a {b} {{c}} {0}"}, {"count": 2})
    for agent in skill.agents.values():
        kind = agent.name.split("/")[0]
        values = {variable: "<drawn {value}>" for variable in prompts.VARIABLES[kind]}
        system, human = agent.template.format_messages(**values, material=body)
        assert human.content == body
        assert "{task_type}" not in system.content and "{goal}" not in system.content


@pytest.mark.parametrize("name", BOTH)
def test_instruction_and_refinement_agents_are_told_what_was_drawn(name: str) -> None:
    skill = load_skill(name)
    wanted = {"instruct": ("{task_type}", "{description}", "{count}"), "edit": ("{goal}", "{description}")}
    wanted["suggest"] = ("{goal}", "{description}", "{count}")
    for agent, variables in wanted.items():
        assert all(variable in skill.agent(agent).body for variable in variables), agent


@pytest.mark.parametrize("name", BOTH)
def test_system_prompts_vary_and_some_are_empty(name: str) -> None:
    system_prompts = load_skill(name).response.system_prompts
    written = [text for text in system_prompts if text]
    assert 8 <= len(system_prompts) <= 12
    assert len(system_prompts) - len(written) >= 3
    assert len(set(written)) == len(written)


@pytest.mark.parametrize("name", BOTH)
def test_wrappers_exist_and_lay_the_context_out_as_the_response_needs(name: str) -> None:
    response = load_skill(name).response
    layouts = [layout for wrapper in response.wrappers for layout in prompts.presentation().wrappers[wrapper]]
    assert all(("{context}" in layout) == (response.passage == "shown") for layout in layouts)


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
        names = claimed(skill, task_type)
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
        assert "whole list" in skill.agent(f"transform/{agent}").body
    for agent in first:
        assert "unsuitable" in quoted(skill.agent(f"transform/{agent}").body)


def test_tool_use_converses_and_weighs_more_steps_highest() -> None:
    skill = load_skill("tool_use")
    assert (skill.response.turns, skill.response.max_turns) == ("conversation", 8)
    assert max(skill.goals, key=lambda goal: goal.weight).name == "more_steps"
    assert not any(goal.edits_passage or goal.makes_unanswerable for goal in skill.goals)


def test_tool_simulator_knows_every_status() -> None:
    body = load_skill("tool_use").agent("simulate_tool").body
    assert re.findall(r"^- (ok|empty|error):", body, re.M) == ["ok", "empty", "error"]


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


LOG = """The lighthouse on Skarv was lit in 1861 by two brothers. Their lamp burnt 14 litres of oil in a winter night.

A gale took the lantern in 1889. The smith from Tromsø mended it within nine days. The older brother wrote that the
glass had come from Hamburg in 6 crates. Only one of them was broken.

Since 1974 the light has been automatic. Students count the 2,300 birds that nest under the wall. They sleep in the
room of the keepers."""


def asked(schema: type[Contract], blocks: dict[str, str], knobs: Json) -> Any:
    """What the offline teacher answers to an agent with this contract."""
    shape = {"name": schema.__name__, "schema": schema.model_json_schema()}
    body = {
        "messages": [{"role": "user", "content": material(1, blocks, knobs)}],
        "response_format": {"type": "json_schema", "json_schema": shape},
    }
    return schema.model_validate_json(reply(body)["choices"][0]["message"]["content"])


@pytest.mark.parametrize("form", ["option", "truth", "number", "span"])
def test_scattered_facts_move_and_nothing_else_changes(form: str) -> None:
    question = kinds()["question"].drafts
    edits = []
    for salt in range(12):
        knobs = {"answer_form": form, "task_type": "multi hop", "count": 1, "register": str(salt)}
        for item in asked(question.instruct, {"passage": LOG}, knobs).items:
            blocks = {
                "passage": LOG,
                "instruction": item.instruction,
                "options": "\n".join(item.options),
                "key": json.dumps(item.key),
                "suggestion": "Tell it elsewhere.",
            }
            edited = asked(question.edit, blocks, {"goal": "scattered_facts", "answer_form": form})
            edits += [] if edited.unsuitable else [(item, edited)]
    assert edits
    for item, edited in edits:
        assert edited.passage != LOG and sorted(edited.passage.split()) == sorted(LOG.split())
        assert (edited.instruction, edited.options, edited.key) == (item.instruction, item.options, item.key)
        assert edited.evidence and all(quote in edited.passage for quote in edited.evidence)
