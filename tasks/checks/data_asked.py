"""Whether a text about data tells what the task asks of its columns and rows, and names rows and columns as the data does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tasks.checks.check import Doubt
from tasks.checks.figures import figures
from tasks.records import Record
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.tables import Table, read_tables
from tasks.text.words import bare, holds

_HIGH = re.compile(r"\b(?:highest|largest|maximum|greatest|biggest|most)\b", re.I)
_LOW = re.compile(r"\b(?:lowest|smallest|minimum|fewest|least)\b", re.I)
_MEAN = re.compile(r"\b(?:average|mean)\b", re.I)
_TOTAL = re.compile(r"\b(?:total|sum|adds? up to|altogether)\b", re.I)
_WHICH = re.compile(r"\b(?:which of|compare|whether)\b", re.I)
_ENDS = re.compile(r"\bfrom (?:the )?first (?:\w+ )?to (?:the )?last\b", re.I)
_ROWS = re.compile(r"\b(?:how many|number of) (?:rows|entries|records)\b", re.I)
_GOES = re.compile(
    r"\b(?:r[io]s\w+|rose|increas\w+|gr[eo]w\w*|climb\w*|gain\w*|up|f[ae]ll\w*|drop\w*|declin\w+|decreas\w+|down"
    r"|shr[aiu]nk\w*|same|unchanged|equal|doubl\w+|halv\w+|trebl\w+|tripl\w+|times|fold)\b",
    re.I,
)
_OF_A_PART = re.compile(
    r"\b(?:second|third|next|since|until|before|after|among|within|except|apart|other|another|besides|excluding|without|not"
    r"|no|never|previous|following|each|every|both|respectively|only|with|where (?:the|it)|if|below|above|over|under"
    r"|at (?:most|least)|share|per|rounded to|thousands?|millions?|change|difference|gap|step|rank\w*|order)\b|%",
    re.I,
)
_CLAUSE = re.compile(r"[;:\n.?!](?=\s|\Z)")
_QUOTED = re.compile(
    r"[\u201c\u00ab]([^\u201c\u201d\u00ab\u00bb\n]{2,80})[\u201d\u00bb]|(?<!\w)\"([^\"\n]{2,80})\"(?!\w)"
)
_UNIT = re.compile(r"\s*[(\[].*$")
_LISTS = re.compile(
    r"\b(?:gives?|lists?|shows?|contains?|has|have|records?|covers?|columns?|headings?|reports?|holds?|measures?)\b",
    re.I,
)
_SEGMENT = re.compile(r",\s*(?:and\s+)?|\s+and\s+")
_LEAST = 3
"""Columns that a list names at least, so that it can be told for one."""


def asked_told(record: Record) -> Doubt | None:
    """Asks about a name in quotation marks that is a row's but for one word, and about what the task asks for and the text lacks.

    What is asked for is held against its value or its row, however it is told.
    """
    tables = read_tables(record.passage)
    if len(tables) != 1 or not record.messages:
        return None
    table, text = tables[0], reply(record)
    shown = f"{record.passage}\n{record.instruction}"
    quoted = [m[1] or m[2] for m in _QUOTED.finditer(text)]
    strange = [q for q in quoted if not holds(shown, q)]
    names = [*table.labels, *map(_head, table.columns)]
    if any(_but_for_one_word(q, name) for q in strange for name in names):
        return Doubt(
            "a name in quotation marks that is not the row's",
            "Are the names of rows and columns that the response puts in quotation marks those of the data?",
            {"data": record.passage},
        )
    if any(_foreign(s, table, shown) for s in sentences(text)):
        return Doubt(
            "a list of columns with one that the data does not have",
            "The response lists what columns the data has. Does the data have every one of them?",
            {"data": record.passage},
        )
    missing = [clause for clause in _asks(record) if not _told(clause, table, text)]
    if not missing:
        return None
    return Doubt(
        "something that the task asks for is not told",
        "The task asks for the following among other things. Does the response tell all of it?",
        {"asked": "\n".join(missing)},
    )


def _head(column: str) -> str:
    return _UNIT.sub("", column.replace("_", " "))


def _but_for_one_word(said: str, name: str) -> bool:
    a, b = bare(said).split(), bare(name).split()
    if len(b) < _LEAST or len(a) not in (len(b), len(b) + 1):
        return False
    if len(a) > len(b):
        return any(a[:i] + a[i + 1 :] == b for i in range(1, len(b)))
    return sum(x != y and x.rstrip("s") != y.rstrip("s") for x, y in zip(a, b, strict=True)) == 1


def _foreign(sentence: str, table: Table, shown: str) -> bool:
    """Whether one member of a list is no column, and all the others are."""
    heads = [bare(_head(column)) for column in table.columns]
    said = _LISTS.search(sentence)
    if said is None:
        return False
    parts = [bare(part) for part in _SEGMENT.split(sentence[said.end() :].rstrip(" ."))]
    if not _LEAST <= len(parts) <= len(heads):
        return False
    known = [any(_opens(part, head) for head in heads) for part in parts]
    strange = [part for part, fits in zip(parts, known, strict=True) if not fits]
    return known.count(False) == 1 and bool(strange[0]) and not any(_alike(strange[0], head) for head in heads)


def _opens(part: str, head: str) -> bool:
    return bool(head) and (part == head or part.startswith(f"{head} "))


def _alike(part: str, head: str) -> bool:
    """Whether a word of the part is one of the heading in another form."""
    stems = {word[:4] for word in head.split() if len(word) > 2}
    return bool(stems) and stems <= {word[:4] for word in part.split()}


def _asks(record: Record) -> Iterator[str]:
    """What the task asks for, clause by clause."""
    task = record.instruction.replace(record.passage, " ") if record.passage else record.instruction
    yield from (clause.strip() for clause in _CLAUSE.split(task) if clause.strip())


def _told(clause: str, table: Table, text: str) -> bool:
    """Whether the text tells what the clause asks for; true too where the clause cannot be read beyond doubt."""
    if _ROWS.search(clause) and not _OF_A_PART.search(clause):
        return _states(text, [Fraction(len(table.rows))])
    columns = [
        p for p in table.numbers if len(bare(_head(table.columns[p]))) > 2 and holds(clause, _head(table.columns[p]))
    ]
    columns = [
        p for p in columns if not any(p != q and holds(table.columns[q], _head(table.columns[p])) for q in columns)
    ]
    if len(columns) != 1:
        return True
    values = [None if v is None else Fraction(v) for v in table.numbers[columns[0]]]
    rows = [i for i, label in enumerate(table.labels) if len(bare(label)) > 1 and holds(clause, label)]
    rest = _without(clause, [table.labels[i] for i in rows] + [_head(table.columns[columns[0]])])
    return _answered(rest, values, rows, table, text)


def _answered(rest: str, values: Sequence[Fraction | None], rows: Sequence[int], table: Table, text: str) -> bool:
    known = [v for v in values if v is not None]
    if len(rows) == 2 and _WHICH.search(rest):
        return any(holds(text, table.labels[i]) for i in rows)
    if rows or not known or _OF_A_PART.search(rest):
        return True
    if _ENDS.search(rest):
        return values[0] is None or values[-1] is None or _moves(text, values[0], values[-1])
    kinds = [bool(cue.search(rest)) for cue in (_HIGH, _LOW, _MEAN, _TOTAL)]
    if kinds.count(True) != 1:
        return True
    if kinds[0] or kinds[1]:
        best = max(known) if kinds[0] else min(known)
        there = [label for label, v in zip(table.labels, values, strict=True) if v == best]
        return _states(text, [best]) or any(holds(text, label) for label in there)
    total = sum(known, Fraction(0))
    return _states(text, [total if kinds[3] else total / len(known)])


def _moves(text: str, first: Fraction, last: Fraction) -> bool:
    """Whether a sentence has both ends, or a word for where it goes and no figure but one of them or their difference."""
    for sentence in sentences(text):
        said = figures(sentence)
        ends = _states(sentence, [first]), _states(sentence, [last])
        goes = _GOES.search(sentence)
        if all(ends) and (first != last or len(said) > 1 or goes):
            return True
        if goes and (not said or any(ends) or _states(sentence, [abs(last - first)])):
            return True
    return False


def _without(clause: str, names: Sequence[str]) -> str:
    for name in names:
        pattern = r"\W+".join(map(re.escape, name.split()))
        clause = re.sub(rf"(?<!\w){pattern}(?!\w)", " ", clause, flags=re.I) if pattern else clause
    return clause


def _states(text: str, wanted: Sequence[Fraction]) -> bool:
    """Whether a figure of the text is one of these, as closely as it is written."""
    for figure in figures(text):
        unit = Fraction(10) ** -figure.places * (figure.scaled / figure.value if figure.value else 1)
        if any(
            abs(said - abs(v)) <= max(unit / 2, abs(v) / 100) for said in (figure.value, figure.scaled) for v in wanted
        ):
            return True
    return False
