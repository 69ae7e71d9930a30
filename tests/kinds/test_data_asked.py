"""Data to text: what the task asks for is told, names are the data's, nothing is denied that is so, and shares have a base."""

from __future__ import annotations

import pytest

from tasks.checks.check import Doubt
from tasks.checks.data import data_grounded
from tasks.checks.data_asked import asked_told
from tasks.records import Record, Source

PONDS = """Ponds in the park, counted in May

| Pond | Frogs | Newts | Depth (cm) |
|---|---|---|---|
| Alder Hole | 46 | 12 | 80 |
| Mill Race | 31 | 27 | 140 |
| Upper Basin | 72 | 9 | 65 |
| Old Clay Pit | 58 | 30 | 210 |
"""
YEARS = "Loans of the library\n\nyear,loans\n2019,1240\n2020,880\n2021,1015\n2022,1390\n2023,1475"
ASKED = (
    "Write a note of at most 90 words: the pond with the most Frogs; the mean of Newts to one decimal; what Frogs add up to; "
    "how many rows there are; which of Mill Race and Upper Basin has more Newts."
)
TOLD = (
    "There are four ponds, 4 rows in all. Upper Basin has the most Frogs, 72. Newts average 19.5. Frogs total 207. "
    "Mill Race has more Newts than Upper Basin."
)


def record(text: str, passage: str = PONDS, instruction: str = ASKED) -> Record:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]
    source = Source(id="s", uri="u", kind="text")
    return Record(source=source, passage=passage, instruction=instruction, answer_form="text", messages=messages)


# ---- what is asked for ----


@pytest.mark.parametrize(
    "text",
    [
        TOLD,
        "4 rows. Most frogs: Upper Basin. Newts: 19.5 on average. Frogs: 207 together. Mill Race beats Upper Basin in newts.",
        "The table has 4 rows and 207 frogs. The record is 72. A pond has 19.5 newts on average, Mill Race (27) more than most.",
        "Of the four ponds, Upper Basin leads with 72 frogs of 207. The average is 19.5 newts, and Mill Race has 27.",
        "Frogs add up to 207 over the 4 ponds; the top is Upper Basin. Newts: mean 19.5; Mill Race is ahead of Upper Basin.",
    ],
)
def test_a_text_that_tells_all_in_its_own_words_passes(text: str) -> None:
    assert asked_told(record(text)) is None


@pytest.mark.parametrize("missing", range(1, 5))
def test_each_thing_that_is_left_out_is_asked_about(missing: int) -> None:
    parts = TOLD.replace("There are four ponds, 4 rows in all.", "The ponds were counted in May.").split(". ")
    kept = [part for i, part in enumerate(parts) if i != missing]
    found = asked_told(record(". ".join(kept) + "."))
    assert isinstance(found, Doubt) and found.problem == "something that the task asks for is not told"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Loans went from 1,240 to 1,475.", True),
        ("From the first row to the last, loans rise by 235.", True),
        ("Loans end higher than they began: they rose.", True),
        ("Loans are 1,475 in the end, after a rise.", True),
        ("The lowest figure is 880, in 2020.", False),
        ("The mean is 1,200 loans.", False),
    ],
)
def test_where_a_series_goes_is_told_by_its_ends_or_in_words(text: str, told: bool) -> None:
    found = asked_told(record(text, YEARS, "Say how loans move from the first row to the last."))
    assert (found is None) is told


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Describe the ponds for walkers.", "Upper Basin is the liveliest."),
        ("Which pond has the most Frogs among those deeper than 100 cm?", "Old Clay Pit, with 58."),
        ("Say what share of the total Frogs each pond has.", "Upper Basin has about a third."),
        ("Compare the Frogs of all ponds without naming the highest.", "They differ a lot."),
        ("Give the total of Frogs and Newts, in words.", "It is two hundred and eighty-five."),
    ],
)
def test_a_task_that_cannot_be_read_beyond_doubt_raises_none(asked: str, text: str) -> None:
    assert asked_told(record(text, PONDS, asked)) is None


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("“Old Clay Pit” is the deepest.", True),
        ("“Clay Pit” is the deepest.", True),
        ("They call it a “frog paradise” here.", True),
        ("“Old Stone Pit” is the deepest.", False),
        ("“Old Clay Basin” is the deepest.", False),
        ("“Old Clay not Pit” is the deepest.", False),
        ("The table gives Frogs, Newts and Depth for each pond.", True),
        ("The table gives frog counts, newts and the depth.", True),
    ],
)
def test_a_row_in_quotation_marks_has_its_name(text: str, right: bool) -> None:
    assert (asked_told(record(text, PONDS, "Describe the ponds.")) is None) is right


def test_a_list_of_columns_with_a_foreign_one_is_asked_about() -> None:
    found = asked_told(record("The table gives Frogs, Basin, Depth for each pond.", PONDS, "Describe the ponds."))
    assert isinstance(found, Doubt) and "columns" in found.problem


# ---- denials ----


@pytest.mark.parametrize(
    "text",
    [
        "The highest number of Frogs is not 72, found at Upper Basin.",
        "Mill Race does not have more Newts than Upper Basin.",
        "Upper Basin hasn't fewer Newts than Mill Race.",
        "The total of Frogs is not 207.",
        "The mean of Newts was not 19.5.",
        "The data has not 4 rows.",
    ],
)
def test_a_denial_of_what_the_data_says_does_not_pass(text: str) -> None:
    assert data_grounded(record(text, PONDS, "Describe the ponds.")) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Loans did not rise over the whole period.",
        "Between 2019 and 2023 loans did not increase.",
        "Loans have not grown from 2020 to 2022.",
    ],
)
def test_a_direction_that_the_series_has_is_not_denied(text: str) -> None:
    assert data_grounded(record(text, YEARS, "Describe the loans.")) is not None


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Mill Race does not have more Frogs than Upper Basin.", PONDS),
        ("The deepest pond is not the one with the most Frogs.", PONDS),
        ("The highest number of Frogs is not in Alder Hole but in Upper Basin.", PONDS),
        ("The table does not say why Mill Race has more Newts than Upper Basin.", PONDS),
        ("Upper Basin is not only the shallowest but has the most Frogs.", PONDS),
        ("Loans did not rise steadily over the whole period.", YEARS),
        ("Between 2019 and 2020 loans did not rise.", YEARS),
        ("Loans did not fall over the whole period.", YEARS),
        ("Loans did not rise in 2020.", YEARS),
        ("The data does not show who borrowed.", YEARS),
    ],
)
def test_a_denial_that_is_so_or_says_something_else_passes(text: str, passage: str) -> None:
    assert data_grounded(record(text, passage, "Describe the data.")) is None


# ---- names with figures ----


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Upper Basin (72) leads, Old Clay Pit (58) follows.", True),
        ("Old Clay Pit (210 cm) is deeper than Mill Race (140 cm).", True),
        ("There were 46 frogs at Alder Hole and 31 at Mill Race.", True),
        ("Upper Basin (58) leads, Old Clay Pit (72) follows.", False),
        ("Old Clay Pit (140 cm) is deeper than Alder Hole (80 cm).", False),
        ("There were 31 frogs at Alder Hole and 46 at Mill Race.", False),
        ("Frogs peak with 72 at Mill Race, and 31 at Upper Basin.", False),
    ],
)
def test_a_figure_beside_a_name_is_that_of_the_row(text: str, right: bool) -> None:
    assert (data_grounded(record(text, PONDS, "Describe the ponds.")) is None) is right


# ---- shares ----


@pytest.mark.parametrize(
    "text",
    [
        "Upper Basin has 35 per cent of the frogs.",
        "Upper Basin and Old Clay Pit together have 63 per cent of all frogs.",
        "Of the 207 frogs, 28 per cent live in Old Clay Pit.",
        "The largest pond population makes up 35 per cent of the frogs.",
        "Mill Race has 33 per cent fewer frogs than Alder Hole.",
        "In Old Clay Pit there are 52 per cent as many newts as frogs.",
    ],
)
def test_a_share_of_what_the_text_names_passes(text: str) -> None:
    assert data_grounded(record(text, PONDS, "Describe the ponds.")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Upper Basin has 28 per cent of the frogs.",
        "Overall, 52 per cent of the newts were seen at night.",
        "Mill Race has 57 per cent of the frogs.",
        "Alder Hole has 46 per cent of the frogs.",
        "In all, 91 per cent of the animals were adults.",
    ],
)
def test_a_share_that_only_other_rows_have_does_not_pass(text: str) -> None:
    assert data_grounded(record(text, PONDS, "Describe the ponds.")) is not None
