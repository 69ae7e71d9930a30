"""How the teacher speaks with an endpoint that lacks something, and what its headers say."""

from __future__ import annotations

import json

import pytest

from tasks.records import Json
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.endpoints.waiting import retry_after
from tests.teacher.asking import MESSAGES

BODY: Json = {
    "model": "m",
    "messages": MESSAGES,
    "temperature": 0.4,
    "seed": 1,
    "max_tokens": 100,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "T", "schema": {"type": "object"}, "strict": True},
    },
}


def test_a_dialect_speaks_plainly_until_told_otherwise() -> None:
    assert Dialect().spoken(BODY) == BODY


def test_step_downs() -> None:
    dialect = Dialect()
    before = json.dumps(BODY)
    assert dialect.adapt("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    assert not dialect.adapt("max_completion_tokens is too large")
    spoken = dialect.spoken(BODY)
    assert spoken["max_completion_tokens"] == 100 and "max_tokens" not in spoken
    assert dialect.adapt("'temperature' does not support 0.4") and not dialect.adapt(
        "'temperature' does not support 0.4"
    )
    assert dialect.adapt("Unrecognized argument: seed")
    assert not {"temperature", "seed"} & dialect.spoken(BODY).keys()
    assert dialect.adapt("response_format of type json_schema is not supported")
    spoken = dialect.spoken(BODY)
    assert spoken["response_format"] == {"type": "json_object"}
    assert (
        spoken["messages"][0]["content"].startswith("Be brief.")
        and '{"type": "object"}' in spoken["messages"][0]["content"]
    )
    assert spoken["messages"][1:] == MESSAGES[1:]
    assert dialect.adapt("json_object is not supported")
    spoken = dialect.spoken(BODY)
    assert "response_format" not in spoken and '{"type": "object"}' in spoken["messages"][0]["content"]
    assert not dialect.adapt("response_format is not supported")
    assert json.dumps(BODY) == before


@pytest.mark.parametrize("said", ["", "The model is overloaded", "messages must not be empty", "None"])
def test_nothing_is_given_up_for_no_reason(said: str) -> None:
    dialect = Dialect()
    assert not dialect.adapt(said) and dialect == Dialect()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("-1", 0.0), ("", None), ("soon", None), ("nan", None), ("inf", None), ("300", 300.0)],
)
def test_retry_after_is_a_number_of_seconds_or_nothing(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}) == seconds
