"""Numbers in words: "two hundred and forty-one", "eight and a half", "half a million", "nineteen thirty-one"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_PIECE = re.compile(r"[A-Za-z]+")
_WORD = re.compile(r"(?<![\w'\u2019])[A-Za-z]+(?!\w)")
SMALL = _PIECE.findall("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
""")
_TENS = _PIECE.findall("twenty thirty forty fifty sixty seventy eighty ninety")
_SCALES = {"dozen": 12, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALES |= {f"{name}s": value for name, value in _SCALES.items()}
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
}
_PARTS |= {"tenth": 10, "twelfth": 12, "twentieth": 20, "hundredth": 100, "thousandth": 1000}
_PARTS |= {**{f"{name}s": value for name, value in _PARTS.items()}, "halves": 2}
_ORDINALS = _PIECE.findall("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth
""")
ORDINALS = {name: place for place, name in enumerate(_ORDINALS, 1)}
ORDINALS |= {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
_BELOW_HUNDRED = {name: n for n, name in enumerate(SMALL)} | {name: 10 * n for n, name in enumerate(_TENS, 2)}
_TENS_SET = frozenset(_TENS)
_BEGINS = frozenset([*_BELOW_HUNDRED, *ORDINALS, "half", "a", "an"])
_PARTS_OF_NUMBERS = frozenset([*_BEGINS, "hundred", *_SCALES, *_PARTS, "and", "of"])


class Spelled(NamedTuple):
    """A number in words and where it stands."""

    start: int
    end: int
    value: Decimal
    scaled: Decimal
    """With the scale word behind it."""
    is_portion: bool = False
    """Whether it is a part of one: a half, two thirds."""
    is_ordinal: bool = False


class _Piece(NamedTuple):
    start: int
    end: int
    word: str
    gap: str
    """What stands before it: "" at the beginning of a run, else "-", " " or another sign."""


@lru_cache(maxsize=64)
def spelled(text: str) -> tuple[Spelled, ...]:
    """The numbers, portions and ordinals in words of a text, in order."""
    pieces = _pieces(text)
    found: list[Spelled] = []
    at = 0
    while at < len(pieces):
        begins = pieces[at].word in _BEGINS
        read = (_portion(pieces, at) or _number(pieces, at)) if begins else None
        if read is None:
            at += 1
            continue
        number, at = read
        found.append(number)
    return tuple(found)


def portion_behind(text: str, at: int) -> tuple[Decimal, int] | None:
    """The portion that a number in digits before that place goes on with, "8 and a half", and where it ends."""
    if text[at : at + 5].lower() != " and ":
        return None
    m = re.match(r" and (?=(?:an?|one|two|three|four) ?-?[a-z])", text[at : at + 40], re.I)
    read = _portion(_pieces(text[at + m.end() : at + 60]), 0) if m else None
    if m is None or read is None or read[0].start:
        return None
    return read[0].value, at + m.end() + read[0].end


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    last = 0
    told = True
    for m in _WORD.finditer(text):
        word = m[0].lower()
        start, end = m.span()
        # Of words that are no part of a number, the first of a run alone is looked at: what follows a number may change it.
        part = word in _PARTS_OF_NUMBERS
        if part or told:
            found.append(_Piece(start, end, word, text[last:start] if found else ""))
        told = part
        last = end
    return found


def _near(pieces: list[_Piece], at: int, also: str = "") -> bool:
    """Whether the piece goes on where the one before it ended."""
    return at < len(pieces) and pieces[at].gap.replace("\u00a0", " ").replace("\u2011", "-") in {" ", "-", also or " "}


def _below_hundred(pieces: list[_Piece], at: int) -> tuple[int, int] | None:
    word = pieces[at].word if at < len(pieces) else ""
    if word not in _BELOW_HUNDRED:
        return None
    value = _BELOW_HUNDRED[word]
    if word in _TENS_SET and _near(pieces, at + 1) and 0 < _BELOW_HUNDRED.get(pieces[at + 1].word, 0) < 10:
        return value + _BELOW_HUNDRED[pieces[at + 1].word], at + 2
    return value, at + 1


def _below_thousand(pieces: list[_Piece], at: int) -> tuple[int, int] | None:
    word = pieces[at].word if at < len(pieces) else ""
    if word == "a" and _near(pieces, at + 1) and pieces[at + 1].word == "hundred":
        value, behind = 1, at + 1
    elif (low := _below_hundred(pieces, at)) is not None:
        value, behind = low
    else:
        return None
    if not (_near(pieces, behind) and pieces[behind].word == "hundred" and 0 < value < 100):
        return (value, behind) if word != "a" else None
    value, behind = value * 100, behind + 1
    after = behind + 1 if _near(pieces, behind) and pieces[behind].word == "and" else behind
    if _near(pieces, after) and (rest := _below_hundred(pieces, after)) is not None and rest[0]:
        return value + rest[0], rest[1]
    return value, behind


def _number(pieces: list[_Piece], at: int) -> tuple[Spelled, int] | None:
    """A cardinal, with its portion and scale, or an ordinal."""
    first = pieces[at]
    if (place := ORDINALS.get(first.word)) is not None:
        return Spelled(first.start, first.end, Decimal(place), Decimal(place), is_ordinal=True), at + 1
    if (year := _year(pieces, at)) is not None:
        return year
    total, scale, behind = 0, 0, at
    while (group := _group(pieces, behind, scale)) is not None:
        value, size, behind = group
        total, scale = total + value * size, size
        if size == 1:
            break
    if behind == at:
        return None
    amount = Decimal(total)
    ordinal = ORDINALS.get(pieces[behind].word, 0) if _near(pieces, behind) else 0
    if 0 < ordinal < 10 and pieces[behind - 1].word in _TENS_SET:
        whole = amount + ordinal
        return Spelled(first.start, pieces[behind].end, whole, whole, is_ordinal=True), behind + 1
    part = _portion(pieces, behind + 1) if _near(pieces, behind) and pieces[behind].word == "and" else None
    if part is not None and part[0].is_portion:
        amount, behind = amount + part[0].value, part[1]
        if _near(pieces, behind) and (size := _SCALES.get(pieces[behind].word, 0)):
            return Spelled(first.start, pieces[behind].end, amount, amount * size), behind + 1
    scaled = amount
    if scale > 1 and total % scale == 0 and total // scale < 1000:
        # As it stands and with its scale word: "seven thousand" is 7 and 7000 like "7 thousand".
        return Spelled(first.start, pieces[behind - 1].end, amount / scale, scaled), behind
    return Spelled(first.start, pieces[behind - 1].end, amount, scaled), behind


def _group(pieces: list[_Piece], at: int, above: int) -> tuple[int, int, int] | None:
    """A number below a thousand with the scale word behind it, smaller than the one before: value, scale, next place."""
    if at >= len(pieces) or (above and not _near(pieces, at, ", ")):
        return None
    start = at + 1 if above and pieces[at].word == "and" else at
    if above == 1 or (start > at and not _near(pieces, start)):
        return None
    word = pieces[start].word if start < len(pieces) else ""
    if word in {"a", "an"} and _near(pieces, start + 1) and pieces[start + 1].word in _SCALES:
        low: tuple[int, int] | None = (1, start + 1)
    else:
        low = _below_thousand(pieces, start)
    if low is None:
        return None
    value, behind = low
    size = _SCALES.get(pieces[behind].word, 1) if _near(pieces, behind) else 1
    if above and (size >= above or not value):
        return None
    return value, size, behind + (size > 1)


def _year(pieces: list[_Piece], at: int) -> tuple[Spelled, int] | None:
    """A year said in two halves: nineteen thirty-one."""
    century = _BELOW_HUNDRED.get(pieces[at].word, 0)
    if 11 <= century <= 20 and _near(pieces, at + 1) and pieces[at + 1].word in _TENS_SET:
        low = _below_hundred(pieces, at + 1)
        if low is not None and (century < 20 or "-" not in pieces[at + 1].gap):
            value = Decimal(100 * century + low[0])
            return Spelled(pieces[at].start, pieces[low[1] - 1].end, value, value), low[1]
    return None


def _portion(pieces: list[_Piece], at: int) -> tuple[Spelled, int] | None:
    """A half, two thirds, three quarters, half a million."""
    if at >= len(pieces):
        return None
    word = pieces[at].word
    if word == "half":
        top, bottom, behind = 1, 2, at + 1
    else:
        top = 1 if word in {"a", "an"} else _BELOW_HUNDRED.get(word, 0)
        if not 0 < top < 20 or not _near(pieces, at + 1) or pieces[at + 1].word not in _PARTS:
            return None
        bottom, behind = _PARTS[pieces[at + 1].word], at + 2
        plural = pieces[at + 1].word.endswith("s")
        # "a third" is an ordinal too: it is a portion before "of" or where nothing follows.
        followed = _near(pieces, behind) and pieces[behind].word != "of"
        if plural != (top > 1) or (top == 1 and bottom != 2 and pieces[at + 1].word in ORDINALS and followed):
            return None
    size = 1
    after = behind + 1 if _near(pieces, behind) and pieces[behind].word == "of" else behind
    article = _near(pieces, after) and pieces[after].word in {"a", "an"}
    if article and _near(pieces, after + 1) and pieces[after + 1].word in _SCALES:
        size, behind = _SCALES[pieces[after + 1].word], after + 2
    value = Decimal(top) / Decimal(bottom)
    return Spelled(pieces[at].start, pieces[behind - 1].end, value, value * size, is_portion=size == 1), behind
