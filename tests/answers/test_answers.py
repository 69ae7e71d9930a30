"""What holds for every form of answer: the facade of the room and the checks that stand on it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from prompts import AnswerForm
from tasks.answers import FORMS, agreement, read_answer
from tasks.kinds import all_checks
from tests.answers.responses import record


def test_every_form_of_answer_has_its_module() -> None:
    assert set(FORMS) == set(AnswerForm)


def test_what_a_program_cannot_compare() -> None:
    assert agreement(record("text", ["A short reference."], text="An essay.")) is None
    assert agreement(record("calls", text="Done.")) is None
    assert agreement(record("option", [], text="Answer: C")) is None


def test_checks_of_answers() -> None:
    stated, agrees = all_checks()["answer_stated"], all_checks()["key_agreement"]
    assert stated(record("option", ["C"], text="Answer: C")) is None
    assert stated(record("option", ["C"], text="Answer: B or C")) is not None
    assert stated(record("option", ["C"], text="It is not said.", answerable=False)) is None
    assert stated(record("span", ["x"], text="An essay.")) is None
    assert agrees(record("option", ["C"], text="Answer: C")) is None
    assert agrees(record("option", ["B"], text="Answer: C")) is not None
    assert agrees(record("option", [], text="It is not said.", answerable=False)) is None
    assert agrees(record("text", [], text="An essay.")) is None


@given(
    st.text(max_size=300),
    st.sampled_from(["option", "truth", "number", "order", "matching", "set", "span", "text", "calls"]),
)
@settings(max_examples=400, deadline=None)
def test_reading_never_raises(text: str, form: str) -> None:
    read_answer(record(form), text)
    agreement(record(form, ["C"], text=text))
    read_answer(record(form), f"Answer: {text}")
