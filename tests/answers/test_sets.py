"""A set: its members in any order, as lists, lines and sentences."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.answers import agreement, read_answer
from tests.answers.responses import record


@pytest.mark.parametrize(
    "text",
    [
        "copper, zinc, and pine tar",
        "- copper\n- zinc\n- pine tar",
        "* Copper\n* Zinc\n* Pine tar",
        "• Copper\n• Zinc\n• Pine tar",
        "1. Copper\n2. Zinc\n3. Pine tar",
        "copper\nzinc\npine tar",
        "Copper; zinc; pine tar",
        "Answer: copper, zinc, pine tar",
        "**Answer:**\n- the copper\n- the zinc\n- the pine tar",
        "The materials are copper, zinc and pine tar.",
        "The passage names three materials: copper, zinc, and pine tar.",
        "The materials named:\n\n1. **Zinc** – for the roof\n2. **Copper** – for the hull\n3. **Pine tar** – for seams",
        "- Copper (hull)\n- Zinc (roof)\n- Pine tar (seams)",
        "Three are named.\n\n- pine tar\n- copper\n- zinc\n",
    ],
)
def test_set_agrees(text: str) -> None:
    item = record("set", ["copper", "zinc", "pine tar"], text=text)
    assert read_answer(item, text) is not None
    assert agreement(item) is True


@pytest.mark.parametrize(
    "text",
    [
        "copper, zinc",
        "- copper\n- zinc\n- pine tar\n- lead",
        "- copper\n- tin\n- pine tar",
        "Answer: copper",
        "They used metals.",
        "",
    ],
)
def test_set_differs(text: str) -> None:
    assert agreement(record("set", ["copper", "zinc", "pine tar"], text=text)) is False


def test_set_member_with_and() -> None:
    key = ["salt and pepper", "oil"]
    assert agreement(record("set", key, text="Salt and pepper, oil")) is True
    assert agreement(record("set", key, text="- oil\n- salt and pepper")) is True


@pytest.mark.parametrize(
    ("key", "text", "agrees"),
    [
        (["copper", "zinc"], "Copper and zinc.", True),
        (["copper", "zinc"], "Copper and zinc were landed there.", True),
        (
            ["copper", "zinc"],
            "1. Copper – used for roofs\n2. Zinc – for pails\n\nThese two are the only metals named.",
            True,
        ),
        (["the red clay", "the old oak"], "Red clay\nOld oak", True),
        (["copper", "zinc", "tin"], "Copper, zinc, tin, and lead", False),
        (["copper", "zinc", "tin"], "The following metals were landed:\n- Copper\n- Zinc\n- Tin", True),
        (["copper", "zinc", "tin"], "Answer: copper; zinc; tin.", True),
        (["copper", "zinc", "tin"], "Answer:\n\n1. copper\n2. zinc\n3. tin\n", True),
        (["1931", "1935"], "1931\n1935", True),
        (["A. Holt", "B. Lind"], "- A. Holt\n- B. Lind", True),
    ],
)
def test_set_agreement(key: list[str], text: str, agrees: bool) -> None:
    assert agreement(record("set", key, text=text)) is agrees


MEMBERS = ["copper", "pine tar", "old oak", "sea salt", "wool", "red clay"]


@given(
    st.lists(st.sampled_from(MEMBERS), min_size=2, unique=True),
    st.sampled_from(["- {}", "* {}", "1. {}", "• **{}**", "{}"]),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_set_round_trip(members: list[str], mark: str, stated: bool) -> None:
    lines = "\n".join(mark.format(m.title()) for m in members)
    assert agreement(record("set", members, text=f"Answer:\n{lines}" if stated else lines)) is True
