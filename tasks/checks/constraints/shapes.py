"""Requirements on the shape of the whole answer, each tested on a text: JSON, tables, one value and nothing else."""

from __future__ import annotations

import csv
import re
from typing import Any

from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.counts import Meets, lines
from tasks.records import Record
from tasks.text.json_schema import misfit
from tasks.text.json_values import json_object
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.words import words

_FENCED = re.compile(r"\s*```[^\n`]*\n(.*?)\n?```\s*", re.S)
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_FIGURE = re.compile(r"[-+\u2212]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)")
_MARKDOWN = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]|```|[-*+][ \t]+\S|>[ \t]|\|.*\|[ \t]*$)|\*\*(?=\S)[^*\n]+\*\*|(?<!\w)__(?=\S)[^_\n]+__(?!\w)"
    r"|(?<![*\w])\*(?=[^\s*])[^*\n]+(?<=[^\s*])\*(?![*\w])|(?<!\w)_(?=[^\s_])[^_\n]+(?<=[^\s_])_(?!\w)"
    r"|\[[^\[\]\n]{1,300}\]\([^()\s]{1,600}\)|`[^`\n]+`",
    re.M,
)


def unfenced(text: str) -> str:
    """The answer without a code fence around the whole."""
    fenced = _FENCED.fullmatch(text)
    return (fenced[1] if fenced else text).strip()


def _quoted(text: str, c: Constraint, record: Record) -> str | None:
    whole = reply(record).strip()
    met = len(whole) > 2 and (whole[0], whole[-1]) in {('"', '"'), ("“", "”"), ("«", "»"), ("„", "“")}
    return None if met else "not in double quotes as a whole"


def _plain_text(text: str, c: Constraint, record: Record) -> str | None:
    count = len(_MARKDOWN.findall(reply(record)))
    return f"{count} Markdown marks" if count else None


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))]


def _same_names(found: list[str], wanted: list[str]) -> bool:
    return [words(f) or plain(f) for f in found] == [words(w) or plain(w) for w in wanted]


def _table_columns(text: str, c: Constraint, record: Record) -> str | None:
    rows = [*lines(text), ""]
    problem = "no table"
    for place, line in enumerate(rows[1:], 1):
        if "|" not in line or not _RULE.fullmatch(line) or "|" not in rows[place - 1]:
            continue
        if not _same_names(_cells(rows[place - 1]), c.words):
            problem = "other columns"
            continue
        end = next(i for i in range(place + 1, len(rows)) if "|" not in rows[i])
        body = [_cells(row) for row in rows[place + 1 : end]]
        if any(len(row) != len(c.words) for row in body):
            problem = "a row with too many or too few cells"
        elif c.number > 0 and len(body) != c.number:
            problem = f"{len(body)} rows"
        else:
            return None if body else "no rows"
    return problem


def _csv_columns(text: str, c: Constraint, record: Record) -> str | None:
    whole = unfenced(reply(record))
    for delimiter in ",;\t":
        try:
            rows = [row for row in csv.reader(whole.splitlines(), delimiter=delimiter, skipinitialspace=True) if row]
        except csv.Error:
            continue
        if rows and _same_names(rows[0], c.words):
            if any(len(row) != len(c.words) for row in rows):
                return "a row with too many or too few fields"
            return f"{len(rows) - 1} rows" if 0 < c.number != len(rows) - 1 or len(rows) < 2 else None
    return "no CSV with these columns"


def _object(record: Record) -> dict[str, Any] | None:
    return json_object(unfenced(reply(record)))


def _json(text: str, c: Constraint, record: Record) -> str | None:
    return "no JSON object" if _object(record) is None else None


def _json_keys(text: str, c: Constraint, record: Record) -> str | None:
    if (value := _object(record)) is None:
        return "no JSON object"
    return next((f"key {i} is missing" for i, w in enumerate(c.words, 1) if w not in value), None)


def _json_schema(text: str, c: Constraint, record: Record) -> str | None:
    if (value := _object(record)) is None:
        return "no JSON object"
    problem = misfit(c.words[0] if c.words else "", value)
    return f"does not fit the schema ({problem})" if problem else None


def _two_answers(text: str, c: Constraint, record: Record) -> str | None:
    parts = [plain(p) for p in re.split(r"(?<!\*)\*{6}(?!\*)", reply(record))]
    if len(parts) != 2 or not all(parts):
        return f"{sum(map(bool, parts))} answers"
    return "the same answer twice" if parts[0] == parts[1] else None


def _number_only(text: str, c: Constraint, record: Record) -> str | None:
    whole = reply(record).strip()
    return None if _FIGURE.fullmatch(whole) else "not a number alone"


def _one_of(text: str, c: Constraint, record: Record) -> str | None:
    said = plain(reply(record)).strip("*\"'").rstrip(".")
    return None if said in {plain(w).strip("*\"'").rstrip(".") for w in c.words} else "none of the allowed answers"


SHAPES: dict[str, Meets] = {
    "quoted": _quoted,
    "plain_text": _plain_text,
    "table_columns": _table_columns,
    "csv_columns": _csv_columns,
    "json": _json,
    "json_keys": _json_keys,
    "json_schema": _json_schema,
    "two_answers": _two_answers,
    "number_only": _number_only,
    "one_of": _one_of,
}
