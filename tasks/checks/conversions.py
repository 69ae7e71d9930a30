"""An amount in one unit said to be an amount in another: whether the two are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from tasks.text.quantities import Quantity, find_quantities, flat

_EQUALS = re.compile(r"\s*(?:=|≈)\s*(?:about |roughly |~)?\s*")
_OPERATOR = re.compile(r"[-+*/×·÷^−\u2013]\s*$|\b(?:times|plus|minus|by|per|of|over)\s*$", re.I)
_LONGEST = 2000
"""Characters of a line of working; a longer one is none."""
_ALIKE = Fraction(1, 5)
"""Relative difference up to which one may be the other rounded."""


def wrong_conversions(text: str) -> Iterator[int]:
    """The number, from 1, of each statement like "200 W = 2 kW" of two amounts of one kind that differ."""
    number = 0
    for line in text.splitlines():
        if len(line) > _LONGEST or not ("=" in line or "≈" in line):
            continue
        said = flat(line)
        for one, other in pairwise(find_quantities(line)):
            between, before = said[one.end : other.start], said[max(0, one.start - 12) : one.start]
            if not _EQUALS.fullmatch(between) or _OPERATOR.search(before) or one.is_plain or other.is_plain:
                continue
            if same := _kinds(one) & _kinds(other):
                number += 1
                if not any(_near(one, other, kind) for kind in same):
                    yield number


def _kinds(quantity: Quantity) -> set[str]:
    return {kind for kind, _ in quantity.readings}


def _near(one: Quantity, other: Quantity, kind: str) -> bool:
    """Whether one reading of this kind is near the other's."""
    firsts = [value for name, value in one.readings if name == kind]
    seconds = [value for name, value in other.readings if name == kind]
    return any(abs(a - b) <= _ALIKE * max(abs(a), abs(b)) for a in firsts for b in seconds)
