"""Data in a text: Markdown tables, CSV, JSON, sheets of keys and values, and logs, read into columns and rows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

from tasks.text.markdown import FENCE

MAX_TEXT = 60_000
MAX_ROWS = 400
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_PAIR = re.compile(r"^[ \t]*(?:[-*•][ \t]+)?\**([^\W\d_][^:|\n]{0,60}?)\**[ \t]*:\**[ \t]+(\S.{0,160})$")
_LOGGED = re.compile(
    r"^[ \t]*\[?((?:\d{4}-\d{2}-\d{2}[T ,]*)?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?Z?|\d{4}-\d{2}-\d{2})\]?"
    r"[ \t]*[-|,:]?[ \t]+(\S.*)$"
)
_FIGURE = re.compile(r"(?<![\w.])[-+\u2212\u2013(]?(?:[$€£¥][ ]?)?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
_DATED = re.compile(r"\d{4}-\d{2}(?:-\d{2})?|\d{1,2}:\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}")


@dataclass(frozen=True)
class Table:
    """Columns and rows of cells as they stand; `kind` is markdown, csv, json, keys or log."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str

    @cached_property
    def numbers(self) -> dict[int, tuple[Decimal | None, ...]]:
        """Place of each numeric column -> its values; a column is numeric if most of its filled cells are."""
        found = {}
        for place in range(len(self.columns)):
            cells = [row[place] for row in self.rows]
            values = tuple(cell_number(cell) for cell in cells)
            filled = sum(bool(cell.strip(" -\u2013")) for cell in cells)
            wanted = 2 if self.kind == "keys" else max(1, 0.7 * filled)
            if filled and sum(value is not None for value in values) >= wanted and not self._names_rows(place, values):
                found[place] = values
        return found

    def _names_rows(self, place: int, values: tuple[Decimal | None, ...]) -> bool:
        """Whether a first column of figures is there to name the rows: years, or numbers that run on by one."""
        known = [value for value in values if value is not None]
        if place or len(self.columns) < 2 or len(known) < len(values):
            return False
        years = all(value == int(value) and 1500 <= value <= 2200 for value in known)
        running = len(known) > 2 and all(b - a == 1 for a, b in pairwise(known))
        return (years or running) and len(set(known)) == len(known)

    @cached_property
    def label(self) -> int:
        """The place of the column that names the rows: the first that is not numeric, or whose numbers are years."""
        return next((place for place in range(len(self.columns)) if place not in self.numbers), 0)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(row[self.label].strip() for row in self.rows)


def cell_number(cell: str) -> Decimal | None:
    """The one number of a cell with at most a few words or a unit beside it; None for dates, times and prose."""
    text = cell.strip().replace("\u00a0", " ").replace("\u202f", "")
    if not text or len(text) > 40 or _DATED.search(text):
        return None
    found = _FIGURE.findall(text)
    if len(found) != 1 or len(re.findall(r"[^\W\d_]+", text)) > 3:
        return None
    digits = re.sub(r"[^\d.]", "", found[0]).rstrip(".")
    # Of accounts, where the whole cell stands in brackets; "July (78,900 trips)" says so of nothing.
    bracketed = re.match(r"[^\w(]*\(", text) is not None and found[0].startswith("(") and text.endswith(")")
    negative = found[0].startswith(("-", "\u2212", "\u2013")) or bracketed
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    return -value if negative or text.lower().startswith("minus ") else value


@lru_cache(maxsize=64)
def read_tables(text: str) -> tuple[Table, ...]:
    """All data that stands in the text; whatever is no data is passed over."""
    text = text[:MAX_TEXT]
    found: list[Table] = []
    rest = text
    for fence in FENCE.finditer(text):
        if inner := _json(fence[2]) or _csv(fence[2].splitlines()):
            found += inner
            rest = rest.replace(fence[0], "\n")
    start = min((i for i in (rest.find("{"), rest.find("[")) if i >= 0), default=-1)
    end = max(rest.rfind("}"), rest.rfind("]"))
    if 0 <= start < end and (inner := _json(rest[start : end + 1])):
        found += inner
        rest = rest[:start] + rest[end + 1 :]
    return tuple([*found, *_lines(rest.splitlines())])


def _json(text: str) -> list[Table]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return _tables_of(value) if isinstance(value, dict | list) else []


def _tables_of(value: Any) -> list[Table]:
    """Lists of objects as tables, objects of equal lists as columns, the scalars of an object as a sheet."""
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            flat = [_flat(item) for item in value[:MAX_ROWS]]
            columns = tuple(dict.fromkeys(name for item in flat for name in item))
            inner = [
                t for item in value[:MAX_ROWS] for v in item.values() if isinstance(v, list) for t in _tables_of(v)
            ]
            return [Table(columns, tuple(tuple(item.get(c, "") for c in columns) for item in flat), "json"), *inner]
        return []
    lists = {k: v for k, v in value.items() if isinstance(v, list) and v and not isinstance(v[0], dict | list)}
    found = []
    if len(lists) > 1 and len({len(v) for v in lists.values()}) == 1:
        rows = zip(*lists.values(), strict=True)
        found.append(Table(tuple(lists), tuple(tuple(_cell(v) for v in row) for row in rows), "json"))
    keyed = [v for v in value.values() if isinstance(v, dict)]
    if len(keyed) > 1 and len(keyed) == len(value) and len({tuple(v) for v in keyed}) == 1:
        return _tables_of([{"name": name, **inner} for name, inner in value.items()])
    sheet = _flat(value)
    if len(sheet) > 1:
        found.append(Table(("key", "value"), tuple(sheet.items()), "keys"))
    for inner in value.values():
        if isinstance(inner, dict | list):
            found += [t for t in _tables_of(inner) if t.kind != "keys" or not isinstance(inner, dict)]
    return found


def _flat(value: dict[str, Any], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            found |= _flat(inner, f"{above}{name} ")
        elif not isinstance(inner, list):
            found[f"{above}{name}".replace("_", " ")] = _cell(inner)
    return found


def _cell(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _lines(lines: list[str]) -> list[Table]:
    """The tables, comma-separated blocks, sheets and logs among the lines."""
    found: list[Table] = []
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
            continue
        found += _block(block)
        block = []
    return found


def _block(lines: list[str]) -> list[Table]:
    rule = next((i for i, line in enumerate(lines) if i and "|" in line and _RULE.match(line)), None)
    if rule is not None:
        columns = _cells(lines[rule - 1])
        rows = [_cells(line) for line in lines[rule + 1 :] if "|" in line][:MAX_ROWS]
        even = [tuple((row + [""] * len(columns))[: len(columns)]) for row in rows]
        return [Table(tuple(columns), tuple(even), "markdown")] if len(columns) > 1 and even else []
    logged = [m for line in lines if (m := _LOGGED.match(line))]
    if len(logged) > 2:
        return [Table(("time", "entry"), tuple((m[1], m[2]) for m in logged[:MAX_ROWS]), "log")]
    if separated := _csv(lines):
        return separated
    pairs = [m for line in lines if (m := _PAIR.match(line))]
    if len(pairs) > 2 and len(pairs) >= 0.7 * len(lines):
        return [Table(("key", "value"), tuple((m[1].strip(), m[2].strip()) for m in pairs), "keys")]
    return []


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("*`_") for cell in line.strip().strip("|").split("|")]


def _csv(lines: Iterable[str]) -> list[Table]:
    kept = [line for line in lines if line.strip()]
    for skip in range(min(3, len(kept))):
        for delimiter in ",;\t":
            rows = _rows(kept[skip:], delimiter)
            if rows:
                return [Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1 : MAX_ROWS + 1]), "csv")]
    return []


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """The rows if the lines are a separated table: as many cells everywhere, short ones, a header without figures but years."""
    if len(lines) < 3 or delimiter not in lines[0]:
        return []
    try:
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
        ]
    except csv.Error:
        return []
    width = len(rows[0])
    even = [row for row in rows if len(row) == width]
    prose = sum(len(cell.split()) > 8 for row in even for cell in row)
    heads = all(
        cell and (cell_number(cell) is None or (place and _YEAR.fullmatch(cell))) for place, cell in enumerate(rows[0])
    )
    return even if width > 1 and len(even) == len(rows) and heads and 10 * prose < width * len(even) else []
