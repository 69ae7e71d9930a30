"""Numbers and dates, however they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.text.dates import named_dates, with_iso_dates
from tasks.text.numbers import decimal_text, placed, quantities, readable


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It cost 1,250.50 crowns", ["1250.50"]),
        ("minus 3, -4 and \u22125", ["-3", "-4", "-5"]),
        ("1 1/2 cups, \u00be of it", ["1.5", "0.75"]),
        ("2.5e3 or 6 x 10^4 or 6 \u00d7 10\u207b\u00b2", ["2500", "60000", "0.06"]),
        ("twenty-one sheep, Three dogs", ["21", "3"]),
        ("the 3rd of v1.2.3", []),
        ("1/0", []),
    ],
)
def test_numbers_in_digits_and_words(text: str, values: list[str]) -> None:
    assert [value for value, _ in quantities(text)] == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("text", "scaled"), [("3.5 million", "3500000"), ("12k", "12000"), ("2 bn", "2000000000"), ("7 thousand", "7000")]
)
def test_a_scale_word_counts(text: str, scaled: str) -> None:
    ((value, whole),) = quantities(text)
    assert whole == Decimal(scaled) and value < whole


def test_numbers_stand_where_they_are_said_to() -> None:
    text = readable("From 12 to twelve, 3/4.")
    assert [text[start:end] for start, end, _, _ in placed(text)] == ["12", "twelve", "3/4"]


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.500", "1.5"), ("1E+3", "1000"), ("-0", "0"), ("0.00", "0"), ("100", "100"), ("-2.50", "-2.5")],
)
def test_a_number_is_written_one_way(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("on 3 May 2021.", "on 2021-05-03."),
        ("on the 3rd of May, 2021", "on the 2021-05-03"),
        ("Sept. 9, 1999", "1999-09-09"),
        ("May 3", "May 3"),
        ("31 February 2021", "31 February 2021"),
        ("March 12:30 2021", "March 12:30 2021"),
    ],
)
def test_full_dates_become_iso(text: str, iso: str) -> None:
    assert with_iso_dates(text) == iso


def test_dates_that_name_their_month() -> None:
    assert named_dates("Between 4 July and August 9, 1931.") == ["4 July", "August 9, 1931"]
    assert named_dates("You may 3 times march 5 miles in May.") == named_dates("In 1931.") == []
