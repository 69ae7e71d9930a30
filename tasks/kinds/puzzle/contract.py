"""A puzzle: prose for the reader, and the same puzzle as data from which a program works out the answer."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from tasks.agents.question import Option
from tasks.kinds.puzzle.arrangement import Arrangement
from tasks.teacher.contract import Contract


class Unknown(Contract):
    name: str = Field(description="one word, as used in the conditions")
    low: int = Field(description="least value it can take")
    high: int = Field(description="greatest value it can take")


class Numbers(Contract):
    """Whole numbers under conditions. Every combination is tried, so the ranges are as narrow as the puzzle allows."""

    unknowns: list[Unknown] = Field(default=[], description="one to eight")
    distinct: bool = Field(default=False, description="whether no two unknowns have the same value")
    conditions: list[str] = Field(
        default=[],
        description="each a comparison such as `3*a + b = 40`, `a % 7 = 2`, `abs(a - b) >= 3`, `10*a + b != c`; "
        "signs + - * / // % ^, functions abs, min, max",
    )
    wants: Literal["value", "count", "largest", "smallest"] = Field(
        default="value",
        description="value: of `asks`, the same in every solution; count: how many solutions; largest, smallest: of `asks`",
    )
    asks: str = Field(default="", description="an expression in the unknowns, such as `a + b`; empty for count")


class Sequence(Contract):
    """Terms that follow a rule; the program goes over those shown and works out the one asked for."""

    terms: list[int] = Field(default=[], description="the terms shown, in order, at least four")
    rule: str = Field(
        default="",
        description="the term at place n (the first is 1) as an expression in n, or in p, the term before, and q, the one "
        "before that",
    )
    place: int = Field(
        default=0, description="the place of the term asked for; a shown one if it is blank in the prose"
    )


class Link(Contract):
    a: str
    b: str
    cost: int = Field(default=1, description="minutes, distance, price or 1 for a step")
    one_way: bool = Field(default=False, description="whether it leads from a to b alone")


class Journey(Contract):
    """A way from a first state to a goal in the fewest moves or at the least cost, found by search."""

    kind: Literal["jugs", "crossing", "routes"] = Field(
        description="jugs: fill, empty, pour over until one jug holds `goal`; crossing: a boat whose rower is not among the "
        "items; routes: the cheapest way from start to end"
    )
    sizes: list[int] = Field(default=[], description="jugs: what each holds when full; all begin empty")
    goal: int = Field(default=0, description="jugs: the amount to be measured")
    items: list[str] = Field(default=[], description="crossing: what has to be brought across")
    quarrels: list[list[str]] = Field(default=[], description="crossing: pairs that may not be left without the rower")
    seats: int = Field(default=1, description="crossing: how many items fit beside the rower")
    links: list[Link] = Field(default=[], description="routes: every connection")
    start: str = ""
    end: str = ""
    through: list[str] = Field(default=[], description="routes: places that must be passed, in any order")
    avoid: list[str] = Field(default=[], description="routes: places that must not be passed")


class Formal(Contract):
    """The puzzle as data; the program solves it and takes the key from there."""

    model: Literal["none", "arrangement", "numbers", "sequence", "journey"] = Field(
        default="none", description="which of the fields below holds the puzzle; none if no field can"
    )
    arrangement: Arrangement | None = None
    numbers: Numbers | None = None
    sequence: Sequence | None = None
    journey: Journey | None = None


class _Forgiving(Contract):
    @field_validator("formal", mode="before", check_fields=False)
    @classmethod
    def _none_is_no_data(cls, raw: Any) -> Any:
        return {} if raw is None else raw


class PuzzleTask(_Forgiving):
    """A puzzle that stands alone, whose answer its author states."""

    working: str = Field(
        default="",
        description="notes for yourself, before anything else: the answer, the idea or deduction that leads to it, the rules or "
        "figures that this takes, and why every other answer fails",
    )
    instruction: str = Field(
        description="the whole puzzle as its reader will see it: setting, every rule and the question; without options"
    )
    formal: Formal = Field(default=Formal(), description="the same puzzle as data, rule for rule")
    options: list[Option] = Field(
        default=[],
        description="the choices or items; empty if the answer form has none or if the choices of the arrangement hold them",
    )
    reasoning: str = Field(
        default="",
        description="the puzzle solved once more, from the words of the instruction alone, step by step to the answer",
    )
    key: list[str] = Field(default=[], description="the answer in the form that the answer form asks for")
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")
