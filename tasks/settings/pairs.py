"""Settings as a command line gives them, and what is said of a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from tasks.settings.secrets import looks_like_a_key
from tasks.settings.settings import Settings


class SettingsError(ValueError):
    """A setting is unknown or has a wrong value; the message names it, what was seen and the choices."""


def from_pairs(pairs: list[str]) -> Settings:
    """Settings from `KEY=VALUE` strings; :class:`SettingsError` names the key, what was seen and what is allowed."""
    values: dict[str, Any] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign:
            raise SettingsError(f"--set takes KEY=VALUE, saw {seen(pair)}")
        if key not in Settings.model_fields:
            raise SettingsError(f"unknown setting {seen(key)}; known: {', '.join(sorted(Settings.model_fields))}")
        values[key] = value
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(told(error)) from None


def told(error: ValidationError, named: Callable[[tuple[str | int, ...]], str] = lambda place: str(place[-1])) -> str:
    """What is wrong with each value and what was seen, by the name that `named` gives its place; never a secret."""
    return "; ".join(_told(mistake, named) for mistake in error.errors())


def _told(mistake: Any, named: Callable[[tuple[str | int, ...]], str]) -> str:
    place, sort, facts = mistake["loc"], mistake["type"], mistake.get("ctx", {})
    told = mistake["msg"].removeprefix("Value error, ")
    if isinstance(mistake["input"], dict) and sort == "value_error":  # of several fields together, which it names
        return str(told)
    wrong = _IN_SHORT[sort].format(**facts) if sort in _IN_SHORT else f": {told}"
    shown = "" if sort in _UNSEEN or "request_headers" in place else f", saw {seen(mistake['input'])}"
    return f"{named(place)}{wrong}{shown}"


_IN_SHORT = {
    "greater_than_equal": " must be at least {ge}",
    "less_than_equal": " must be at most {le}",
    "greater_than": " must be more than {gt}",
    "missing": " is empty: fill it in",
    "too_short": " is empty: fill it in",
    "extra_forbidden": " is no field of this run",
    "address": " must begin with http:// or https:// and name a host",
}
"""Sort of mistake -> what is said of it after the field's name."""
_UNSEEN = ("key", "unknown", "missing", "too_short", "extra_forbidden")
"""Sorts of mistake that repeat nothing of what was typed, or have done so."""


def seen(value: Any) -> str:
    """A value as a message may repeat it: not one that looks like a key, and no more than its beginning."""
    if isinstance(value, int | float):
        return str(value)[:40]
    text = str(value)
    if looks_like_a_key(text):
        return "a value that looks like a key"
    return f"'{text}'" if len(text) <= 200 else f"'{text[:200]} …'"
