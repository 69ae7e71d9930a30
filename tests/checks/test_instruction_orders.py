"""An order of the options that the instruction tells is a hint, right or wrong; a plain list of them is none."""

from __future__ import annotations

import pytest

from tasks.checks.instruction import answer_hidden
from tasks.records import Record, Source


def task(instruction: str) -> Record:
    options = ["The mill", "The quay", "The barn", "The weir"]
    source = Source(id="s", uri="u", kind="text")
    return Record(
        source=source, instruction=instruction, options=options, key=["C", "D", "B", "A"], answer_form="order"
    )


@pytest.mark.parametrize(
    "told", ["Hint: A, B, D, C.", "(D, A, B, C)", "B - A - D - C.", "First D, then C, then B, then A"]
)
def test_a_told_order_is_refused(told: str) -> None:
    assert answer_hidden(task(f"In which order does the text name them? {told}"))


@pytest.mark.parametrize(
    "said", ["Order A, B, C, D.", "Put A, B, C and D in order.", "Write it as in B, A.", "Is A before D?"]
)
def test_a_list_of_them_is_none(said: str) -> None:
    assert answer_hidden(task(f"In which order does the text name them? {said}")) is None
