"""Dates that name their month."""

from __future__ import annotations

import re
from datetime import date

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
_MONTH = "|".join(rf"{m}|{m[:3]}" + (r"|sept" if m == "september" else "") for m in MONTHS)
_YEAR = r"(?:,?\s+(?:of\s+)?(\d{4})\b)?"
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH})\b\.?{_YEAR}", re.I)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\b\.?\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d|\s*[%°]){_YEAR}", re.I)


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
