"""The ends of an estimate's range worked out again where the response shows how it comes to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from tasks.checks.figures import Figure, figures, prepare

_LABEL = re.compile(
    r"\b(?:(?P<low>low|lower|lowest|least|minimum|at the bottom|pessimistic|cautious)"
    r"|(?P<high>high|higher|highest|upper|most|maximum|at the top|optimistic|generous))\b",
    re.I,
)
_FIGURE = r"[$€£]?\d[\d,]*(?:\.\d+)?(?: ?%| ?(?:thousand|million|billion|trillion)\b)?"
_UNIT = r"(?: ?(?!x\b)[^\W\d_][\w²³-]*+(?:/[^\W\d_][\w²³]*+)*+){0,3}"
_SIGN = r"\s*[x×*·÷/]\s*"
_PRODUCT = re.compile(rf"(?<![\d.,]){_FIGURE}(?:{_UNIT}{_SIGN}{_FIGURE})+")
_OPERATOR = re.compile(r"[x×*·÷/]")
_GOES_ON = re.compile(rf"{_UNIT}\s*\)?\s*[-+\u2212×*·÷/]\s*[(\d]")
_BEFORE = re.compile(r"[-+\u2212x×*·÷/(]\s*\(*\s*\Z")
_ROUNDED = Fraction(1, 10)
"""Share by which an end may be rounded against its product."""
_OTHER = 3
"""An end further off than so many times is in another unit, or of another thing."""


def other_ends(text: str, pairs: Sequence[tuple[Figure, Figure]], value: Fraction) -> bool:
    """Whether an end that is told, beside its product or as that of a range around the estimate, is not the product."""
    read = prepare(text)
    around = [
        (a.scaled, b.scaled)
        for a, b in pairs
        if a.scaled <= value <= b.scaled
        # Two figures joined by "and" are a range only where they stand after "between".
        and (" and " not in read[a.end : b.start] or "between" in read[max(0, a.start - 20) : a.start].lower())
    ]
    for end, product, behind in _worked(text):
        if behind and _off(product, behind):
            return True
        if around and _off(product, [pair[end] for pair in around]):
            return True
    return False


def _worked(text: str) -> Iterator[tuple[int, Fraction, list[Fraction]]]:
    """Which end (0 the low one), the last product that is shown for it, and the figures that follow the product."""
    for line in text.splitlines():
        labels = list(_LABEL.finditer(line))
        for label, after in pairwise([*labels, None]):
            part = line[label.end() : after.start() if after else len(line)] if label else ""
            found = list(_PRODUCT.finditer(part))
            if found and not _GOES_ON.match(part, found[-1].end()) and not _BEFORE.search(part[: found[-1].start()]):
                behind = [f.scaled for f in figures(part[found[-1].end() :])]
                yield int(label is not None and bool(label["high"])), _product(found[-1][0]), behind


def _product(said: str) -> Fraction:
    signs = [sign for sign in _OPERATOR.findall(re.sub(r"(?<=[^\W\d_])/(?=[^\W\d_])", "", said))]
    first, *others = (_value(m[0]) for m in re.finditer(_FIGURE, said))
    for sign, factor in zip(signs, others, strict=True):
        first = first / (factor or 1) if sign in "÷/" else first * factor
    return first


def _value(said: str) -> Fraction:
    figure = figures(said)[0]
    return figure.scaled / 100 if said.endswith("%") else figure.scaled


def _off(product: Fraction, told: Sequence[Fraction]) -> bool:
    """Whether figures of its size are told, and none is the product within rounding."""
    near = [f for f in told if product and product / _OTHER <= f <= product * _OTHER]
    return bool(near) and not any(abs(f - product) <= _ROUNDED * product for f in near)
