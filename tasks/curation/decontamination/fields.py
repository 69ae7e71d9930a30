"""Rows of a benchmark as items: which fields hold the question and its options, by name where nobody says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.curation.decontamination.index import Item

ABOUT = ("passage", "context", "article", "story", "background", "sentence")
QUESTIONS = (
    "question", "prompt", "instruction", "problem", "query", "input", "text", "goal", "ctx", "premise", "turns", "messages",
    "task", "description", "content",
)  # fmt: skip
OPTIONS = ("choices", "options", "endings", "answers", "mc1_targets", "target_scores", "candidates")
_OPTION_COLUMNS = (
    tuple("abcdefghij"),
    *(
        tuple(f"{name}{number}" for number in range(11))
        for name in ("choice", "choice_", "option", "option_", "ending", "sol")
    ),
    *(tuple(f"{name}{letter}" for letter in "abcdefghij") for name in ("choice_", "option_", "option")),
)
IDS = ("id", "task_id", "question_id", "query_id", "key", "uid", "idx", "index", "name")
_SAYING = ("text", "content", "value", "choices", "input", "prompt")


class BenchmarkError(ValueError):
    """A benchmark that cannot be read, in words for the person who named it."""


@dataclass(frozen=True)
class Fields:
    """Which fields of a row are read; where empty, the first that has one of the usual names."""

    question: tuple[str, ...] = ()
    """One after the other: a passage, then what is asked about it."""
    options: tuple[str, ...] = ()


def items_of(
    rows: Iterable[Mapping[str, object]], benchmark: str, where: str, fields: Fields | None = None
) -> list[Item]:
    """The items of these rows; `where` names the file or data set in what is said of one that does not fit."""
    given, found, empty = fields or Fields(), [], 0
    read: Fields | None = None
    for number, row in enumerate(rows, 1):
        if read is None or any(name not in row for name in read.question):
            read = _fields(row, given, where, number)
        text = _asked(row, read)
        if not text.strip():
            empty += 1
            continue
        found.append(Item(benchmark, _id(row, number), text))
    if not found:
        what = f"{empty:,} rows, all of them without a question in {', '.join(read.question)}" if read else "no row"
        raise BenchmarkError(f"{where} holds {what}: name a file with one item of the benchmark in each row")
    return found


def _fields(row: Mapping[str, object], given: Fields, where: str, number: int) -> Fields:
    """The names of the fields as this row spells them."""
    known = {name.casefold(): name for name in row}
    if lacking := [name for name in (*given.question, *given.options) if name.casefold() not in known]:
        raise BenchmarkError(f"{where}, row {number}, has no field '{lacking[0]}'; it has {_told(row)}")
    if given.question:
        return Fields(
            tuple(known[n.casefold()] for n in given.question), tuple(known[n.casefold()] for n in given.options)
        )
    if not (asked := [known[name] for name in QUESTIONS if name in known]):
        raise BenchmarkError(
            f"{where}, row {number}, has no field that looks like a question; it has {_told(row)}; rename the one that holds the "
            f"question to one of {', '.join(QUESTIONS)}"
        )
    about = [known[name] for name in ABOUT if name in known]
    more = ["input"] if asked[0] == "instruction" and "input" in known else []
    options = [known[name] for name in OPTIONS if name in known and not isinstance(row[known[name]], str)][:1]
    for columns in _OPTION_COLUMNS:
        options = options or [known[name] for name in columns if name in known and columns[1] in known]
    return Fields((*about, asked[0], *more), tuple(options))


def _told(row: Mapping[str, object]) -> str:
    return ", ".join(sorted(row)) or "no field at all"


def _asked(row: Mapping[str, object], fields: Fields) -> str:
    parts = [text for name in fields.question for text in said(row.get(name)) if text]
    options = [" ".join(text.split()) for name in fields.options for text in said(row.get(name)) if text]
    labels = (chr(ord("A") + place) if place < 26 else str(place + 1) for place in range(len(options)))
    return "\n".join([*parts, *(f"({label}) {option}" for label, option in zip(labels, options, strict=True))])


def said(value: object) -> list[str]:
    """The texts of a field: a text, a list of them, messages, or options by letter or beside their letters."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        for name in _SAYING:
            if name in value:
                return said(value[name])
        texts = list(value.values())
        return (
            [text for each in texts for text in said(each)]
            if any(isinstance(t, str) for t in texts)
            else list(map(str, value))
        )
    if isinstance(value, Sequence):
        return [text for each in value for text in said(each)]
    return [] if value is None else [str(value)]


def _id(row: Mapping[str, object], number: int) -> str:
    known = {name.casefold(): row[name] for name in row}
    found = next((known[name] for name in IDS if isinstance(known.get(name), str | int)), None)
    return str(number) if found is None else str(found)
