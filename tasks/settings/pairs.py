"""Settings as a command line gives them, and what is said of a wrong one."""

from __future__ import annotations

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


def told(error: ValidationError) -> str:
    """What is wrong with each value and what was seen; never what somebody meant as a secret."""
    return "; ".join(map(_told, error.errors()))


def _told(error: Any) -> str:
    name = ".".join(map(str, error["loc"]))
    shown = (
        ""
        if not name or name.endswith("request_headers") or error["type"] == "key"
        else f", saw {seen(error['input'])}"
    )
    return f"{name or 'settings'}: {error['msg'].removeprefix('Value error, ')}{shown}"


def seen(value: Any) -> str:
    """A value as a message may repeat it: not one that looks like a key, and no more than its beginning."""
    text = str(value)
    if looks_like_a_key(text):
        return "what looks like a key"
    return f"'{text}'" if len(text) <= 200 else f"'{text[:200]} …'"
