"""Types of JSON values as an instruction states them."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.answers.json_types import mistyped, stated_types


@pytest.mark.parametrize(
    ("text", "value", "wrong"),
    [
        ('"answer" is a list of strings.', {"answer": "the kiosk and the court"}, "answer"),
        ('"answer" is a list of strings.', {"answer": ["kiosk", 3]}, "answer"),
        ('"answer" is one number.', {"answer": "12"}, "answer"),
        ('"answer" is one string.', {"answer": ["Bergen"]}, "answer"),
        ("`total` must be an integer.", {"total": 4.5}, "total"),
        ("“open” is a boolean.", {"open": "true"}, "open"),
        ('"answer" is a list of strings.', {"answer": ["kiosk", "court"]}, None),
        ('"answer" is one number.', {"answer": 12.5}, None),
        ('"answer" is one letter.', {"answer": "B"}, None),
        ('"answer" is "True" or "False".', {"answer": True}, None),
        ('"relevant_passages", the list of the ids', {"relevant_passages": ["S1"]}, None),
        ('"answer" is one string.', {"other": 1}, None),
    ],
)
def test_values_are_of_the_stated_type(text: str, value: dict[str, Any], wrong: str | None) -> None:
    assert mistyped(value, text) == wrong


def test_fields_and_types_are_read_from_prose() -> None:
    said = 'One object: "names" is an array of strings, "count": an integer, and "place" (a string).'
    assert stated_types(said) == {"names": ("array", "string"), "count": ("integer", ""), "place": ("string", "")}
