"""Whether two answers say the same: numbers by the calculator, formulas, sets and equations by math-verify.

Nothing is evaluated that could grow: what is long, deep or towering is refused unread, and algebra has a budget of steps
instead of seconds, so that it works off the main thread and a busy machine changes no result.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from types import FrameType
from typing import Any

from tasks.text.amounts import read_amount
from tasks.text.formulas import undressed
from tasks.text.plain import plain
from tasks.tools.calculator import CalculatorError, Number, evaluate

LONGEST_ANSWER = 300
"""Characters of an answer that is compared; a longer one is prose."""
ALGEBRA_CALLS = 6_000_000
"""Calls that algebra may make for one comparison: about a second."""
CLOSE = Fraction(1, 10**9)
"""Relative difference below which two numbers are one if one of them is not exact."""

FORMULA = re.compile(r"[\\^=√²³]|\b(?:sqrt|pi)\b|[A-Za-z\d)] ?/ ?[A-Za-z\d(]")
"""Signs of a formula: anything else is compared as words or as a plain number."""

_MOST_DIGITS = 30
_MOST_POWER = 1_000
_DEEPEST = 12
_TOWER = re.compile(r"(?:\^|\*\*)[\s{(]*[^\s+*/=,;<>]{0,40}?(?:\^|\*\*)")
_EXPONENT = re.compile(r"(?:\^|\*\*)[\s{(]*[-+]?(\d+)")
_REFUSED = re.compile(
    r"!\s*!|\d{3}\s*!|\\(?:sum|prod|int|iint|oint|lim|def|input|include|write|loop|newcommand)(?![a-z])|\d{3}\s*\\choose|\\binom\s*\{\d{3}"
)
_LEAD = re.compile(
    r"^(?:(?:so|thus|therefore|hence),? )?(?:(?:the|final|my) )*(?:answer|result|value)?(?: is| are|:)+\s*", re.I
)
_ABOUT = re.compile(r"^(?:about|approximately|approx\.?|around|roughly|exactly|ca\.|\u2248|~|\\approx)\s*", re.I)
_ASSIGNED = re.compile(r"^([A-Za-z]|\\[a-z]{2,10}|[A-Za-z]_\{?\w{1,3}\}?)\s*(?:=|\u2248)\s*(?=[^=])")
_DECIMALS = re.compile(r"^[-+]?\d[\d,]*\.(\d+)$|^[-+]?\.(\d+)$")
_WORDY = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_KNOWN = frozenset(
    [
        "sqrt",
        "sin",
        "cos",
        "tan",
        "log",
        "exp",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "cot",
        "sec",
        "csc",
        "min",
        "max",
        "abs",
        "and",
        "inf",
        "infty",
        "infinity",
        "pi",
        "frac",
        "theta",
        "alpha",
        "beta",
        "gamma",
        "lambda",
        "or",
    ]
)
_PLAIN_TO_LATEX = (
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"[\u00d7\u22c5\u00b7*]"), r" \\cdot "),
    (re.compile(r"\u00f7"), "/"),
    (re.compile(r"<=|\u2264"), r" \\le "),
    (re.compile(r">=|\u2265"), r" \\ge "),
    (re.compile(r"!=|\u2260"), r" \\ne "),
    (re.compile(r"\u221e|(?<![\\A-Za-z])(?:infinity|inf|oo)(?![A-Za-z])"), r"\\infty "),
    (re.compile(r"\u222a|(?<=[)\]])\s*[uU]\s*(?=[(\[])"), r" \\cup "),
    (re.compile(r"\u2229"), r" \\cap "),
    (re.compile(r"\u221a\s*\(([^()]*)\)|(?<![\\A-Za-z])sqrt\s*\(([^()]*)\)"), r"\\sqrt{\1\2}"),
    (re.compile(r"\u221a\s*(\d+|[a-z])"), r"\\sqrt{\1}"),
    (re.compile(r"\u03c0|(?<![\\A-Za-z])pi(?![A-Za-z])"), r"\\pi "),
    (re.compile(r"(?<![\\A-Za-z])(sin|cos|tan|log|ln|exp|arcsin|arccos|arctan)(?=[\s(])"), r"\\\1"),
    (re.compile(r"\^\(([^()]*)\)"), r"^{\1}"),
    (re.compile(r"\^(-?\d+)"), r"^{\1}"),
    (re.compile(r"\s+(?:or|and)\s+"), r" \\text{ or } "),
    (re.compile(r"\u2212"), "-"),
)


class _Spent(BaseException):
    """The budget of algebra is used up; no Exception, so that the library's own handlers let it through."""


def same_value(wanted: str, found: str) -> bool | None:
    """Whether the two answers have the same value; None where this cannot be told.

    Numbers may be written as fractions, decimals, percentages, roots or LaTeX, with units; a decimal expansion stands for
    its number if it is at least as long as the wanted one. Formulas are compared by algebra, sets without order.
    """
    if max(len(wanted), len(found)) > LONGEST_ANSWER:
        return None
    ours, theirs = _stripped(wanted), _stripped(found)
    if not ours or not theirs:
        return None
    if plain(ours) == plain(theirs):
        return True
    names = [_ASSIGNED.match(text) for text in (ours, theirs)]
    if names[0] and names[1] and names[0][1] != names[1][1]:
        return _by_algebra(ours, theirs)
    numbers = _same_numbers(
        *(text[m.end() :] if m else text for text, m in zip((ours, theirs), names, strict=True)),
    )
    return numbers if numbers is not None else _by_algebra(ours, theirs)


def _stripped(text: str) -> str:
    text = text.strip()
    for _ in range(4):
        before = text
        text = re.sub(r"^(\$\$?)(.*)\1$", r"\2", text, flags=re.S).strip()
        text = re.sub(r"^\\\(|\\\)$|^\\\[|\\\]$|^\*\*|\*\*$|^`|`$", "", text).strip()
        text = re.sub(r"^\\(?:boxed|fbox)\s*\{(.*)\}$", r"\1", text, flags=re.S)
        text = _ABOUT.sub("", _LEAD.sub("", text)).strip()
        if text == before:
            break
    return text.rstrip(".;").rstrip() if not text.endswith("...") else text


def _same_numbers(wanted: str, found: str) -> bool | None:
    """Compared as two numbers with or without units; None if either is none."""
    if _towering(wanted) or _towering(found):
        return None
    ours, theirs = read_amount(undressed(wanted)), read_amount(undressed(found))
    try:
        value, other = evaluate(ours.amount), evaluate(theirs.amount)
    except CalculatorError:
        return None
    if ours.unit and theirs.unit and ours.unit != theirs.unit:
        if ours.kind is None or ours.kind != theirs.kind:
            return False if ours.kind and theirs.kind else None if _close(value, other) else False
        return _close(Fraction(value) * ours.scale, Fraction(other) * theirs.scale)
    if _close(value, other) or _rounds(ours.amount, value, theirs.amount, other):
        return True
    # "48%" and "48" are one answer to "how many percent".
    bare = [evaluate(m.amount.rstrip("% ")) for m in (ours, theirs)] if "%" in ours.amount + theirs.amount else []
    percent = [m.amount.rstrip().endswith("%") for m in (ours, theirs)]
    return bool(bare) and percent[0] != percent[1] and _close(bare[0], bare[1])


def _close(a: Number, b: Number) -> bool:
    exact = isinstance(a, Fraction) and isinstance(b, Fraction)
    return a == b if exact else abs(Fraction(a) - Fraction(b)) <= abs(Fraction(a)) * CLOSE


def _rounds(wanted: str, value: Number, found: str, other: Number) -> bool:
    """Whether one is the other in decimals: a longer expansion of the wanted decimal, or three digits of what has no end."""
    ours, theirs = _places(wanted), _places(found)
    if ours is not None and theirs is not None:
        return ours >= 2 and theirs > ours and _within(other, value, ours)
    if theirs is not None and _digits(found) >= 3 and theirs >= 2:
        return _endless(value) and _within(value, other, theirs)
    return ours is not None and ours >= 2 and _endless(other) and _within(other, value, ours)


def _within(exact: Number, shown: Number, places: int) -> bool:
    return abs(Fraction(exact) - Fraction(shown)) <= Fraction(1, 2 * 10**places)


def _places(text: str) -> int | None:
    m = _DECIMALS.match(text.strip())
    return len(m[1] or m[2]) if m else None


def _digits(text: str) -> int:
    return len(re.sub(r"\D", "", text).lstrip("0"))


def _endless(value: Number) -> bool:
    if isinstance(value, float):
        return True
    bottom = value.denominator
    for prime in (2, 5):
        while bottom % prime == 0:
            bottom //= prime
    return bottom != 1


def _towering(text: str) -> bool:
    """Whether working the text out could take long."""
    depth = deepest = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    powers = 1
    for m in _EXPONENT.finditer(text):
        powers *= max(1, int(m[1][:6]))
    return (
        deepest > _DEEPEST
        or powers > _MOST_POWER
        or re.search(rf"\d{{{_MOST_DIGITS + 1}}}", text) is not None
        or _TOWER.search(text) is not None
        or _REFUSED.search(text) is not None
    )


def _by_algebra(wanted: str, found: str) -> bool | None:
    if any(_towering(text) or not _mathematical(text) for text in (wanted, found)):
        return None
    from latex2sympy2_extended import NormalizationConfig, latex2sympy, normalize_latex
    from math_verify.grader import should_treat_as_complex, sympy_expr_eq

    config = NormalizationConfig(
        basic_latex=True, units=True, malformed_operators=True, nits=True, boxed="all", equations=False
    )

    def parsed(text: str) -> Any:
        latex = normalize_latex(_latex(text), config=config)
        complexes = should_treat_as_complex(latex)
        return latex2sympy(latex, is_real=not complexes, convert_degrees=False, normalization_config=None)

    try:
        with _budget(ALGEBRA_CALLS):
            ours, theirs = parsed(wanted), parsed(found)
            if sympy_expr_eq(ours, theirs, float_rounding=6, numeric_precision=15):
                return True
    # The grammar and the algebra behind it raise whatever they like.
    except (Exception, _Spent):
        return None
    kinds = {_kind(ours), _kind(theirs)}
    sure = (len(kinds) == 1 or kinds == {"formula", "set"}) and not any(
        should_treat_as_complex(text) for text in (wanted, found)
    )
    return False if sure else None


def _mathematical(text: str) -> bool:
    """Whether the text has no words but the names of functions: words would be read as products of letters."""
    bare = re.sub(r"\\(?:text|mathrm|operatorname)\s*\{[^{}]{0,40}\}", " ", text)
    return all(word.lower() in _KNOWN for word in _WORDY.findall(bare)) and any(c.isalnum() for c in bare)


def _latex(text: str) -> str:
    for pattern, instead in _PLAIN_TO_LATEX:
        text = pattern.sub(instead, text)
    return text


def _kind(value: Any) -> str:
    from sympy import And, MatrixBase, Or, Set, Tuple
    from sympy.core.relational import Equality, Relational

    kinds = (
        (Equality, "equation"),
        ((Relational, And, Or), "condition"),
        ((Set, Tuple), "set"),
        (MatrixBase, "matrix"),
    )
    return next((name for types, name in kinds if isinstance(value, types)), "formula")


@contextmanager
def _budget(steps: int) -> Iterator[None]:
    """Stops what runs inside after that many calls of functions, in this thread, by :class:`_Spent`."""
    before = sys.getprofile()
    left = steps

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Spent

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
