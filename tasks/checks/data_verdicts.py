"""Verdicts on numbered claims about a table, held against what the table says of the claims that a program can read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from tasks.checks.data_claims import false_claim
from tasks.checks.data_trends import false_of_the_whole
from tasks.checks.figures import figures
from tasks.text.plain import plain
from tasks.text.tables import Table
from tasks.text.words import bare, holds

_NUMBERED = re.compile(r"(?:^|\s)\(?([1-9])[.)]\s+")
_VERDICT_LINE = re.compile(r"^[ \t|*_]*(?:claim |no\. ?)?\(?([1-9])[.):|* _]+(.{2,160})", re.M | re.I)
_YES = re.compile(r"\W*(?:right|true|holds?|correct|supported|yes|confirmed|accurate)\b")
_NO = re.compile(
    r"\W*(?:wrong|false|fails?|does not hold|incorrect|refuted|no\b|not (?:true|right|correct)|untrue|inaccurate)"
)
_OPEN = re.compile(
    r"\W*(?:open|undecid\w+|cannot|can't|not (?:to be )?decid\w+|left open|unclear"
    r"|no way to tell|the (?:table|data) (?:does not|doesn't))"
)
_OTHERS = re.compile(
    r"\b(?P<how>more|less|fewer) (?:\w+ )?than (?:all )?(?:of )?the (?:other|others|rest)\b[^.;]{0,30}\b(?:together"
    r"|combined|put together|in all|taken together)"
)
_ALL = re.compile(r"\b(?:together|in total|in all|combined|altogether|overall)\b")
_BEFORE = re.compile(
    r"\b(?P<how>more|less|fewer) (?:\w+ )?than (?:in )?(?:the (?:year|month|week|season) before"
    r"|last year|before|a year earlier)\b"
)
_BY = re.compile(
    r"\b(?:(?P<down>cut|reduced?|lost|lowered|fell|dropped|saved|decreased|shrank|declined)|(?P<up>rose|raised|grew"
    r"|increased|gained))\b"
    r"[^.;]{0,40}\bby\b"
)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")


def wrong_verdict(instruction: str, answer: str, tables: Sequence[Table], passage: str) -> str | None:
    """The first verdict of the answer that the table contradicts."""
    if len(tables) != 1:
        return None
    claims = _claims(instruction)
    for number, said in _VERDICT_LINE.findall(answer):
        verdict = _verdict(plain(said))
        if number not in claims or verdict == "":
            continue
        holds_true = _holds(claims[number], tables[0], passage)
        if holds_true is not None and verdict != ("yes" if holds_true else "no"):
            return f"claim {number}: a verdict that the data does not bear out"
    return None


def _claims(instruction: str) -> dict[str, str]:
    parts = _NUMBERED.split(instruction)
    found = dict(zip(parts[1::2], (p.strip() for p in parts[2::2]), strict=False))
    # What follows the last claim is the task again.
    return {number: re.split(r"(?<=[.!?])\s", claim)[0] for number, claim in found.items()} if len(found) > 1 else {}


def _verdict(said: str) -> str:
    return "open" if _OPEN.match(said) else "no" if _NO.match(said) else "yes" if _YES.match(said) else ""


def _holds(claim: str, table: Table, passage: str) -> bool | None:
    """Whether the claim holds by the table; None if a program cannot read it."""
    said = plain(claim)
    rows = [i for i, label in enumerate(table.labels) if len(bare(label)) > 1 and holds(claim, label)]
    columns = list(table.numbers)
    named = [p for p in columns if (y := _YEAR.search(table.columns[p])) and y[0] in claim]
    here = table.numbers[named[0]] if len(named) == 1 else table.numbers[columns[-1]] if columns else ()
    if len(rows) == 1 and (m := _OTHERS.search(said)) and (len(columns) == 1 or named) and None not in here:
        mine, rest = (
            Fraction(here[rows[0]] or 0),
            sum((Fraction(v or 0) for i, v in enumerate(here) if i != rows[0]), Fraction(0)),
        )
        return mine > rest if m["how"] == "more" else mine < rest
    years = [p for p in columns if _YEAR.search(table.columns[p])]
    if len(years) == 2 and len(columns) == 2:
        return _between_years(said, claim, table, rows, years)
    if false_claim(claim, [table], frozenset()) or false_of_the_whole(claim, [table], passage):
        return False
    return None


def _between_years(said: str, claim: str, table: Table, rows: list[int], years: list[int]) -> bool | None:
    first, last = ([Fraction(v or 0) for v in table.numbers[p]] for p in years)
    if not rows and _ALL.search(said) and (m := _BEFORE.search(said)):
        return sum(last) > sum(first) if m["how"] == "more" else sum(last) < sum(first)
    shares = [f for f in figures(claim) if f.unit == "%"]
    if len(rows) == 1 and len(shares) == 1 and (by := _BY.search(said)) and first[rows[0]]:
        change = 100 * (last[rows[0]] - first[rows[0]]) / first[rows[0]] * (-1 if by["down"] else 1)
        return abs(change - shares[0].value) <= Fraction(1, 2)
    return None
