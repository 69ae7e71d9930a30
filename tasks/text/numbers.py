"""Numbers as they are written: in digits, in words, as fractions, in scientific notation and with a scale word."""

from __future__ import annotations

import re
from decimal import Decimal

from tasks.text.number_words import portion_behind, spelled
from tasks.text.plain import ONE_SIGN

_VULGAR = {"½": " 1/2", "⅓": " 1/3", "⅔": " 2/3", "¼": " 1/4", "¾": " 3/4", "⅛": " 1/8", "⅕": " 1/5"}
_SUPER = str.maketrans({**_VULGAR, **{c: str(i) for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}, "⁻": "-"})
_POWER = re.compile(r"(?<=10)(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
_NUMBER = re.compile(
    r"(?<![\w.,/])(?P<sign>[-+]|minus )?"
    r"(?:(?P<whole>\d{1,9}) )?(?<![\d.,])(?P<top>\d{1,9}) ?/ ?(?P<bottom>\d{1,9})(?![\d/]|\.\d)"
    r"|(?<![\w.,])(?P<minus>[-+]|minus )?(?P<value>(?:\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3})+"
    r"|\d{1,30})(?:\.\d{1,30})?|\.\d{1,30})"
    r"(?:[eE](?P<exponent>[-+]?\d{1,2})| ?[x\u00d7*·] ?10 ?\^ ?\(?\{?(?P<power>[-+]?\d{1,2})\}?\)?)?"
    r"(?!\d|[.,]\d|(?:st|nd|rd|th)\b)(?: ?-?(?P<scale>thousand|million|billion|trillion|bn\b|k\b))?"
)
_SCALE_BEHIND = re.compile(r" (thousand|million|billion|trillion)\b")
_SCALE = {"thousand": 3, "k": 3, "million": 6, "billion": 9, "bn": 9, "trillion": 12}


def quantities(text: str) -> list[tuple[Decimal, Decimal]]:
    """The numbers of a text in order, each as it stands and as it reads with its scale word ("3.5 million")."""
    return [(value, scaled) for _, _, value, scaled in placed(readable(text))]


def readable(text: str) -> str:
    """The text with its numbers in the forms that :func:`placed` reads."""
    text = _POWER.sub("^", text).translate(_SUPER)
    return text.translate(ONE_SIGN).replace("minus  ", "minus ").replace("{,}", ",").replace("\\,", "")


def placed(text: str) -> list[tuple[int, int, Decimal, Decimal]]:
    """The numbers of a readable text in order: start, end, the value as it stands and with its scale word.

    Ordinals and portions in words ("a third") are none.
    """
    found: list[tuple[int, int, Decimal, Decimal]] = []
    for m in _NUMBER.finditer(text):
        if m["top"]:
            if not int(m["bottom"]):
                continue
            value = Decimal(m["whole"] or 0) + Decimal(m["top"]) / Decimal(m["bottom"])
        else:
            value = Decimal(re.sub(r"[^\d.]", "", m["value"])).scaleb(int(m["exponent"] or m["power"] or 0))
        value = -value if (m["sign"] or m["minus"] or "")[:1] in {"-", "m"} else value
        end, scale = m.end(), m["scale"] or ""
        if not scale and (more := portion_behind(text, end)):
            value, end = value + (more[0] if value >= 0 else -more[0]), more[1]
            if behind := _SCALE_BEHIND.match(text, end):
                scale, end = behind[1], behind.end()
        found.append((m.start(), end, value, value.scaleb(_SCALE.get(scale.lower(), 0))))
    for word in spelled(text):
        if not (word.is_portion or word.is_ordinal or _compounded(text, word.start, word.end)):
            found.append((word.start, word.end, word.value, word.scaled))
    return _apart(sorted(found))


def _compounded(text: str, start: int, end: int) -> bool:
    """Whether the place is part of a longer word with a hyphen: one-off, twenty-year."""
    return text[start - 1 : start] == "-" or text[end : end + 1] == "-"


def _apart(found: list[tuple[int, int, Decimal, Decimal]]) -> list[tuple[int, int, Decimal, Decimal]]:
    """Without those that stand inside the one before."""
    kept: list[tuple[int, int, Decimal, Decimal]] = []
    for number in found:
        if not kept or number[0] >= kept[-1][1]:
            kept.append(number)
    return kept


def decimal_text(value: Decimal) -> str:
    """The one way to write a number: digits, no exponent, no trailing zeros."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
