"""What a sentence says of the rows and columns of a table, where both can be told beyond doubt, and whether it is so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tasks.checks.figures import Figure, figures, prepare
from tasks.text.tables import Table
from tasks.text.words import bare, holds

_HIGH = re.compile(r"\b(?:highest|largest|maximum|peak|greatest|longest|biggest|heaviest|oldest|tallest)\b", re.I)
_LOW = re.compile(r"\b(?:lowest|smallest|minimum|fewest|shortest|lightest|youngest)\b", re.I)
_TOTAL = re.compile(r"\b(?:total|totals|totalled|sum|add up to|adds up to|altogether|in all)\b", re.I)
_MEAN = re.compile(r"\b(?:average|averages|averaged|mean)\b", re.I)
_UP = (
    r"r[io]se[sn]?|ris(?:es|ing)|increas(?:es|ed|e|ing)|gr[eo]w(?:s|n|ing)?|climb(?:s|ed|ing)?|gain(?:s|ed)?|went up"
    r"|jump(?:s|ed)?"
)
_DOWN = (
    r"f[ae]ll(?:s|en|ing)?|drop(?:s|ped|ping)?|declin(?:es|ed|e|ing)|decreas(?:es|ed|e|ing)|went down|slip(?:s|ped)?"
    r"|shrank|sank"
)
_FROM_TO = re.compile(
    rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b[^.;\d]{{0,40}}?\bfrom\b[^\d.;]{{0,24}}(?P<a>-?[\d,]+(?:\.\d+)?)"
    rf"[^.;\d]{{0,40}}?\bto\b[^\d.;]{{0,24}}(?P<b>-?[\d,]+(?:\.\d+)?)(?!\d|,\d|\.\d| (?:january|february|march|april|may"
    rf"|june|july|august|september|october|november|december)|[:/-]\d)",
    re.I,
)
_MORE = re.compile(r"\b(?:more|higher|larger|greater|longer|bigger|heavier|older|taller)\b[^.;]{0,60}?\bthan\b", re.I)
_LESS = re.compile(r"\b(?:less|lower|smaller|fewer|shorter|lighter|younger)\b[^.;]{0,60}?\bthan\b", re.I)
_QUALIFIED = re.compile(
    r"\b(?:second|third|fourth|next|since|until|before|after|among|within|except|apart|other|another|besides|excluding|without"
    r"|not|n't|no|nor|never|neither|first|last|half|quarter|only|would|could|might|if|unless|previous|following|each|every"
    r"|both|respectively|while|whereas|but|compared|against|share|per|combined|joint|tied?|equal|almost|nearly|about|around"
    r"|roughly|over|under|record|best|worst|target|limit|threshold|goal|most|least)\b|%",
    re.I,
)
_STEP = re.compile(
    r"\b(?:differ\w*|gap|between|by|from|up|down|above|below|times|twice|half|double|more|less|fewer|than|change\w*"
    r"|increase\w*|decrease\w*|rise|rose|fell|drop\w*|share|rank\w*|out of|range"
    r"|gain\w*|gr[eo]w\w*|lost|loses|add(?:s|ed)|r[io]s\w+|an? (?:year|month|week|day|step)|per|each|every"
    r"|annual\w*|yearly|deviat\w*"
    r"|varia\w*|weighted)\b",
    re.I,
)
_WHOLE = re.compile(
    r"\b(?:down the rows|from (?:the )?first to (?:the )?last|over the (?:whole |full |entire )?(?:period|series))\b",
    re.I,
)
_ROW_COUNT = re.compile(r"(?<![\w.,])(\d{1,4}) (?:rows|entries|records)\b")
_PART = re.compile(
    r"\b(?:of|with|where|whose|which|that|above|below|over|under|than|first|last|only|other|another|except)\b", re.I
)
_UNIT = re.compile(r"\s*[(\[].*$")
_PARTS = re.compile(r";\s|,? (?:but|whereas|while|although|though|and yet)\b")
_DENIES = re.compile(
    r"\b(?P<verb>is|are|was|were|has|have|had|does|do|did|will|can)(?:n't| not)\b"
    r"(?! (?:only|just|yet|even|merely|simply|necessarily|always|all|every|until|so)\b)",
    re.I,
)
_OTHER_DENIAL = re.compile(
    r"\b(?:not|no|nor|never|neither|none|nothing|if|whether|would|claims?|claimed|says?|wrong|false)\b|n't|\?", re.I
)
_UNLIKE = frozenset({"keys", "log"})
"""Kinds of table whose values are of different things: they have no extreme, total or mean."""
RIGHT = ""
"""What a reading finds where the statement is so; None where it cannot tell."""


@dataclass(frozen=True)
class Reading:
    """A table with the one column and the rows that a sentence names."""

    table: Table
    column: int | None
    rows: tuple[int, ...]


def false_claim(sentence: str, tables: Sequence[Table], told: frozenset[Fraction]) -> str | None:
    """What is wrong with the sentence; None if it is right or if it cannot be read beyond doubt."""
    if problem := _turned_round(sentence) or _miscounted(sentence, tables):
        return problem
    for part in re.split(r";\s", sentence):
        readings = [r for table in tables if (r := _read(part, table))]
        if len(readings) == 1 and (problem := _moved(part, readings[0]) or _false(part, readings[0], told)):
            return problem
    return None


def denies_a_fact(sentence: str, tables: Sequence[Table], told: frozenset[Fraction]) -> bool:
    """Whether the sentence denies what can be read of a row or column beyond doubt and is so."""
    for part in _PARTS.split(sentence):
        said = _DENIES.search(part)
        if said is None:
            continue
        claim = f"{part[: said.start()]}{said['verb']}{part[said.end() :]}"
        readings = [r for table in tables if (r := _read(claim, table))]
        if _OTHER_DENIAL.search(_without_labels(claim, readings[0].table, readings[0].rows) if readings else claim):
            continue
        found = [_miscounted(claim, tables)]
        if len(readings) == 1:
            found += [_moved(claim, readings[0]), _false(claim, readings[0], told)]
        if RIGHT in found and not any(found):
            return True
    return False


def _turned_round(sentence: str) -> str | None:
    for m in _FROM_TO.finditer(sentence):
        a, b = (Decimal(m[name].replace(",", "").rstrip(".")) for name in ("a", "b"))
        negated = re.search(r"\b(?:not|n't|never|minus)\b", sentence[: m.end()])
        if not negated and ((m["up"] and a > b) or (m["down"] and a < b)):
            return "a rise or fall that goes the other way"
    return None


def _miscounted(sentence: str, tables: Sequence[Table]) -> str | None:
    """A number of rows that is not the table's, said of all of it."""
    if len(tables) != 1 or _PART.search(sentence):
        return None
    said = _ROW_COUNT.findall(sentence)
    if not said:
        return None
    return RIGHT if all(int(n) == len(tables[0].rows) for n in said) else "a number of rows that is not the table's"


def _read(sentence: str, table: Table) -> Reading | None:
    """The table as the sentence speaks of it, if it names a row or a column of it."""
    named = [place for place in table.numbers if _names_column(sentence, table.columns[place])]
    # Of "mean depth" and "depth" the longer name is meant.
    named = [p for p in named if not any(p != q and holds(table.columns[q], _head(table.columns[p])) for q in named)]
    rows = _rows(sentence, table)
    if not rows and not named:
        return None
    column = named[0] if len(named) == 1 else None
    if len(named) > 1:
        return None
    if column is None and len(table.numbers) == 1:
        column = next(iter(table.numbers))
    return Reading(table, column, rows)


def _moved(sentence: str, reading: Reading) -> str | None:
    """Both ends of a rise or fall are values of the column: the first and last, or those of the rows that are named."""
    found = list(_FROM_TO.finditer(sentence))
    if (
        len(found) != 1
        or reading.column is None
        or re.search(r"\b(?:average|mean|total|sum|minus|about|around)\b|%", sentence)
    ):
        return None
    ends = [figures(found[0][name]) for name in ("a", "b")]
    values, rows = _values(reading), reading.rows
    if not all(len(end) == 1 for end in ends):
        return None
    wanted = [values[0], values[-1]] if _WHOLE.search(sentence) and not rows else []
    if len(rows) == 2:
        labels = [reading.table.labels[i].lower() for i in rows]
        order = sorted(range(2), key=lambda i: sentence.lower().find(labels[i]))
        wanted = [values[rows[i]] for i in order]
    for place, (end,) in enumerate(ends):
        fit = [wanted[place]] if wanted else values
        if not any(v is not None and _equals(end, v) for v in (*fit, *_across(reading))):
            return "a rise or fall between other values"
    return RIGHT


def _across(reading: Reading) -> list[Fraction]:
    """The values of the rows that are named, where the columns are years: from one year to another."""
    years = [
        p
        for p in reading.table.numbers
        if re.fullmatch(r"\D{0,12}(?:1[5-9]|20|21)\d\d\D{0,12}", reading.table.columns[p])
    ]
    cells = [reading.table.numbers[p][row] for row in reading.rows for p in years] if len(years) > 1 else []
    return [Fraction(v) for v in cells if v is not None]


def _head(column: str) -> str:
    return _UNIT.sub("", column.replace("_", " "))


def _names_column(sentence: str, column: str) -> bool:
    return len(bare(_head(column))) > 2 and holds(sentence.replace("_", " "), _head(column))


def _rows(sentence: str, table: Table) -> tuple[int, ...]:
    """The rows whose labels the sentence holds, without labels inside longer ones; none if labels repeat."""
    labels = [_label(label) for label in table.labels]
    if len(set(labels)) < len(labels):
        return ()
    held = [i for i, label in enumerate(labels) if len(label) > 1 and holds(sentence, label)]
    return tuple(
        i
        for i in held
        if not any(i != j and len(labels[j]) > len(labels[i]) and holds(labels[j], labels[i]) for j in held)
    )


def _label(label: str) -> str:
    return bare(label)


def _false(sentence: str, reading: Reading, told: frozenset[Fraction]) -> str | None:
    table, rows = reading.table, reading.rows
    rest = _without_labels(sentence, table, rows)
    read = prepare(rest)
    digits = [f for f in figures(rest) if re.search(r"\d", read[f.start : f.end])]
    # A figure of the task may be a threshold; where it is the only one, it is what the sentence states.
    said = [f for f in digits if f.value not in told] or digits
    if table.kind in _UNLIKE and (_HIGH.search(rest) or _LOW.search(rest) or _aggregates(rest)):
        return None
    high, low = _HIGH.search(rest), _LOW.search(rest)
    plain = not _QUALIFIED.search(rest)
    if reading.column is not None and plain and bool(high) != bool(low) and not _TOTAL.search(rest):
        return _extreme(reading, bool(high), said, _beside(sentence, reading))
    if reading.column is not None and plain and not rows and len(said) == 1 and not (high or low):
        if _TOTAL.search(rest) and not _MEAN.search(rest) and not _STEP.search(rest):
            return _aggregate(reading, said[0], mean=False)
        if _MEAN.search(rest) and not _TOTAL.search(rest) and not _STEP.search(rest):
            return _aggregate(reading, said[0], mean=True)
    if len(rows) == 2 and reading.column is not None and plain:
        return _comparison(sentence, reading)
    if len(rows) == 1 and len(said) == 1 and plain and not (high or low) and not _aggregates(rest):
        return _cell(reading, said[0].scaled, said[0].value)
    return None


def _aggregates(rest: str) -> bool:
    return bool(
        _TOTAL.search(rest) or _MEAN.search(rest) or _STEP.search(rest) or re.search(r"\brows|entries|count", rest)
    )


def _without_labels(sentence: str, table: Table, rows: Sequence[int]) -> str:
    """The sentence without the names of its rows and columns: these may hold figures and cues of their own."""
    names = [table.labels[i] for i in rows] + [_head(table.columns[p]) for p in table.numbers]
    for name in sorted(names, key=len, reverse=True):
        pattern = r"\W+".join(re.escape(word) for word in name.split())
        sentence = re.sub(rf"(?<!\w){pattern}(?!\w)", " ", sentence, flags=re.I) if pattern else sentence
    return sentence


def _values(reading: Reading) -> list[Fraction | None]:
    values = reading.table.numbers[reading.column if reading.column is not None else -1]
    return [None if v is None else Fraction(v) for v in values]


def _beside(sentence: str, reading: Reading) -> bool:
    """Whether the superlative and the name of the column stand together, so that it is the column's extreme."""
    head = r"\W+".join(map(re.escape, _head(reading.table.columns[reading.column or 0]).split()))
    extreme = f"(?:{_HIGH.pattern}|{_LOW.pattern})"
    near = rf"{extreme}[^,;.]{{0,30}}{head}|{head}[^,;.]{{0,40}}{extreme}"
    return bool(head) and re.search(near, sentence.replace("_", " "), re.I) is not None


def _extreme(reading: Reading, high: bool, said: list[Figure], beside: bool) -> str | None:
    values = _values(reading)
    known = [v for v in values if v is not None]
    wanted = max(known) if high else min(known)
    if len(reading.rows) == 1 and values[reading.rows[0]] not in (None, wanted):
        return "a highest or lowest that is another row's"
    shown = {abs(Fraction(v)) for column in reading.table.numbers.values() for v in column if v is not None}
    one = len(said) == 1 and len(reading.rows) < 2
    if one and (beside or said[0].scaled in shown):
        return RIGHT if _equals(said[0], wanted) else "a highest or lowest value that is not"
    return RIGHT if len(reading.rows) == 1 and not said and values[reading.rows[0]] == wanted else None


def _equals(figure: Figure, wanted: Fraction) -> bool:
    """Whether the value rounds to the figure as it is written."""
    unit = Fraction(10) ** -max(figure.places, 0) * (figure.scaled / figure.value if figure.value else 1)
    return any(abs(said - abs(wanted)) <= unit / 2 for said in (figure.scaled, figure.value))


def _aggregate(reading: Reading, said: Figure, mean: bool) -> str | None:
    known = [v for v in _values(reading) if v is not None]
    total = sum(known, Fraction(0))
    return RIGHT if _equals(said, total / len(known) if mean else total) else _other(reading, said, mean)


def _other(reading: Reading, said: Figure, mean: bool) -> str | None:
    """The fault, unless the figure is the sum or mean of a group of rows, of which the sentence may well speak."""
    for place in set(range(len(reading.table.columns))) - reading.table.numbers.keys():
        groups: dict[str, list[Fraction]] = {}
        for row, value in zip(reading.table.rows, _values(reading), strict=True):
            if value is not None:
                groups.setdefault(row[place], []).append(value)
        for part in groups.values():
            if len(part) > 1 and _equals(said, sum(part, Fraction(0)) / (len(part) if mean else 1)):
                return None
    return "a mean that is not the column's" if mean else "a total that is not the column's"


def _comparison(sentence: str, reading: Reading) -> str | None:
    more, less = _MORE.search(sentence), _LESS.search(sentence)
    if bool(more) == bool(less):
        return None
    found = more or less
    labels = reading.table.labels
    first = [i for i in reading.rows if found and holds(sentence[: found.start()], labels[i])]
    second = [i for i in reading.rows if found and holds(sentence[found.end() :], labels[i])]
    if len(first) != 1 or len(second) != 1 or first == second:
        return None
    a, b = (_values(reading)[i] for i in (first[0], second[0]))
    if a is None or b is None:
        return None
    return RIGHT if (a > b if more else a < b) else "a comparison that goes the other way"


def _cell(reading: Reading, scaled: Fraction, value: Fraction) -> str | None:
    """The one figure that is given for one row stands in this row."""
    table, row = reading.table, reading.rows[0]
    cells = table.rows[row]
    mine = {v for cell in cells for f in figures(cell) for v in (f.value, f.scaled)}
    other = {v for r in table.rows if r is not cells for cell in r for f in figures(cell) for v in (f.value, f.scaled)}
    if {value, scaled} & mine:
        own = reading.column is not None and table.numbers[reading.column][row]
        return RIGHT if own and {value, scaled} & {abs(Fraction(own))} else None
    return "a figure that belongs to another row" if {value, scaled} & other else None
