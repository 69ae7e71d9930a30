"""The calculation behind a task, worked out again: its value, bounds and key, and what is unsound about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from string import ascii_uppercase

from tasks.answers.estimate import as_fraction, sensible_factor, within_factor
from tasks.kinds.calculation.contract import Calculation, Quantity
from tasks.text.units import Unit, read_unit
from tasks.tools.calculator import CalculatorError, Number, evaluate, rendered

MOST_QUANTITIES = 10
WIDEST_RANGE = 10_000
"""A range with more than this between its ends is no estimate."""
CLEAR_LEAD = 1.2
"""How much more the quantity that matters most must move the result than the next."""
NEAR, FAR = 0.5, 1.5
"""Powers of the factor: a claim off by less than the first is right, by more than the second wrong, and else neither."""
CONVERSIONS = frozenset({7, 12, 24, 30, 52, 60, 365, 3600, 8760, 1440, 86400})
"""Figures that stand for a unit of time in another, whatever unit their author gives them."""
_RESULTS = {"value", "upper", "lower"}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LITERAL = re.compile(r"(?<![A-Za-z0-9_.])\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_SMALL = frozenset({1.0, 2.0, 3.0, 4.0, 0.5})


class Unsound(ValueError):
    """Why a calculation cannot stand: a short reason that quotes nothing."""


def worked_out(calc: Calculation) -> Number:
    """The result, with every quantity at its value."""
    return _evaluated(calc.expression, {q.name: as_fraction(q.value) for q in calc.quantities})


def bounds(calc: Calculation) -> tuple[Number, Number]:
    """The least and the greatest result that the ranges allow, at their ends."""
    ends = [[as_fraction(q.low), as_fraction(q.high)] if ranged(q) else [as_fraction(q.value)] for q in calc.quantities]
    names = [q.name for q in calc.quantities]
    results = [_evaluated(calc.expression, dict(zip(names, at, strict=True))) for at in product(*ends)]
    return min(results), max(results)


def widest(calc: Calculation) -> Quantity:
    """The quantity whose range moves the result most, the others at their values; Unsound if none leads clearly."""
    swings = sorted(((_swing(calc, q), n) for n, q in enumerate(calc.quantities) if ranged(q)), reverse=True)
    if len(swings) < 2:
        raise Unsound("fewer than two quantities have a range")
    if swings[0][0] < CLEAR_LEAD * swings[1][0]:
        raise Unsound("no quantity's range clearly moves the result most")
    return calc.quantities[swings[0][1]]


def decides(calc: Calculation, form: str) -> bool:
    """Whether the answer of this form follows from the calculation."""
    wanted = {"truth": {"claim"}, "option": {"sensitivity"}, "number": _RESULTS, "estimate": _RESULTS}
    return bool(calc.expression.strip()) and calc.asks in wanted.get(form, set())


def key_from_steps(calc: Calculation, form: str, options: Sequence[str]) -> list[str]:
    """The key in the answer form's shape; Unsound if the calculation does not give one."""
    if not decides(calc, form):
        raise Unsound("the calculation gives no answer of this form")
    if form == "truth":
        return ["true" if _claim_holds(calc) else "false"]
    if form == "option":
        return [_letter(widest(calc), calc.quantities, options)]
    return [rounded(asked(calc)) if form == "estimate" else _decimal(asked(calc), calc.decimals)]


def asked(calc: Calculation) -> Number:
    """The number that the task asks for: the result, or one end of what the ranges allow."""
    if calc.asks == "upper":
        return bounds(calc)[1]
    return bounds(calc)[0] if calc.asks == "lower" else worked_out(calc)


def problem(calc: Calculation) -> str | None:
    """What is unsound about the calculation in itself, in words that quote nothing; None if nothing is."""
    names = [q.name for q in calc.quantities]
    if not 1 <= len(names) <= MOST_QUANTITIES:
        return f"{len(names)} quantities, where 1 to {MOST_QUANTITIES} are wanted"
    if len(set(names)) < len(names) or not all(_NAME.fullmatch(name) for name in names):
        return "the names of the quantities are not distinct words"
    if flaw := next((f for q in calc.quantities if (f := _flaw(q))), None):
        return flaw
    used = set(_WORD.findall(f"{calc.expression} {calc.second}"))
    if any(name not in used for name in names):
        return "a quantity that the calculation does not use"
    try:
        value = worked_out(calc)
        if value <= 0:
            return "the result is not above zero"
        if calc.second.strip() and not within_factor(_second(calc), value, sensible_factor(calc.factor)):
            return "two routes lead to results that do not agree"
        if calc.asks in {"upper", "lower"}:
            if not any(map(ranged, calc.quantities)):
                return "a bound without a range"
            low, high = bounds(calc)
            if low <= 0 or not low <= value <= high:
                return "the bounds do not enclose the result"
    except Unsound as flaw:
        return str(flaw)
    return "the units do not multiply out" if units_clash(calc) else None


def ranged(quantity: Quantity) -> bool:
    return 0 < quantity.low < quantity.high


def rounded(value: Number) -> str:
    """An estimate in digits, to three of them."""
    near = Decimal(f"{float(value):.3g}")
    return format(near, "f") if -6 < near.adjusted() < 15 else f"{float(value):.2e}"


def units_clash(calc: Calculation) -> bool:
    """Whether the units surely do not multiply out to that of the result.

    The test is by scale: measured in a base unit half as large, each quantity grows by a power of two, and so must the
    result. It keeps silent where a unit is unknown or the expression holds figures that may carry units of their own.
    """
    units = [read_unit(q.unit) for q in calc.quantities]
    result = read_unit(calc.unit)
    if result is None or None in units or any(float(n) not in _SMALL for n in _LITERAL.findall(calc.expression)):
        return False
    known = [u for u in units if u is not None]
    free = {"time"} if any(q.value in CONVERSIONS for q in calc.quantities) else set()
    bases = {base for unit in (*known, result) for base in unit.powers} - free
    return any(_scales_otherwise(calc, known, result, base) for base in bases)


def _scales_otherwise(calc: Calculation, units: list[Unit], result: Unit, base: str) -> bool:
    two = Fraction(2)
    scaled = {
        q.name: as_fraction(q.value) * two ** unit.powers.get(base, 0)
        for q, unit in zip(calc.quantities, units, strict=True)
    }
    found = _evaluated(calc.expression, scaled)
    wanted = as_fraction(worked_out(calc)) * two ** result.powers.get(base, 0)
    return abs(as_fraction(found) - wanted) > abs(wanted) / 10**6


def _evaluated(expression: str, names: dict[str, Fraction]) -> Number:
    try:
        return evaluate(expression.rpartition("=")[2], names)  # some models name the result first
    except CalculatorError:
        raise Unsound("the expression cannot be calculated") from None


def _second(calc: Calculation) -> Number:
    return _evaluated(calc.second, {q.name: as_fraction(q.value) for q in calc.quantities})


def _flaw(quantity: Quantity) -> str | None:
    if not 0 < quantity.value < float("inf"):
        return "a quantity is not above zero"
    if (quantity.low or quantity.high) and not 0 <= quantity.low <= quantity.value <= quantity.high:
        return "a quantity lies outside its range"
    if ranged(quantity) and quantity.high > WIDEST_RANGE * quantity.low:
        return "a range is too wide to mean anything"
    return None


def _swing(calc: Calculation, quantity: Quantity) -> float:
    names = {q.name: as_fraction(q.value) for q in calc.quantities}
    ends = [
        _evaluated(calc.expression, {**names, quantity.name: as_fraction(end)}) for end in (quantity.low, quantity.high)
    ]
    if min(ends) <= 0:
        raise Unsound("a range takes the result to zero or below")
    return float(max(ends) / min(ends)) - 1


def _claim_holds(calc: Calculation) -> bool:
    if calc.claim <= 0:
        raise Unsound("no figure is claimed")
    value, factor = worked_out(calc), sensible_factor(calc.factor)
    if within_factor(as_fraction(calc.claim), value, factor**NEAR):
        return True
    if within_factor(as_fraction(calc.claim), value, factor**FAR):
        raise Unsound("the claim is neither clearly right nor clearly wrong")
    return False


def _letter(wanted: Quantity, quantities: Sequence[Quantity], options: Sequence[str]) -> str:
    named = [[q.name for q in quantities if _names(option, q.name)] for option in options]
    if not 2 <= len(options) <= 8 or any(len(found) != 1 for found in named) or len({f[0] for f in named}) < len(named):
        raise Unsound("the options do not name one quantity each")
    if [wanted.name] not in named:
        raise Unsound("the quantity that matters most is not among the options")
    return ascii_uppercase[named.index([wanted.name])]


def _names(option: str, name: str) -> bool:
    return " ".join(re.findall(r"[a-z0-9]+", option.lower())) == name.replace("_", " ").strip()


def _decimal(value: Number, decimals: int) -> str:
    if 0 <= decimals <= 12:
        # Half away from zero, as people round.
        units = int(as_fraction(value) * 10**decimals * 2 + 1) // 2
        return f"{Decimal(units).scaleb(-decimals):f}"
    text = rendered(value)
    return text if re.fullmatch(r"\d+(?:\.\d{1,4})?", text) else _decimal(value, 4)
