"""Arithmetic over whole numbers, read once and evaluated many times: a parser that makes functions, nothing is ever run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from tasks.kinds.puzzle.statements import IllPosed

Value = int | Fraction
Evaluate = Callable[[Mapping[str, int]], Value]

_TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z_]\w*)|(//|\*\*|[-+*/%^(),\u00d7\u00f7\u2212]))")
_COMPARISON = re.compile(r"==|!=|<=|>=|[=<>\u2260\u2264\u2265]")
_SIGNS = {"\u00d7": "*", "\u00f7": "/", "\u2212": "-", "**": "^"}
_LONGEST = 400
_GREATEST = 10**30


def comparison(text: str) -> tuple[Callable[[Mapping[str, int]], bool], frozenset[str]]:
    """A comparison (or a chain such as `1 <= a < b`) as a test, with the names it looks at."""
    signs = _COMPARISON.findall(text)
    sides = [expression(part) for part in _COMPARISON.split(text)]
    if not signs:
        raise IllPosed("malformed", "a condition compares nothing")
    tests = [_SIGN[sign] for sign in signs]

    def test(values: Mapping[str, int]) -> bool:
        found = [evaluate(values) for evaluate, _ in sides]
        return all(sign(a, b) for sign, a, b in zip(tests, found, found[1:], strict=False))

    return test, frozenset[str]().union(*(names for _, names in sides))


def expression(text: str) -> tuple[Evaluate, frozenset[str]]:
    """An expression as a function of its names' values; raises IllPosed where it is none, as the function does on 1/0."""
    if len(text) > _LONGEST:
        raise IllPosed("malformed", f"an expression is longer than {_LONGEST} characters")
    reader = _Reader(text)
    found = reader.sum()
    if reader.tokens:
        raise IllPosed("malformed", "an expression has something left over")
    return found, frozenset(reader.names)


def _power(a: Value, b: Value) -> Value:
    if b.denominator != 1 or not -60 <= b <= 60 or not -(10**6) <= a <= 10**6 or (not a and b < 0):
        raise IllPosed("too_large", "a power is beyond the bounds")
    raised: Value = Fraction(a) ** int(b)
    return raised


def _divide(a: Value, b: Value) -> Value:
    return Fraction(a) / _nonzero(b)


def _nonzero(b: Value) -> Value:
    if not b:
        raise IllPosed("malformed", "a division by zero")
    return b


_SIGN: dict[str, Callable[[Value, Value], bool]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "\u2260": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "\u2264": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "\u2265": lambda a, b: a >= b,
}
_BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "//": lambda a, b: a // _nonzero(b),
    "%": lambda a, b: a % _nonzero(b),
    "^": _power,
}
_FUNCTIONS: dict[str, Callable[..., Value]] = {"abs": lambda a: abs(a), "min": min, "max": max}


class _Reader:
    """Recursive descent over the tokens; each method takes what it understands from the front."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        self.names: set[str] = set()
        self.depth = 0
        at, text = 0, text.strip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if not found:
                raise IllPosed("malformed", "an expression has a sign that is not known")
            self.tokens.append(_SIGNS.get(found[0].strip(), found[0].strip()))
            at = found.end()

    def sum(self) -> Evaluate:
        return self._chain(("+", "-"), self.product)

    def product(self) -> Evaluate:
        return self._chain(("*", "/", "//", "%"), self.signed)

    def signed(self) -> Evaluate:
        if self._take("-"):
            inner = self.signed()
            return lambda values: -inner(values)
        base = self.operand()
        if not self._take("^"):
            return base
        raised = self.signed()
        return lambda values: _power(base(values), raised(values))

    def operand(self) -> Evaluate:
        token = self.tokens.pop(0) if self.tokens else ""
        self.depth += 1
        if self.depth > 200:
            raise IllPosed("malformed", "an expression is nested too deeply")
        if token.isdigit():
            number = int(token)
            return lambda values: number
        if token == "(":
            inner = self.sum()
            self._close()
            return inner
        if token in _FUNCTIONS and self._take("("):
            return self._call(_FUNCTIONS[token], token == "abs")
        if re.fullmatch(r"[A-Za-z_]\w*", token):
            self.names.add(token)
            return lambda values: values[token]
        raise IllPosed("malformed", "an expression lacks an operand")

    def _call(self, function: Callable[..., Value], single: bool) -> Evaluate:
        given = [self.sum()]
        while not single and self._take(","):
            given.append(self.sum())
        self._close()
        return lambda values: (
            function(*(part(values) for part in given)) if len(given) > 1 or single else given[0](values)
        )

    def _chain(self, signs: tuple[str, ...], part: Callable[[], Evaluate]) -> Evaluate:
        left = part()
        while self.tokens and self.tokens[0] in signs:
            left = _joined(_BINARY[self.tokens.pop(0)], left, part())
        return left

    def _take(self, sign: str) -> bool:
        if self.tokens and self.tokens[0] == sign:
            self.tokens.pop(0)
            return True
        return False

    def _close(self) -> None:
        if not self._take(")"):
            raise IllPosed("malformed", "a bracket is not closed")


def _joined(sign: Callable[[Value, Value], Value], left: Evaluate, right: Evaluate) -> Evaluate:
    def value(values: Mapping[str, int]) -> Value:
        found = sign(left(values), right(values))
        if not -_GREATEST <= found <= _GREATEST:
            raise IllPosed("too_large", "a number is beyond the bounds")
        return found

    return value
