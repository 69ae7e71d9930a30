"""Whether the dates of a text are among those that another one shows."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.text.quantities import Quantity, find_quantities


def unshown_dates(text: str, seen: str) -> list[Quantity]:
    """The dates of the text that `seen` does not have in any notation; a year that either leaves out makes no difference."""
    shown = list(_dates(seen))
    return [q for q in _dates(text) if not any(_one_day(q, other) for other in shown)]


def _dates(text: str) -> Iterator[Quantity]:
    return (q for q in find_quantities(text) if any(kind in ("date", "day") for kind, _ in q.readings))


def _one_day(one: Quantity, other: Quantity) -> bool:
    return any(
        value == its if kind == its_kind else value % 10_000 == its % 10_000
        for kind, value in one.readings
        for its_kind, its in other.readings
        if kind in ("date", "day") and its_kind in ("date", "day")
    )
