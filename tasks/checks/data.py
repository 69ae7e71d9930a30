"""Whether a text about data follows from the data: its form, its figures, and what it says of rows and columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product

from tasks.checks.aggregates import counts_by_threshold, derived, near, telling, telling_by_two
from tasks.checks.arithmetic import equations
from tasks.checks.check import Doubt, together
from tasks.checks.data_claims import denies_a_fact, false_claim
from tasks.checks.data_pairs import mispaired
from tasks.checks.data_shares import by_told_share, names_a_cause, names_rows, share_of_a_row, share_of_named
from tasks.checks.data_trends import SHARES, denies_a_direction, false_of_the_whole
from tasks.checks.data_verdicts import wrong_verdict
from tasks.checks.figures import Figure, Shown, figures, prepare, spelt
from tasks.checks.spreads import years_apart
from tasks.records import Record
from tasks.text.amounts import is_unit
from tasks.text.formulas import undressed
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK, sentences
from tasks.text.tables import Table, read_tables

_CUES = {
    "sum": r"\bof (?:the |all |these )+\d|"
    r"\d ?\+|total|\bsum|altogether|combined|together|overall|\bin all\b|\badd|\bboth\b|accumulat|\bcomes? to\b|amount",
    "mean": r"averag|\bmean\b|typical|\bper\b|\ba (?:day|week|month|year|head)\b",
    "median": r"median|middle|half of",
    "difference": r"\u2192|->|[-\u2212+\u2013]\d|differ|\b(?:more|less|fewer|than|gap|up|down|by|above|below"
    r"|ahead|behind|left|short|over"
    r"|under|lead)\b"
    r"|higher|lower|longer|shorter|bigger|smaller|larger|greater|older|younger|r[io]se|f[ae]ll|drop|declin|increas|decreas"
    r"|gr[eo]w|gain|los[est]|chang|between|spread|range|margin|exceed|remain|cut\b|sav|jump|climb|slip|shed|swing"
    r"|shrank|surplus"
    r"|deficit|balance|lag|beat|trail|reduc|add|extra|another|separat",
    "ratio": r"\btimes\b|twice|double|half|third|quarter|ratio|\bfold|triple|\bper\b|for every|for each"
    r"|to (?:one|each|every|an?)\b|tenth|fifth",
    "count": r"",
    "spread": r"deviat|spread|varia|\bsd\b|\u03c3|quartile|percentile|scatter|dispers|standard error|interquartile|\bcv\b",
    "growth": r"annual|yearly|per (?:year|annum|month|week|day|quarter|step)|a (?:year|month|week|day|quarter)|each "
    "(?:year|month|week|day)"
    r"|growth|compound|\bcagr\b|on average|averag|every (?:year|month|week|day)",
    "product": r"\btimes\b|[x\u00d7*]|revenue|turnover|worth|value|takings|income|cost|spent|earn|weighted|in "
    "all|total|altogether|bill",
    "correlation": r"correlat|coefficient|\br\b|r\u00b2|r\^2|r-squared",
    "rest": r"\b(?:of|who|which|others?|rest|remaining|remainder|without|exclud\w+|except|apart|leaving|left|besides"
    r"|answered|valid|not)\b",
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
_TO_MANY = re.compile(
    r"\b(?:for every|for each|in every|of every|out of every) (1(?:,?0+)+)\b(?:[^\d]|\b(?:1[5-9]|20)\d\d\b)*\Z", re.I
)
_NO_SHARES = frozenset({"ratio", "count", "sum"})
_AMOUNTS = _NO_SHARES | {"mean", "median", "difference", "product"}
"""What is never a percentage where the data has none."""
_ONLY = {
    "spread": re.compile(
        r"\b(?:standard deviation|coefficient of variation|variance|interquartile range)\b[^\d]*\Z", re.I
    ),
    "growth": re.compile(r"\b(?:compound(?:ed)?|cagr)\b[^\d]*\Z", re.I),
    "correlation": re.compile(r"\bcorrelation\b[^\d]*\Z", re.I),
}
"""Statistics that a sentence names: nothing else will do for them."""
_PART = re.compile(r"[,;:(]\s|\band\b")
_SPANS = frozenset({"second", "minute", "min", "hour", "h", "day", "week", "month", "year"})
_FREE = frozenset(Fraction(n) for n in (0, 1, 100))
_LONG = 400
"""Characters up to which a statement is quoted to its author."""
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


def data_grounded(record: Record) -> Doubt | None:
    """Doubts a text with a figure that does not follow from the data, or with a statement on it that seems false.

    So it does what the text says of causes, percentages of parts that it does not name, denials and figures beside a name.
    """
    passage = record.passage
    tables = read_tables(passage)
    if not tables:
        return None
    text = undressed(_FENCED.sub(" ", reply(record))) if "\\" in reply(record) else _FENCED.sub(" ", reply(record))
    told = Shown(f"{record.instruction}\n{record.source.title}")
    shown = Shown(passage)
    known = shown.values | told.values | _in_cells(passage) | _FREE
    # A count is no percentage, unless the data holds percentages itself.
    stated = known if SHARES.search(passage) else told.values | _FREE
    size = max(len(table.rows) for table in tables)
    before: set[Fraction] = set()
    unsure: list[str] = []
    doubts: list[Doubt] = []
    earlier = ""
    last: list[Fraction] = []
    prose = any(table.kind in {"log", "keys"} for table in tables)
    for number, sentence in enumerate(sentences(LIST_MARK.sub("", text) if "\n" not in text else text), 1):
        said = figures(sentence)
        worked = _worked(sentence, known) | before
        read = prepare(sentence)
        loose_ends = [
            f
            for f in said
            if not {f.value, f.scaled} & (stated if f.unit == "%" else known) | {f.value, f.scaled} & worked
            or _to_many(f, read)
        ]
        about = f"{earlier} {sentence}"
        bases = frozenset({f.scaled for f in said if f.unit != "%"} | before)
        for figure in loose_ends:
            beside = [f.scaled for f in said if f is not figure]
            if (
                not (figure.unit == "%" and _share_told(figure, read, about, bases, tables))
                and not _follows(figure, sentence, passage, beside, size)
                and not _share_of(figure, (*beside, *last), before, passage)
                and not by_told_share(figure, (*beside, *last, *_in_cells(passage)), f"{record.instruction} {about}")
                and not (prose and shown.follows(_with_its_unit(figure, said), beside))
                and not _from_said(figure, sentence, beside, before)
            ):
                if _may_follow(figure, sentence, passage):
                    unsure.append(sentence)
                else:
                    doubts.append(_asks_of_figure(number, sentence, figure, passage))
        last = [f.scaled for f in said if f.unit != "%"]
        before |= set(last)
        limits = frozenset(told.values)
        if problem := false_claim(sentence, tables, limits) or false_of_the_whole(sentence, tables, passage):
            doubts.append(_asks_of_statement(f"statement {number}: {problem}", sentence, passage))
        if (
            denies_a_fact(sentence, tables, limits)
            or denies_a_direction(sentence, tables)
            or mispaired(sentence, tables)
        ):
            unsure.append(sentence)
        rates = [f.value for f in said if f.unit == "%"]
        loose_ends = [f for f in loose_ends if f.unit != "%" or 2 * f.value != sum(rates)]
        shares = [f for f in loose_ends if f.unit == "%" and not any(c.search(_ahead(f, read)) for c in _ONLY.values())]
        if names_a_cause(sentence, f"{passage}\n{record.instruction}") or any(
            not _share_told(f, read, about, bases, tables)
            and (
                names_rows(about, tables) or not near(derived(passage, "percent"), float(f.value), _tolerance(f, read))
            )
            for f in shares
        ):
            unsure.append(sentence)
        earlier = sentence
    if problem := wrong_verdict(record.instruction, reply(record), tables, passage):
        doubts.append(_asks_of_statement(problem, reply(record), passage))
    if unsure:
        doubts.append(_asks(list(dict.fromkeys(unsure)), passage))
    return together(doubts)


def _asks_of_figure(number: int, sentence: str, figure: Figure, passage: str) -> Doubt:
    return Doubt(
        f"statement {number}: a figure that does not follow from the data",
        "Does the figure of each of these sentences stand in the data or the task, or follow from them by a right calculation?",
        {"figure": f"{spelt(sentence, figure)} in: {sentence}", "data": passage},
        f"{spelt(sentence, figure)} in “{sentence}”",
    )


def _asks_of_statement(problem: str, sentence: str, passage: str) -> Doubt:
    return Doubt(
        problem,
        "Is all that is said here of rows, columns, order, comparison and direction true of the data?",
        {"statement": sentence, "data": passage},
        f"“{sentence}”" if len(sentence) < _LONG else "",
    )


def _asks(unsure: list[str], passage: str) -> Doubt:
    return Doubt(
        "a statement that does not follow from the data",
        "Does all that these sentences say, their percentages and causes too, follow from the data alone?",
        {"sentences": "\n".join(unsure), "data": passage},
        "; ".join(f"“{sentence}”" for sentence in unsure[:3]),
    )


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
    if figure.unit.removesuffix("s") == "year" and whole and int(figure.value) in set(years_apart(passage)):
        return True
    if whole and figure.value <= size and int(figure.value) in counts_by_threshold(passage, beside):
        return True
    if _LIMIT.search(read[: figure.start]) and any(v in counts_by_threshold(passage, [figure.scaled]) for v in beside):
        return True  # a threshold that the writer chose, with the count that goes with it
    tolerance = _tolerance(figure, read)
    wanted = {float(figure.value), float(figure.scaled)}
    kinds = ["percent"] if figure.unit == "%" or figure.unit.startswith("percentage") else []
    kinds += [kind for kind, cue in _CUE.items() if (kind != "count" or whole) and cue.search(cued)]
    if figure.unit == "%":
        kinds = [kind for kind in kinds if kind not in (_NO_SHARES if SHARES.search(passage) else _AMOUNTS)]
    if to_many := _to_many(figure, read):
        many = float(to_many[1].replace(",", ""))
        return near(derived(passage, "ratio"), float(figure.value) / many, tolerance / many)
    for kind, cue in _ONLY.items():
        if cue.search(_ahead(figure, read)):
            return any(near(derived(passage, kind), value, tolerance) for value in wanted)
    return (
        any(near(derived(passage, kind), value, tolerance) for kind in kinds for value in wanted)
        or (figure.unit != "%" and any(telling(passage, value, tolerance) for value in wanted))
        or _rounded(wanted, tolerance, passage)
    )


def _with_its_unit(figure: Figure, said: Sequence[Figure]) -> Figure:
    """The figure with the unit of time that its sentence has told once, "after 3 minutes ... and 79 more"."""
    if is_unit(figure.unit) or figure.unit == "%":
        return figure
    told = [f.unit for f in said if f.unit.rstrip("s") in _SPANS]
    return figure._replace(unit=told[0]) if told else figure


def _from_said(figure: Figure, sentence: str, beside: Iterable[Fraction], before: Iterable[Fraction]) -> bool:
    """Whether the figure is exactly the difference, sum or ratio of two that are told, at least one of them beside it."""
    here = [v for v in dict.fromkeys(beside) if v]
    pairs = [(a, b) for i, a in enumerate(here) for b in (*here[i + 1 :], *before) if b and a != b]
    half = Fraction(1, 2) / 10 ** max(0, figure.places)
    wanted = {figure.value, figure.scaled}
    if _CUE["difference"].search(sentence) and any(abs(a - b) in wanted for a, b in pairs):
        return True
    if _CUE["sum"].search(sentence) and any(a + b in wanted for a, b in pairs):
        return True
    if not _CUE["ratio"].search(sentence) or figure.unit == "%":
        return False
    return any(abs(x / y - v) <= half for a, b in pairs for x, y in ((a, b), (b, a)) for v in wanted)


def _may_follow(figure: Figure, sentence: str, passage: str) -> bool:
    """Whether a figure that is told as a result may be one of two steps, which hardly another number so large would be."""
    cued = _named(passage).sub(" ", sentence)
    if figure.unit == "%" and near(
        derived(passage, "pair"), float(figure.value), _tolerance(figure, prepare(sentence))
    ):
        return True
    if figure.is_year or not any(_CUE[kind].search(cued) for kind in ("sum", "mean", "difference", "ratio")):
        return False
    return telling_by_two(passage, float(figure.scaled), _tolerance(figure, prepare(sentence)))


def _share_told(share: Figure, read: str, about: str, bases: frozenset[Fraction], tables: Sequence[Table]) -> bool:
    """Whether a percentage is that of what the text names; of any row where its part of the sentence names none: "31 % cycle"."""
    if share_of_named(share, about, bases, tables):
        return True
    ahead = max((m.end() for m in _PART.finditer(read, 0, share.start)), default=0)
    behind = next((m.start() for m in _PART.finditer(read, share.end)), len(read))
    return share_of_a_row(share, tables) and not names_rows(read[ahead:behind], tables)


def _to_many(figure: Figure, read: str) -> re.Match[str] | None:
    """The round number that the figure goes with, "for every 100 there were 143"."""
    return None if figure.is_year else _TO_MANY.search(_ahead(figure, read))


def _ahead(figure: Figure, read: str) -> str:
    """What the sentence says before a figure, as far back as it may speak of it."""
    return read[max(0, figure.start - 60) : figure.start]


def _share_of(figure: Figure, near_by: Iterable[Fraction], before: Iterable[Fraction], passage: str) -> bool:
    """Whether a percentage is that of a figure of the data in one that was told, or of one told last in either."""
    if figure.unit != "%":
        return False
    half = Fraction(51, 100) / 10 ** max(0, figure.places)
    cells, told = _in_cells(passage), set(near_by)
    pairs = [*product(cells | told, {*told, *before}), *product(told, cells)]
    return any(base > 1 and abs(100 * part / base - figure.value) <= half for part, base in pairs)


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
