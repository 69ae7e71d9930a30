"""What the student sees: the same for the same task, whole in every layout, and never a template."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prompts
from prompts import AnswerForm, Skill
from simulator.skill_runs import skill_run
from tasks.agents.kind import SkillRun
from tasks.agents.presentation import opening
from tasks.kinds.fit import load_skill
from tasks.records import Record, Source
from tasks.settings import Settings

SKILL = load_skill("reading_comprehension")
FORMS = prompts.presentation()
BRACES = "{context} {task} {letter} {0} {{x}} {x!r:>9} }{ %s"


def record(
    form: str = "option", passage: str = "PASSAGE", instruction: str = "TASK", options: list[str] | None = None
) -> Record:
    return Record(
        source=Source(id="d", uri="u", kind="text"),
        passage=passage,
        instruction=instruction,
        options=["one", "two", "three"] if options is None else options,
        answer_form=form,
    )


def shown_by(skill: Skill = SKILL, **response: object) -> Skill:
    return skill.model_copy(update={"response": skill.response.model_copy(update=response)})


def plain_run(skill: Skill, seed: int) -> SkillRun:
    return skill_run(skill, Settings(system_prompts="none"), seed=seed)


def user(shown: Record, skill: Skill = SKILL, seed: int = 0) -> str:
    return str(opening(shown, plain_run(skill, seed))[-1]["content"])


@settings(deadline=None)
@given(
    st.text(), st.text(min_size=1), st.lists(st.text(), max_size=5), st.sampled_from(list(AnswerForm)), st.integers()
)
def test_content_is_shown_as_it_is_and_the_same_again(
    passage: str, instruction: str, options: list[str], form: str, seed: int
) -> None:
    task = record(form, passage, instruction, options)
    message = user(task, SKILL, seed)
    assert all(part in message for part in (passage, instruction, *options))
    assert message == user(task, SKILL, seed)


@pytest.mark.parametrize("form", AnswerForm)
@pytest.mark.parametrize("seed", range(5))
def test_braces_are_never_interpreted(form: str, seed: int) -> None:
    message = user(record(form, f"P {BRACES}", f"I {BRACES}", [f"1 {BRACES}", f"2 {BRACES}"]), SKILL, seed)
    assert all(f"{mark} {BRACES}" in message for mark in "PI12")
    assert message.count(BRACES) == 4


@pytest.mark.parametrize("wrapper", FORMS.wrappers)
def test_every_layout_has_its_places_and_no_others(wrapper: str) -> None:
    for layout in FORMS.wrappers[wrapper]:
        places = [name for _, name, _, _ in string.Formatter().parse(layout) if name is not None]
        assert sorted(places) == (["task"] if wrapper == "bare" else ["context", "task"]), layout
    assert len(set(FORMS.wrappers[wrapper])) == len(FORMS.wrappers[wrapper])


@pytest.mark.parametrize("wrapper", FORMS.wrappers)
def test_every_layout_is_drawn(wrapper: str) -> None:
    skill = shown_by(wrappers=(wrapper,))
    drawn = {user(record("text", options=[]), skill, seed) for seed in range(300)}
    assert drawn == {layout.format(context="PASSAGE", task="TASK") for layout in FORMS.wrappers[wrapper]}


def test_option_styles_have_letter_and_text_and_all_are_drawn() -> None:
    starts = set()
    for style in FORMS.option_styles:
        assert sorted(name for _, name, _, _ in string.Formatter().parse(style) if name is not None) == [
            "letter",
            "text",
        ]
        starts.add(style.format(letter="A", text="one"))
    messages = [user(record(), SKILL, seed) for seed in range(120)]
    seen = {start for start in starts if any(start + "\n" in message for message in messages)}
    assert seen == starts


def test_hints_belong_to_the_answer_form() -> None:
    assert set(FORMS.answer_hints) == set(FORMS.author_forms) == set(AnswerForm)
    for form in AnswerForm:
        hints = [hint.text for hint in FORMS.answer_hints[form]]
        messages = {user(record(form), SKILL, seed) for seed in range(80)}
        others = {h.text for f in AnswerForm if f is not form for h in FORMS.answer_hints[f] if h.text}
        assert all(any(hint in message for message in messages) for hint in hints)
        assert not any(hint in message for hint in others for message in messages)


def test_a_matching_keeps_its_own_marks() -> None:
    columns = ["1: bog iron", "2: clay", "A: was smelted", "B: lined the furnace"]
    for seed in range(10):
        assert "TASK\n\n" + "\n".join(columns) in user(record("matching", options=columns), SKILL, seed)


def test_the_context_is_shown_only_if_it_is_the_passage() -> None:
    skill = shown_by(context="none", wrappers=("bare",))
    messages = {user(record("text"), skill, seed) for seed in range(20)}
    assert all("PASSAGE" not in message and message.startswith("TASK") for message in messages)


def test_nothing_but_the_task_decides_how_it_is_shown() -> None:
    plain = record()
    told = Record(
        source=plain.source,
        id="x",
        parent="y",
        passage="PASSAGE",
        instruction="TASK",
        options=plain.options,
        answer_form="option",
        sample=3,
        key=["A"],
        lineage=[{"a": 1}],
    )
    assert opening(plain, skill_run(SKILL, seed=4)) == opening(told, skill_run(SKILL, seed=4))
    assert len({user(plain, SKILL, seed) for seed in range(20)}) > 5


def test_system_prompts_are_drawn_switched_off_and_change_nothing_else() -> None:
    skill = shown_by(system_prompts=(prompts.Fitting(text=""), prompts.Fitting(text="Be {brief}.")))
    heads = set()
    for seed in range(40):
        *head, last = opening(record(), skill_run(skill, seed=seed))
        assert last["role"] == "user" and [last] == opening(record(), plain_run(skill, seed))
        assert head in ([], [{"role": "system", "content": "Be {brief}."}])
        heads.add(len(head))
    assert heads == {0, 1}


def test_key_and_evidence_are_never_shown() -> None:
    task = Record(
        source=Source(id="d", uri="u", kind="text"),
        instruction="TASK",
        answer_form="span",
        key=["SECRET"],
        evidence=["SECRET"],
        calls=[{"name": "SECRET"}],
        missing=["SECRET"],
    )
    assert not any("SECRET" in user(task, SKILL, seed) for seed in range(20))


@pytest.mark.parametrize("form", AnswerForm)
def test_no_hint_speaks_of_a_text_that_is_not_shown(form: str) -> None:
    bare = shown_by(context="none", wrappers=("bare",))
    messages = {user(record(form, "", f"Task {number}.", []), bare) for number in range(60)}
    assert not [message for message in messages if "text" in message]
    assert len({user(record(form, "P", f"Task {number}.", [])) for number in range(60)}) == 60
