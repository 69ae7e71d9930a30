"""An estimate: the one number above zero that a response ends with, in the unit that the task asks for."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from tasks.answers.final import answer_line, both_ends, boxed, first_sentence, says, unmarked
from tasks.answers.form import Agreement, Form, Readings, given_key
from tasks.answers.number import number_fault
from tasks.records import Record
from tasks.text.numbers import decimal_text, quantities
from tasks.text.sentences import sentences
from tasks.text.units import read_unit

USUAL_FACTOR = 10.0
"""How many times too large or too small an estimate may be where its task gives no sensible factor."""
_POWER = re.compile(r"(?<![x\u00d7*·] )(?<![\dx\u00d7*·.,])10 ?\^ ?\(?\{?([-+]?\d{1,2})\}?\)?")
_RAISED = re.compile(r"(?<=10)[⁻⁰¹²³⁴-⁹]+")
_ASIDE = re.compile(r"\([^()]*\)|[;,]\s*(?:with|plausibl\w+|rang\w+|give or take|within|between|say)\b.*$|\s±.*$", re.I)
_BEFORE_UNIT = re.compile(r"[\s*_]*(?:(?:thousand|million|billion|trillion)\b)?\s*(?:of\s+)?")
_UNIT = re.compile(r"[A-Za-z$€%][A-Za-z$€%0-9²³^/·*\- ]{0,40}")
_PER = re.compile(r"\s*/\s*|\s+(?:per|a|an|each|every)\s+")
_ODDS = re.compile(
    r"\b(?:1|one) (?:in|out of) (?:about |around |roughly |every )?(\d[\d,.]*(?: (?:thousand|million|billion))?)", re.I
)
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def as_fraction(value: Fraction | Decimal | float) -> Fraction:
    """A number as its digits say: 0.1 is a tenth."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def sensible_factor(factor: float) -> float:
    """The factor within which an estimate counts as right; the usual one in place of one that is out of reason."""
    return factor if 1.5 <= factor <= 100 else USUAL_FACTOR


def within_factor(found: Fraction | Decimal | float, wanted: Fraction | Decimal | float, factor: float) -> bool:
    """Whether two numbers above zero differ by no more than the factor."""
    a, b = as_fraction(found), as_fraction(wanted)
    return a > 0 and b > 0 and max(a, b) <= min(a, b) * as_fraction(factor) * Fraction(1001, 1000)


def write_powers(text: str) -> str:
    """The text with raised exponents of ten written as 10^6."""
    return _RAISED.sub(lambda m: f"^{m[0].translate(_LOWERED)}", text)


def main_unit(unit: str) -> str:
    """A unit without what it is counted by: the litres of litres per day."""
    return _PER.split(unit)[0]


def _read(record: Record, text: str) -> Readings:
    """The one estimate that a response ends with, in the unit that the task asks for; empty if there is none."""
    text = write_powers(text)
    stated = answer_line(text) or boxed(text)
    if stated is None:
        told = says(text)
        stated = told[-1][1] if told else next(reversed(sentences(unmarked(text))), "")
    found = _estimate(stated, str(record.formal.get("unit", "")))
    return [] if found is None else [[found]]


def _estimate(stated: str, unit: str) -> str | None:
    line = first_sentence(next((part for part in stated.splitlines() if re.search(r"\d", part)), ""))
    line = re.split(r"[=≈](?=[^=≈]*\d)", _POWER.sub(r"1e\1", line))[-1]
    bare = _ASIDE.sub("", line)
    line = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", bare if re.search(r"\d", bare) else line)
    if odds := _ODDS.search(line):
        chances = quantities(odds[1])
        return decimal_text(_as_decimal(1 / as_fraction(chances[0][1]))) if chances and chances[0][1] > 0 else None
    figures = quantities(line)
    if not figures or figures[0][1] <= 0:
        return None
    # A range in place of a number says no best guess; words may give the number again.
    if len(figures) > 1 and re.search(r"\d\s*(?:-|\u2013|—|to|and)\s*[$€£]?\d|\bbetween\b", line):
        return None
    value = as_fraction(figures[0][1])
    return decimal_text(_as_decimal(value * _conversion(line, unit)))


def _conversion(line: str, unit: str) -> Fraction:
    """What turns the unit behind the line's number into the asked one; 1 where either is unknown or they differ in kind."""
    number = re.search(r"\d[\d.,\s]*(?:[eE][-+]?\d+)?(?:\s?[x\u00d7*·]\s?10\s?\^?\s?\{?[-+]?\d+\}?)?", line)
    rest = line[number.end() :] if number else ""
    said = _UNIT.match(rest[m.end() :]) if (m := _BEFORE_UNIT.match(rest)) else None
    given = read_unit(said[0].strip()) if said else None
    if re.match(r"\s*(?:%|per ?cent\b)", rest):
        return Fraction(1) if "%" in unit or "per" in unit.lower() else Fraction(1, 100)
    # People leave out "per year" where it goes without saying.
    for wanted in (read_unit(unit), read_unit(main_unit(unit))):
        if given and wanted and given.powers and given.powers == wanted.powers:
            return given.scale / wanted.scale
    return Fraction(1)


def _as_decimal(value: Fraction) -> Decimal:
    return Decimal(f"{float(value):.12g}")


def _compare(record: Record, text: str) -> Agreement | None:
    key = given_key(record)
    if not key:
        return None
    factor = sensible_factor(float(record.formal.get("factor", USUAL_FACTOR)))
    found = _read(record, both_ends(text))
    if not found:
        return Agreement.UNREAD
    near = any(within_factor(Decimal(n[0]), Decimal(key[0]), factor) for n in found)
    return Agreement.SAME if near else Agreement.OTHER


ESTIMATE = Form("estimate", fault=number_fault, read=_read, compare=_compare, exact=True)
