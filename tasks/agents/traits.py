"""What a passage or a seed has, as a program sees it at little cost, so that nothing is drawn that it cannot carry."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

from tasks.records import Record
from tasks.text.dates import MONTHS, named_dates
from tasks.text.numbers import quantities
from tasks.text.tables import read_tables

Traits = Mapping[str, Callable[[Record], bool]]
_FEWEST = 2
_TABLE_ROWS = 3
_DATED = re.compile(
    r"(?<![\d.,])(?:(?:1[5-9]|20)\d\d(?:-\d\d-\d\d)?|\d{1,2}[./]\d{1,2}[./]\d{2,4})(?![\d%]|[.,]\d)"
    rf"|\b(?:{'|'.join(name.capitalize() for name in MONTHS)})\b"
)


def _dates(passage: str) -> bool:
    found = set(named_dates(passage)) | {match[0] for match in _DATED.finditer(passage)}
    return len(found) >= _FEWEST


def _figures(passage: str) -> bool:
    found: set[Decimal] = set()
    for paragraph in passage.split("\n\n"):  # most often the first has enough
        found.update(value for value, _ in quantities(paragraph))
        if len(found) >= _FEWEST:
            return True
    return False


def _table(passage: str) -> bool:
    laid_out = (table for table in read_tables(passage) if table.kind in ("markdown", "csv", "json"))
    return any(len(table.rows) >= _TABLE_ROWS and len(table.columns) >= _FEWEST for table in laid_out)


def _of_passage(trait: Callable[[str], bool]) -> Callable[[Record], bool]:
    """The trait of a record; a passage is asked for it once for all the tasks that it may carry."""
    known = lru_cache(maxsize=256)(trait)
    return lambda record: known(record.passage)


TRAITS: Traits = {
    name: _of_passage(trait) for name, trait in (("dates", _dates), ("figures", _figures), ("table", _table))
}
"""Those of any text; a kind may have more."""


def has(record: Record, names: tuple[str, ...], own: Traits) -> bool:
    """Whether the passage has all of the named traits, of which `own` are the kind's."""
    return all({**TRAITS, **own}[name](record) for name in names)
