"""The offline transformation into data: a table that the seed holds, or its sentences counted, in a drawn format."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from random import Random

from tasks.offline.passage import NUMBER, WORD, Passage
from tasks.text.tables import Table, read_tables

_MOST = 12
_QUOTES = re.compile(r"[“”\"|`{}<>*\[\]]")


def tabulated(sentences: list[str], text: Passage, draw: Random) -> str:
    """The seed as data that can be read back; `UNSUITABLE: ...` if it has neither a table nor three sentences."""
    table = best(text.raw)
    title = "Data from the text"
    if table is None or draw.random() < 0.3:
        counted = _counted(sentences)
        table, title = (counted, "Sentences of the text, counted") if counted else (table, title)
    if table is None:
        return "UNSUITABLE: the material holds too few sentences and figures to make data of."
    rows = table.rows[:_MOST]
    shape = draw.choice((_markdown, _csv, _json))
    return f"{title}\n\n{shape(table.columns, rows)}" if shape is not _json else shape(table.columns, rows)


def best(text: str) -> Table | None:
    """The table of the text with most rows, if it has names for its rows and a column of numbers."""
    fit = [
        t for t in read_tables(text) if t.kind not in {"keys", "log"} and len(t.rows) > 1 and columns(t) and _named(t)
    ]
    return max(fit, key=lambda t: len(t.rows), default=None)


def columns(table: Table) -> list[int]:
    """The numeric columns without gaps whose names can be quoted."""
    return [
        place
        for place, values in table.numbers.items()
        if all(v is not None and v >= 0 for v in values)
        and not _QUOTES.search(table.columns[place])
        and table.columns[place]
    ]


def _named(table: Table) -> bool:
    plain = [label for label in table.labels if label and not _QUOTES.search(label)]
    return len(set(plain)) == len(table.rows)


def _counted(sentences: list[str]) -> Table | None:
    rows: dict[str, tuple[str, ...]] = {}
    for sentence in sentences:
        opening = " ".join(WORD.findall(sentence)[:4])
        if len(opening) > 8 and not NUMBER.search(opening) and not _QUOTES.search(opening):
            words = WORD.findall(sentence)
            longest = max(map(len, words))
            rows.setdefault(opening.lower(), (opening, str(len(words)), str(sum(map(len, words))), str(longest)))
    found = tuple(rows.values())[:_MOST]
    return Table(("Sentence", "Words", "Letters", "Longest word"), found, "markdown") if len(found) > 2 else None


def _markdown(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _csv(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([names, *rows])
    return out.getvalue().strip()


def _json(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    records = [{name: _value(cell) for name, cell in zip(names, row, strict=True)} for row in rows]
    return json.dumps(records, ensure_ascii=False, indent=1)


def _value(cell: str) -> object:
    return int(cell) if re.fullmatch(r"[1-9]\d{0,9}|0", cell) else cell
