"""Figures of a text on data that follow from other figures of the text, from shares in words, or from sheets of unlike values."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.checks.check import Doubt
from tasks.checks.data import data_grounded
from tasks.records import Record, Source
from tasks.text.tables import cell_number

POOLS = """Pool | Season tickets | Day tickets | Guests
--- | --- | --- | ---
Nordbad | 1240 | 18310 | 41200
Seebad | 860 | 22790 | 37900
Hallenbad | 2315 | 9645 | 52750
"""
SHEET = """Bicycles owned: 610
Stations: 43
Fewest available in a month: 498 (February)
Rides in the best month: July (78,900 trips)
Longest ride: 37.4 km
Repairs a week: 52
Share of members: 64 %
"""


def about(text: str, passage: str = POOLS, instruction: str = "Write a note on the data.") -> Doubt | None:
    messages = [{"role": "user", "content": f"{passage}\n{instruction}"}, {"role": "assistant", "content": text}]
    source = Source(id="s", uri="u", kind="text")
    return data_grounded(Record(source=source, passage=passage, instruction=instruction, messages=messages))


def figure_found(found: Doubt | None) -> bool:
    return found is not None and "figure that does not follow" in found.problem


@pytest.mark.parametrize(
    "text",
    [
        "Together the Nordbad and the Seebad sold 41,100 day tickets; the Seebad's 22,790 are 55 % of them.",
        "The Nordbad and the Seebad sold 41,100 day tickets together. The Seebad's share of that is 55 %.",
        "Season and day tickets of the Nordbad come to 19,550, which is 47 % of its 41,200 guests.",
        "The Nordbad sold 19,550 tickets in all. Measured against its guests that is 47 %.",
        "In total the Seebad sold 23,650 tickets. That is 62 % of 37,900 guests.",
        "All three had 131,850 guests in total, and the first two together 79,100, or 60 %.",
        "The Hallenbad sold 11,960 tickets altogether, that is 23 % of its guests.",
        "The Seebad sold 4,480 day tickets more than the Nordbad, 24 % more.",
    ],
)
def test_a_share_of_what_was_just_worked_out(text: str) -> None:
    assert not figure_found(about(text))


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Of the bicycles, 549 have to be ready.", "Exactly nine tenths of the bicycles must be ready: how many?"),
        ("That makes 122 bicycles to be replaced.", "A fifth of the bicycles is replaced this winter. Write the note."),
        ("488 bicycles stay in service.", "One fifth of the bicycles is withdrawn. Write the note."),
        ("Three quarters of the rides of July are 59,175.", "Write the note."),
        ("A good target would be 305, half of the bicycles.", "Write the note."),
        ("With 10 per cent more there would be 671 bicycles.", "Assume 10 per cent more bicycles."),
        (
            "Two thirds of the repairs, about 35 a week, are punctures by the brief.",
            "Two thirds of the repairs are punctures.",
        ),
        ("A tenth of the stock, 61 bicycles, is spare.", "Write the note."),
    ],
)
def test_a_share_in_words_of_a_value(text: str, task: str) -> None:
    assert not figure_found(about(text, SHEET, task))


@pytest.mark.parametrize(
    "text",
    [
        "The fewest bicycles were available in February: 498.",
        "At the lowest point 498 bicycles could be had.",
        "The highest monthly figure was 78,900 trips, in July.",
        "The longest ride measured 37.4 km.",
        "The peak came in July with 78,900 rides.",
        "The smallest number available was 498, the largest stock 610.",
        "Repairs average 52 a week.",
        "In all, 610 bicycles are owned.",
        "The total stock is 610 bicycles.",
    ],
)
def test_a_sheet_of_unlike_values_has_no_extreme(text: str) -> None:
    assert about(text, SHEET) is None


@pytest.mark.parametrize(
    ("text", "passage", "named"),
    [
        ("Together the Nordbad and the Seebad sold 43,900 day tickets.", POOLS, "43,900"),
        ("The Hallenbad sold 11,960 tickets altogether, that is 88 % of its guests.", POOLS, "88"),
        ("Of the bicycles, 533 have to be ready.", SHEET, "533"),
        ("Seven tenths of the stock are 447 bicycles.", SHEET, "447"),
    ],
)
def test_a_figure_from_nowhere_is_asked_and_named(text: str, passage: str, named: str) -> None:
    found = about(text, passage)
    assert found is not None and named in found.told and named not in found.problem


def test_a_false_statement_is_quoted_to_its_author_alone() -> None:
    found = about("The Seebad had the highest number of guests, 37,900.")
    assert found is not None and "Seebad" in found.told and "Seebad" not in found.problem


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("July (78,900 trips)", 78900),
        ("(78,900)", -78900),
        ("€ (1,200)", -1200),
        ("Mia (12)", 12),
        ("-4", -4),
        ("($35)", -35),
        ("best: (7)", 7),
        ("(3.5 %)", -3.5),
    ],
)
def test_only_a_whole_cell_in_brackets_is_negative(cell: str, value: float) -> None:
    found: Any = cell_number(cell)
    assert float(found) == value
