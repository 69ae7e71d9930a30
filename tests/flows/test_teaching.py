"""What a teaching may be asked for: wrong values are told in one sentence, before anything starts; its form has every field."""

from __future__ import annotations

import pytest

from flows.order import OrderError, order_of
from flows.teach import teach
from flows.teaching import TeachOrder
from flows.words import in_form_words
from tasks.records import Json


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"student": " "}, "--student"),
        ({"recipe": "orca4"}, "--recipe: Input should be 'orca3' or 'demo', saw 'orca4'"),
        ({"teaching": {"method": "some"}}, "method: Input should be 'full', 'lora' or 'last', saw 'some'"),
        ({"teaching": {"window": 3}}, "window must be at least 64, saw 3"),
        ({"teaching": {"nope": 1}}, "nope is no field of this run"),
        ({"processes": 3}, "windows_per_step 8 must be a multiple of windows_at_once × --processes, 1 × 3"),
        ({"output": "s3://bucket/student"}, "--output of a student is a folder of this machine"),
    ],
)
def test_a_wrong_value_is_told(given: Json, said: str) -> None:
    with pytest.raises(OrderError) as told:
        order_of({"data": "d", "student": "org/model", **given}, TeachOrder)
    assert said in str(told.value)


def test_empty_fields_are_the_recipe_s() -> None:
    order = order_of({"data": "d", "student": "s", "recipe": "demo", "teaching": {"epochs": "3"}}, TeachOrder)
    assert (order.decided.epochs, order.decided.window, order.output) == (3, 1024, "out/student")


def test_the_form_has_every_field() -> None:
    fields = teach.parameters.properties
    assert set(fields) == set(TeachOrder.model_fields)
    assert all(field.get("description") for field in fields.values())
    assert fields["recipe"]["enum"] == ["orca3", "demo"]


def test_a_sentence_is_told_in_the_form_s_words() -> None:
    assert (
        in_form_words("add --config-only, or change windows_per_step")
        == "add Configuration only, or change windows_per_step"
    )
