"""A number: the figure that a response gives as its result, and whether it is the key."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.answers import agreement, read_answer
from tests.answers.responses import FINAL, record


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", "42"),
        ("**42**", "42"),
        ("Answer: 42", "42"),
        ("Answer: 1,250.50 metres", "1250.5"),
        ("Answer: $1,250", "1250"),
        ("Answer: 25%", "25"),
        ("Answer: 25 percent", "25"),
        ("Answer: -7", "-7"),
        ("Answer: −7 °C", "-7"),
        ("Answer: about 42", "42"),
        ("Answer: 42 (12 + 30)", "42"),
        ("Answer: 12 + 30 = 42", "42"),
        ("Answer: 3/4", "0.75"),
        ("Answer: 1 1/2", "1.5"),
        ("Answer: ½", "0.5"),
        ("Answer: 3.5 million", "3500000"),
        ("Answer: three", "3"),
        ("Answer: twenty-four hours", "24"),
        ("Answer: 1.2 × 10^5", "120000"),
        ("Answer: 3e4", "30000"),
        (r"Adding up, \boxed{42}", "42"),
        (r"\[ 12 + 30 = \boxed{42 \text{ km}} \]", "42"),
        (r"$\frac{3}{4}$", "0.75"),
        ("12 + 30 = 42", "42"),
        ("There were 12 white sheep and 30 black ones.\n12 + 30 = 42", "42"),
        ("There were 12 white sheep and 30 black ones, so there were 42 sheep.", None),
        ("There were 12 white sheep. There were 30 black ones. So there were 42 sheep.", "42"),
        ("White: 12. Black: 30. The total is 42.", "42"),
        ("The answer is 42 sheep.", "42"),
        ("12 + 30 gives **42** sheep in all, as lines 3 and 4 say.", "42"),
        ("The tram carried 42 people.", "42"),
        ("First, 1912 − 1870 = 42. The bridge stood 42 years.", "42"),
        ("Step 1: 100 - 58 = 42\n\n**Answer: 42 km**", "42"),
        ("Answer: 0.50", "0.5"),
        ("Answer:\n42", "42"),
        ("Answer: .5", "0.5"),
        ("Answer: 1 250", None),
        ("Answer: 10-12", None),
        ("Answer: 5 or 6", None),
        ("Answer: unknown", None),
        ("There were sheep.", None),
        ("", None),
        ("The 3rd of the COVID-19 reports lists 12 and 15 cases", None),
    ],
)
def test_number(text: str, value: str | None) -> None:
    assert read_answer(record("number"), text) == ([value] if value else None)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The ferry made 3 trips of 14 people each.\n\n3 × 14 = 42 people", ["42"]),
        ("3 trips × 14 people = **42 people**", ["42"]),
        ("The cost is 62,500 crowns / 11 weeks ≈ 5,681.82 crowns a week.\nAnswer: 5681.82", ["5681.82"]),
        ("Answer: 42 km (26 miles)", ["42"]),
        ("Answer: 42 of the 60 sheep", ["42"]),
        ("Answer: x = 42", ["42"]),
        ("Answer: €42.", ["42"]),
        ("Answer: 42nd", None),
        ("Answer: 1931", ["1931"]),
        ("**42** sheep. (12 white plus 30 black)", ["42"]),
        ("Answer: 5 hours 30 minutes", ["5.5"]),
        ("Step 1: 5 ships. Step 2: 6 ships. In total there were 11 ships.", ["11"]),
        ("Answer: approximately 42", ["42"]),
        ("Answer: ~42", ["42"]),
        ("Answer: 42,5", None),
        ("Answer: 2^5 = 32", ["32"]),
        ("Answer: zero", ["0"]),
        ("Answer: none", None),
    ],
)
def test_number_in_other_words(text: str, answer: list[str] | None) -> None:
    assert read_answer(record("number"), text) == answer


@pytest.mark.parametrize(
    ("key", "text", "agrees"),
    [
        ("3.1", "Answer: 3.14", False),
        ("3.1", "Answer: 3.10", True),
        ("42", "Answer: 42.0", True),
        ("42", "Answer: 43", False),
        ("1250.5", "Answer: 1,250.50 m", True),
        ("33.33", "Answer: 33.333333", True),
        ("3.5", "Answer: 3.5 million", True),
        ("3500000", "Answer: 3.5 million", True),
        ("3500000", "Answer: 3.5 billion", False),
        ("0.75", "Answer: 3/4", True),
        ("7", "Answer: -7", False),
        ("1000000", "Answer: 1,000,000.5", True),
        ("12", "I do not know.", False),
    ],
)
def test_number_agreement(key: str, text: str, agrees: bool) -> None:
    assert agreement(record("number", [key], text=text)) is agrees


@pytest.mark.parametrize(
    ("key", "text", "agrees"),
    [
        ("0.75", r"Three of four parts: \boxed{\frac{3}{4}}", True),
        ("0.75", r"Three of five parts: \boxed{\frac{3}{5}}", False),
        ("3", "Answer: sqrt(9)", True),
    ],
)
def test_formulas_agree_by_value(key: str, text: str, agrees: bool) -> None:
    assert agreement(record("number", [key], text=text)) is agrees


@given(
    st.integers(-999_999_999, 999_999_999),
    st.integers(0, 3),
    FINAL,
    st.sampled_from(["{}", "{} km", "about {}", "{}%", "x = {}"]),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_number_round_trip(digits: int, places: int, final: str, dress: str, commas: bool) -> None:
    written = f"{digits / 10**places:{',' if commas else ''}.{places}f}"
    item = record("number", [written.replace(",", "")], text=final.format(dress.format(written)))
    assert agreement(item) is True
