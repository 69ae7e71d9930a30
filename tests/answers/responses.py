"""Records with a response, for the tests of every form of answer."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tasks.records import Record, Source

OPTIONS = [
    "The battery had drained overnight",
    "The lens was covered in frost",
    "The shutter was jammed by sand",
    "The film had been loaded backwards",
]
EVENTS = ["The bridge opened", "The river flooded", "The council voted", "The pylons were painted"]
PAIRS = [
    "1: bog iron",
    "2: charcoal",
    "3: clay",
    "A: lined the furnace",
    "B: was smelted",
    "C: fed the fire",
    "D: was sold",
]


def record(
    form: str, key: list[str] | None = None, options: list[str] | None = None, text: str = "", **more: Any
) -> Record:
    shown = {"option": OPTIONS, "order": EVENTS, "matching": PAIRS}.get(form, [])
    messages = [{"role": "user", "content": "The task."}, {"role": "assistant", "content": text}]
    return Record(
        source=Source(id="s", uri="u", kind="text"),
        answer_form=form,
        key=key or [],
        options=shown if options is None else options,
        messages=messages,
        **more,
    )


FINAL = st.sampled_from(
    [
        "{}",
        "Answer: {}",
        "**Answer:** {}",
        "Some reasons come first.\n\nAnswer: {}",
        "**Answer: {}**",
        "The answer is {}.",
        "\\boxed{{{}}}",
        "Final answer: {}",
    ]
)
"""Ways to state a final answer."""
