"""An order: found in every dress that models give it, and not guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.answers import read_answer
from tests.answers.responses import FINAL, record


@pytest.mark.parametrize(
    "text",
    [
        "C, A, D, B",
        "Answer: C, A, D, B",
        "Answer: C → A → D → B",
        "**Answer:** C -> A -> D -> B",
        "Answer: C > A > D > B",
        "Answer: CADB",
        "Answer: C A D B",
        "Answer: (C), (A), (D), (B)",
        "Answer: C, A, D, and B",
        "Answer: C-A-D-B",
        "The correct order is C, A, D, B.",
        "The correct order is: C → A → D → B, since the vote came first.",
        r"\boxed{C, A, D, B}",
        r"$C \rightarrow A \rightarrow D \rightarrow B$",
        "First A, B, C and D must be read. The vote is first.\n\nAnswer: C, A, D, B",
        "1. C\n2. A\n3. D\n4. B",
        "1. C. The council voted\n2. A. The bridge opened\n3. D. The pylons were painted\n4. B. The river flooded",
        "1. The council voted\n2. The bridge opened\n3. The pylons were painted\n4. The river flooded",
        "Answer:\n1. C\n2. A\n3. D\n4. B",
        "The council voted first, then the bridge opened.\nAnswer: C, then A, then D, then B",
    ],
)
def test_order_is_found(text: str) -> None:
    assert read_answer(record("order"), text) == ["C", "A", "D", "B"]


@pytest.mark.parametrize(
    "text", ["", "Answer: C, A, D", "Answer: C, A, D, D", "Answer: C, A, D, E", "The vote came first.", "C, A"]
)
def test_order_is_not_guessed(text: str) -> None:
    assert read_answer(record("order"), text) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The sequence is C → A → D → B.", ["C", "A", "D", "B"]),
        ("Order: C, A, D, B", ["C", "A", "D", "B"]),
        ("First comes C, then A, then D, and finally B.", ["C", "A", "D", "B"]),
        ("C (vote), A (opening), D (painting), B (flood)", ["C", "A", "D", "B"]),
        ("Answer: C (vote) → A (opening) → D (painting) → B (flood)", ["C", "A", "D", "B"]),
        (
            "Answer: C. The council voted, A. The bridge opened, D. The pylons were painted, B. The river flooded",
            ["C", "A", "D", "B"],
        ),
    ],
)
def test_order_in_other_words(text: str, answer: list[str] | None) -> None:
    assert read_answer(record("order"), text) == answer


@given(st.permutations("ABCD"), FINAL, st.sampled_from([", ", " → ", " -> ", " > ", "-", " ", "; "]))
@settings(max_examples=100, deadline=None)
def test_order_round_trip(order: list[str], final: str, joint: str) -> None:
    assert read_answer(record("order"), final.format(joint.join(order))) == list(order)
