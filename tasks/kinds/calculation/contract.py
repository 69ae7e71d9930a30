"""A task that rests on a calculation: its author states quantities and an expression, a program works out the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from tasks.agents.question import Grounded, Question
from tasks.teacher.contract import Contract, Drafts, drafts_of, narrowed

Asks = Literal["nothing", "value", "upper", "lower", "sensitivity", "claim"]


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
        "within the factor; nothing: nothing is calculated",
    )
    claim: float = Field(default=0, description="the figure that is claimed; 0 if none is")
    factor: float = Field(
        default=0,
        description="how many times too large or too small an estimate or a claim may be and still count; 0 if the key is exact",
    )
    decimals: int = Field(
        default=-1, description="to how many decimals the instruction wants the result rounded; -1 if it does not say"
    )


class _Calculated(Grounded):
    formal: Calculation = Field(
        default=Calculation(), description="the calculation behind the key; all empty for a task without one"
    )


# The bases' order puts the calculation before the instruction.
class CalculationTask(Question, _Calculated):
    """A question that may rest on a calculation; where it does, the program's result is the key."""


_STANDALONE = {"evidence", "answerable", "key"}
"""What a task about no passage has no use for, whose key a program works out."""


def _drafts(asks: str, unused: set[str], options: bool = False) -> Drafts:
    """The schemas of tasks whose calculation gives `asks`, without the parts of it that play no role then."""
    known: Any = Literal[asks]
    calc = narrowed(Calculation, unused, asks=(known, Field(default=asks)))
    leave_out = _STANDALONE | (set() if options else {"options"})
    field = Field(description="the calculation from which a program takes the key")
    return drafts_of(narrowed(CalculationTask, leave_out, formal=(calc, field)), "CalculationTasks", "")


def _of_passage(calc: type[Contract] | None, leave_out: set[str], described: str = "") -> Drafts:
    """The schemas of questions that grew from a passage, with this calculation or with none."""
    instead: dict[str, tuple[Any, Any]] = {}
    if calc is not None:
        instead["formal"] = (calc, Field(default_factory=calc, description=described))
    unused = leave_out | (set() if calc else {"formal"})
    return drafts_of(narrowed(CalculationTask, unused, **instead), "CalculationTasks", "")


_BOUND = {"second", "claim", "decimals"}
_MAY_CLAIM = (
    Literal["nothing", "claim"],
    Field(
        default="nothing", description="claim: the key is whether the claimed figure is right; nothing: no calculation"
    ),
)
_FIGURE = (Literal["value", "nothing"], Field(default="value", description="nothing only if the task has no answer"))
NARROWER: Mapping[str, Drafts] = {
    "estimate": _drafts("value", _BOUND),
    "two_routes": _drafts("value", _BOUND - {"second"}),
    "upper": _drafts("upper", _BOUND),
    "lower": _drafts("lower", _BOUND),
    "sensitivity": _drafts("sensitivity", _BOUND | {"factor"}, options=True),
    "claim": _drafts("claim", {"second", "decimals"}),
    "figure": _of_passage(
        narrowed(Calculation, {"second", "claim", "factor"}, asks=_FIGURE),
        {"options", "key"},
        "the calculation from which a program takes the key",
    ),
    "perhaps_claim": _of_passage(
        narrowed(Calculation, {"second", "decimals"}, asks=_MAY_CLAIM),
        {"options", "answerable"},
        "the calculation behind a claimed figure; for a claim without one, nothing and empty",
    ),
    "knowledge": _of_passage(None, {"options", "answerable"}),
}
"""Draft of a task type -> the schemas of its author and editor."""
