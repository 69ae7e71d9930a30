"""What a curation may be asked for: wrong values are told in one sentence, before anything starts."""

from __future__ import annotations

import pytest

from flows.curating import CurateOrder
from flows.order import OrderError, order_of
from tasks.records import Json


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"runs": []}, "RUNS is empty: fill it in"),
        ({"curating": {"difficulty": "hard,odd"}}, "difficulty: unknown band 'odd'; known: easy, medium, hard"),
        ({"curating": {"min_score": 11}}, "min_score must be at most 10.0, saw 11"),
        ({"curating": {"diversity": "some"}}, "diversity: Input should be 'off', 'filter' or 'facility', saw 'some'"),
        ({"curating": {"nope": 1}}, "nope is no field of this run"),
    ],
)
def test_a_wrong_value_is_told(given: Json, said: str) -> None:
    with pytest.raises(OrderError) as told:
        order_of({"runs": ["out/one"], **given}, CurateOrder)
    assert str(told.value) == said


def test_empty_fields_are_the_defaults() -> None:
    order = order_of({"runs": [" 'out/one' ", ""], "output": "", "curating": None}, CurateOrder)
    assert (order.runs, order.output, order.curating.hold_out) == (["out/one"], "out/curated", 100)
