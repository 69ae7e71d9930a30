"""The operations and functions of the calculator: exact on fractions as long as they can be, bounded in size.

A value is a Fraction, which is exact, or a float, which is what roots, logarithms and angles give.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal, InvalidOperation, Overflow
from fractions import Fraction
from typing import NamedTuple

Number = Fraction | float

MOST_BITS = 3_322
"""Size of an exact integer, or of either half of a fraction: 1,000 digits."""
MOST_FACTORIAL = 400
MOST_CHOICES = 2_000
"""Largest `n` of `comb(n, k)` and `perm(n, k)`."""


class CalculatorError(ValueError):
    """An expression that cannot be calculated: one sentence that says why, without quoting the expression."""


def bounded(value: Number) -> Number:
    """The value if it is finite and small enough; a fraction with too many digits becomes a float."""
    if isinstance(value, Fraction):
        if max(value.numerator.bit_length(), value.denominator.bit_length()) <= MOST_BITS:
            return value
        if value.denominator == 1:
            raise CalculatorError("The number has more than 1,000 digits.")
        value = _float(value)
    if not math.isfinite(value):
        raise CalculatorError("The number is too large.")
    return value


def _float(value: Number) -> float:
    try:
        found = float(value)
    except OverflowError:
        raise CalculatorError("The number is too large.") from None
    if not found and value:
        raise CalculatorError("The number is too close to zero.")
    return found


def add(a: Number, b: Number) -> Number:
    return bounded(a + b if _exact(a, b) else _float(a) + _float(b))


def subtract(a: Number, b: Number) -> Number:
    return bounded(a - b if _exact(a, b) else _float(a) - _float(b))


def multiply(a: Number, b: Number) -> Number:
    return bounded(a * b if _exact(a, b) else _float(a) * _float(b))


def divide(a: Number, b: Number) -> Number:
    _divisor(b)
    return bounded(a / b if _exact(a, b) else _float(a) / _float(b))


def floor_divide(a: Number, b: Number) -> Number:
    _divisor(b)
    return bounded(Fraction(a // b) if _exact(a, b) else _float(a) // _float(b))


def modulo(a: Number, b: Number) -> Number:
    _divisor(b)
    return bounded(a % b if _exact(a, b) else _float(a) % _float(b))


def power(base: Number, exponent: Number) -> Number:
    """Exact for whole exponents and for roots that are rational; else a float."""
    if not base and exponent <= 0:
        raise CalculatorError("Zero has no negative power." if exponent < 0 else "0^0 is undefined.")
    if base < 0 and not _is_whole(exponent):
        raise CalculatorError("A negative number has no real power of that exponent.")
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        if exponent.denominator == 1 and (exact := _whole_power(base, int(exponent))) is not None:
            return exact
        if exponent.denominator > 1 and (root := _rational_root(base, exponent.denominator)) is not None:
            return power(root, Fraction(exponent.numerator))
        return _near_power(base, exponent)
    try:
        return _unless_lost(math.pow(_float(base), _float(exponent)), base)
    except (OverflowError, ValueError):
        raise CalculatorError("The power is too large.") from None


def _near_power(base: Fraction, exponent: Fraction) -> float:
    # In floats (1 + 10^-7)^(10^6) would lose a third of its digits.
    precise = Context(prec=40)
    try:
        decimals = [precise.divide(Decimal(x.numerator), Decimal(x.denominator)) for x in (base, exponent)]
        return _unless_lost(_float(Fraction(precise.power(*decimals).normalize(Context(prec=20)))), base)
    except (Overflow, InvalidOperation):
        raise CalculatorError("The power is too large.") from None


def _unless_lost(found: float, base: Number) -> float:
    if not found and base:
        raise CalculatorError("The power is too close to zero.")
    if not math.isfinite(found):
        raise CalculatorError("The power is too large.")
    return found


def _whole_power(base: Fraction, exponent: int) -> Fraction | None:
    if abs(base) in {0, 1}:
        return base if exponent % 2 else abs(base)
    bits = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
    # A number of n bits has a k-th power of at least k * (n - 1) bits.
    if (bits - 1) * abs(exponent) > MOST_BITS:
        if base.denominator == 1 and exponent > 0:
            raise CalculatorError("The power has more than 1,000 digits.")
        return None
    found = bounded(base**exponent)
    return found if isinstance(found, Fraction) else None


def _rational_root(base: Fraction, degree: int) -> Fraction | None:
    if degree > 64 or max(base.numerator.bit_length(), base.denominator.bit_length()) > 512:
        return None
    top, bottom = (_whole_root(n, degree) for n in (base.numerator, base.denominator))
    return Fraction(top, bottom) if top is not None and bottom else None


def _whole_root(n: int, degree: int) -> int | None:
    if degree == 2:
        root = math.isqrt(n)
        return root if root * root == n else None
    low, high = 0, 1 << (n.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= n else (low, middle - 1)
    return low if low**degree == n else None


def factorial(n: Number) -> Fraction:
    whole = _whole(n)
    if not 0 <= whole <= MOST_FACTORIAL:
        raise CalculatorError(f"A factorial needs a whole number from 0 to {MOST_FACTORIAL}.")
    return Fraction(math.factorial(whole))


def _exact(*values: Number) -> bool:
    return all(isinstance(value, Fraction) for value in values)


def _divisor(value: Number) -> None:
    if not value:
        raise CalculatorError("Division by zero.")


def _is_whole(value: Number) -> bool:
    return value.denominator == 1 if isinstance(value, Fraction) else value.is_integer()


def _whole(value: Number) -> int:
    if not _is_whole(value):
        raise CalculatorError("The function takes whole numbers only.")
    return int(value)


def _real(function: Callable[[float], float], value: Number) -> float:
    try:
        return function(_float(value))
    except (ValueError, OverflowError):
        raise CalculatorError("The function has no real value there, or too large a one.") from None


def _sqrt(x: Number) -> Number:
    if x < 0:
        raise CalculatorError("A negative number has no real square root.")
    return power(x, Fraction(1, 2)) if x else Fraction(0)


def _cbrt(x: Number) -> Number:
    if not x:
        return Fraction(0)
    root = power(-x if x < 0 else x, Fraction(1, 3))
    return -root if x < 0 else root


def _log(x: Number, base: Number = Fraction(10)) -> Number:
    if x <= 0 or base <= 0 or base == 1:
        raise CalculatorError("A logarithm needs a positive number, and a positive base other than 1.")
    if isinstance(x, Fraction) and isinstance(base, Fraction):
        near = round(_ln(x) / _ln(base))
        if abs(near) <= MOST_BITS and power(base, Fraction(near)) == x:
            return Fraction(near)
    return _ln(x) / _ln(base)


def _ln(x: Number) -> float:
    if x <= 0:
        raise CalculatorError("A logarithm needs a positive number.")
    # Logarithms of large integers are within a float's reach when the integers are not.
    return math.log(x.numerator) - math.log(x.denominator) if isinstance(x, Fraction) else math.log(x)


def _wave(function: Callable[[float], float], x: Number) -> float:
    angle = abs(_float(x))
    if angle > 1e9:
        raise CalculatorError("The angle is too large.")
    found = _real(function, x)
    if abs(found) > 1e15:
        raise CalculatorError("The function has no real value there, or too large a one.")
    # sin(pi) is not zero in floats, and nobody wants to read 1.2e-16.
    return 0.0 if abs(found) < 1e-15 and angle > 0.1 else found


def _round(x: Number, digits: Number = Fraction(0)) -> Number:
    """To that many decimals, halves away from zero."""
    places = _whole(digits)
    if abs(places) > 100:
        raise CalculatorError("A number is rounded to 100 digits at most.")
    scale = Fraction(10) ** places
    # A float is rounded as it is written, not as it is stored: 2.675 is meant.
    scaled = abs((x if isinstance(x, Fraction) else Fraction(repr(x))) * scale)
    found = Fraction(math.floor(scaled + Fraction(1, 2))) / scale
    return bounded(-found if x < 0 else found)


def _total(*values: Number) -> Number:
    total: Number = Fraction(0)
    for value in values:
        total = add(total, value)
    return total


def _mean(*values: Number) -> Number:
    return divide(_total(*values), Fraction(len(values)))


def _median(*values: Number) -> Number:
    ordered: list[Number] = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else _mean(ordered[half - 1], ordered[half])


def _variance(*values: Number, fewer: int = 0) -> Number:
    mean = _mean(*values)
    squares = [power(difference, Fraction(2)) if (difference := subtract(v, mean)) else Fraction(0) for v in values]
    return divide(_total(*squares), Fraction(len(values) - fewer))


def _counted(function: Callable[[int, int], int], n: Number, k: Number) -> Fraction:
    of, chosen = _whole(n), _whole(k)
    if not 0 <= of <= MOST_CHOICES or chosen < 0:
        raise CalculatorError(f"comb and perm take whole numbers from 0 to {MOST_CHOICES:,}.")
    bounded(found := Fraction(function(of, chosen)))
    return found


def _divisors(*values: Number) -> Fraction:
    return Fraction(math.gcd(*(_whole(v) for v in values)))


def _multiples(*values: Number) -> Number:
    found = 1
    for value in values:
        bounded(Fraction(found := math.lcm(found, _whole(value))))
    return Fraction(found)


class _Function(NamedTuple):
    """A function with the number of its arguments."""

    apply: Callable[..., Number]
    least: int = 1
    most: int = 1


_MANY = 200

FUNCTIONS: dict[str, _Function] = {
    "sqrt": _Function(_sqrt),
    "cbrt": _Function(_cbrt),
    "exp": _Function(lambda x: _real(math.exp, x)),
    "ln": _Function(_ln),
    "log": _Function(_log, 1, 2),
    "log10": _Function(lambda x: _log(x)),
    "log2": _Function(lambda x: _log(x, Fraction(2))),
    "sin": _Function(lambda x: _wave(math.sin, x)),
    "cos": _Function(lambda x: _wave(math.cos, x)),
    "tan": _Function(lambda x: _wave(math.tan, x)),
    "asin": _Function(lambda x: _real(math.asin, x)),
    "acos": _Function(lambda x: _real(math.acos, x)),
    "atan": _Function(lambda x: _real(math.atan, x)),
    "sinh": _Function(lambda x: _real(math.sinh, x)),
    "cosh": _Function(lambda x: _real(math.cosh, x)),
    "tanh": _Function(lambda x: _real(math.tanh, x)),
    "degrees": _Function(lambda x: _real(math.degrees, x)),
    "radians": _Function(lambda x: _real(math.radians, x)),
    "abs": _Function(lambda x: abs(x)),
    "round": _Function(_round, 1, 2),
    "floor": _Function(lambda x: Fraction(math.floor(x))),
    "ceil": _Function(lambda x: Fraction(math.ceil(x))),
    "factorial": _Function(factorial),
    "comb": _Function(lambda n, k: _counted(math.comb, n, k), 2, 2),
    "perm": _Function(lambda n, k: _counted(math.perm, n, k), 2, 2),
    "gcd": _Function(_divisors, 1, _MANY),
    "lcm": _Function(_multiples, 1, _MANY),
    "min": _Function(lambda *v: min(v), 1, _MANY),
    "max": _Function(lambda *v: max(v), 1, _MANY),
    "sum": _Function(_total, 1, _MANY),
    "mean": _Function(_mean, 1, _MANY),
    "median": _Function(_median, 1, _MANY),
    "stdev": _Function(lambda *v: _sqrt(_variance(*v, fewer=1)), 2, _MANY),
    "pstdev": _Function(lambda *v: _sqrt(_variance(*v)), 1, _MANY),
}
"""Name -> function. `log` without a base is to base 10, `stdev` that of a sample, angles in radians."""

CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e}
