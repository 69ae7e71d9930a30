"""Drafts: what instruction agents and editors wrote becomes a record, with common slips put right and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tasks.agents.calls import Call
from tasks.agents.kind import Kind
from tasks.agents.question import Question
from tasks.kinds import kinds
from tasks.kinds.rewriting.contract import Rewriting
from tasks.kinds.tools.contract import ToolTask
from tasks.records import Json, Record, Source, identified, to_json
from tasks.steps.drafts import drafted
from tasks.teacher.contract import without_passage
from tasks.teacher.parsing import json_schema

EDITED = kinds()["question"].drafts.edit
PARENT = identified(
    Record(source=Source(id="d", uri="u", kind="text"), passage="The old passage.", answer_form="option")
)
TREES = ["An ash", "A beech", "A cedar", "A fir"]


def asked(form: str, key: list[str], options: list[str] | None = None, **more: Any) -> Record:
    question = Question(instruction="Which {one}?", options=options or [], key=key, **more)
    return drafted(PARENT, question, {"step": "instruct"}, answer_form=form)


def ordered(record: Record) -> list[str]:
    return [record.options["ABCDEFGH".index(letter)] for letter in record.key]


def right(record: Record) -> str:
    """The option that the key names."""
    (letter,) = record.key
    return record.options["ABCDEFGH".index(letter)]


def test_a_draft_becomes_a_child() -> None:
    record = asked("text", [" a reference "], evidence=["q"], difficulty="hard")
    assert (record.parent, record.instruction, record.answer_form) == (PARENT.id, "Which {one}?", "text")
    assert (record.evidence, record.difficulty, record.key) == (["q"], "hard", ["a reference"])
    assert record.lineage == [{"step": "instruct"}] and record.id == identified(record).id


def test_changes_win_over_the_draft() -> None:
    question = Question(instruction="x", difficulty="hard")
    assert drafted(PARENT, question, answer_form="text", difficulty="easy", task_type="t").difficulty == "easy"


def test_an_empty_passage_leaves_the_old_one() -> None:
    kept = drafted(PARENT, EDITED.model_validate({"instruction": "x"}), answer_form="text")
    assert kept.passage == "The old passage."
    new = drafted(PARENT, EDITED.model_validate({"instruction": "x", "passage": "New."}), answer_form="text")
    assert new.passage == "New." and new.id != kept.id


LABELLED = [
    [f"{letter}. {tree}" for letter, tree in zip("ABCD", TREES, strict=True)],
    [f"({letter}) {tree}" for letter, tree in zip("ABCD", TREES, strict=True)],
    [f"{letter}) {tree}" for letter, tree in zip("ABCD", TREES, strict=True)],
    [f" {letter}: {tree}" for letter, tree in zip("ABCD", TREES, strict=True)],
    [f"{letter} - {tree}" for letter, tree in zip("ABCD", TREES, strict=True)],
    [f"{letter} \u2013 {tree}" for letter, tree in zip("ABCD", TREES, strict=True)],
]


@pytest.mark.parametrize("options", LABELLED, ids=lambda options: options[0])
@pytest.mark.parametrize("form", ["option", "order"])
def test_labels_come_off(options: list[str], form: str) -> None:
    assert sorted(asked(form, ["B"], options).options) == sorted(TREES)


@pytest.mark.parametrize(
    "options",
    [
        TREES,
        ["A beech", "B sharp", "C flat"],
        ["B. An ash", "A. A beech"],
        ["A. An ash", "B. A beech", "A cedar"],
        ["A. An ash", "C. A beech"],
        ["A.", "B."],
        ["1. An ash", "2. A beech"],
        ["An ash", "B. A beech"],
    ],
    ids=lambda options: "|".join(options),
)
def test_what_only_looks_like_labels_stays(options: list[str]) -> None:
    assert sorted(asked("option", ["A"], options).options) == sorted(options)


def test_the_two_columns_of_a_matching_keep_their_marks() -> None:
    columns = ["1: bog iron", "2: clay", "A: was smelted", "B: lined the furnace"]
    assert asked("matching", ["1-A", "2-B"], columns).options == columns


@pytest.mark.parametrize(
    "key",
    [
        "B",
        "b",
        "(B)",
        "B.",
        "B)",
        " B ",
        "**B**",
        "Option B",
        "option B.",
        "Answer: B",
        "answer B",
        "A beech",
        "B. A beech",
        "B: A be",
        '"B"',
    ],
)
def test_a_key_names_the_right_option_however_it_is_written(key: str) -> None:
    assert right(asked("option", [key], TREES)) == "A beech"


def test_options_are_shown_in_a_drawn_order_with_the_key() -> None:
    places = set()
    for number in range(60):
        parent = identified(Record(source=PARENT.source, passage=f"{number}"))
        record = drafted(parent, Question(instruction="x", options=TREES, key=["C"]), answer_form="option")
        assert sorted(record.options) == sorted(TREES) and right(record) == "A cedar"
        assert record == drafted(parent, Question(instruction="x", options=TREES, key=["C"]), answer_form="option")
        places.add(record.key[0])
    assert places == set("ABCD")


@pytest.mark.parametrize("cross", ["Both A and B", "Neither (A) nor B", "Option C is false", "None of the above"])
def test_options_that_name_others_stay_where_they_are(cross: str) -> None:
    options = [*TREES, cross]
    assert (asked("option", ["B"], options).options, asked("option", ["B"], options).key) == (options, ["B"])


@pytest.mark.parametrize(
    "key",
    [
        [],
        ["A", "B"],
        [""],
        ["AB"],
        ["BC"],
        ["E"],
        ["Z"],
        ["A house"],
        ["I think"],
        ["A lion"],
        ["none"],
        ["A beech tree that grows"],
        ["Bach"],
        ["?"],
    ],
    ids=str,
)
def test_a_key_that_names_no_option_is_left_for_the_checks(key: list[str]) -> None:
    record = asked("option", key, TREES)
    assert record.options == TREES
    assert record.key == key


def test_a_bare_letter_is_a_letter_even_among_letters() -> None:
    groups = ["A", "AB", "B", "O"]
    assert right(asked("option", ["B"], groups)) == "AB"
    assert right(asked("option", ["AB"], groups)) == "AB"
    assert right(asked("option", ["O"], groups)) == "O"


@pytest.mark.parametrize(
    "key",
    [
        ["B", "A", "C"],
        ["B, A, C"],
        ["b,a,c"],
        ["B -> A -> C"],
        ["B->A->C"],
        ["B → A → C"],
        ["B > A > C"],
        ["B-A-C"],
        ["B \u2013 A \u2013 C"],
        ["(B) (A) (C)"],
        ["B; A; C."],
        ["B. A. C."],
    ],
    ids=str,
)
def test_an_order_is_its_letters(key: list[str]) -> None:
    record = asked("order", key, TREES[:3])
    assert ordered(record) == [TREES[1], TREES[0], TREES[2]]


@pytest.mark.parametrize("number", range(30))
def test_items_to_be_put_in_order_are_shuffled_and_never_stand_in_it(number: int) -> None:
    parent = identified(replace(PARENT, passage=f"Passage {number}."))
    record = drafted(parent, Question(instruction="x", options=TREES, key=["A", "B", "C", "D"]), answer_form="order")
    assert ordered(record) == TREES != record.options


@pytest.mark.parametrize(
    ("form", "key", "normal"),
    [
        ("truth", ["True"], ["true"]),
        ("truth", [" FALSE. "], ["false"]),
        ("truth", ["maybe"], ["maybe"]),
        ("number", ["1,234,567.5"], ["1234567.5"]),
        ("number", [" 42 "], ["42"]),
        ("number", ["-1,000"], ["-1000"]),
        ("number", ["1,5"], ["1,5"]),
        ("number", ["12,34,567"], ["12,34,567"]),
        ("number", ["about 3"], ["about 3"]),
        ("matching", ["1-a", "2: B"], ["1-A", "2-B"]),
        ("matching", ["1-A, 2-B"], ["1-A", "2-B"]),
        ("matching", ["1 → C", "2=A", "3 => B", "10 - D"], ["1-C", "2-A", "3-B", "10-D"]),
        ("matching", ["one-A"], []),
        ("span", [" the old mill ", "", " "], ["the old mill"]),
        ("set", ["ash ", "beech"], ["ash", "beech"]),
    ],
)
def test_keys_take_their_form(form: str, key: list[str], normal: list[str]) -> None:
    assert asked(form, key).key == normal


@pytest.mark.parametrize("form", ["option", "span", "number", "set", "truth"])
def test_what_cannot_be_answered_has_no_key(form: str) -> None:
    assert asked(form, ["A"], TREES, answerable=False).key == []


def test_a_rewriting_brings_its_constraints() -> None:
    draft = Rewriting.model_validate({"instruction": "x", "constraints": [{"kind": "max_words", "number": 9}]})
    record = drafted(PARENT, draft, answer_form="text")
    assert record.constraints == [{"kind": "max_words", "number": 9, "words": []}]
    assert record.options == [] and record.key == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("true", True),
        ("null", None),
        ('"Oslo"', "Oslo"),
        ("Oslo", "Oslo"),
        ("[1, 2]", [1, 2]),
        ('{"a": {}}', {"a": {}}),
        ("", ""),
        ("2026-01-02", "2026-01-02"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("1e999", "1e999"),
        ("[" * 100_000, "[" * 100_000),
        ("9" * 5_000, "9" * 5_000),
        ("{x}", "{x}"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_arguments_are_json_or_the_text_itself(text: str, value: Any) -> None:
    call = Call.model_validate({"name": "f", "arguments": [{"name": "a", "value": text}]})
    record = drafted(PARENT, ToolTask(instruction="x", calls=[call]), answer_form="calls")
    assert record.calls == [{"name": "f", "arguments": {"a": value}}]


def test_arguments_hold_no_lone_surrogates() -> None:
    call = Call.model_validate({"name": "f", "arguments": [{"name": "a", "value": '"\\ud800\\u0000"'}]})
    record = drafted(
        PARENT, kinds()["tools"].drafts.edit.model_validate({"instruction": "x", "calls": [call]}), answer_form="calls"
    )
    assert str(record.calls).encode() and "\0" not in record.calls[0]["arguments"]["a"]


def test_arguments_given_as_an_object_come_through_unchanged() -> None:
    given = {"n": 1.5, "s": "3", "l": [True, None], "o": {"k": "v"}}
    draft = ToolTask.model_validate({"instruction": "x", "calls": [{"name": "f", "arguments": given}]})
    assert drafted(PARENT, draft, answer_form="calls").calls == [{"name": "f", "arguments": given}]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"room": "12", "hours": "3", "kind": "meeting"}, {"room": "12", "hours": 3, "kind": "meeting"}),
        ({"room": 12, "hours": 3}, {"room": "12", "hours": 3}),
        ({"room": '"12"', "hours": 2.0}, {"room": "12", "hours": 2.0}),
        ({"room": "true", "open": "true"}, {"room": "true", "open": True}),
        ({"room": "04109", "open": False}, {"room": "04109", "open": False}),
        ({"features": ["1", "lift"]}, {"features": ["1", "lift"]}),
        ({"features": '["1", "lift"]'}, {"features": ["1", "lift"]}),
        ({"limits": '{"low": 2}'}, {"limits": {"low": 2}}),
        ({"room": "{not JSON}"}, {"room": "{not JSON}"}),
        ({"unknown": "7"}, {"unknown": 7}),
    ],
)
def test_an_argument_gets_the_type_of_its_parameter(given: Json, meant: Json) -> None:
    types = {"room": "string", "hours": "integer", "open": "boolean", "features": "array", "limits": "object"}
    schema = {"type": "object", "properties": {name: {"type": kind} for name, kind in types.items()}}
    parent = replace(PARENT, tools=[{"type": "function", "function": {"name": "f", "parameters": schema}}])
    pairs = [{"name": name, "value": value} for name, value in given.items()]
    draft = ToolTask.model_validate({"instruction": "x", "calls": [{"name": "f", "arguments": pairs}]})
    assert drafted(parent, draft, answer_form="calls").calls == [{"name": "f", "arguments": meant}]


def test_a_second_request_is_kept_in_the_plan_of_the_first() -> None:
    asked_twice = ToolTask.model_validate({"instruction": "Book it.", "later": " Move it to noon. "})
    assert drafted(PARENT, asked_twice, answer_form="calls").formal == {"later": "Move it to noon."}
    assert drafted(PARENT, ToolTask(instruction="Book it."), answer_form="calls").formal == {}
    shape = list(json_schema(ToolTask)["properties"])
    assert shape.index("plan") < shape.index("calls") < shape.index("instruction") < shape.index("later")
    assert "formal" not in shape


def test_mistakes_stay_with_their_options_and_out_of_the_public_fields() -> None:
    options = [{"mistake": "" if tree == "A cedar" else f"Takes {tree} for it.", "text": tree} for tree in TREES]
    record = asked("option", ["C"], options, working="Only one of them has cones that fall apart.")  # type: ignore[arg-type]
    assert sorted(record.options) == sorted(TREES) and right(record) == "A cedar"
    behind = {pair["option"]: pair["misconception"] for pair in record.formal["mistakes"]}
    assert behind == {tree: f"Takes {tree} for it." for tree in TREES if tree != "A cedar"}
    assert "cones" not in to_json(record)


def test_an_edit_takes_over_no_old_mistake() -> None:
    parent = replace(PARENT, formal={"mistakes": [{"option": "An ash", "misconception": "Old."}], "kept": 1})
    edit = EDITED.model_validate({"instruction": "x", "options": TREES, "key": ["A"]})
    assert drafted(parent, edit).formal == {"kept": 1}


@pytest.mark.parametrize("kind", [k for k in kinds().values()], ids=lambda kind: str(kind.name))
def test_an_editor_writes_its_passage_before_what_is_copied_from_it(kind: Kind) -> None:
    names = list(kind.drafts.edit.model_json_schema()["properties"])
    assert names[-1] == "unsuitable", "asked for first, it is filled in before anything has been tried"
    if "passage" in names:
        for later in {"evidence", "instruction", "formal", "options", "key", "constraints"} & set(names):
            assert names.index("passage") < names.index(later)
    for earlier in {"working", "plan", "evidence"} & set(names):
        assert names.index(earlier) < names.index("instruction")


def test_no_passage_is_asked_for_where_none_may_change() -> None:
    for kind in kinds().values():
        asked_for = without_passage(kind.drafts.edit).model_json_schema()
        assert "passage" not in asked_for["properties"] and asked_for["title"] == kind.drafts.edit.__name__
        assert list(asked_for["properties"]) == [n for n in kind.drafts.edit.model_fields if n != "passage"]
