"""Answers that count on without end, and answers whose end is missing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.checks.loops import no_loops, whole_ending
from tasks.records import Record, Source

PASSAGE = "The harbour master gave no permission to leave, for the ice had closed the channel."


def record(text: str, **changes: Any) -> Record:
    messages = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": text}]
    given = {"answer_form": "text", "passage": PASSAGE, "instruction": "Why did it stay?", "messages": messages}
    return Record(source=Source(id="s", uri="u", kind="text"), **{**given, **changes})


LOOPS = [
    "\n".join(f"{i}. Step {i}: check the log of day {i} for entries." for i in range(1, 40)),
    "\n".join(f"- Item {i}" for i in range(1, 40)),
    "| a | b |\n|---|---|\n" + "\n".join(f"| row {i} | value |" for i in range(40)),
    "\n\n".join(f"On day {i} the ice stayed." for i in range(1, 40)),
    "It leeeeeeeeeeeeeeeeeeeeeft.",
    "The days are " + ", ".join(str(i) for i in range(1, 300)) + ".",
]

NO_LOOPS = [
    "\n".join(f"{i}. Day {i}: {40 + i * i % 17} tons, {w}." for i, w in enumerate("abcdefghijklmnopqrst", 1)),
    "\n".join(f"{i} x 7 = {7 * i}" for i in range(1, 30)),
    "| Year | Tons |\n|---|---|\n" + "\n".join(f"| {1900 + i} | {i * i} |" for i in range(30)),
    "1. Look.\n2. Wait.\n3. Leave.",
    "Row, row, row your boat.\nHe shouted: Nooooo!",
    "The days are 1, 2, 3 and 4.",
]


@pytest.mark.parametrize("text", LOOPS)
def test_loops(text: str) -> None:
    assert no_loops(record(text)) is not None


@pytest.mark.parametrize("text", NO_LOOPS)
def test_no_loops(text: str) -> None:
    assert no_loops(record(text)) is None


def test_what_was_asked_for_or_shown_may_count_on() -> None:
    days = "\n".join(f"Day {i}: ice" for i in range(1, 40))
    assert no_loops(record(days, passage=days)) is None
    row = ", ".join(str(i) for i in range(1, 300))
    assert no_loops(record(row, instruction="Give the numbers from 1 to 299.")) is None


CUT = [
    "The ferry stayed because the captain had no permissi",
    "The reasons are these:\n\n- The ice was thick.\n- The captain had no permissi",
    "Use this:\n\n```python\ndef f(x):\n    return x +\n```",
    "Use this:\n\n```python\ndef f(x):\n```",
    "Use this:\n\n```js\nfunction f(x) {\n  return g(x);\n```",
    "| Ship | Tons | Crew |\n|---|---|---|\n| Alma | 40 | 6 |\n| Berta | 3",
    "| Ship | Tons | Crew |\n|---|---|---|\n| Alma | 40 | 6 |\n| Berta |",
    "The ferry stayed. **The log says",
    '{"ship": "Alma", "tons": 4',
    '[{"ship": "Alma"}, {"ship": "Ber',
    "The result is $\\frac{1}{2",
    "The result is\n\\[ x = 2",
    "\\begin{align} x &= 2",
    "The result is $$x = 2",
]

WHOLE = [
    "The ferry stayed, as the ice had closed the channel.",
    "The ferry stayed at the harbour",
    "The ferry lay in the channels and its masters",
    "Use this:\n\n```python\ndef f(x):\n    # a (note\n    return '(' + x\n```",
    "Use this:\n\n```python\nclass A:\n    ...\n```",
    "Use this:\n\n```js\nfunction f(x) {\n  return g(x); // it's {\n}\n```",
    "Use this:\n\n```\nfunction f(x) {\n```",
    "Use this:\n\n```sh\nls \\\n```",
    "| Ship | Tons |\n|---|---|\n| Alma | 40 |\n| Berta | 35 |",
    "| Ship | Tons |\n|---|---|\n| Alma | 40 |\n\nThat is all",
    "**The log** says so; 2**3 is 8.",
    '{"ship": "Alma", "note": "a { in it"}',
    "[1] is the log, [2] the letter.",
    "It cost $40 and then $\\frac{1}{2}$ more.",
    "It cost $40",
    "[insert] stands at the top",
    "Yes",
    "",
]


@pytest.mark.parametrize("text", CUT)
def test_cut(text: str) -> None:
    assert whole_ending(record(text)) is not None


@pytest.mark.parametrize("text", WHOLE)
def test_whole(text: str) -> None:
    assert whole_ending(record(text)) is None


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_never_raises(text: str) -> None:
    no_loops(record(text, passage=text))
    whole_ending(record(text, passage=text))
