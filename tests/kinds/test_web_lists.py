"""Lists of several pages: what an answer rests on was seen, sorted or filtered; and keys have room for a longer way."""

from __future__ import annotations

from dataclasses import replace

import pytest

import prompts
from tasks.agents.traits import has
from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.kinds.web.contract import MOST_ACTIONS
from tasks.kinds.web.traits import TRAITS
from tests.kinds.test_web import GOAL, ORDER, Call, acted, click, task

NEXT = click("next_page")
LONGEST = "Which rope is the longest? Its title will do."
"""Rope 3 measures 10 m: lists show 7, 3, 10, 6, 2, 9 m."""
KEY = [click("to_stock"), NEXT, NEXT, ("finish", {"answer": "Rope 3"})]


def chosen(target: str, option: str) -> Call:
    return ("select_option", {"target": target, "option": option})


def reached(calls: list[Call], key: list[Call] = KEY) -> str | Doubt | None:
    found = all_checks()["reaches_goal"](acted(task(key, {"answer": "Rope 3"}, LONGEST), calls, "It is Rope 3."))
    assert found is None or isinstance(found, str | Doubt)
    return found


LAST: Call = ("finish", {"answer": "Rope 3"})


@pytest.mark.parametrize(
    "calls",
    [
        KEY,
        [click("to_stock"), NEXT, NEXT, click("previous_page"), LAST],
        [click("to_stock"), NEXT, click("rope_3"), click("close"), NEXT, LAST],
        [click("to_stock"), chosen("sort", "length, highest first"), LAST],
        [click("to_stock"), chosen("sort", "length, highest first"), click("rope_3"), LAST],
    ],
)
def test_all_pages_seen_or_sorted(calls: list[Call]) -> None:
    assert reached(calls) is None


@pytest.mark.parametrize(
    "calls",
    [
        [click("to_stock"), NEXT, LAST],
        [click("to_stock"), NEXT, click("rope_3"), LAST],
        [click("to_stock"), NEXT, click("rope_3"), click("close"), LAST],
        [click("to_stock"), NEXT, click("previous_page"), LAST],
        [click("to_stock"), LAST],
        [click("to_stock"), chosen("filter_fibre", "hemp"), LAST],
        [click("to_stock"), chosen("filter_fibre", "hemp"), click("rope_3"), LAST],
        [click("to_stock"), NEXT, click("to_basket"), LAST],
    ],
)
def test_pages_that_the_key_goes_through_were_left_out(calls: list[Call]) -> None:
    found = reached(calls)
    assert isinstance(found, Doubt) and "Rope 5" in found.shown["entries not seen"]


def test_a_key_that_stops_early_asks_for_no_more() -> None:
    assert reached([click("to_stock"), NEXT, LAST], [click("to_stock"), NEXT, LAST]) is None


def test_a_longer_way_is_asked_for_only_where_the_key_has_room() -> None:
    (longer,) = [goal for goal in prompts.load("web_agent").goals if goal.name == "longer_route"]
    for number, room in ((2, True), (14, True), (15, False), (MOST_ACTIONS, False)):
        record = task((ORDER * 9)[:number], GOAL)
        assert has(record, longer.has, TRAITS) is room
    assert has(replace(task(ORDER, GOAL), calls=[]), longer.has, TRAITS)


def test_the_suggester_knows_how_long_a_key_may_be() -> None:
    told = prompts.load("web_agent").agent("suggest").template
    assert f"at most {MOST_ACTIONS} actions" in str(told)
