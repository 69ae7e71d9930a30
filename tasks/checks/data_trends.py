"""What a sentence says of a whole column: where it goes, by how many per cent, and which part has the majority."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from tasks.checks.data_shares import wrong_of_one_row
from tasks.checks.figures import figures, prepare
from tasks.text.tables import Table
from tasks.text.words import bare, holds, words

_UP = re.compile(
    r"\b(?:rose|risen|rises|increase[sd]|grew|grown|grows|climb(?:s|ed)|went up|goes up|advanced|upward|rising"
    r"|increasing|growing|climbing"
    r"|gained|expanded)\b",
    re.I,
)
_DOWN = re.compile(
    r"\b(?:fell|fallen|falls|drop(?:s|ped)|decline[sd]|decrease[sd]|went down|goes down|shrank|shrunk|sank|sunk|slipped|dipped"
    r"|downward|falling|declining|decreasing|dropping|shrinking|diminish(?:es|ed)|dwindled)\b",
    re.I,
)
_ALL_ALONG = re.compile(
    r"\b(?:over|throughout|across|during|in) the (?:whole |entire |full |six |five |four |three |ten |\d+ )?(?:period"
    r"|years?|series|decade|months?"
    r"|weeks?|table|data|time|span|season)\b|\bthroughout\b|\b(?:without|almost without"
    r"|hardly any) (?:an? )?(?:interruption|break|exception|pause)"
    r"|\b(?:steadily|continuously|constantly|consistently|continually|uninterruptedly|monotonically|year (?:after|on"
    r"|by) year|every year|each year"
    r"|every month|each month|month (?:after|by) month|every step|all along|overall|from (?:the )?(?:start|first"
    r"|beginning) to (?:the )?(?:end"
    r"|last|finish))\b|\btrend\b",
    re.I,
)
_ALWAYS = re.compile(
    r"\bwithout (?:an? )?(?:interruption|break|exception|pause)|\b(?:steadily|continuously|constantly|continually"
    r"|monotonically|every|each"
    r"|year (?:after|by) year|month (?:after|by) month|all along|never fell|never rose)\b",
    re.I,
)
_DID_NOT = re.compile(
    r"\b(?:(?:did|does|do|has|have)(?: not|n't)|never) (?:(?P<up>rise[n]?|increased?|grow[n]?|climb(?:ed)?|go(?:ne)? up"
    r"|gained?)"
    r"|(?P<down>fall(?:en)?|drop(?:ped)?|declined?|decreased?|shr[iu]nk|go(?:ne)? down|sink|dip(?:ped)?))"
    r"(?= (?:over|throughout|across|during|in the|from|between|overall)\b|\s*[.,;]|\s*\Z)",
    re.I,
)
_HEDGED = re.compile(
    r"\b(?:almost|nearly|mostly|largely|generally|apart|except|but for|save|until|then|before|after|since|first"
    r"|at first|not|n't|no|nor"
    r"|if|would|could|might|whether|claims?|claimed|said|fluctuat\w*|up and down|ups and downs|and then|followed"
    r"|while|although|though)\b",
    re.I,
)
_ALMOST = re.compile(
    r"\b(?:almost|nearly|mostly|largely|generally|but for one|except for one|with one exception)\b", re.I
)
_CLAUSE = re.compile(
    r"[;:]\s|,? (?:and|but|though|although|while|whereas|before|until|then|yet|only to|with|except)\b(?=\s)"
    r"|[()]|, (?=which|where)"
)
_BETWEEN = re.compile(r"\b(between [^,;]{1,30}?) and (?=\S)", re.I)
_FROM_TO = re.compile(
    r"\bfrom\b[^\d.;%]{0,30}(?P<a>-?[\d,]*\d(?:\.\d+)?)(?P<au>[^.;\d]{0,40}?)\bto\b[^\d.;%]{0,30}(?P<b>-?[\d,]*\d(?:\.\d+)?)"
    r"(?! ?(?:%|per ?cent|percent)|[,.]?\d|[:/-]\d)(?P<tail>[^;]{0,80})",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:rise|increase|growth|gain|jump|climb|fall|drop|decline|decrease|loss|cut|saving|reduction|by|up|down|plus"
    r"|minus|change|or)\b"
    r"|[-+(]\s*\Z|more|less|higher|lower",
    re.I,
)
_MAJORITY = re.compile(
    r"\b(?:(?:clear|large|vast|absolute|bare|slim) )?majority\b|\b(?:more|over) than half\b"
    r"|\bover half\b|\bmost of (?:the|all|those)\b",
    re.I,
)
_NO_MAJORITY = re.compile(
    r"\b(?:no|not|n't|without|never|neither|short of|less than|together|combined|relative|if"
    r"|would)\b",
    re.I,
)
SHARES = re.compile(
    r"%|\bper ?cent|\bpercent|\bpct\b|\bshares?\b|\brate\b|\bratio\b|\bhumidity\b|\bindex\b"
    r"|\bproportion\b",
    re.I,
)


def false_of_the_whole(sentence: str, tables: Sequence[Table], passage: str) -> str | None:
    """What is wrong with the sentence; None if it is right or cannot be read beyond doubt."""
    if problem := _percent_of_change(sentence):
        return problem
    if len(tables) != 1 or tables[0].kind == "keys":
        return None
    table = tables[0]
    if (problem := _counts_as_shares(sentence, table, passage)) or (problem := _no_majority(sentence, table)):
        return problem
    clauses = _CLAUSE.split(_BETWEEN.sub(r"\1 & ", sentence))
    for before, clause in zip(["", *clauses], clauses, strict=False):
        if problem := wrong_of_one_row(clause, table, before) or _other_way(clause, table):
            return problem
    return None


def _percent_of_change(sentence: str) -> str | None:
    """From one value to another, and by a percentage that is none of those."""
    read = prepare(sentence)
    found = list(_FROM_TO.finditer(read))
    if len(found) != 1 or re.search(r"%|per ?cent|percent|point", found[0]["au"]):
        return None
    m = found[0]
    a, b = (Fraction(m[name].replace(",", "").rstrip(".")) for name in ("a", "b"))
    shares = [f for f in figures(sentence) if f.unit == "%"]
    if len(shares) != 1 or not a or not b or a == b:
        return None
    share = shares[0]
    if not _CHANGE.search(read[max(0, share.start - 24) : share.start]):
        return None
    of_the_first = re.match(r" ?(?:%|per ?cent|percent) of\b", read[share.end :])
    right = [100 * abs(b - a) / a, *([100 * b / a] if of_the_first else [])]
    half = Fraction(51, 100) / 10 ** max(0, share.places)
    loose = max(
        half,
        share.value / 20
        if re.search(
            r"about|around|roughly|nearly|almost|some|over"
            r"|than",
            read[: share.start][-24:],
        )
        else half,
    )
    return (
        None
        if any(abs(abs(r) - share.value) <= loose for r in right)
        else "a percentage that is not that of the change"
    )


def _counts_as_shares(sentence: str, table: Table, passage: str) -> str | None:
    """A count of a row said as so many per cent, which is not its share."""
    if SHARES.search(passage):
        return None
    for values in table.numbers.values():
        total = sum((Fraction(v) for v in values if v is not None), Fraction(0))
        for label, value in zip(table.labels, values, strict=True):
            if value is None or not total or not holds(sentence, label) or len(bare(label)) < 2:
                continue
            for f in figures(sentence):
                if (
                    f.unit == "%"
                    and f.value == Fraction(value)
                    and abs(100 * f.value / total - f.value) > Fraction(1, 2)
                ):
                    return "a count that is read as per cent"
    return None


def _no_majority(sentence: str, table: Table) -> str | None:
    """A majority for the one row that is named, which has half of its column at most."""
    if not _MAJORITY.search(sentence) or _NO_MAJORITY.search(sentence) or len(table.numbers) != 1:
        return None
    named = [i for i, label in enumerate(table.labels) if len(bare(label)) > 2 and _means(sentence, label)]
    (values,) = table.numbers.values()
    known = [Fraction(v) for v in values if v is not None]
    value = values[named[0]] if len(named) == 1 else None
    if value is None or len(known) < 3:
        return None
    return "a majority that is none" if 2 * max(known) <= sum(known, Fraction(0)) else None


def _other_way(clause: str, table: Table) -> str | None:
    """A direction of a whole column, or of the step to a row that is named, against its values."""
    up, down = bool(_UP.search(clause)), bool(_DOWN.search(clause))
    column = _column(clause, table)
    if (
        up == down
        or column is None
        or re.search(r"\b(?:not|n't|never|no|nor|hardly|slow\w*|less|rate|pace)\b", clause, re.I)
    ):
        return None
    values = table.numbers[column]
    if any(v is None for v in values) or len(values) < 3:
        return None
    known = [Fraction(v) for v in values if v is not None]
    sign = 1 if up else -1
    named = [i for i, label in enumerate(table.labels) if holds(clause, label)]
    ends = named in ([], [0, len(known) - 1])
    if ends and (_ALL_ALONG.search(clause) or named):
        return _against(clause, known, sign)
    if len(named) == 2 and re.search(r"\b(?:from|between)\b", clause, re.I):
        against = sign * (known[named[1]] - known[named[0]]) < 0
        return "a rise or fall between two rows that goes the other way" if against else None
    return None


def denies_a_direction(sentence: str, tables: Sequence[Table]) -> bool:
    """Whether a direction is denied of a whole column, or of the step between two rows, which have it."""
    clauses = _CLAUSE.split(_BETWEEN.sub(r"\1 & ", sentence))
    return len(tables) == 1 and any(_denied(clause, tables[0]) for clause in clauses)


def _denied(clause: str, table: Table) -> bool:
    said, column = _DID_NOT.search(clause), _column(clause, table)
    if (
        said is None
        or column is None
        or re.search(r"\b(?:if|would|claims?|claimed|whether|no|nor|both)\b", clause, re.I)
    ):
        return False
    values = [None if v is None else Fraction(v) for v in table.numbers[column]]
    named = [i for i, label in enumerate(table.labels) if holds(clause, label)]
    ends = named or ([0, len(values) - 1] if _ALL_ALONG.search(clause) and not _ALWAYS.search(clause) else [])
    if len(ends) != 2 or (named and not re.search(r"\b(?:from|between)\b", clause, re.I)):
        return False
    first, last = values[ends[0]], values[ends[1]]
    if first is None or last is None:
        return False
    return last > first if said["up"] else last < first


def _against(clause: str, known: list[Fraction], sign: int) -> str | None:
    steps = [sign * (b - a) for a, b in pairwise(known)]
    if sign * (known[-1] - known[0]) < 0 and sum(s > 0 for s in steps) * 2 <= len(steps):
        return "a trend that goes the other way"
    against = sum(s < 0 for s in steps)
    if _ALWAYS.search(clause) and against > (max(1, len(steps) // 4) if _ALMOST.search(clause) else 0):
        return (
            None if _HEDGED.search(clause) and not _ALMOST.search(clause) else "a trend without exception that has some"
        )
    return None


def _column(clause: str, table: Table) -> int | None:
    """The numeric column that the clause speaks of: the only one, or the only one whose name it has in some form."""
    if len(table.numbers) == 1:
        return next(iter(table.numbers))
    said = {w[:5] for w in words(clause) if len(w) > 3}
    named = [p for p in table.numbers if said & {w[:5] for w in _name(table.columns[p])}]
    return named[0] if len(named) == 1 else None


def _name(column: str) -> Iterator[str]:
    yield from (w for w in words(re.sub(r"[(\[].*$", "", column.replace("_", " "))) if len(w) > 3)


def _means(sentence: str, label: str) -> bool:
    """Whether the sentence speaks of the row, its name bent or not: bicycle, by bicycle, cyclists."""
    return holds(sentence, label) or bare(label)[:4] in {w[:4] for w in words(sentence) if len(w) > 4}
