"""What was measured beside what it is to be: one line a figure, ratios first, so that `make bench` ends in one table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One figure with its bound."""

    what: str
    figure: float
    bound: float | None
    """None for what is only told."""
    least: bool = False
    """Whether the bound is a least, and not a most."""
    unit: str = ""
    """Empty for a ratio."""
    how: str = ""
    """What it was measured over."""

    @property
    def verdict(self) -> str:
        """Whether the figure keeps its bound; empty where it has none."""
        if self.bound is None:
            return ""
        kept = self.figure >= self.bound if self.least else self.figure <= self.bound
        return "kept" if kept else "MISSED"


def print_table(measures: Iterable[Measure]) -> None:
    """Print the measures, ratios first."""
    for each in sorted(measures, key=lambda measure: bool(measure.unit)):
        unit = f" {each.unit}" if each.unit else ""
        sign = ">=" if each.least else "<="
        bound = "" if each.bound is None else f"{sign} {each.bound:,.4g}{unit}"
        print(f"{each.verdict:<6} {each.figure:>12,.4g}{unit} {bound:<14} {each.what:<56} {each.how}".rstrip())
