"""What statistics give of a table's columns: spread, growth from row to row, products of two columns, correlation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from statistics import StatisticsError, correlation, median, pstdev, pvariance, quantiles, stdev, variance

from tasks.text.tables import Table

_MOST_ROWS = 40
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")


def spreads(columns: Iterable[Sequence[Fraction]]) -> Iterator[float]:
    """Standard deviations, variances, their share of the mean in per cent, quartiles and what lies between them."""
    for column in columns:
        values = [float(v) for v in column]
        if len(values) < 2:
            continue
        mean = sum(values) / len(values)
        for deviation in (stdev(values), pstdev(values)):
            yield deviation
            yield deviation / len(values) ** 0.5
            yield from [100 * deviation / mean, deviation / mean] if mean else []
        yield from (variance(values), pvariance(values), sum(abs(v - mean) for v in values) / len(values))
        middle = median(values)
        yield median(abs(v - middle) for v in values)
        for method in ("inclusive", "exclusive"):
            low, _, high = quantiles(values, n=4, method=method)
            yield from (low, high, high - low)
        ordered = sorted(values)
        below, above = ordered[: len(ordered) // 2], ordered[(len(ordered) + 1) // 2 :]
        yield from (median(below), median(above), median(above) - median(below))


def growths(table: Table) -> Iterator[float]:
    """Growth per step in per cent, compounded and on average, between any two rows; a step is a row or a year."""
    years = [int(m[0]) if (m := _YEAR.search(label)) else None for label in table.labels]
    for values in table.numbers.values():
        if len(values) > _MOST_ROWS:
            continue
        for i, j in combinations(range(len(values)), 2):
            a, b = values[i], values[j]
            if a is None or b is None or a <= 0 or b <= 0:
                continue
            first, last = years[i], years[j]
            steps = {j - i, abs(last - first) if first is not None and last is not None else j - i} - {0}
            for n in steps:
                yield 100 * (float(b / a) ** (1 / n) - 1)
                yield float(b - a) / n
                yield 100 * float(b - a) / float(a) / n
        steps_up = [100 * float(b / a - 1) for a, b in pairwise(values) if a and b is not None]
        yield from [sum(steps_up) / len(steps_up)] if steps_up else []


def products(table: Table) -> Iterator[Fraction]:
    """Products of two columns row by row, their sum, and the mean of one weighted with the other."""
    for one, other in combinations(table.numbers.values(), 2):
        pairs = [(Fraction(a), Fraction(b)) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
        if not pairs or len(pairs) > _MOST_ROWS:
            continue
        yield from (a * b for a, b in pairs)
        total = sum((a * b for a, b in pairs), Fraction(0))
        yield total
        for weights in zip(*pairs, strict=True):
            if whole := sum(weights, Fraction(0)):
                yield total / whole


def correlations(table: Table) -> Iterator[float]:
    """How closely two columns go together, from -1 to 1, and its square."""
    for one, other in combinations(table.numbers.values(), 2):
        pairs = [(float(a), float(b)) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
        if len(pairs) > 2:
            try:
                found = correlation(*zip(*pairs, strict=True))
            except StatisticsError:  # a column that stays the same
                continue
            yield from (found, found * found)


def rests(columns: Iterable[Sequence[Fraction]]) -> Iterator[Fraction]:
    """Totals without one or two of their parts."""
    for column in columns:
        total = sum(column, Fraction(0))
        if 2 < len(column) <= _MOST_ROWS:
            yield from (total - v for v in column)
            yield from (total - a - b for a, b in combinations(column, 2) if len(column) > 3)


def years_apart(text: str) -> Iterator[int]:
    """Years between any two years that the text names."""
    named = sorted({int(m) for m in _YEAR.findall(text)})[:_MOST_ROWS]
    yield from (b - a for a, b in combinations(named, 2))
