"""A calculator for agents and checks: its own small parser, exact fractions, bounds on everything.

It reads `+ - * / // % ^ **`, `x` between numbers, brackets, `!`, percent (`15%` is 0.15; before an operand `%` is the
remainder), `20% of 50`, `30°`, thousands separators, scientific notation, the signs `× ÷ · − √ π ²`, the functions and
constants of :mod:`tasks.tools.calculator.functions`, and products without a sign such as `2pi` or `3(4 + 5)`. Nothing is
ever run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tasks.tools.calculator.functions import (
    CONSTANTS,
    FUNCTIONS,
    CalculatorError,
    Number,
    add,
    bounded,
    divide,
    factorial,
    floor_divide,
    modulo,
    multiply,
    power,
    subtract,
)

__all__ = ["CalculatorError", "Number", "calculate", "evaluate", "rendered"]

MOST_CHARACTERS = 1_000
MOST_DEPTH = 40
MOST_DIGITS = 400
"""Digits of a number in the expression."""
SIGNIFICANT = 15
MOST_SHOWN = 60
"""Characters of a fraction that is written out; of a longer one the approximation is shown."""

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u00d7\u22c5\u00b7\u2217\u2219\u2062", "*"),
        **dict.fromkeys("\u00f7\u2215\u2044", "/"),
        **dict.fromkeys("\u2212\u2013\u2012", "-"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        "\u03c0": " pi ",
        "\u221a": " sqrt ",
    }
)
_RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
_SUPERSCRIPT = re.compile(rf"(\u207b?)([{_RAISED}]+)")
_LOWERED = str.maketrans(_RAISED, "0123456789")
_GROUPS = r"[0-9]{1,3}(?:[,_\u00a0\u202f\u2009][0-9]{3})+(?![0-9])"
_TOKEN = re.compile(
    rf"\s*(?:(?P<number>(?:(?P<grouped>{_GROUPS})|[0-9]+)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<sign>\*\*|//|!!|[-+*/^%!(),\u00b0]))"
)
_GROUP_SIGN = re.compile(r"[,_\u00a0\u202f\u2009]")
_SPACED_COMMA = re.compile(r",\s")
_CROSS = re.compile(r"(?<=[0-9)%!])(?:\s+[xX]\s+(?=[0-9(.\u221a]|sqrt\b)|[xX](?=[0-9])(?<!0[xX]))")
"""`x` as a sign: apart between two operands, or between two digits; in `2x + 1` it would be a name."""
_HEXADECIMAL = re.compile(r"(?<![0-9.])0[xX]")
_END = "end"


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


_BINARY: dict[str, tuple[int, Callable[[Number, Number], Number]]] = {
    "+": (1, add),
    "-": (1, subtract),
    "*": (2, multiply),
    "/": (2, divide),
    "//": (2, floor_divide),
    "%": (2, modulo),
    "mod": (2, modulo),
    "of": (2, multiply),
}
_UNARY = 3
"""A sign binds more tightly than a product and less than a power: -2^2 is -4."""


def calculate(expression: str) -> str:
    """The value of the expression as text: exact if it can be, an approximation beside a fraction that has no end."""
    return rendered(evaluate(expression))


def evaluate(expression: str, names: Mapping[str, Fraction | Decimal | float] | None = None) -> Number:
    """The value of the expression: a Fraction where it is exact, else a float; `names` gives the values of variables.

    :raises CalculatorError: it is no expression, has no real value, or is beyond the bounds.
    """
    if len(expression) > MOST_CHARACTERS:
        raise CalculatorError(f"The expression is longer than {MOST_CHARACTERS:,} characters.")
    given = {name: _value(value) for name, value in (names or {}).items()}
    return _Parser(_tokens(expression, given), given).whole()


def rendered(value: Number) -> str:
    """A number as text: `48`, `0.25`, `1/3 ≈ 0.333333333333333`, `1.4142135623731`."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        if (ends := _decimal(value)) is not None:
            return ends
        whole = f"{value.numerator}/{value.denominator}"
        try:
            near = f"\u2248 {float(value):.{SIGNIFICANT}g}" if float(value) else ""
        except OverflowError:
            near = ""
        return f"{whole} {near}" if len(whole) <= MOST_SHOWN and near else near or whole
    return "0" if not value else f"{value:.{SIGNIFICANT}g}"


def _decimal(value: Fraction) -> str | None:
    """The decimal expansion if it ends within the digits shown."""
    bottom, places = value.denominator, 0
    while bottom % 10 == 0:
        bottom, places = bottom // 10, places + 1
    for prime in (2, 5):
        while bottom % prime == 0:
            bottom, places = bottom // prime, places + 1
    if bottom != 1 or places > 2 * SIGNIFICANT:
        return None
    digits = value * 10**places
    text = str(abs(digits.numerator) // digits.denominator).rjust(places + 1, "0")
    return f"{'-' * (value < 0)}{text[:-places]}.{text[-places:].rstrip('0')}"


def _value(given: Fraction | Decimal | float) -> Number:
    if isinstance(given, Decimal):
        if not given.is_finite() or abs(given.adjusted()) > MOST_DIGITS or len(given.as_tuple().digits) > MOST_DIGITS:
            raise CalculatorError("The value of a variable is too large.")
        given = Fraction(given)
    return bounded(Fraction(given) if isinstance(given, int) else given)


def _tokens(expression: str, names: Mapping[str, Number]) -> list[_Token]:
    text = _SUPERSCRIPT.sub(lambda m: f"^({'-' * bool(m[1])}{m[2].translate(_LOWERED)})", expression)
    text = text.translate(_SIGNS)
    text = (text if "x" in names else _CROSS.sub("*", text)).rstrip().removesuffix("=").rstrip()
    if _HEXADECIMAL.search(text):
        raise CalculatorError("Hexadecimal numbers are not known.")
    found: list[_Token] = []
    # Commas part the arguments of a call, and group digits elsewhere.
    calls: list[bool] = []
    at = 0
    while at < len(text):
        m = _TOKEN.match(text, at)
        if not m:
            raise CalculatorError(f"Character {at + 1} cannot be read; numbers, operators and functions can.")
        kind = "number" if m["number"] else "name" if m["name"] else "sign"
        piece = m["number"] or m["name"] or m["sign"]
        start = m.end() - len(piece)
        if m["grouped"] and "," in m["grouped"] and calls and calls[-1]:
            if _SPACED_COMMA.search(text):
                raise CalculatorError("Between the brackets of a function, write numbers without thousands separators.")
            piece = piece[: piece.index(",")]
        if piece == "(":
            calls.append(bool(found) and found[-1].kind == "name" and found[-1].text.lower() in FUNCTIONS)
        elif piece == ")" and calls:
            calls.pop()
        found.append(_Token(kind, piece, start))
        at = start + len(piece)
    return [*found, _Token(_END, "", len(text))]


class _Parser:
    """Precedence climbing over the tokens; each method returns the value of what it has read."""

    def __init__(self, tokens: list[_Token], names: Mapping[str, Number]) -> None:
        self.tokens, self.names, self.at, self.depth = tokens, names, 0, 0

    def whole(self) -> Number:
        if self._now().kind == _END:
            raise CalculatorError("There is no expression.")
        value = self._expression(1)
        if self._now().kind != _END:
            raise self._unexpected()
        return value

    def _expression(self, least: int) -> Number:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise CalculatorError(f"The expression is nested more than {MOST_DEPTH} levels deep.")
        value = self._operand()
        while (found := self._operator()) and found[0] >= least:
            binds, operation, taken = found
            self.at += taken
            value = operation(value, self._expression(binds + 1))
        self.depth -= 1
        return value

    def _operator(self) -> tuple[int, Callable[[Number, Number], Number], int] | None:
        token = self._now()
        word = token.text.lower()
        if token.kind != "number" and word in _BINARY and token.text not in self.names:
            return *_BINARY[word], 1
        # Two numbers side by side are a slip; a bracket or a name behind a value is a product.
        if token.kind == "name" or token.text == "(":
            return 2, multiply, 0
        return None

    def _operand(self) -> Number:
        token = self._now()
        if token.text in {"-", "+"}:
            self.at += 1
            value = self._expression(_UNARY)
            return -value if token.text == "-" else value
        value = self._postfixed(self._atom())
        if self._now().text in {"^", "**"}:
            self.at += 1
            return power(value, self._expression(_UNARY))
        return value

    def _postfixed(self, value: Number) -> Number:
        while True:
            sign = self._now().text
            if sign == "!!":
                raise CalculatorError("Double factorials are not known; use brackets.")
            if sign == "!":
                value = factorial(value)
            elif sign == "%" and not self._starts_operand(self.tokens[self.at + 1]):
                value = divide(value, Fraction(100))
            elif sign == "\u00b0":
                value = multiply(value, math.pi / 180)
            else:
                return value
            self.at += 1

    def _starts_operand(self, token: _Token) -> bool:
        return (
            token.kind == "number"
            or token.text == "("
            or (token.kind == "name" and (token.text in self.names or token.text.lower() not in _BINARY))
        )

    def _atom(self) -> Number:
        token = self._now()
        self.at += 1
        if token.kind == "number":
            return _number(token.text)
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            value = self._expression(1)
            self._close()
            return value
        self.at -= 1
        raise self._unexpected()

    def _named(self, token: _Token) -> Number:
        if token.text in self.names:
            return self.names[token.text]
        name = token.text.lower()
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name not in FUNCTIONS:
            raise CalculatorError(
                f"The name at character {token.at + 1} is not known; known are {', '.join([*FUNCTIONS, *CONSTANTS])}."
            )
        if self._now().text != "(":
            if name == "sqrt":  # the root sign stands before a bare number too
                return FUNCTIONS[name].apply(self._postfixed(self._atom()))
            raise CalculatorError(f"{name} needs its arguments in brackets.")
        return bounded(self._call(name))

    def _call(self, name: str) -> Number:
        self.at += 1
        arguments: list[Number] = []
        while self._now().text != ")":
            arguments.append(self._expression(1))
            if self._now().text != ",":
                break
            self.at += 1
        self._close()
        function = FUNCTIONS[name]
        if not function.least <= len(arguments) <= function.most:
            wanted = str(function.least) if function.least == function.most else f"{function.least} to {function.most}"
            raise CalculatorError(f"{name} takes {wanted} argument(s), not {len(arguments)}.")
        return function.apply(*arguments)

    def _close(self) -> None:
        if self._now().text != ")":
            raise self._unexpected()
        self.at += 1

    def _now(self) -> _Token:
        return self.tokens[self.at]

    def _unexpected(self) -> CalculatorError:
        token = self._now()
        if token.kind == _END:
            return CalculatorError("The expression ends too early.")
        return CalculatorError(f"Character {token.at + 1} does not belong there.")


def _number(text: str) -> Number:
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > MOST_DIGITS or len(exponent) > 4 or (exponent and abs(int(exponent)) > MOST_DIGITS):
        raise CalculatorError(f"A number has more than {MOST_DIGITS} digits.")
    whole = Fraction(_GROUP_SIGN.sub("", digits).rstrip(".") or "0")
    return bounded(whole * Fraction(10) ** int(exponent or 0))
