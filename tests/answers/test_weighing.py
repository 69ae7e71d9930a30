"""Options that prose weighs: picked by what it says of each, torn where it lets two stand, unread where it says nothing."""

from __future__ import annotations

import pytest

from tasks.answers import Agreement, compare, read_answer
from tests.answers.responses import record

MOVES = [
    "The museum closed its upper floor.",
    "The council sold the old mill.",
    "The library moved to the station.",
    "The school lost its garden.",
]
BOILER = [
    "The thermostat is set too low",
    "Air has collected in the radiator",
    "The pilot flame has gone out",
    "The feed tank leaks",
]
SUMS = ["3", "2", "1", "5", "11"]


@pytest.mark.parametrize(
    ("options", "text", "letter"),
    [
        (MOVES, "**C) The library moved to the station.**\n\nThe second paragraph says so.", "C"),
        (MOVES, "**C** — the library moved. A is about a later year, and B never happened.", "C"),
        (
            MOVES,
            "A is contradicted by line 2; B mistakes the mill for the barn; D appears nowhere. That leaves C.",
            "C",
        ),
        (
            MOVES,
            "A is contradicted by line 2; B confuses two mills; D is nowhere mentioned. The other one stands.",
            "C",
        ),
        (MOVES, "A: no, it stayed open.\nB: no, it was let.\nC: yes, in 1931.\nD: no.", "C"),
        (MOVES, "- A ✗ (it stayed open)\n- B ✗\n- C ✓ (in 1931)\n- D ✗", "C"),
        (MOVES, "| Option | Holds? |\n|---|---|\n| A | no |\n| B | no |\n| **C** | **yes** |\n| D | no |", "C"),
        (MOVES, "I considered A first, but another floor was closed. The right statement is C.", "C"),
        (MOVES, "Only C is borne out by the text.", "C"),
        (MOVES, "C is the only statement that the passage supports; the rest reverse or invent something.", "C"),
        (MOVES, "Of the four, C fits: the reading room was set up in the former waiting hall.", "C"),
        (MOVES, "The answer could be B or C, but the sale fell through, so it is C.", "C"),
        (MOVES, "At first sight B looks right. However, the mill was only let. Hence C.", "C"),
        (MOVES, "What the text says is that the school lost its garden; the library stayed put.", "D"),
        (MOVES, "C is wrong, and so are A and D. The mill was sold, as line 4 has it.", "B"),
        (BOILER, "No heat comes although the pump turns, so nothing burns: the pilot flame must have gone out.", "C"),
        (BOILER, "A leaking feed tank leaves a puddle, and there is none. The flame of the pilot has gone out.", "C"),
        (BOILER, "The top stays cold while the bottom is hot, since air is collecting in the radiator.", "B"),
        (SUMS, "3 − 2 = **1**", "C"),
        (SUMS, "The difference is 3 − 2 = 1, so C.", "C"),
        (SUMS, "They differ by 1.", "C"),
        (["Friday", "Saturday", "Sunday"], "Today is Friday, so tomorrow will be **Saturday**.", "B"),
        (["Friday", "Saturday", "Sunday"], "Saturday, since today is Friday.", "B"),
        (["30%", "45%", "60%"], "Answer: thirty per cent", "A"),
        (["90 minutes", "80 minutes", "70 minutes"], "It takes an hour and a half.", "A"),
    ],
)
def test_the_option_that_prose_settles_on(options: list[str], text: str, letter: str) -> None:
    assert read_answer(record("option", options=options), text) == [letter]


@pytest.mark.parametrize(
    "text",
    [
        "Answer: C\n\nOn reflection, B fits better, so my answer is B.",
        "**C**. Or rather B, since the mill was sold first.",
        "The answer is C. Then again, the mill was sold as well, so B might be just as good.",
        "I would say C, though B is equally defensible.",
        "Answer: C or D",
        "Answer: probably C, possibly D",
        "B and C are both supported by the text.",
        "Both C and D could be right: I would say the answer is C or D, depending on the year.",
        "C) The council sold the old mill.",
        "Answer: none of these",
    ],
)
def test_several_options_are_no_answer(text: str) -> None:
    row = record("option", ["C"], MOVES, text)
    assert compare(row) is Agreement.SEVERAL and read_answer(row, text) is None


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (MOVES, "The town changed a good deal in those years."),
        (MOVES, "A. Museum.\nB. Mill.\nC. Library.\nD. School."),
        (MOVES, "It is not C."),
        (SUMS, "3 - 2 = 1, which is option D."),
        (BOILER, "It could be the thermostat set too low or the leaking feed tank."),
    ],
)
def test_what_settles_on_nothing_is_left_to_a_reader(options: list[str], text: str) -> None:
    assert compare(record("option", ["C"], options, text)) is Agreement.UNREAD
