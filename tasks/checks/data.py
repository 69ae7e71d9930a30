"""Whether a text about data follows from the data: its form, its figures, and what it says of rows and columns."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from tasks.checks.aggregates import counts_by_threshold, derived, near
from tasks.checks.arithmetic import equations
from tasks.checks.data_claims import false_claim
from tasks.checks.figures import Figure, Shown, figures, prepare
from tasks.records import Record
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.tables import read_tables

_CUES = {
    "sum": r"total|\bsum|altogether|combined|together|overall|\bin all\b|\badd|\bboth\b|accumulat|\bcomes? to\b|amount",
    "mean": r"averag|\bmean\b|typical|\bper\b|\ba (?:day|week|month|year|head)\b",
    "median": r"median|middle|half of",
    "difference": r"differ|\b(?:more|less|fewer|than|gap|up|down|by|above|below|ahead|behind|left|short|over|under|lead)\b"
    r"|higher|lower|longer|shorter|bigger|smaller|larger|greater|older|younger|r[io]se|f[ae]ll|drop|declin|increas|decreas"
    r"|gr[eo]w|gain|los[est]|chang|between|spread|range|margin|exceed|remain|cut\b|sav|jump|climb|slip|shed|swing|shrank|surplus"
    r"|deficit|balance|lag|beat|trail|reduc|add|extra|another|separat",
    "ratio": r"\btimes\b|twice|double|half|third|quarter|ratio|\bfold|triple|\bper\b|for every|for each|to one|tenth|fifth",
    "count": r"",
}
_CUE = {kind: re.compile(pattern, re.I) for kind, pattern in _CUES.items()}
_HEDGED = re.compile(
    r"(?:about|around|roughly|approximately|nearly|almost|just (?:over|under)|over|under|more than|less than|close to|some"
    r"|well over|[~\u2248])[\s$€£]*(?:a |the )?\Z",
    re.I,
)
_LIMIT = re.compile(
    r"(?:than|above|below|over|under|exceed\w*|reach\w*|pass\w*|least|most|beyond)[ ]?(?:of |a |the )?[$€£]?\Z", re.I
)
_FREE = frozenset(Fraction(n) for n in (0, 1, 100))
_FENCED = re.compile(r"```.*?```", re.S)


def data_readable(record: Record) -> str | None:
    """Rejects a passage that is no data: no table, sheet or log that a program can read, or hardly any cell filled."""
    tables = read_tables(record.passage)
    if not tables:
        return "the passage holds no table, sheet or log that can be read"
    filled = sum(bool(cell.strip()) for table in tables for row in table.rows for cell in row)
    if filled < 6 or max(len(table.rows) for table in tables) < 2:
        return "the data has too few values"
    first = record.passage.lstrip()[:1]
    if first in ("{", "[") and not any(table.kind in {"json", "keys"} for table in tables):
        return "the data is not valid JSON"
    ragged = any(len(table.rows) > 400 for table in tables)
    return "the data is too long" if ragged else None


def data_grounded(record: Record) -> str | None:
    """Rejects a text with a figure that does not follow from the data, or a false statement on a row or column."""
    passage = record.passage
    tables = read_tables(passage)
    if not tables:
        return None
    text = _FENCED.sub(" ", reply(record))
    told = Shown(f"{record.instruction}\n{record.source.title}")
    shown = Shown(passage)
    known = shown.values | told.values | _in_cells(passage) | _FREE
    size = max(len(table.rows) for table in tables)
    prose = any(table.kind in {"log", "keys"} for table in tables)
    for number, sentence in enumerate(sentences(LIST_MARK.sub("", text) if "\n" not in text else text), 1):
        said = figures(sentence)
        worked = _worked(sentence, known)
        loose_ends = [f for f in said if not {f.value, f.scaled} & (known | worked)]
        for figure in loose_ends:
            beside = [f.scaled for f in said if f is not figure]
            if not _follows(figure, sentence, passage, beside, size) and not (prose and shown.follows(figure, beside)):
                return f"statement {number}: a figure that does not follow from the data"
        if problem := false_claim(sentence, tables, frozenset(told.values)):
            return f"statement {number}: {problem}"
    return None


@lru_cache(maxsize=64)
def _in_cells(passage: str) -> frozenset[Fraction]:
    """The numbers of the data cell by cell: in a row of CSV, "29,143" are two."""
    cells = [cell for table in read_tables(passage) for row in (table.columns, *table.rows) for cell in row]
    loose = re.findall(r"\d+(?:\.\d+)?", passage)
    return frozenset(
        {v for cell in cells for f in figures(cell) for v in (f.value, f.scaled)} | {Fraction(n) for n in loose}
    )


@lru_cache(maxsize=64)
def _named(passage: str) -> re.Pattern[str]:
    """The names of the rows, the longest first."""
    names = {label for table in read_tables(passage) for label in table.labels if len(label) > 3}
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)", re.I)


def _worked(sentence: str, known: set[Fraction]) -> set[Fraction]:
    """The figures of right equations that start from the data."""
    found: set[Fraction] = set()
    for equation in equations(sentence):
        sides = [{f.scaled for f in figures(side)} for side in (equation.left, equation.right)]
        if equation.holds and any(side <= known | found for side in sides):
            found |= sides[0] | sides[1]
    return found


def _follows(figure: Figure, sentence: str, passage: str, beside: list[Fraction], size: int) -> bool:
    read = prepare(sentence)
    spelled = not re.search(r"\d", read[figure.start : figure.end])
    if spelled and figure.value <= max(size, 10):
        return True
    # Cues are looked for outside the names of rows, which may hold any word.
    cued = _named(passage).sub(" ", sentence)
    whole = figure.value.denominator == 1
    if whole and figure.value <= size and int(figure.value) in counts_by_threshold(passage, beside):
        return True
    if _LIMIT.search(read[: figure.start]) and any(v in counts_by_threshold(passage, [figure.scaled]) for v in beside):
        return True  # a threshold that the writer chose, with the count that goes with it
    tolerance = _tolerance(figure, read)
    wanted = {float(figure.value), float(figure.scaled)}
    kinds = ["percent"] if figure.unit == "%" or figure.unit.startswith("percentage") else []
    kinds += [kind for kind, cue in _CUE.items() if (kind != "count" or whole) and cue.search(cued)]
    if figure.unit == "%":
        kinds = [kind for kind in kinds if kind not in {"ratio", "count", "sum"}]
    return any(near(derived(passage, kind), value, tolerance) for kind in kinds for value in wanted) or _rounded(
        wanted, tolerance, passage
    )


def _rounded(wanted: set[float], tolerance: float, passage: str) -> bool:
    """Whether a figure of the data rounds to the figure as it is written."""
    finer = tuple(sorted({float(v) for v in _in_cells(passage)}))
    return any(near(finer, value, tolerance) for value in wanted)


def _tolerance(figure: Figure, sentence: str) -> float:
    """Half a unit of the last digit shown; of the last that is not zero for a figure that does not claim to be exact."""
    scale = float(figure.scaled / figure.value) if figure.value else 1.0
    places = max(figure.places, 0)
    if _HEDGED.search(sentence[max(0, figure.start - 24) : figure.start]):
        loose = 0.5 * 10.0**-figure.places * scale
        return max(0.5 * 10.0**-places * scale, min(loose, 0.05 * float(figure.scaled))) * (1 + 1e-9)
    return 0.5 * 10.0**-places * scale * (1 + 1e-9)
