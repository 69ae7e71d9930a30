"""Requirements on the shape of the whole answer: JSON, tables, one value and nothing else."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from typing import Any

from tasks.checks.constraints.parts import filled_lines
from tasks.checks.constraints.requirement import ConstraintLike, Requirement, StatedNumber, StatedWords
from tasks.records import Record
from tasks.text.json_schema import is_usable, misfit
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


def _quoted(text: str, c: ConstraintLike, record: Record) -> str | None:
    whole = reply(record).strip()
    met = len(whole) > 2 and (whole[0], whole[-1]) in {('"', '"'), ("“", "”"), ("«", "»"), ("„", "“")}
    return None if met else "not in double quotes as a whole"


def _plain_text(text: str, c: ConstraintLike, record: Record) -> str | None:
    count = len(_MARKDOWN.findall(reply(record)))
    return f"{count} Markdown marks" if count else None


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))]


def _same_names(found: list[str], wanted: Sequence[str]) -> bool:
    return [words(f) or plain(f) for f in found] == [words(w) or plain(w) for w in wanted]


def _table_columns(text: str, c: ConstraintLike, record: Record) -> str | None:
    rows = [*filled_lines(text), ""]
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


def _columns(c: ConstraintLike, record: Record) -> str | None:
    return _distinct(c, record) or ("fewer than two columns" if len(c.words) < 2 else None)


def _distinct(c: ConstraintLike, record: Record) -> str | None:
    return "a name comes twice" if len({plain(w) for w in c.words}) < len(c.words) else None


def _csv_columns(text: str, c: ConstraintLike, record: Record) -> str | None:
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


def _json(text: str, c: ConstraintLike, record: Record) -> str | None:
    return "no JSON object" if _object(record) is None else None


def _json_keys(text: str, c: ConstraintLike, record: Record) -> str | None:
    if (value := _object(record)) is None:
        return "no JSON object"
    return next((f"key {i} is missing" for i, w in enumerate(c.words, 1) if w not in value), None)


def _json_schema(text: str, c: ConstraintLike, record: Record) -> str | None:
    if (value := _object(record)) is None:
        return "no JSON object"
    problem = misfit(c.words[0] if c.words else "", value)
    return f"does not fit the schema ({problem})" if problem else None


def _object_schema(c: ConstraintLike, record: Record) -> str | None:
    if not is_usable(c.words[0]):
        return "no usable schema"
    return None if json.loads(c.words[0]).get("type", "object") == "object" else "not of an object"


def _schema_stated(schema: str, said: str) -> bool:
    if re.sub(r"\s", "", plain(schema)) in re.sub(r"\s", "", said):
        return True
    try:
        names = list((json.loads(schema).get("properties") or {}).keys())
    except (ValueError, AttributeError, RecursionError):
        return False
    return bool(names) and all(plain(name) in said for name in names)


def _announced(text: str, c: ConstraintLike) -> str:
    return f"Here it is: {text}"


def _two_answers(text: str, c: ConstraintLike, record: Record) -> str | None:
    parts = [plain(p) for p in re.split(r"(?<!\*)\*{6}(?!\*)", reply(record))]
    if len(parts) != 2 or not all(parts):
        return f"{sum(map(bool, parts))} answers"
    return "the same answer twice" if parts[0] == parts[1] else None


def _number_only(text: str, c: ConstraintLike, record: Record) -> str | None:
    whole = reply(record).strip()
    return None if _FIGURE.fullmatch(whole) else "not a number alone"


def _one_of(text: str, c: ConstraintLike, record: Record) -> str | None:
    said = plain(reply(record)).strip("*\"'").rstrip(".")
    return None if said in {plain(w).strip("*\"'").rstrip(".") for w in c.words} else "none of the allowed answers"


def _choice(c: ConstraintLike, record: Record) -> str | None:
    return "fewer than two answers" if len({plain(w) for w in c.words}) < 2 else None


_JSON_CUE = r"\bjson\b"

SHAPES = (
    Requirement(
        "quoted",
        met=_quoted,
        broken=lambda text, c: f"{text} That is all.",
        cue=r"\bquot|\binverted commas?\b",
        repeatable=True,
        form="prose",
        mark='"',
    ),
    Requirement(
        "plain_text",
        met=_plain_text,
        broken=lambda text, c: f"# An answer\n\n{text}",
        cue=r"\bplain text\b|\bmarkdown\b|\bformatting\b|\bunformatted\b|\bmarkup\b|\bno marks\b",
        repeatable=True,
        whole=True,
        light=False,
    ),
    Requirement(
        "table_columns",
        met=_table_columns,
        broken=lambda text, c: text.replace("|", " "),
        cue=r"\btable|\bcolumns?\b|\btabular",
        number=StatedNumber(least=0),
        words=StatedWords(),
        sound=_columns,
        repeatable=True,
        form="prose",
        markdown=True,
    ),
    Requirement(
        "csv_columns",
        met=_csv_columns,
        broken=lambda text, c: f"{text}\nThat is all.",
        cue=r"\bcsv\b|\bcomma-?\s?separated|\bsemicolon-?\s?separated|\bcolumns?\b",
        number=StatedNumber(least=0),
        words=StatedWords(),
        sound=_columns,
        repeatable=True,
        form="csv",
        mark=",",
    ),
    Requirement(
        "json",
        met=_json,
        broken=_announced,
        cue=_JSON_CUE,
        repeatable=True,
        short=True,
        form="json",
        mark='"',
    ),
    Requirement(
        "json_keys",
        met=_json_keys,
        broken=_announced,
        cue=_JSON_CUE,
        words=StatedWords(),
        sound=_distinct,
        form="json",
        mark='"',
    ),
    Requirement(
        "json_schema",
        met=_json_schema,
        broken=_announced,
        cue=_JSON_CUE,
        words=StatedWords(most=1, stated=_schema_stated),
        sound=_object_schema,
        form="json",
        mark='"',
    ),
    Requirement(
        "two_answers",
        met=_two_answers,
        broken=lambda text, c: text.split("******")[0],
        cue=r"\*{6}|\basterisks?\b",
        repeatable=True,
        light=False,
        form="prose",
        mark="*",
    ),
    Requirement(
        "number_only",
        met=_number_only,
        broken=_announced,
        cue=r"\bnumber|\bdigits?\b|\bfigures?\b|\bnumeral|\binteger",
        repeatable=True,
        light=False,
        short=True,
        form="value",
    ),
    Requirement(
        "one_of",
        met=_one_of,
        broken=_announced,
        words=StatedWords(least=0),
        sound=_choice,
        light=False,
        short=True,
        form="value",
    ),
)
