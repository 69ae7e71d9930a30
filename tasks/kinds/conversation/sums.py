"""Sums that an answer tells without working: what remains of an amount, and what falls to each."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations

from tasks.checks.aggregates import near
from tasks.checks.check import Doubt
from tasks.checks.figures import Figure, figures, prepare
from tasks.kinds.conversation.checks import exchanges
from tasks.records import Record
from tasks.text.amounts import is_unit
from tasks.text.sentences import sentences

_LEAVES = re.compile(
    r"\b(?:leav(?:es?|ing)|left with|remains?(?: of)?|remaining)\b(?: (?:you|us|them|only|just|with|about|around"
    r"|roughly|some|another))*"
    r" ?[$€£]?\Z",
    re.I,
)
_REMAINS = re.compile(
    r"\A ?(?:\w+ ){0,2}?(?:remain(?:s|ing)?|(?:are |is |will be )?left(?! of| over from)|to spare)\b", re.I
)
_EACH = re.compile(r"\A ?(?:\w+ )?(?:per|each|apiece|a (?:head|person|piece|chair|seat|month|week|day))\b", re.I)
_COMES_TO = re.compile(
    r"\b(?:comes? to|works? out (?:at|to)|amounts? to|would be|makes)(?: (?:about|around|roughly"
    r"|some|just))* ?[$€£]?\Z",
    re.I,
)
_ABOUT = re.compile(r"\b(?:about|around|roughly|some|nearly|almost|just (?:over|under))[ $€£]*\Z", re.I)
_PARTS, _RECENT = 4, 12
"""How many amounts, and of how many told last, may have been taken away."""
_HAIR = 1e-9
_MOST = 40
_SHORT_WORD = 3
"""Letters of the words behind a figure that are no noun: per, for, of."""


def sums_hold(record: Record) -> Doubt | None:
    """Doubts an answer whose remainder or share for each does not follow from any figures of the talk."""
    before: list[Figure] = []
    for number, (asked, answer) in enumerate(exchanges(record), 1):
        before += figures(asked)
        for sentence in sentences(answer):
            if _astray(sentence, before[-_MOST:]):
                return Doubt(
                    f"answer {number}: a sum that does not follow from the figures of the talk",
                    "Does what this sentence works out follow from the figures of the conversation?",
                    {"sentence": sentence},
                )
            before += figures(sentence)
    return None


def _astray(sentence: str, before: list[Figure]) -> bool:
    read, said = prepare(sentence), figures(sentence)
    for figure in said:
        ahead, behind = read[: figure.start][-60:], read[figure.end :][:40]
        remains = _LEAVES.search(ahead) or _REMAINS.match(behind)
        each = _EACH.match(behind) and _COMES_TO.search(ahead)
        if not (remains or each) or figure.unit == "%":
            continue
        known = [f for f in (*before, *said) if f is not figure and (each or _of_one_kind(f, figure))]
        if figure.scaled in {f.scaled for f in before} or not _told_of(figure, before):
            continue
        loose = Fraction(1, 10) if _ABOUT.search(ahead) else Fraction(0)
        off = max(Fraction(1, 2) / 10 ** max(0, figure.places), loose * figure.scaled)
        if not (_falls_to_each if each else _remains_of)(figure.scaled, known, off):
            return True
    return False


def _told_of(figure: Figure, before: list[Figure]) -> bool:
    """Whether amounts of the same thing were told; a figure without a noun is one of whatever was told."""
    return len(before) > 1 and (len(figure.unit) <= _SHORT_WORD or any(f.unit == figure.unit for f in before))


def _of_one_kind(one: Figure, other: Figure) -> bool:
    """Whether the figures may be of one thing: the same noun behind them, or none."""
    return one.unit in {other.unit, "%"} or _bare(one) or _bare(other)


def _bare(figure: Figure) -> bool:
    return len(figure.unit) <= _SHORT_WORD and not is_unit(figure.unit)


def _remains_of(rest: Fraction, known: list[Figure], off: Fraction) -> bool:
    """Whether it is left of an amount after some others, one of them taken several times, or a share in per cent."""
    values = list(dict.fromkeys(f.scaled for f in known))[-_RECENT:]
    products = {a * b for a, b in combinations(values, 2)}
    sums = {sum(some, Fraction(0)) for n in range(_PARTS + 1) for some in combinations(values, n)}
    parts = tuple(sorted(map(float, sums | products)))
    percents = [f.scaled for f in known if f.unit == "%"]
    return any(
        near(parts, float(whole - rest), float(off) + _HAIR)
        or any(abs(whole * (1 - p / 100) - rest) <= off for p in percents)
        for whole in {*values, *products}
        if whole > rest / 2
    )


def _falls_to_each(share: Fraction, known: list[Figure], off: Fraction) -> bool:
    """Whether it is an amount, or the sum or difference of two, divided by a number."""
    values = list(dict.fromkeys(f.scaled for f in known))[-_RECENT:]
    wholes = {*values, *(abs(a - b) for a, b in combinations(values, 2)), *(a + b for a, b in combinations(values, 2))}
    return any(abs(whole / by - share) <= off for whole in wholes for by in values if by)
