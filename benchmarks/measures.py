"""What was measured beside what it is to be: one line a figure, ratios first, so that `make bench` ends in one table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One figure with its bound."""

    what: str
    figure: float
    bound: float
    least: bool = False
    """Whether the bound is a least, and not a most."""
    unit: str = ""
    """Empty for a ratio."""
    how: str = ""
    """What it was measured over."""

    @property
    def met(self) -> bool:
        """Whether the figure keeps its bound."""
        return self.figure >= self.bound if self.least else self.figure <= self.bound


def print_table(measures: Iterable[Measure]) -> None:
    """Print the measures, ratios first."""
    for each in sorted(measures, key=lambda measure: bool(measure.unit)):
        figure, bound = (f"{number:,.4g}{each.unit and ' '}{each.unit}" for number in (each.figure, each.bound))
        sign = ">=" if each.least else "<="
        print(
            f"{'kept  ' if each.met else 'MISSED'} {figure:>14} {sign} {bound:<12} {each.what:<56} {each.how}".rstrip()
        )
