"""What is not known exactly: from its least to its most, with what is likely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from tasks.records import Json


@dataclass(frozen=True)
class Range:
    """A number that will be about `likely`, seldom below `low` and seldom above `high`."""

    low: float
    likely: float
    high: float

    def __mul__(self, factor: float) -> Range:
        return Range(self.low * factor, self.likely * factor, self.high * factor)

    def by(self, other: Range) -> Range:
        """This times another, least by least and so on."""
        return Range(self.low * other.low, self.likely * other.likely, self.high * other.high)

    def told(self, digits: int | None = None) -> Json:
        """The three, rounded."""
        return {name: round(value, digits) for name, value in asdict(self).items()}


def total(ranges: Iterable[Range]) -> Range:
    """All together: as if all were low, likely or high at once."""
    parts = list(ranges)
    return Range(sum(p.low for p in parts), sum(p.likely for p in parts), sum(p.high for p in parts))
