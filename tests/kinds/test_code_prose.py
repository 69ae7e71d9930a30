"""What the prose around code says of it, held against the code: results, what the whole prints, names, numbers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from simulator.skill_runs import skill_run
from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.kinds.coding.contract import Coding
from tasks.records import Json, Record, Source
from tasks.tools import sandbox

needs_sandbox = pytest.mark.skipif(bool(sandbox.available()), reason=sandbox.available() or "sandbox")
CODE = "def gaps(days):\n    return [b - a for a, b in zip(days, days[1:])]"
ASK = "Write `late(days)`, which counts the days after day 21 in a list such as [3, 22]."


def answered(text: str, instruction: str = ASK, **formal: Any) -> Record:
    told: Json = Coding.model_validate(formal).model_dump()
    record = Record(
        source=Source(id="d", uri="d", kind="code"),
        skill="coding",
        answer_form="code" if told["judged"] in ("tests", "prints") else "text",
        instruction=instruction,
        formal=told,
    )
    return replace(record, messages=[{"role": "user", "content": instruction}, {"role": "assistant", "content": text}])


def doubted(check: str, record: Record) -> bool:
    found = asyncio.run(all_checks()[check].find(record, skill_run("coding")))
    assert not found.problem
    return found.doubt is not None


@needs_sandbox
@pytest.mark.parametrize(
    ("prose", "wrong"),
    [
        ("So `gaps([2, 5, 9])` returns `[3, 4]`.", False),
        ("So `gaps([2, 5, 9])` returns `[3, 5]`.", True),
        ("With one day, `gaps([7])` gives `[]`, and `gaps([7, 7])` gives `[0]`.", False),
        ("With one day, `gaps([7])` gives `None`.", True),
        ("`gaps(None)` raises `TypeError`.", False),
        ("`gaps([])` raises a `IndexError`.", True),
        ("`gaps([1, 4])` == `[3]`, as wanted.", False),
        ("`gaps([1, 4])` → `[-3]`", True),
        ("`gaps(first)` gives `[3]` for the first week.", False),
        ("`gaps(days)` gives the steps between them.", False),
    ],
)
def test_results_of_calls_are_run(prose: str, wrong: bool) -> None:
    assert doubted("prose_true", answered(prose, judged="reading", code=CODE)) == wrong


@needs_sandbox
@pytest.mark.parametrize(
    ("prose", "wrong"),
    [
        ("The call gives [3, 4].\n\nAnswer: B", False),
        ("The call gives [3, 5].\n\nAnswer: B", True),
        ("True. The script prints [3,4].", False),
        ("The program prints 3, then ends.", True),
        ("The code prints the steps, one list in all.", False),
        ("The code prints `[3, 4]`, one list in all.", False),
        ("The snippet prints '[4, 3]'.", True),
        ("The second call gives 7.", False),
        ("Worked out by hand: 5 - 2 and 9 - 5.", False),
    ],
)
def test_what_the_whole_prints_is_run(prose: str, wrong: bool) -> None:
    record = answered(prose, judged="output", code=f"{CODE}\nprint(gaps([2, 5, 9]))")
    assert doubted("prose_true", record) == wrong


@needs_sandbox
def test_code_that_is_mended_may_be_spoken_of_as_mended() -> None:
    right = CODE.replace("b - a", "a - b")
    text = f"```python\n{CODE}\n```\n\nNow `gaps([1, 4])` gives `[3]`; before, `gaps([1, 4])` gave `[-3]`."
    assert not doubted("prose_true", answered(text, judged="repair", code=right, names=["gaps"]))


LATE = "```python\ndef late(days):\n    return sum(day > {} for day in days)\n```\n\n{}"


@pytest.mark.parametrize(
    ("number", "prose", "wrong"),
    [
        (21, "`late` counts with `sum`, since `True` is 1.", False),
        (21, "`late(days)` leaves `days` as it is.", False),
        (21, "The signature is `late(days)`.", False),
        (21, "`early` counts with `sum`.", True),
        (21, "`weeks` is left as it is.", True),
        (21, "The signature is not `late(days)`.", True),
        (21, "The caller passes Thursday.", True),
        (21, "The caller passes None, which fails.", False),
    ],
)
def test_names_in_prose_stand_in_task_or_code(number: int, prose: str, wrong: bool) -> None:
    assert doubted("names_stand", answered(LATE.format(number, prose), judged="tests", names=["late"])) == wrong


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (LATE.format(21, ""), False),
        (LATE.format(20, ""), True),
        (LATE.format(22, ""), False),  # stands in the example
        (LATE.format("= 22", ""), False),
        (LATE.format("20 + 1", ""), False),
        ("```python\nFROM = 20\ndef late(days):\n    return sum(day > FROM for day in days)\n```", True),
        ("```python\ndef late(days):\n    return sum(day not in range(20) for day in days)\n```", False),
        ("```python\ndef late(days):\n    return len([d for d in days if 21 < d])\n```", False),
        ("```python\ndef late(days):\n    return len([d for d in days if 20 > d])\n```", True),
        ("```python\ndef late(days):\n    return len([d for d in days if not d < 20])\n```", False),
    ],
)
def test_the_next_number_in_code_is_asked_about(code: str, wrong: bool) -> None:
    found = all_checks()["figures_taken"](answered(code, judged="tests", names=["late"]))
    assert isinstance(found, Doubt) == wrong
