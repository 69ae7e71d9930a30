"""A number: the one figure that a response gives as its result."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tasks.answers.equivalence import FORMULA, same_value
from tasks.answers.final import after_answer, answer_line, both_ends, boxed, emphasised, first_sentence, says, unmarked
from tasks.answers.form import Agreement, Form, Readings, given_key, refuse_options, rightly_keyless
from tasks.records import Record
from tasks.text.numbers import decimal_text, quantities
from tasks.text.quantities import Quantity, find_quantities, flat, same_quantity, unit_readings
from tasks.text.sentences import sentences

_CONCLUDES = re.compile(
    r"\b(?:so|therefore|thus|hence|in total|altogether|in all|which (?:gives|makes|leaves)|that (?:gives"
    r"|makes|leaves)|result|total)\b",
    re.I,
)
_ABOUT = re.compile(
    r"\W*(?:(?:is|are|it|that|this|about|approximately|approx\.?|around|roughly|exactly|only|just|nearly"
    r"|ca\.|equals|to|a total of)\s+|[~≈$€£¥=:]\s*)*",
    re.I,
)
_RANGE = re.compile(r"\d(?:\s|\s*(?:-|\u2013|\u2014|to|or|and)\s*)\d|\bbetween\b|\beither\b", re.I)
_ASKED = re.compile(
    r"\b(?:how many|number of|in|percentage|per cent)\b(?: (?:whole|full|complete|more|fewer))?(?: (?P<name>[A-Za-z]+))?",
    re.I,
)
_POINTS = frozenset({"ordinal", "date", "day", "month", "decade", "clock"})


class Figure(NamedTuple):
    """The amount that a text gives as its result."""

    quantity: Quantity
    as_it_stands: Decimal
    """Its first number without a scale word."""


def _read(record: Record, text: str) -> Readings:
    found = final_figures(text)[:1]
    return [[decimal_text(v)] for f in found for v in dict.fromkeys((_decimal(f.quantity.number), f.as_it_stands))]


def final_figures(text: str) -> list[Figure]:
    """The amount that the text gives as its result, in each way that it puts it; nothing if it gives none or several."""
    for stated in (answer_line(text), boxed(text)):
        if stated is not None:
            line = stated.split("\n", 1)[0]
            return _one_figure(line) if _figures(line) else _one_figure(stated)
    clean = unmarked(text).strip()
    for _, rest in reversed(says(text)):
        if found := _one_figure(rest):
            return found
    if _alike(whole := _figures(clean)):
        return whole
    bold = [f for part in emphasised(text) for f in _one_figure(part)]
    if _alike(bold):
        return bold
    said = sentences(clean)
    for sentence in said[:-4:-1]:
        if (_CONCLUDES.search(sentence) or "=" in sentence or sentence is said[-1]) and (
            found := _one_figure(sentence)
        ):
            return found
    return _one_figure(said[0]) if said else []


def _figures(text: str) -> list[Figure]:
    """The amounts of a text, without places in time or in a row."""
    said = flat(text)
    found = [q for q in find_quantities(text) if q.readings[0][0] not in _POINTS]
    return [
        Figure(q, numbers[0][0] if (numbers := quantities(said[q.start : q.end])) else _decimal(q.number))
        for q in found
    ]


def _alike(found: list[Figure]) -> bool:
    """Whether there are amounts, and all are one."""
    return bool(found) and all(same_quantity(found[0].quantity, other.quantity) for other in found[1:])


def _one_figure(statement: str) -> list[Figure]:
    """The one amount of a short statement: behind its last equals sign, else the only one, else the opening one."""
    statement = first_sentence(re.split(r"[=≈](?=[^=≈]*\d)", statement)[-1])
    for said in (statement, re.sub(r"\([^()]*\)", " ", statement)):
        if _alike(found := _figures(said)):
            return found
    start = _ABOUT.match(statement)
    rest = statement[start.end() :] if start else statement
    opens = _figures(rest)
    if not opens or opens[0].quantity.start > 0 or not re.match(r"[-+]?[\d.]", rest) or _RANGE.search(rest[:40]):
        return []
    return opens[:1]


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _compare(record: Record, text: str) -> Agreement | None:
    key = given_key(record)
    if not key:
        return None
    text = both_ends(text)
    found = final_figures(text)
    asked = asked_units(record.instruction)
    if any(_same_figure(key[0], f, asked) for f in found) or _same_formula(key[0], text):
        return Agreement.UNCLEAR if _goes_on(found, after_answer(text)) else Agreement.SAME
    if found:
        return Agreement.OTHER
    stated = answer_line(text) or boxed(text)
    return Agreement.SEVERAL if stated and len(_figures(stated)) > 1 else Agreement.UNREAD


def _goes_on(found: list[Figure], after: str) -> bool:
    """Whether what stands behind the final answer comes to another amount."""
    last = next(reversed(sentences(after)), "")
    other = _one_figure(last) if _CONCLUDES.search(last) else []
    return bool(found and other) and not any(
        same_quantity(a.quantity, b.quantity) for a in found for b in _figures(after)
    )


def _same_figure(key: str, found: Figure, asked: dict[str, Fraction]) -> bool:
    """Whether the amount is the key, in the unit that is asked for where both name one."""
    measured = [(value, asked[kind]) for kind, value in found.quantity.readings if kind in asked]
    if measured:
        return any(_same_number(key, decimal_text(_decimal(value / scale))) for value, scale in measured)
    return any(_same_number(key, decimal_text(n)) for n in (_decimal(found.quantity.number), found.as_it_stands))


def asked_units(instruction: str) -> dict[str, Fraction]:
    """What the instruction asks to be measured -> the size of the unit that it names; nothing where it names several."""
    found: dict[str, set[Fraction]] = {}
    for m in _ASKED.finditer(instruction):
        for kind, scale in unit_readings(m["name"] or "") if m["name"] and len(m["name"]) > 2 else ():
            found.setdefault(kind, set()).add(scale)
    return {kind: scales.pop() for kind, scales in found.items() if len(scales) == 1}


def _same_number(key: str, found: str) -> bool:
    """Equal, or within 1e-6, or a longer decimal expansion that rounds to a key of two or more decimals."""
    keys = quantities(key)
    if not keys:
        return False
    value, wanted = Decimal(found), keys[0][0]
    if abs(value - wanted) <= abs(wanted) * Decimal("1e-6") or value == keys[0][1]:
        return True
    given, stated = (-min(0, int(Decimal(x).as_tuple().exponent)) for x in (found, str(wanted)))
    return ((stated >= 2 and given > stated) or (given >= 6 and stated >= 1)) and abs(value - wanted) <= Decimal(
        5
    ).scaleb(-stated - 1)


def _same_formula(key: str, text: str) -> bool:
    """Whether the stated answer is an expression of the key's value, such as a LaTeX fraction or a root."""
    stated = answer_line(text) or boxed(text)
    return bool(stated) and FORMULA.search(str(stated)) is not None and same_value(key, str(stated)) is True


def number_fault(record: Record) -> str | None:
    """What is wrong with a key that should be one number; None if nothing is."""
    if problem := refuse_options(record):
        return problem
    if rightly_keyless(record):
        return None
    if (
        len(record.key) != 1
        or not re.fullmatch(
            r"\s*[-+\u2212]?(?:\d+(?:\.\d+)?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+/\d+)(?:[eE][-+]?\d{1,2})?\s*",
            record.key[0],
        )
        or not quantities(record.key[0])
    ):
        return "the key is not one number"
    return None


def _tidy_key(key: list[str], options: list[str]) -> list[str]:
    """Without commas between thousands."""
    said = [item.strip() for item in key]
    return [item.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", item) else item for item in said]


NUMBER = Form("number", fault=number_fault, read=_read, compare=_compare, tidy_key=_tidy_key, exact=True)
