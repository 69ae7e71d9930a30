"""Parsing: what models write around JSON comes off, and nothing they write raises anything but Fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from tasks.agents.question import Question
from tasks.agents.simulated_user import UserTurn
from tasks.kinds import contracts
from tasks.kinds.tools.contract import Parameter
from tasks.teacher import parsing
from tasks.teacher.contract import Contract
from tasks.teacher.faults import Fault
from tasks.teacher.replies import answer_text
from tests.growth import LIMIT, Repeated, growth

CANARY = "CANARY-7f3a"
TURN = {"done": False, "message": "A {brace}, a } and a ``` fence."}
PLAIN_TURN = json.dumps(TURN)
CONTRACTS = list(contracts().values())


def fault_of(text: str, schema: type[BaseModel] = UserTurn) -> Fault:
    with pytest.raises(Fault) as caught:
        parsing.structured(text, schema)
    assert caught.value.kind == "unusable"
    return caught.value


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("  x \n", "x"),
        ("<think>a < b</think>\n\nx", "x"),
        ("\n<THINKING>\na\n</THINKING>x", "x"),
        ("<reasoning>a</reasoning>\nx", "x"),
        ("<think></think>x", "x"),
        ("They ask\nfor x.\n</think>\n\nx", "x"),
        ("Use the <think> tag.", "Use the <think> tag."),
        ("Use <think>a</think> here.", "Use <think>a</think> here."),
        ("The end tag </think> closes it.", "The end tag </think> closes it."),
        ("a\0b", "a\ufffdb"),
    ],
)
def test_plain_takes_reasoning_off(text: str, left: str) -> None:
    assert answer_text(text) == left


def test_plain_leaves_text_that_can_be_encoded() -> None:
    assert answer_text("a\ud800b\udfff").encode()


@pytest.mark.parametrize("text", ["", " \n\t", "<think>x</think>", "<think>x</think>\n ", "thoughts\n</think>\n"])
def test_nothing_left_is_unusable(text: str) -> None:
    with pytest.raises(Fault) as caught:
        answer_text(text)
    assert (caught.value.kind, caught.value.reason) == ("unusable", "empty_answer")


def test_reasoning_that_never_ends_is_cut_off() -> None:
    with pytest.raises(Fault) as caught:
        answer_text(f"<think>{CANARY} and so on")
    assert (caught.value.kind, caught.value.reason) == ("unusable", "cut_off")
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN_TURN,
        json.dumps(TURN, indent=2),
        f"```json\n{PLAIN_TURN}\n```",
        f"```\n{PLAIN_TURN}\n```",
        f"```JSON  \r\n{PLAIN_TURN}\r\n```",
        f"```json\n\n\n{PLAIN_TURN}\n\n\n```",
        f"Here it is:\n\n```json\n{PLAIN_TURN}\n```\n\nAnything else?",
        f"Here it is: {PLAIN_TURN}",
        f"{PLAIN_TURN}\n\nI hope this helps!",
        f"<think>First {{a}}, then [b].</think>\n{PLAIN_TURN}",
        f"<think>x</think>```json\n{PLAIN_TURN}\n```",
        f"```json\n{PLAIN_TURN}",
        f"[{PLAIN_TURN}]",
    ],
)
def test_the_object_is_found_in_what_surrounds_it(text: str) -> None:
    assert parsing.structured(text, UserTurn).model_dump() == TURN


def test_raw_newlines_in_strings_and_fields_nobody_asked_for_are_forgiven() -> None:
    turn = parsing.structured('{"done": true, "message": "a\nb", "mood": {"x": []}}', UserTurn)
    assert turn == UserTurn(done=True, message="a\nb")


def test_escaped_surrogates_and_nul_become_text_that_can_be_kept() -> None:
    turn = parsing.structured(r'{"message": "a\ud800b\u0000c \ud83d\ude00"}', UserTurn)
    turn.message.encode()
    assert "\0" not in turn.message and turn.message.endswith("\U0001f600")
    assert parsing.structured(r'{"message": "x", "\ud800": 1}', UserTurn).message == "x"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CANARY, "no JSON object"),
        (f'"{CANARY}"', "saw str"),
        (f'["{CANARY}"]', "saw list"),
        ("[]", "saw list"),
        ("null", "saw NoneType"),
        ("1e9", "saw float"),
        ("NaN", "no JSON object"),
        (f'{{"done": NaN, "message": "{CANARY}"}}', "no JSON object"),
        (f'{{"message": ["{CANARY}"]}}', "message: Input should be a valid string"),
        (f'{{"done": "{CANARY}"}}', "done: Input should be a valid boolean"),
        (f'{{"message": "{CANARY}', "no JSON object"),
        (f'{{"message": "{CANARY}",}}', "no JSON object"),
        (f"{{'message': '{CANARY}'}}", "no JSON object"),
        (f'{{"a": 1}} {{"{CANARY}": 2}}', "no JSON object"),
        ("{", "no JSON object"),
        ("}{", "no JSON object"),
    ],
)
def test_what_is_wrong_is_told_without_the_text(text: str, told: str) -> None:
    fault = fault_of(text)
    assert fault.reason == "not_in_schema" and told in fault.message
    assert CANARY not in str(fault) and fault.__context__ is None


def test_values_keys_and_choices_stay_out_of_messages() -> None:
    item = {"instruction": {CANARY: 1}, "difficulty": CANARY, "key": CANARY, CANARY: 1, "options": [{CANARY: CANARY}]}
    fault = fault_of(json.dumps({"items": [item, CANARY]}), contracts()["Questions"])
    assert "items.0.instruction" in fault.message and CANARY not in str(fault)


@pytest.mark.parametrize("depth", [50, 300, 480, 600, 2_000, 50_000])
@pytest.mark.parametrize(
    "place",
    [
        '{"items": [], "extra": %s}',
        '{"items": [{"instruction": "x", "calls": [{"name": "f", "arguments": {"a": %s}}]}]}',
    ],
)
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_at_worst_unusable(depth: int, place: str, brackets: tuple[str, str]) -> None:
    text = place % (brackets[0] * depth + "0" + brackets[1] * depth)
    try:
        parsing.structured(text, contracts()["ToolTasks"])
    except Fault as fault:
        assert fault.kind == "unusable"


@pytest.mark.parametrize(
    "hostile",
    [
        Repeated("\n", 20_000, "```json\n", "{ x"),
        Repeated("```", 20_000),
        Repeated("```\n", 20_000, after="x"),
        Repeated("{", 100_000),
        Repeated("<think>", 50_000),
        Repeated("\n</think", 12_500),
        Repeated("x\n", 100_000, after="</think> x"),
        Repeated(" ", 200_000, after="x"),
        Repeated("0", 10_000, '{"done": 1', "}"),
    ],
    ids=str,
)
def test_work_grows_as_the_text_does(hostile: Repeated) -> None:
    assert growth(fault_of, hostile) < LIMIT


MARKS = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "\\",
    "```",
    "```json\n",
    "<think>",
    "</think>",
    "\n",
    "\0",
    "\ud800",
    "\\ud800",
]
WORDS = ["NaN", "1e999", "9" * 5_000, "null", "true", '"items"', '"message"', '"done"', PLAIN_TURN]
SCRAPS = st.lists(
    st.sampled_from([*MARKS, *WORDS]) | st.text(st.characters(), max_size=5),
    max_size=25,
).map("".join)


@settings(deadline=None, max_examples=300)
@given(SCRAPS, st.sampled_from([UserTurn, contracts()["Questions"], contracts()["ToolTasks"]]))
def test_no_text_raises_anything_but_fault(text: str, schema: type[BaseModel]) -> None:
    try:
        parsing.structured(text, schema).model_dump_json().encode()
    except Fault as fault:
        assert fault.kind == "unusable"


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "instruction", "calls", "name", "arguments", "value", "key"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@settings(deadline=None, max_examples=200)
@given(JSON, st.sampled_from(CONTRACTS))
def test_no_json_raises_anything_but_fault(value: Any, schema: type[Contract]) -> None:
    try:
        parsing.structured(json.dumps(value), schema).model_dump_json().encode()
    except Fault as fault:
        assert fault.kind == "unusable"


# The schema that endpoints see


@pytest.mark.parametrize("schema", CONTRACTS, ids=lambda kind: kind.__name__)
def test_every_object_is_closed_and_asks_for_everything(schema: type[Contract]) -> None:
    strict = parsing.json_schema(schema)
    assert set(strict["properties"]) == set(schema.model_fields)
    json.dumps(strict)
    seen = 0

    def walk(node: Any) -> None:
        nonlocal seen
        for inner in node if isinstance(node, list) else node.values() if isinstance(node, dict) else []:
            walk(inner)
        if isinstance(node, dict) and node.get("type") == "object":
            seen += 1
            assert node["additionalProperties"] is False
            assert sorted(node["required"]) == sorted(node["properties"])
        if isinstance(node, dict) and "$ref" in node:
            assert node["$ref"].removeprefix("#/$defs/") in strict["$defs"]
        if isinstance(node, dict):
            assert "default" not in node

    walk(strict)
    assert seen == 1 + len(strict.get("$defs", {}))


def test_a_field_may_be_called_like_a_word_of_the_schema() -> None:
    strict = parsing.json_schema(Parameter)
    assert strict["required"] == ["name", "type", "description", "required", "enum"]


def test_the_schema_is_described_where_a_model_needs_it() -> None:
    for name, node in parsing.json_schema(Question)["properties"].items():
        assert node.get("description") or node.get("enum"), name
