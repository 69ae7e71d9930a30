"""Verdicts on claims, shares of rows that are named, cells told in words, and causes: held against the data."""

from __future__ import annotations

import pytest

from tasks.checks.check import Doubt
from tests.kinds.test_data_to_text import about

USE = """Electricity of municipal buildings

| Building | 2023 (kWh) | 2024 (kWh) |
| --- | --- | --- |
| School | 182,000 | 163,800 |
| Pool | 240,500 | 251,000 |
| Town hall | 96,400 | 96,400 |
"""
CLAIMS = (
    "A councillor says: (1) The school has cut its use by 10 per cent. (2) In 2024 the pool used more than the other two "
    "buildings together. (3) The three buildings together used less than the year before. Check each claim."
)
FERRY = """Passengers of the island ferry

| Month | Passengers | Cars | Cancelled trips |
| --- | --- | --- | --- |
| May | 4,210 | 612 | 3 |
| June | 6,980 | 845 | 1 |
| July | 11,340 | 1,290 | 0 |
| August | 10,760 | 1,215 | 2 |
| September | 5,130 | 702 | 5 |
"""
PARISH = "parish,1901,1951,2001\nHolm,812,640,431\nVik,1204,1310,1655\nNes,388,295,152"


@pytest.mark.parametrize(
    "verdicts",
    [
        ("Right: 18,200 kWh, 10 per cent.", "Wrong: 251,000 against 260,200 kWh.", "Right: 511,200 after 518,900 kWh."),
        (
            "**True.** It saved 18,200 kWh.",
            "**False.** The others used 260,200 kWh.",
            "**True.** The total fell by 7,700 kWh.",
        ),
        ("Holds.", "Does not hold; 251,000 is less than 260,200.", "Holds, though barely."),
        ("Correct", "Incorrect", "Correct"),
    ],
)
def test_right_verdicts(verdicts: tuple[str, str, str]) -> None:
    assert about("\n".join(f"{n}. {v}" for n, v in enumerate(verdicts, 1)), USE, CLAIMS) is None
    table = "| Claim | Verdict |\n|---|---|\n" + "\n".join(f"| {n} | {v} |" for n, v in enumerate(verdicts, 1))
    assert about(table, USE, CLAIMS) is None


@pytest.mark.parametrize(
    "verdicts",
    [
        ("Wrong: it saved 18,200 kWh only.", "Wrong.", "Right."),
        ("Right.", "Right: the pool used 251,000 kWh, more than the school and the town hall.", "Right."),
        ("Right.", "Wrong.", "Wrong."),
        ("Right.", "Wrong.", "Not to be decided, since a building is missing."),
        ("Right.", "Cannot be told from the table.", "Right."),
        ("The table does not say.", "Wrong.", "Right."),
        ("**True.**", "**True.**", "**True.**"),
        ("Fails.", "Fails.", "Fails."),
        ("Correct", "Supported", "Correct"),
        ("Holds", "Does not hold", "Undecidable"),
    ],
)
def test_wrong_verdicts(verdicts: tuple[str, str, str]) -> None:
    assert "verdict" in str(about("\n".join(f"{n}. {v}" for n, v in enumerate(verdicts, 1)), USE, CLAIMS))


@pytest.mark.parametrize(
    "text",
    [
        "July and August together account for 58 per cent of all passengers.",
        "July alone carried 30 per cent of the passengers, May 11 per cent.",
        "From May to July the number of passengers rose by 169 per cent.",
        "September had 52 per cent fewer passengers than August.",
        "In July there were 8.8 passengers to every car.",
        "Only one trip was cancelled in June, but three in May.",
        "In September 5 trips were cancelled.",
        "Why July stands out the data do not say.",
    ],
)
def test_what_named_rows_bear_out(text: str) -> None:
    assert about(text, FERRY) is None


@pytest.mark.parametrize(
    "text",
    [
        "July and August together account for 68 per cent of all passengers.",
        "July alone carried 41 per cent of the passengers.",
        "September stands out because of the autumn storms and a broken bow thruster.",
        "August fell back due to road works near the harbour.",
        "The high figure of July results from the village festival in the second week.",
        "Thanks to the cheaper family tickets, July was the best month.",
    ],
)
def test_shares_and_causes_from_nowhere_are_put_to_a_reader(text: str) -> None:
    assert isinstance(about(text, FERRY), Doubt)


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Only one trip was cancelled in May.", FERRY),
        ("Two trips were cancelled in September.", FERRY),
        ("In June, four trips were cancelled.", FERRY),
        ("Holm lost 47 per cent of its people and Nes 39 per cent.", PARISH),
        ("In 1901 Holm was larger than Vik.", PARISH),
        ("Vik grew by 137 per cent from 1901 to 2001.", PARISH),
        ("Cars declined steadily throughout the season.", FERRY),
        ("From May to July passengers rose from 4,210 to 11,340, an increase of 270 per cent.", FERRY),
    ],
)
def test_statements_on_rows_that_are_false(text: str, passage: str) -> None:
    assert isinstance(about(text, passage), Doubt)


WATCH = """07:10 Gate 3: will not close
07:14 Guard closes the lane
07:40 Milk lorry let in
08:25 Gate 3: stone found in the rail
08:31 Gate 3: rail cleared
09:50 Gate 3 back in use"""
BEES = """Bees: 2,400
In parks: 212
Honeybees in allotments: 264
Wild bees in allotments: 496
Transects in each habitat: 3
Walks per transect: 10
Bees per walk in allotments: 25.3"""


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("School and town hall used 260,200 kWh in 2024; the pool, at 251,000 kWh, stayed 9,200 kWh below.", USE),
        ("The pool's 251,000 kWh are 9,200 kWh fewer than the 260,200 kWh of school and hall.", USE),
        ("In 2023 the other two came to 278,400 kWh, 37,900 kWh more than the pool's 240,500 kWh.", USE),
        ("163,800 + 96,400 − 251,000 = 9,200 kWh.", USE),
        ("The lane was shut after 4 minutes; another 71 passed until 08:25, and 6 more until 08:31.", WATCH),
        ("Gate 3 stuck at 07:10. It took 4 minutes to close the lane, and 71 more to find the stone.", WATCH),
        ("From 08:31 it took 79 minutes to 09:50; the six before that went into the rail, the 71 before into a search.", WATCH),
        ("Allotments have most bees per walk (760 ÷ 30 = 25.3).", BEES),
        ("264 + 496 = 760 bees on 3 × 10 = 30 walks make 25.3.", BEES),
        ("June and July brought 18,320 people; that is 7,560 more than August's 10,760.", FERRY),
    ],
)  # fmt: skip
def test_results_of_two_steps_follow(text: str, data: str) -> None:
    assert about(text, data) is None


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("School and town hall used 260,200 kWh in 2024; the pool, at 251,000 kWh, stayed 9,700 kWh below.", USE),
        ("163,800 + 96,400 − 251,000 = 9,700 kWh.", USE),
        ("The lane was shut after 4 minutes; another 58 passed until 08:25.", WATCH),
        ("Allotments have most bees per walk (790 ÷ 30 = 25.3).", BEES),
        ("June and July brought 18,320 people; that is 7,650 more than August's 10,760.", FERRY),
        ("The school used 168,300 kWh in 2024.", USE),
    ],
)
def test_a_wrong_result_of_two_steps_is_rejected(text: str, data: str) -> None:
    assert "does not follow" in str(about(text, data))


@pytest.mark.parametrize(
    "text",
    [
        "The pool stayed 9,200 kWh below the others in 2024.",
        "In 2023 the other two used 37,900 kWh more than the pool.",
    ],
)
def test_a_result_whose_steps_are_not_told_is_asked_about(text: str) -> None:
    assert isinstance(about(text, USE), Doubt)
