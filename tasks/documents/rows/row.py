"""One row of a file of rows, and the column that holds its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.documents.readers import Note
from tasks.text.encoding import detected, remedy

UNDECODED = re.compile(r"[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row, counted from 1 (in jsonl: its line), with its text or its `problem`: reason and detail."""

    number: int
    text: str = ""
    title: str = ""
    notes: tuple[Note, ...] = ()
    problem: tuple[str, str] | None = None


def row_of(number: int, value: Any, title: Any, limit: int, notes: tuple[Note, ...] = ()) -> Row:
    """The row with this text and title, or with the problem that they have."""
    if value is None:
        return Row(number, problem=("empty", "no text"))
    if not isinstance(value, str):
        return Row(number, problem=("bad_row", f"the text is a {type(value).__name__}, not a string"))
    if len(value) > limit:
        return Row(number, problem=too_large(limit))
    if undecoded(value):
        return Row(number, problem=wrong_encoding(value))
    return Row(number, value, title if isinstance(title, str) else "", notes)


def undecoded(text: str) -> bool:
    """Whether bytes that are no UTF-8 stand in it, as escapes."""
    return not text.isascii() and bool(UNDECODED.search(text))


def wrong_encoding(text: str) -> tuple[str, str]:
    return "wrong_encoding", f"not UTF-8; {remedy(detected(text.encode('utf-8', 'surrogateescape')))}"


def too_large(limit: int) -> tuple[str, str]:
    return "too_large", f"more than {limit} characters (max_document_mb)"


def column_of(names: Sequence[str], wanted: str) -> str | None:
    """The column called `wanted`, or the only one called so in capitals; None if there is none."""
    if wanted in names:
        return wanted
    alike = [name for name in names if name.strip().casefold() == wanted.casefold()]
    return alike[0] if len(alike) == 1 else None


def no_column(column: str, columns: Sequence[str]) -> tuple[str, str]:
    seen = UNDECODED.sub("\ufffd", ", ".join(name[:40] for name in columns[:10]))
    return "no_text_column", f"no column '{column}'; the columns are: {seen}. Set text_column"
