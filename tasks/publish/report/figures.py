"""Numbers, names and links as the page writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlencode

from tasks.records import Json


def money(dollars: float | None) -> str:
    """US dollars to the cent, or finer where there are few; unknown is not zero."""
    if dollars is None:
        return "unknown"
    return f"${dollars:,.2f}" if dollars >= 1 or not dollars else f"${dollars:.4f}"


def short(number: float) -> str:
    """A large number in three digits or so."""
    for size, unit in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if number >= size:
            return f"{number / (1e3 if unit == 'k' else size):.3g} {unit}"
    return f"{number:,.0f}"


def share(part: float, whole: float) -> str:
    """A part in hundredths; a small one with a decimal place, so that it does not read as none."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    return f"{percent:.1f}%" if 0 < percent < 10 else f"{percent:.0f}%"


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def spoken(name: str) -> str:
    """A name of the catalogue as words."""
    return name.replace("_", " ")


def records(**wanted: str) -> str:
    """A link to the page's records that are so."""
    return f"#records&{urlencode(wanted, quote_via=quote)}"


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which this part of the sorted values lies."""
    return values[min(len(values) - 1, int(part * len(values)))]


def taken(parts: Iterable[Json]) -> Json:
    """Calls with their tokens and cost, in all; the cost of one that is unknown makes the whole unknown."""
    parts = list(parts)
    costs = [part.get("cost_usd") for part in parts]
    known = [cost for cost in costs if cost is not None]
    names = ("calls", "prompt_tokens", "completion_tokens")
    totals = {name: sum(part.get(name) or 0 for part in parts) for name in names}
    return {**totals, "cost_usd": sum(known) if len(known) == len(costs) else None}
