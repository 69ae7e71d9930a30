"""Every combination of the catalogue, rendered: nothing contradicts, nothing is promised that is not shown, order is kept."""

from __future__ import annotations

import re
from functools import cache
from itertools import permutations

import pytest

import prompts
from prompts import AnswerForm, Skill, TaskType
from tests.prompts.rendering import (
    SKILLS,
    TYPES,
    drawn,
    fields,
    quoted,
    rules,
    told_to_author,
    told_to_responders,
    universe,
)

OPEN = {AnswerForm.TEXT, AnswerForm.CALLS}
SHUFFLED = {AnswerForm.OPTION, AnswerForm.ORDER, AnswerForm.LABEL}
ALONE = re.compile(
    r"nothing else|no other word|without comment|nothing around it|only the words|\b(?:labels|object|text) alone\b",
    re.I,
)
REASONS = re.compile(
    r"(?<!do not )\bexplain|\bshow (?:the|which|your)|\bsay (?:why|which|how you)|give the reason|(?:brief|short) reason"
    r"|reason aloud"
    r"|say what is given|numbered steps|note how they|with the flaw|grounds for|lay out|write the reason|name the reason"
    r"|quote what leads|point to the words|keep reasons|say what decides",
    re.I,
)
FIRST = re.compile(
    r"in the first line|result first|\bbegin with (?:true|your choice)|first, (?:and )?then|first, then explain", re.I
)
LAST = re.compile(r"last line|close with|finish with|\bend with|only then give|final figure on a line", re.I)
PLACE = re.compile(r"\b(?:above|below|on the (?:left|right)|preceding|overleaf)\b", re.I)
TEXT = re.compile(r"\b(?:the|your|this) (?:text|passage)(?:'s)?\b", re.I)


BRIEF = re.compile(
    r"\bin (?:one|two) sentences?\b|\b(?:a|one|two) (?:sentence )?or (?:two|three)\b(?: sentences)?"
    r"|\b(?:brief|short) reasons?\b|\bworking short\b",
    re.I,
)
LENGTHY = re.compile(
    r"numbered steps|\bstep by step: say|\blay out\b|flaw of each|(?<!before you write, )\btake the options one by one",
    re.I,
)
SIDES = re.compile(r"\bfor and against\b|\bspeaks for\b|\b(?:both|each|either) sides?\b", re.I)
TWO_SIDED = {AnswerForm.OPTION, AnswerForm.TRUTH}
CHECKS = re.compile(r"\bcheck(?!s stay)|\bgo over\b|\bverif|\btest (?:each|the|it)", re.I)
OUT_OF_SIGHT = re.compile(r"out of the answer|before you (?:write|give|choose|read)|for agreement", re.I)


@cache
def exclude_each_other(one: str, other: str) -> bool:
    pairs = ((ALONE, REASONS), (FIRST, LAST), (BRIEF, LENGTHY))
    return any(a.search(one) and b.search(other) for a, b in pairs)


@cache
def points_elsewhere(text: str, hidden: bool) -> bool:
    """Whether a text speaks of a place on the page, or of a text where none is in sight."""
    return bool(PLACE.search(text) or (hidden and TEXT.search(text)))


def test_nothing_that_a_responder_is_told_contradicts_the_rest() -> None:
    """Over every task type, final form, way to think, system prompt and layout."""
    wrong, seen = set(), 0
    for told in told_to_responders():
        seen += 1
        parts = (told.system, told.strategy, told.hint)
        hidden = SKILLS[told.skill].response.passage == "hidden"
        if any(exclude_each_other(*pair) for pair in permutations(parts, 2)):
            wrong.add((told.skill, told.task_type, *parts))
        if any(points_elsewhere(part, hidden) for part in parts):
            wrong.add((told.skill, told.task_type, *parts))
    assert seen > 300_000
    assert not wrong, sorted(wrong)[:5]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Answer in a few words and nothing else.", "Pick out the words of the material, note how they fit together."),
        ("Give the result first.", 'Work it out. The last line is "Answer:" and one letter.'),
        ("Answer in labels alone.", "Explain what decides the matter before you decide it."),
        ("Explain in a sentence or two what decides.", "Take the options one by one and say what is wrong with each."),
        ("Keep the working short.", "Solve it in numbered steps, each with its reason."),
        ("Give a brief reason, then the letter.", "Lay out the considerations and weigh them."),
        ("Name, in one sentence, the words that decide it.", "Test each, with the flaw of each that falls."),
    ],
)
def test_contradictions_are_seen(one: str, other: str) -> None:
    assert exclude_each_other(one, other)
    assert points_elsewhere("See the table below.", False) and points_elsewhere("Quote the text.", True)


def test_sides_are_weighed_only_where_there_are_two() -> None:
    """For claims and choices, and for types that name the way to think for themselves."""
    wrong = [
        (skill.name, task_type.name, own.text)
        for skill, task_type in TYPES
        for name in task_type.strategies or skill.response.strategies
        for own in prompts.strategies()[name].prompts
        if SIDES.search(own.text) and task_type.answer in (own.answers or (task_type.answer,))
        if task_type.answer not in TWO_SIDED and not (name == "weigh_both_sides" and name in task_type.strategies)
    ]
    assert not wrong, wrong[:5]
    assert SIDES.search("weigh what speaks for it") and not SIDES.search("what decides the matter")


@pytest.mark.parametrize("name", sorted(prompts.strategies()))
def test_whoever_is_told_to_check_is_told_to_leave_it_out(name: str) -> None:
    told = [own.text for own in prompts.strategies()[name].prompts if CHECKS.search(own.text)]
    assert not [text for text in told if not OUT_OF_SIGHT.search(text)]


def test_a_brief_form_says_that_it_is_one() -> None:
    hints = [hint for hints in prompts.presentation().answer_hints.values() for hint in hints]
    assert all(hint.brief is bool(BRIEF.search(hint.text)) for hint in hints)
    own = [own for each in prompts.strategies().values() for own in each.prompts]
    assert all(bool(LENGTHY.search(way.text)) <= way.lengthy for way in own)


def test_a_layout_points_to_where_things_stand() -> None:
    for layouts in prompts.presentation().wrappers.values():
        for layout in layouts:
            for found in PLACE.finditer(layout):
                context = layout.index("{context}")
                assert (context < found.start()) is (found[0] == "above"), layout


@pytest.mark.parametrize(("skill", "task_type"), TYPES, ids=lambda each: each.name)
def test_a_closed_form_always_states_how_the_answer_ends(skill: Skill, task_type: TaskType) -> None:
    hints = prompts.presentation().answer_hints[task_type.answer]
    assert all(bool(hint.text) is (task_type.answer not in OPEN) for hint in hints)


@pytest.mark.parametrize(("skill", "task_type"), TYPES, ids=lambda each: each.name)
def test_every_type_has_a_way_to_think_for_several_final_forms(skill: Skill, task_type: TaskType) -> None:
    names = task_type.strategies or skill.response.strategies
    ways = [own for name in names for own in prompts.strategies()[name].prompts]
    hints = prompts.presentation().answer_hints[task_type.answer]
    assert sum(any(own.suits(hint, task_type.answer) for own in ways) for hint in hints) >= min(2, len(hints))


# ---- authors ----


@pytest.mark.parametrize(("skill", "task_type"), TYPES, ids=lambda each: each.name)
def test_what_is_drawn_is_explained_to_the_author(skill: Skill, task_type: TaskType) -> None:
    named = set(quoted(told_to_author(skill, task_type)))
    assert drawn(skill, task_type) <= named | {"language"}


@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_no_author_is_promised_a_value_that_is_never_drawn(skill: Skill) -> None:
    ever = set().union(*(drawn(skill, task_type) for task_type in skill.task_types)) | {"language"}
    all_fields = set().union(*(fields(skill, task_type, "instruct") for task_type in skill.task_types))
    named = set(quoted(skill.agent("instruct").body))
    assert not (named & universe()) - ever - all_fields
    for task_type in skill.task_types:
        own = set(quoted(rules(skill, task_type))) & universe()
        assert not own - drawn(skill, task_type) - all_fields - {"language"}, task_type.name


@pytest.mark.parametrize("agent", ["instruct", "edit"])
@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_a_prompt_names_the_fields_in_the_order_of_the_schema(skill: Skill, agent: str) -> None:
    if agent not in skill.agents:
        return
    named = list(dict.fromkeys(quoted(skill.agent(agent).body)))
    shared = agent == "edit" and prompts.own_file(skill.name, agent) is None
    for task_type in skill.task_types:
        order = fields(skill, task_type, agent)
        mentioned = [name for name in named if name in order]
        assert mentioned == [name for name in order if name in mentioned], task_type.name
        assert shared or order[0] in mentioned, task_type.name


@pytest.mark.parametrize("agent", ["instruct", "edit"])
@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_numbered_fields_stand_in_the_order_of_the_schema(skill: Skill, agent: str) -> None:
    """Also where a list numbers what a program reads last, such as why nothing was made."""
    if agent not in skill.agents:
        return
    numbered = re.findall(r"^\d+\. `([a-z_]+)`", skill.agent(agent).body, re.M)
    for task_type in skill.task_types:
        order = [*fields(skill, task_type, agent), "unsuitable"]
        assert [name for name in numbered if name in order] == [name for name in order if name in numbered]


@pytest.mark.parametrize("agent", ["suggest", "edit"])
@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_suggester_and_editor_are_told_what_they_get(skill: Skill, agent: str) -> None:
    if agent not in skill.agents:
        return
    body = " ".join(skill.agent(agent).body.split())
    item = {name for task_type in skill.task_types for name in fields(skill, task_type, "edit")}
    assert {"task_type", "rules", "goal", "description"} <= skill.agent(agent).variables
    assert "`register`" in body or not any("register" in drawn(skill, t) for t in skill.task_types)
    if "evidence" in item and skill.name != "creative_content":
        assert re.search(r"\bevidence\b", body)
    if "constraints" in item:
        assert re.search(r"\bconstraints\b", body)
    if any(t.answer in (AnswerForm.OPTION, AnswerForm.ORDER) for t in skill.task_types):
        assert re.search(r"\boptions\b|\bchoices\b", body)


@pytest.mark.parametrize(("skill", "task_type"), TYPES, ids=lambda each: each.name)
def test_a_type_asks_for_nothing_that_its_form_excludes(skill: Skill, task_type: TaskType) -> None:
    said, form = rules(skill, task_type), task_type.answer
    if form in SHUFFLED:
        assert not re.search(r"alphabetical|listed from the \w+ to", said), "a program shuffles them"
    if form is AnswerForm.OPTION:
        counted = re.search(r"\b(?:two|three|four|five|six|seven|eight|\d)(?: or \w+| to \w+)? options\b", said)
        assert not counted or "options" in task_type.axes, "the number of options is drawn"
    if form is AnswerForm.TRUTH:
        assert not re.search(r"every second one|settle the verdict (?:first|before)", said, re.I), (
            "the verdict is drawn"
        )


OWN_LENGTH = re.compile(r"\b\d{3}(?: (?:to|and) \d{3})? words\b")


@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_a_transform_that_states_its_own_length_is_drawn_none(skill: Skill) -> None:
    usual = prompts.knobs().transform["length_words"]
    for transformation in skill.transformations:
        bodies = [" ".join(skill.agent(f"transform/{agent}").body.split()) for agent in transformation.agents]
        if any(OWN_LENGTH.search(body) and "length_words" not in body for body in bodies):
            assert not transformation.axes.get("length_words", usual), transformation.name


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Write 250 to 400 words.", True),
        ("It has between 150 and 300 words in all.", True),
        ("No more than 120 words.", True),
        ("Names of 4 to 7 letters, three to five words.", False),
        ("Aim at `length_words`.", False),
    ],
)
def test_a_stated_length_is_seen(text: str, states: bool) -> None:
    assert bool(OWN_LENGTH.search(text)) is states


TRAIT_WORDS = {
    "pattern": {"reasoning": r"reasoning is removed"},
    "web": {
        "search": r"^Find an entry by search words",
        "filters": r"the site can filter",
        "sorts": r"\bSorting brings",
        "basket": r"together in the basket",
        "ending": r"^Ends one thing",
        "limits": r"refused when it is sent",
        "steps": r"spread over two or more views",
    },
    "extraction": {"dates": r"what happened by date", "figures": r"^Gathers measurements"},
    "retrieval": {"dates": r"\bdated account"},
}
"""Kind -> trait -> words of a description that say that it has to be there."""


@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_what_a_task_type_or_goal_says_of_a_trait_is_looked_for(skill: Skill) -> None:
    """Who is told that something has to be there is only asked where a program has seen it."""
    entries = [(t.name, t.description, t.has) for t in skill.task_types]
    entries += [(goal.name, goal.description, goal.has) for goal in skill.goals]
    for name, description, has in entries:
        said = " ".join(description.split())
        for trait, words in TRAIT_WORDS.get(str(skill.kind), {}).items():
            assert trait in has or not re.search(words, said), (name, trait)


TOSS = re.compile(
    r"letter of the (?:seed|passage|text)|begins with a letter|number of (?:letters|characters) in|half of the alphabet|toss a"
    r"|last letter of|in about half of the instances",
    re.I,
)


@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_no_prompt_leaves_a_toss_to_the_model(skill: Skill) -> None:
    texts = [agent.body for agent in skill.agents.values()] + [rules(skill, t) for t in skill.task_types]
    assert not [found[0] for text in texts if (found := TOSS.search(" ".join(text.split())))]


@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_what_is_drawn_for_a_passage_is_explained_to_who_writes_it(skill: Skill) -> None:
    known = {*prompts.knobs().transform, "language"}
    for transformation in skill.transformations:
        bodies = [skill.agent(f"transform/{name}").body for name in transformation.agents]
        for axis in (name for name, values in transformation.axes.items() if values):
            assert any(axis in quoted(body) for body in bodies), (transformation.name, axis)
        others = {axis for each in skill.transformations for axis in each.axes} - transformation.axes.keys()
        assert not [axis for body in bodies for axis in quoted(body) if axis in others - known], transformation.name


@pytest.mark.parametrize("skill", SKILLS.values(), ids=lambda skill: str(skill.name))
def test_every_type_keeps_a_goal_and_every_goal_a_type(skill: Skill) -> None:
    if not skill.goals:
        return

    def suits(goal: prompts.Goal, task_type: TaskType) -> bool:
        named = not goal.task_types or task_type.name in goal.task_types
        return (
            (not goal.answers or task_type.answer in goal.answers)
            and named
            and task_type.name not in goal.not_task_types
        )

    assert all(any(suits(goal, t) for t in skill.task_types) for goal in skill.goals)
    left = [t.name for t in skill.task_types if not any(suits(goal, t) for goal in skill.goals)]
    assert len(left) <= len(skill.task_types) // 3, left
