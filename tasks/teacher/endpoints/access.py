"""Key, headers and address of an endpoint: secrets come from the environment alone; what cannot be is told before any call."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from tasks.settings import Settings, SettingsError


def key_in(variable: str) -> str:
    """The key without what a file's end leaves around it; SettingsError for what no header can carry."""
    key = os.environ.get(variable, "").strip()
    if not all("!" <= character <= "~" for character in key):
        raise SettingsError(
            f"the key in {variable} holds a space, a line end or another character that no key has: set it again, without what "
            "was copied along with it"
        )
    return key


def headers_of(settings: Settings) -> dict[str, str]:
    """The further headers with their secrets; SettingsError for one whose variable is not set."""
    headers = dict(settings.headers)
    for name, value in headers.items():
        if value.startswith("$"):
            if not (found := os.environ.get(value[1:], "").strip()):
                raise SettingsError(
                    f"request_headers: {name} takes {value}, and {value[1:]} is not set in the environment"
                )
            headers[name] = found
    return headers


def check_address(base_url: str | None, variable: str) -> None:
    """SettingsError for an address that holds a key, which belongs into `variable`."""
    if urlsplit(base_url or "").username is not None:
        raise SettingsError(f"--base-url must not hold a user or password: put the key into {variable}")


def trace_nothing() -> None:
    """Keep LangChain from sending prompts to its own service, unless somebody has asked it to."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    os.environ.setdefault("LANGCHAIN_TRACING_V2", "false")
