"""JSON in texts of models: where it is found, how strictly it is read, and which schemas are used."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.text.json_schema import UnusableSchema, breaches, is_usable, misfit
from tasks.text.json_values import clean, json_candidates, json_object, json_value, standard_json
from tasks.text.markdown import FENCE


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        'Here it is:\n```json\n{"a": 1}\n```\nDone.',
        '```\r\n{"a": 1}\n```',
        '``` json5\n{"a": 1}\n```',
        'It is {"a": 1}, as asked.',
    ],
)
def test_an_object_is_among_the_candidates(text: str) -> None:
    assert {"a": 1} in [json_object(candidate) for candidate in json_candidates(text)]


def test_a_fence_tells_its_language_and_content() -> None:
    found = FENCE.findall("One\n```python\nx = 1\n```\ntwo\n```\ny\n```\n```never closed\n")
    assert found == [("python", "x = 1\n"), ("", "y\n")]


def test_an_object_or_nothing() -> None:
    assert json_object('{"a": [1, null]}') == {"a": [1, None]}
    assert [json_object(text) for text in ("[1]", "1", "null", "", "{", "[" * 100_000)] == [None] * 6


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity", "{'a': 1}", "", "[" * 100_000])
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    for read in (standard_json, json_value):
        with pytest.raises(ValueError, match=r"."):
            read(text)


def test_a_model_is_forgiven_line_breaks_but_not_numbers_without_end() -> None:
    assert json_value('"a\nb\\u0000\\ud800"') == "a\nb" + 4 * "\ufffd"
    with pytest.raises(ValueError, match="Invalid control"):
        standard_json('"a\nb"')
    assert standard_json("1e999") == float("inf")
    with pytest.raises(ValueError, match="finite"):
        json_value("1e999")


_ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(st.recursive(_ANY_TEXT | st.integers(), lambda s: st.lists(s) | st.dictionaries(_ANY_TEXT, s), max_leaves=8))
@settings(max_examples=60, deadline=None)
def test_clean_values_can_be_encoded_and_stay_clean(value: Any) -> None:
    once = clean(value)
    assert clean(once) == once
    assert b"\\u0000" not in json.dumps(once, ensure_ascii=False).encode()


PERSON = '{"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}'


def test_the_rule_that_a_value_breaks() -> None:
    assert misfit(PERSON, {"age": 3}) is None
    assert misfit(PERSON, {"age": "3"}) == "type"
    assert misfit(PERSON, {}) == "required"
    assert [error.validator for error in breaches(PERSON, {"age": "x"})] == ["type"]


@pytest.mark.parametrize("schema", ["", "[]", "1", "{}", '{"type": "nonsense"}', "[" * 100_000])
def test_a_schema_that_cannot_be_used(schema: str) -> None:
    assert not is_usable(schema)
    assert misfit(schema, {}) == "the schema cannot be used"


def test_no_connection_is_opened_and_no_pattern_tried() -> None:
    elsewhere = '{"$ref": "http://127.0.0.1:9/schema.json"}'
    assert misfit(elsewhere, {}) == "the schema cannot be used"
    with pytest.raises(UnusableSchema):
        list(breaches(elsewhere, {}))
    assert misfit('{"properties": {"a": {"pattern": "^(a+)+$"}}}', {"a": "a" * 60 + "!"}) is None


def test_a_schema_without_rules_takes_any_arguments() -> None:
    assert list(breaches("{}", {"a": 1})) == []
