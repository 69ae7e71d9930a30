"""An amount in one unit said to be an amount in another, and a slip of a power of ten between them."""

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
_AS_ROUNDED = Fraction(1, 20)
_POWERS = [Fraction(10) ** n for n in range(-6, 7) if n]


def slipped_conversions(line: str) -> Iterator[str]:
    """Each statement of the line like "200 W = 2 kW", whose amounts are of one kind and a power of ten apart.

    What differs otherwise may be meant: a working day of 8 hours, clocks of two zones. "1 cm = 1 km" is a scale.
    """
    if len(line) > _LONGEST or not ("=" in line or "≈" in line):
        return
    said = flat(line)
    for one, other in pairwise(find_quantities(line)):
        between, before = said[one.end : other.start], said[max(0, one.start - 12) : one.start]
        if _EQUALS.fullmatch(between) and not _OPERATOR.search(before) and one.number != 1 and _slipped(one, other):
            yield said[one.start : other.end]


def _slipped(one: Quantity, other: Quantity) -> bool:
    """Whether readings of one kind are a power of ten apart, and none is near the other's."""
    if one.is_plain or other.is_plain:
        return False
    ratios = [b / a for kind, a in one.readings for same, b in other.readings if kind == same and a]
    return not any(_near(ratio, Fraction(1)) for ratio in ratios) and any(_near(r, p) for r in ratios for p in _POWERS)


def _near(ratio: Fraction, power: Fraction) -> bool:
    return abs(ratio - power) <= _AS_ROUNDED * power
