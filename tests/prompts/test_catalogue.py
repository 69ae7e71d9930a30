"""The catalogue as it stands: checked once, as `check-skills` checks it, and complete."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import prompts
from flows.cli.check_skills import check_skills
from flows.cli.document_catalogue import counts
from prompts import AnswerForm
from tasks.records import rng
from tasks.records.draws import draw_distinct

SKILLS = prompts.names()
AGENTS = [(skill, agent) for skill in SKILLS for agent in prompts.load(skill).agents]
AGENT_FILES = [path for path in sorted(prompts.ROOT.rglob("*.md")) if path.parent.name != "types"]
BRACES = "{ {} {{ }} {0} {material} {missing!r:>{width}} f(x) = {y: 1}"


# ---- what stands in the catalogue ----


def test_there_is_nothing_to_find_fault_with() -> None:
    """All that `check-skills` looks at: unknown names, thin and likened descriptions, roles, variables, what is never drawn."""
    assert [str(problem) for problem in check_skills(SKILLS)] == []


def test_templates_format_and_leave_values_alone() -> None:
    for skill in SKILLS:
        for agent in prompts.load(skill).agents.values():
            values = {name: f"<{name} {BRACES}>" for name in prompts.VARIABLES[agent.name.split("/")[0]]}
            system, human = agent.template.format_messages(**values, material=BRACES)
            assert human.content == BRACES, (skill, agent.name)
            used = set(agent.template.input_variables) - {"material"}
            assert used <= values.keys(), (skill, agent.name)
            assert all(values[name] in system.content for name in used), (skill, agent.name)


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
    hints = [tuple(hint.text for hint in hints) for hints in shown.answer_hints.values()]
    for texts in (*shown.wrappers.values(), shown.option_styles, *hints):
        assert len(set(texts)) == len(texts)


SEVENTEEN = {
    *("reading_comprehension", "open_domain_question_answering", "text_modification", "web_agent", "brain_teaser"),
    *("analytical_reasoning", "multiple_choice", "data_to_text", "fermi", "coding", "text_extraction", "conversation"),
    *("text_classification", "retrieval_augmented_generation", "tool_use", "creative_content", "few_shot_reasoning"),
}


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


OF_TRANSFORMERS = ("tasks/publish/export/chat_template.py", "tasks/publish/release/models.py")
"""Where the chat template is named that transformers calls as we call a skill."""


def test_no_code_knows_a_skill_by_name() -> None:
    root = prompts.ROOT.parent
    modules = [path for folder in ("tasks", "flows") for path in sorted((root / folder).rglob("*.py"))]
    assert len(modules) > 100
    named = [f"{path.relative_to(root)}:{line}" for path in modules for line in _naming(path)]
    assert [place for place in named if not place.startswith(OF_TRANSFORMERS)] == []


def _naming(path: Path) -> Iterator[int]:
    """Lines with a string that holds a name of two words or more, or where a skill's name is compared with a string."""
    telling = re.compile(rf"(?<!\w)(?:{'|'.join(name for name in SEVENTEEN if '_' in name)})(?!\w)")
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    prose = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        text = node.value if isinstance(node, ast.Constant) and id(node) not in prose else None
        if isinstance(node, ast.Constant) and isinstance(text, str) and telling.search(text):
            yield node.lineno
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            skills = [side for side in sides if re.search(r"\bskill(\.name)?$", ast.unparse(side))]
            strings = [each for side in sides for each in ast.walk(side) if isinstance(each, ast.Constant)]
            if skills and any(each.value in SEVENTEEN for each in strings):
                yield node.lineno


def test_a_third_of_the_questions_about_a_text_are_free_form() -> None:
    skill = prompts.load("reading_comprehension")
    drawn = [
        task_type.answer
        for transformation in skill.transformations
        for n in range(round(200 * transformation.weight))
        for task_type in draw_distinct(
            [t for t in skill.task_types if skill.suits(t, transformation.name)], 3, rng(transformation.name, n)
        )
    ]
    free = sum(answer in (AnswerForm.TEXT, AnswerForm.SPAN) for answer in drawn)
    own_words = sum(answer is AnswerForm.TEXT for answer in drawn)
    assert free >= len(drawn) / 3 and own_words >= len(drawn) / 5
