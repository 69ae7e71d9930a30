"""The amounts of an equation with their units: how large a side is in base units, and whether two sides measure the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from tasks.text.units import Unit, read_unit
from tasks.tools.calculator import CalculatorError, evaluate


@dataclass(frozen=True)
class Measures:
    """One side of an equation."""

    expression: str
    numbers: tuple[tuple[str, str], ...]
    """Each number of the expression that a unit follows, with the unit, in order."""
    unit: str = ""
    """The unit behind the whole side."""

    def units(self) -> list[Unit] | None:
        """The units, that of the whole side last; None if one of them is unknown."""
        found = [read_unit(name) for name in (*(unit for _, unit in self.numbers), self.unit)]
        return None if None in found else [u for u in found if u is not None]

    def size(self, base: str = "") -> Fraction | None:
        """The value in base units; with a base, in one half as large. None if that cannot be told."""
        units = self.units()
        if units is None:
            return None
        factors = [u.scale * Fraction(2) ** u.powers.get(base, 0) for u in units]
        said, at = self.expression, 0
        for (number, _), factor in zip(self.numbers, factors, strict=False):
            place = said.find(number, at) if number else -1
            if place < 0:
                return None
            amount = f"({number}*({factor.numerator}/{factor.denominator}))"
            said, at = said[:place] + amount + said[place + len(number) :], place + len(amount)
        try:
            return Fraction(evaluate(f"({said})")) * factors[-1]
        except CalculatorError:
            return None

    def differs(self, other: Measures) -> bool:
        """Whether both sides have known units and some of them measure one thing in different sizes."""
        units = [u for side in (self, other) for u in side.units() or [] if u.powers]
        kinds = [tuple(sorted(u.powers.items())) for u in units]
        return any(
            a == b and u.scale != v.scale
            for a, u in zip(kinds, units, strict=True)
            for b, v in zip(kinds, units, strict=True)
        )


def consistent(left: Measures, right: Measures) -> bool:
    """Whether both sides surely measure the same, so that their sizes can be compared."""
    bases = {base for side in (left, right) for unit in side.units() or [] for base in unit.powers}
    if not bases or any(re.search(r"[-+]", side.expression) for side in (left, right)):
        return False
    for base in bases:
        grown = [(side.size(), side.size(base)) for side in (left, right)]
        ratios = [after / before for before, after in grown if before and after]
        if len(ratios) < 2 or abs(ratios[0] - ratios[1]) > ratios[0] / 10**6:
            return False
    return True
