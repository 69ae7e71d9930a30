"""A matching: found in every dress that models give it, and not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.answers import agreement, read_answer
from tests.answers.responses import FINAL, record


@pytest.mark.parametrize(
    "text",
    [
        "Answer: 1-B, 2-C, 3-A",
        "1-B, 2-C, 3-A",
        "1: B\n2: C\n3: A",
        "1 → B\n2 → C\n3 → A",
        "1. B\n2. C\n3. A",
        "1) B, 2) C, 3) A",
        "(1, B)? No: the pairs are 1–B, 2–C, 3–A.",
        "Answer: 1B, 2C, 3A",
        "B-1, C-2, A-3",
        "| 1 | B |\n| 2 | C |\n| 3 | A |",
        "1. bog iron → B: was smelted\n2. charcoal → C: fed the fire\n3. clay → A: lined the furnace",
        "1 matches with B, 2 matches with C, 3 matches with A",
        "One might try 1-A, 2-C, 3-B, but iron is smelted.\nAnswer: 1-B, 2-C, 3-A",
        r"\boxed{1-B, 2-C, 3-A}",
        "- 1 - B\n- 2 - C\n- 3 - A",
        "**1** – **B**\n**2** – **C**\n**3** – **A**",
    ],
)
def test_matching_is_found(text: str) -> None:
    assert read_answer(record("matching"), text) == ["1-B", "2-C", "3-A"]
    assert agreement(record("matching", ["3-A", "1-B", "2-C"], text=text)) is True


@pytest.mark.parametrize(
    "text", ["", "Answer: 1-B, 2-C", "Answer: 1-B, 2-C, 3-E", "Iron is smelted.", "1-B, 1-C, 2-C, 3-A, 2-A"]
)
def test_matching_is_not_guessed(text: str) -> None:
    assert read_answer(record("matching"), text) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1 is B, 2 is C, and 3 is A.", ["1-B", "2-C", "3-A"]),
        ("Bog iron (1) goes with B, charcoal (2) with C and clay (3) with A.", ["1-B", "2-C", "3-A"]),
        ("Answer: 1 - B; 2 - C; 3 - A", ["1-B", "2-C", "3-A"]),
        ("Answer: (1, B), (2, C), (3, A)", ["1-B", "2-C", "3-A"]),
        ("1-B: iron was smelted.\n2-C: charcoal fed it.\n3-A: clay lined it.", ["1-B", "2-C", "3-A"]),
        (
            "**1. bog iron** – B (was smelted)\n**2. charcoal** – C (fed the fire)\n**3. clay** – A (lined it)",
            ["1-B", "2-C", "3-A"],
        ),
    ],
)
def test_matching_in_other_words(text: str, answer: list[str] | None) -> None:
    assert read_answer(record("matching"), text) == answer


@given(
    st.permutations("ABC"),
    FINAL,
    st.sampled_from(["-", ": ", " → ", "–", " = ", ""]),
    st.sampled_from([", ", "; ", "\n"]),
)
@settings(max_examples=100, deadline=None)
def test_matching_round_trip(letters: list[str], final: str, joint: str, between: str) -> None:
    pairs = [f"{n}{joint}{letter}" for n, letter in enumerate(letters, 1)]
    assert read_answer(record("matching"), final.format(between.join(pairs))) == [
        f"{n}-{letter}" for n, letter in enumerate(letters, 1)
    ]
