"""LangChain's chat models of providers: what their names need before they can be opened, and how they are opened."""

from __future__ import annotations

import logging
import math
from typing import Any

from tasks.records import Json
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints.access import check_address, headers_of, key_in, trace_nothing
from tasks.teacher.endpoints.providers import PACKAGES, check_package, key_of

_LOGGERS = ("anthropic", "boto3", "botocore", "google_genai", "httpcore", "httpcore2", "httpx", "httpx2", "urllib3")
"""Clients that write requests into their logs where somebody has set a low level."""


def check_provider(provider: str, base_url: str | None, settings: Settings) -> None:
    """SettingsError for what is wrong with the choice, as far as it shows without a call."""
    check_package(provider, base_url, settings)
    variable, _ = key_of(provider, settings)
    check_address(base_url, variable)
    key_in(variable)
    headers_of(settings)


def open_chat(provider: str, model: str, base_url: str | None, settings: Settings) -> Any:
    """The model, which tries nothing again by itself and writes nothing that it is told into any log; SettingsError if it cannot
    be had."""
    # Imported here: a second that --help and other teachers need not wait.
    from langchain.chat_models import init_chat_model
    from pydantic import SecretStr

    trace_nothing()
    check_provider(provider, base_url, settings)
    package = PACKAGES[provider]
    key = key_in(key_of(provider, settings)[0])
    given: Json = {
        "key": SecretStr(key) if key else None,
        "base_url": base_url,
        "seconds": math.ceil(settings.request_seconds),
        "headers": headers_of(settings) or None,
        "retries": 0,
    }
    arguments = {word: given[ours] for ours, word in package.arguments.items() if given[ours] is not None}
    for name in (*_LOGGERS, package.module):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return init_chat_model(model, model_provider=package.provider, cache=False, **arguments)
    except Exception as error:  # every class has errors of its own, which may repeat what they were given
        raise SettingsError(
            f"{provider}: its client cannot be set up ({type(error).__name__}): check the environment variables that it reads "
            "and the model's name"
        ) from None


def name_at(provider: str, base_url: str | None) -> str:
    """What identifies a provider's endpoint in the ledger."""
    return f"{provider} at {base_url}" if base_url else provider
