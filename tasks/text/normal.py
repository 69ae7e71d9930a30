"""Text made comparable: what the checks mean by the same words, the same quote, the same number and the same date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tasks.records import Record

ARTICLES = frozenset({"a", "an", "the"})
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]  # fmt: skip
LIST_MARK = re.compile(r"^[ \t]*(?:[-*•+\u2013·]|\(?\d{1,3}[.)])[ \t]+", re.M)

_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b`\u00b4\u2032", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013—\u2015\u2212", "-"),
        "\u2044": "/",
    }
    | dict.fromkeys("\u200b\u200c\u200d\ufeff\u00ad")
)
_WORD = re.compile(r"\w+(?:(?<=\d)\.\d+)*")
_RUN = re.compile(r"([^\w])\1{24,}")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:mr|mrs|ms|dr|prof|st|no|nos|vs|fig|figs|eq|approx|ca|cf|vol|pp?|e\.g|i\.e|al|jr|sr|gen|col|capt|"
    r"lt|rev|hon|inc|ltd|co|dept|[a-z]|(?:[a-z]\.)+[a-z])\.$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”\u2019)\]*_]*(?=\s)|[。\uff01\uff1f]+")
_SENTENCE_START = re.compile(r"[\s*_#>]*[\"'“\u2018(\[]*(?:[^\W\d_]|\d|[^\w\s])")

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
_SCALE = {"thousand": 3, "k": 3, "million": 6, "billion": 9, "bn": 9, "trillion": 12}
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMBER_WORD = re.compile(
    rf"(?<![\w-])(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_SMALL[1:10])}))?|({'|'.join(_SMALL)}))(?![\w-])", re.I
)

_MONTH = "|".join(rf"{m}|{m[:3]}" + (r"|sept" if m == "september" else "") for m in MONTHS)
_YEAR = r"(?:,?\s+(?:of\s+)?(\d{4})\b)?"
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\b\.?{_YEAR}", re.I)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\b\.?\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d|\s*[%°]){_YEAR}", re.I)


def reply(record: Record) -> str:
    """The text of the last message, empty if there is none."""
    content = record.messages[-1].get("content") if record.messages else None
    return calm(content) if isinstance(content, str) else ""


@lru_cache(maxsize=64)
def calm(text: str) -> str:
    """The text with endless runs of one sign or space cut short: they say nothing, and patterns are slow on them."""
    return _RUN.sub(r"\1\1\1\1", text)


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """Case, whitespace, quotes, dashes and compatibility forms made one; punctuation stays."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SAME)
    return " ".join(text.casefold().replace("`", "'").split())


@lru_cache(maxsize=256)
def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a text in plain form, without punctuation, markup and thousands separators."""
    said = plain(text).replace("_", " ")
    if "'" in said:
        said = _POSSESSIVE.sub("", said).replace("'", "")
    return tuple(_WORD.findall(_THOUSANDS.sub("", said) if "," in said else said))


@lru_cache(maxsize=256)
def bare(text: str) -> str:
    """What a phrase says: its words without articles, or all of them if it has nothing else."""
    found = words(text)
    return " ".join([w for w in found if w not in ARTICLES] or found)


_WORDLIKE = re.compile(r"[\w-]")
_GOES_ON = re.compile(r"\w|-\w")


def holds(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text as whole words; articles, case and punctuation do not matter."""
    wanted = bare(phrase)
    return f" {wanted} " in f" {bare(text)} " if wanted else bool(phrase.strip()) and plain(phrase) in plain(text)


def uses(text: str, phrase: str) -> bool:
    """Whether the text uses exactly these whole words; a hyphenated compound is another word."""
    wanted = plain(phrase)
    said = plain(text)
    at = said.find(wanted) if wanted else -1
    while at >= 0:  # by hand: a pattern of its own for each phrase costs more to compile than to search
        if not _WORDLIKE.search(said[max(0, at - 1) : at]) and not _GOES_ON.match(said, at + len(wanted)):
            return True
        at = said.find(wanted, at + 1)
    return False


def sentences(text: str) -> list[str]:
    """The sentences of a text; a blank line or a list item ends one, a simple line break does not."""
    found: list[str] = []
    for block in _blocks(text):
        start = 0
        for end in _SENTENCE_END.finditer(block):
            after = block[end.end() :].lstrip()
            if _ABBREVIATION.search(block[max(start, end.start() - 12) : end.start() + 1]) and end.group() == ".":
                continue
            if after[:1].islower() and end.group()[0] in ".…":
                continue
            found.append(block[start : end.end()].strip())
            start = end.end()
        found.append(block[start:].strip())
    return [s for s in found if any(c.isalnum() for c in s)]


def _blocks(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in text.splitlines():
        item = LIST_MARK.match(line) or line.lstrip().startswith(("#", "|"))
        if lines and (item or not line.strip() or lines[-1].lstrip().startswith("#")):
            yield " ".join(lines)
            lines = []
        if line.strip():
            lines.append(line.strip() if not item else LIST_MARK.sub("", line).strip())
    if lines:
        yield " ".join(lines)


def quantities(text: str) -> list[tuple[Decimal, Decimal]]:
    """The numbers of a text in order, each as it stands and as it reads with its scale word ("3.5 million")."""
    return [(value, scaled) for _, _, value, scaled in placed(readable(text))]


def readable(text: str) -> str:
    """The text with its numbers in the forms that :func:`placed` reads."""
    text = _POWER.sub("^", text).translate(_SUPER)
    return text.translate(_SAME).replace("minus  ", "minus ").replace("{,}", ",").replace("\\,", "")


def placed(text: str) -> list[tuple[int, int, Decimal, Decimal]]:
    """The numbers of a readable text in order: start, end, the value as it stands and with its scale word."""
    found: list[tuple[int, int, Decimal, Decimal]] = []
    for m in _NUMBER.finditer(text):
        if m["top"]:
            if not int(m["bottom"]):
                continue
            value = Decimal(m["whole"] or 0) + Decimal(m["top"]) / Decimal(m["bottom"])
        else:
            value = Decimal(re.sub(r"[^\d.]", "", m["value"])).scaleb(int(m["exponent"] or m["power"] or 0))
        value = -value if (m["sign"] or m["minus"] or "")[:1] in {"-", "m"} else value
        found.append((*m.span(), value, value.scaleb(_SCALE.get((m["scale"] or "").lower(), 0))))
    for m in _NUMBER_WORD.finditer(text):
        tens, unit, small = (part.lower() if part else "" for part in m.groups())
        n = _SMALL.index(small) if small else 10 * (_TENS.index(tens) + 2) + (_SMALL.index(unit) if unit else 0)
        found.append((*m.span(), Decimal(n), Decimal(n)))
    return sorted(found, key=lambda f: f[0])


def decimal_text(value: Decimal) -> str:
    """The one way to write a number: digits, no exponent, no trailing zeros."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def with_iso_dates(text: str) -> str:
    """The text with every full date that names its month written as YYYY-MM-DD."""
    text = _DAY_MONTH.sub(lambda m: _iso(m[0], m[3], m[2], m[1]), text)
    return _MONTH_DAY.sub(lambda m: _iso(m[0], m[3], m[1], m[2]), text)


def named_dates(text: str) -> list[str]:
    """Dates written with the name of a month and a day."""
    found = [*_DAY_MONTH.finditer(text), *_MONTH_DAY.finditer(text)]
    # "may" and "march" are verbs too.
    return [m[0] for m in found if not re.search(r"\b(?:may|march|mar)\b", m[0]) or text.islower()]


def _iso(found: str, year: str | None, month: str, day: str) -> str:
    number = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(month[:3].lower()))
    try:
        return date(int(year), number, int(day)).isoformat() if year else found
    except ValueError:
        return found
