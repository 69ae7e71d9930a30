"""A number: the one figure that a response gives as its result."""

from __future__ import annotations

import re
from decimal import Decimal

from tasks.answers.equivalence import FORMULA, same_value
from tasks.answers.final import answer_line, both_ends, boxed, emphasised, first_sentence, says, unmarked
from tasks.answers.form import Form, Readings, given_key, refuse_options, rightly_keyless
from tasks.records import Record
from tasks.text.numbers import decimal_text, quantities
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
_UNIT_GAP = re.compile(r"\d(?:\s|\s*(?:-|\u2013|—|to|or|and)\s*)\d")


def _read(record: Record, text: str) -> Readings:
    found = _figure(text)
    return [] if found is None else [[decimal_text(v)] for v in dict.fromkeys((found[1], found[0]))]


def _figure(text: str) -> tuple[Decimal, Decimal] | None:
    """The figure that the text gives as its result, as it stands and with its scale word."""
    for stated in (answer_line(text), boxed(text)):
        if stated is not None:
            line = stated.split("\n", 1)[0]
            return _one_number(line) if quantities(line) else _one_number(stated)
    clean = unmarked(text).strip()
    for _, rest in reversed(says(text)):
        if (found := _one_number(rest)) is not None:
            return found
    whole = quantities(clean)
    if len({scaled for _, scaled in whole}) == 1:
        return whole[0]
    bold = [found for part in emphasised(text) if (found := _one_number(part)) is not None]
    if len({scaled for _, scaled in bold}) == 1:
        return bold[0]
    said = sentences(clean)
    for sentence in said[:-4:-1]:
        if (_CONCLUDES.search(sentence) or "=" in sentence or sentence is said[-1]) and (
            found := _one_number(sentence)
        ) is not None:
            return found
    return _one_number(said[0]) if said else None


def _one_number(statement: str) -> tuple[Decimal, Decimal] | None:
    """The one number of a short statement: behind its last equals sign, else the only one, else the opening one."""
    statement = first_sentence(re.split(r"[=≈](?=[^=≈]*\d)", statement)[-1])
    without_asides = re.sub(r"\([^()]*\)", " ", statement)
    statement = without_asides if quantities(without_asides) else statement
    found = quantities(statement)
    if len({scaled for _, scaled in found}) == 1:
        return found[0]
    start = _ABOUT.match(statement)
    rest = statement[start.end() :] if start else statement
    opens = quantities(rest[:40])
    if (
        not opens
        or not re.match(r"[-+]?[\d.]", rest)
        or _UNIT_GAP.search(rest[:40])
        or re.match(r"[-+\d.,]+ *\w+ \d", rest)
    ):
        return None
    return opens[0]


def _agrees(record: Record, text: str) -> bool | None:
    key = given_key(record)
    if not key:
        return None
    return any(_same_number(key[0], n[0]) for n in _read(record, both_ends(text))) or _same_formula(key[0], text)


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


NUMBER = Form("number", fault=number_fault, read=_read, agrees=_agrees, tidy_key=_tidy_key, exact=True)
