"""What an endpoint's headers say is left of its limits, in the manners of the common providers.

`x-ratelimit-remaining-requests` with `-limit-` and `-reset-` (OpenAI, Azure, Groq),
`anthropic-ratelimit-requests-remaining`, `x-ratelimit-remaining` (OpenRouter, Together), `ratelimit-remaining` (IETF draft);
of tokens likewise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

_NAME = re.compile(
    r"(?:x-|anthropic-)?ratelimit-(?:(?P<of>requests|tokens)-)?(?P<what>limit|remaining|reset)"
    r"(?:-(?P<unit>requests|tokens))?"
)
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_UNITS = (86400.0, 3600.0, 60.0, 1.0, 0.001)
_EPOCH, _EPOCH_MS = 1e9, 1e12
"""Numbers above are no seconds to wait but a time of the day."""


@dataclass(slots=True)
class Told:
    """What was said of one limit."""

    limit: float = math.nan
    remaining: float = math.nan
    reset: float = math.nan
    """Seconds until all of it is there again."""

    def complete(self) -> bool:
        """Whether it says enough to go by."""
        return self.limit > 0 and self.remaining >= 0 and self.reset >= 0


def read(headers: Iterable[tuple[bytes, bytes]], wall_clock: float) -> dict[str, Told]:
    """What the headers say of `requests` and of `tokens`."""
    told: dict[str, Told] = {}
    for name, value in headers:
        if (place := _place(name)) is not None:
            counted, field = place
            number = _number(value.decode("latin-1"), wall_clock, is_time=field == "reset")
            setattr(told.setdefault(counted, Told()), field, number)
    return {counted: each for counted, each in told.items() if each.complete()}


@lru_cache(maxsize=512)
def _place(name: bytes) -> tuple[str, str] | None:
    """What a header counts and which of its three numbers it holds; None for any other header."""
    found = _NAME.fullmatch(name.decode("latin-1").lower())
    return (found["of"] or found["unit"] or "requests", found["what"]) if found else None


def _number(text: str, wall_clock: float, *, is_time: bool) -> float:
    """A count, or the seconds until a time; NaN for what is neither."""
    try:
        number = float(text)
        if is_time and number > _EPOCH:
            number = number / (1000 if number > _EPOCH_MS else 1) - wall_clock
        return max(0.0, number) if math.isfinite(number) else math.nan
    except ValueError:
        return _seconds(text.strip(), wall_clock) if is_time else math.nan


def _seconds(text: str, wall_clock: float) -> float:
    if text and (found := _DURATION.fullmatch(text)):
        return sum(float(part) * unit for part, unit in zip(found.groups(), _UNITS, strict=True) if part)
    try:
        return max(0.0, datetime.fromisoformat(text).timestamp() - wall_clock)
    except ValueError:
        return math.nan
