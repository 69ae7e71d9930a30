"""Refusals for want of quota: whether it comes back by itself, and when, or has to be paid for."""

from __future__ import annotations

import re
import time

LONGEST_WAIT = 3600.0
"""Seconds above which a run does not wait for its quota: it ends and is resumed."""

_EXHAUSTED = re.compile(
    r"insufficient_quota|exceeded_current_quota|billing_(?:hard_limit|not_active)|billing hard limit|account is not active"
    r"|out of credit|credit balance|insufficient (?:account )?(?:balance|credits?|funds)|credit limit exceeded"
    r"|(?:doesn['’]t|does not) have any credits|used all (?:available |your )?credits|spend(?:ing)? limit"
    r"|budget_exceeded|budget has been exceeded|exceeded ?budget|over budget"
    r"|arrearage|overdue.?payment|account (?:is )?in good standing|account\b.{0,20}\bsuspended"
    r"|reached your specified (?:api )?usage limits|free.?tier.?only|\blimit: 0\b(?!\.\d)|余额不足|欠费",
    re.I,
)
# Said of limits a minute as well; those come with the time to wait.
_OVER = re.compile(r"exceeded your current quota", re.I)
_MINUTE = re.compile(r"\bper[ _-]?(?:min|sec)|PerMinute|/ ?min|\b[TR]PM\b", re.I)
_LONG_TERM = re.compile(
    r"(?:\bper[ _-]?|/ ?)(day|week|month)\b|\b(dai|week|month)ly\b.{0,30}\b(?:limit|quota|usage)|\b[TR]P(D)\b", re.I
)
# Google names the limits that were met in this form; what it says to wait is meant for those of a minute.
_QUOTA_ID = re.compile(r"Per(Day)Per|Per(Day)\b")
_USED_UP = re.compile(r"usage limit reached|limit will reset at", re.I)
_WAIT = re.compile(
    r"(?:again|retry|wait|reset\w*)\b[^.\n]{0,30}?\b(?:in|after|for)\s+(?:(?P<h>\d+)\s?h(?:ours?)?\s?)?"
    r"(?:(?P<m>\d+)\s?m(?:in(?:utes?)?)?(?!s)\s?)?(?:(?P<s>\d+(?:\.\d+)?)\s?s(?:ec(?:onds?)?)?)?"
    r"|retryDelay\W+(?P<delay>\d+(?:\.\d+)?)s",
    re.I,
)
_RESET = re.compile(r"rate-?limit-?reset\W+(\d{13}|\d{10})\b", re.I)


def exhausted(said: str, retry_after: float | None) -> bool:
    """Whether nothing but paying brings the quota back."""
    return bool(_EXHAUSTED.search(said) or (retry_after is None and _OVER.search(said) and not _MINUTE.search(said)))


def wait_told(said: str) -> float | None:
    """The seconds that an error's text asks us to wait."""
    if found := _WAIT.search(said):
        units = (("h", 3600), ("m", 60), ("s", 1), ("delay", 1))
        if seconds := sum(float(found[unit] or 0) * size for unit, size in units):
            return seconds
    if found := _RESET.search(said):
        at = int(found[1]) / (1000 if len(found[1]) == 13 else 1)
        return at - time.time() if at > time.time() else None
    return None


def used_up(said: str, retry_after: float | None) -> str:
    """Why a run that met this limit ends, with the time to come back; empty for a limit that is worth waiting for."""
    period = _period(said)
    soon = retry_after is None or retry_after <= 120
    if retry_after is not None and retry_after > LONGEST_WAIT:
        hours = round(retry_after / 3600)
        when = f"in about {hours:,} {'hour' if hours == 1 else 'hours'}"
    elif period and soon:
        when = {"day": "tomorrow"}.get(period, f"next {period}")
    elif _USED_UP.search(said) and soon:
        when = "when it is reset"
    else:
        return ""
    limit = f"limit for the {period}" if period else "limit"
    return f"the endpoint's {limit} is used up and comes back {when}; another key or --teacher has one of its own"


def _period(said: str) -> str:
    """`day`, `week` or `month` if it is a limit of so long a time that was met; empty for shorter ones."""
    if _QUOTA_ID.search(said):
        return "day"
    # An offer of more a day stands beside limits of a minute.
    if _MINUTE.search(said) or not (found := _LONG_TERM.search(said)):
        return ""
    word = str(next(filter(None, found.groups()))).lower()
    return {"dai": "day", "d": "day"}.get(word, word)
