"""Values of a key that the request puts in other words: periods by name or code, and what a reader is asked, by its name."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.checks.check import Doubt, Finding
from tasks.kinds import all_checks
from tasks.kinds.tools.values import stated
from tests.kinds.test_tools import TEXT, record, tool

PERIODS = [
    ("Show the sales of the third quarter of 2025.", "2025-Q3"),
    ("Show the sales of the first quarter.", "Q1"),
    ("What came in during the 2nd quarter of 2024?", "2024Q2"),
    ("What came in during the last quarter of 2023?", "2023-Q4"),
    ("I need Q2 of 2026 again.", "2026-Q2"),
    ("I need 2026/Q2 again.", "Q2-2026"),
    ("Book me for week 7.", "2031-W07"),
    ("Book me for the 31st week of 2031.", "2031-W31"),
    ("List all dues of the second half of 2027.", "2027-H2"),
    ("List all dues of the first half-year.", "H1"),
]


@pytest.mark.parametrize(("request_", "value"), PERIODS)
def test_a_period_is_stated_by_name_or_code(request_: str, value: str) -> None:
    assert stated(request_, value)


@pytest.mark.parametrize(
    ("request_", "value"),
    [
        ("Show the sales of the third quarter of 2025.", "2025-Q2"),
        ("Show the sales of the third quarter of 2025.", "2024-Q3"),
        ("Book me for week 17.", "2031-W07"),
        ("List all dues of the first half of 2027.", "2027-H2"),
        ("Meet me at the quarter of the tanners.", "Q1"),
    ],
)
def test_another_period_is_not(request_: str, value: str) -> None:
    assert not stated(request_, value)


SALES = tool("list_sales", ["period"], period=TEXT, branch=TEXT)


def asked(request: str, **arguments: Any) -> Any:
    return all_checks()["tool_task"](record(request, [{"name": "list_sales", "arguments": arguments}], tools=[SALES]))


@pytest.mark.parametrize(
    ("request_", "branch"),
    [
        ("Sales of the first quarter for the shop by the river, please.", "RIV-2"),
        ("Sales of the first quarter in our Munich branch.", "MUC"),
        ("Sales of the first quarter, everywhere we sell.", "worldwide"),
    ],
)
def test_a_value_in_other_words_is_asked_by_its_name(request_: str, branch: str) -> None:
    found = asked(request_, period="Q1", branch=branch)
    assert isinstance(found, Doubt) and found.told == f'branch: "{branch}"' and branch not in found.problem
    assert branch in found.shown["argument"]


def test_what_does_not_fit_the_schema_is_rejected_and_named() -> None:
    found = asked("Sales of the first quarter.", period="Q1", colour="red")
    assert isinstance(found, Finding) and found.told == "colour" and found.problem == "call 1: 1 unknown arguments"
