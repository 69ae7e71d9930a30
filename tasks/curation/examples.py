"""An example of each reason for which rows fell out: the row, and the one that it matched if that is among the rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tasks.curation.fates import Fates
from tasks.curation.shards import rows_of
from tasks.records import Json


class Example(NamedTuple):
    """A row that fell out."""

    row: Json
    detail: str
    match: str
    """The id of what it matched; empty if it matched nothing."""
    matched: Json | None


def examples(fates: Fates) -> dict[tuple[str, str], Example]:
    """Step and reason -> the first row that fell out for it."""
    first: dict[tuple[str, str], int] = {}
    for row in fates.dropped.tolist():
        step, reason, _, _ = fates.why(row)
        first.setdefault((step, reason), row)
    matches = {fates.why(row)[3] for row in first.values()} - {""}
    numbers = fates.lines.numbers_of(matches)
    rows = _rows(fates, [*first.values(), *numbers.values()])
    found = {}
    for why, row in first.items():
        _, _, detail, match = fates.why(row)
        found[why] = Example(rows[row], detail, match, rows[numbers[match]] if match in numbers else None)
    return found


def _rows(fates: Fates, numbers: Iterable[int]) -> dict[int, Json]:
    """The rows of these numbers, each shard read once."""
    lines, wanted = fates.lines, set(numbers)
    found: dict[int, Json] = {}
    for shard in sorted({int(lines.shard[row]) for row in wanted}):
        ids = {lines.id(row): row for row in wanted if lines.shard[row] == shard}
        found |= {ids[row["id"]]: row for row in rows_of(lines.shards[shard]) if row["id"] in ids}
    return found
