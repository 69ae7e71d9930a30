"""A task that rests on a calculation: its author states quantities and an expression, a program works out the key."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.agents.question import Question
from tasks.teacher.contract import Contract

Asks = Literal["value", "upper", "lower", "sensitivity", "claim"]


class Quantity(Contract):
    """One figure that a calculation uses, given or assumed."""

    name: str = Field(description="a short name in lower case with underscores, such as loaves_per_day")
    why: str = Field(default="", description="where the figure comes from: given in the task, or why it is plausible")
    value: float = Field(
        description="the figure itself, above zero, a share as a fraction; for an assumption the best single guess"
    )
    unit: str = Field(
        default="", description="its unit in words or symbols, such as litres/person/day; empty for a pure number"
    )
    low: float = Field(default=0, description="the least it could sensibly be; 0 if it is exact or given")
    high: float = Field(default=0, description="the most it could sensibly be; 0 if it is exact or given")


class Calculation(Contract):
    """Quantities and what is made of them."""

    quantities: list[Quantity] = Field(
        default=[], description="every figure that the calculation uses, at most ten; empty if nothing is calculated"
    )
    expression: str = Field(
        default="",
        description="the calculation over the quantities' names with + - * / ^, brackets, min(a, b) and max(a, b), every figure "
        "by its name; "
        "empty if nothing is calculated",
    )
    second: str = Field(
        default="", description="a second route to the same result over the same names, if there is one; else empty"
    )
    unit: str = Field(default="", description="the unit of the result, as the instruction names it")
    asks: Asks = Field(
        default="value",
        description="what the key is. value: the result; upper, lower: the most or least that the ranges allow; "
        "sensitivity: the quantity whose range moves the result most; claim: whether the claimed figure is right "
        "within the factor",
    )
    claim: float = Field(default=0, description="the figure that is claimed, for asks = claim; else 0")
    factor: float = Field(
        default=10, description="how many times too large or too small an estimate or a claim may be and still count"
    )
    decimals: int = Field(
        default=-1, description="to how many decimals the instruction wants the result rounded; -1 if it does not say"
    )


class _Calculated(Contract):
    formal: Calculation = Field(
        default=Calculation(), description="the calculation behind the key; all empty for a task without one"
    )


# The bases' order puts the calculation before the instruction.
class CalculationTask(Question, _Calculated):
    """A question that may rest on a calculation; where it does, the program's result is the key."""
