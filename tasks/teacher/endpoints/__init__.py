"""Where answers come from: one module for each sort of endpoint, behind one small protocol, chosen by the teacher's name.

A teacher called `NAME` or `NAME:MODEL` is the endpoint NAME: ours, or that of an installed package which declares an entry
point NAME of the group `agentinstruct.endpoints` for an `Opener`; or else `NAME:MODEL` is a model of the provider NAME. Any other
name is a model at an OpenAI-compatible address, `qwen3:14b` included.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import NamedTuple

from tasks.records.packages import PackageError, brought, load_entry, place
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints.anthropic_messages import AnthropicMessages
from tasks.teacher.endpoints.azure_openai import AzureOpenAI
from tasks.teacher.endpoints.chat_models import check_provider
from tasks.teacher.endpoints.langchain_chat import LangChainChat
from tasks.teacher.endpoints.openai_compatible import OpenAICompatible, check_access
from tasks.teacher.endpoints.protocol import Endpoint, Opener
from tasks.teacher.endpoints.providers import ADDRESSES, ANTHROPIC, AZURE, PACKAGES, provider_of, with_key_of

GROUP = "agentinstruct.endpoints"
OFFLINE = "offline"
"""The teacher's name that stands for the embedded one."""
_OURS = {
    OFFLINE: "tasks.teacher.endpoints.offline:open_offline",
}
"""Name of an endpoint of ours -> `module:function` that opens it, imported when it is chosen."""


Check = Callable[[str | None, Settings], None]
"""From address and settings; SettingsError for what does not fit."""


class _Chosen(NamedTuple):
    """What a teacher's name stands for."""

    open: Opener
    check: Check
    model: str


def open_endpoint(teacher: str, base_url: str | None, settings: Settings, connections: int) -> Endpoint:
    """The endpoint that answers as `teacher`; SettingsError or PackageError if it cannot be had."""
    chosen = _chosen(teacher)
    return chosen.open(chosen.model, base_url, settings, connections)


def check_teacher(teacher: str, base_url: str | None, settings: Settings) -> None:
    """SettingsError or PackageError for what is wrong with the choice, as far as it shows without opening anything."""
    _chosen(teacher).check(base_url, settings)


def load_client(teacher: str) -> None:
    """Import what an OpenAI-compatible endpoint is asked through, if this is one: a second, best spent before it is opened."""
    if teacher.partition(":")[0] not in _registered() and provider_of(teacher) not in PACKAGES:
        import_module("openai")


def model_of(teacher: str) -> str:
    """The model that a teacher of this name is asked for; empty for the embedded one."""
    name, _, model = teacher.partition(":")
    return model if name in _registered() or provider_of(teacher) else teacher


def shares_address(teacher: str, other: str) -> bool:
    """Whether `other` is asked where the teacher is: with the same provider, or both at one OpenAI-compatible address."""
    registered = other.partition(":")[0] in _registered()
    return not registered and provider_of(teacher) == provider_of(other)


def _chosen(teacher: str) -> _Chosen:
    name, _, model = teacher.partition(":")
    if entry := _registered().get(name):
        return _Chosen(_loaded(entry), partial(_check_offline, model) if name == OFFLINE else _check_nothing, model)
    provider = provider_of(teacher)
    if provider in ADDRESSES:
        return _Chosen(partial(_open_at, provider), partial(_check_at, provider, model), model)
    if provider in PACKAGES:
        return _Chosen(_opener_of(provider), partial(check_provider, provider), model)
    return _Chosen(OpenAICompatible, partial(check_access, teacher), teacher)


def _opener_of(provider: str) -> Opener:
    if provider == ANTHROPIC:
        return AnthropicMessages
    if provider == AZURE:
        return AzureOpenAI
    return partial(LangChainChat, provider)


def _open_at(provider: str, model: str, base_url: str | None, settings: Settings, connections: int) -> Endpoint:
    _check_at(provider, model, base_url, settings)
    address = base_url or ADDRESSES[provider].base_url or None
    return OpenAICompatible(model, address, with_key_of(provider, settings), connections)


def _check_at(provider: str, model: str, base_url: str | None, settings: Settings) -> None:
    address = ADDRESSES[provider]
    known = base_url or (None if address.key_needed else address.base_url)
    check_access(model, known, with_key_of(provider, settings))


def _check_offline(model: str, base_url: str | None, settings: Settings) -> None:
    if model:
        raise SettingsError(f"the offline teacher has no models, saw '{model}'; name it --teacher {OFFLINE}")
    if base_url:
        raise SettingsError("--base-url needs --teacher MODEL: the offline teacher has no endpoint")


def _check_nothing(base_url: str | None, settings: Settings) -> None:
    """What an endpoint of a package takes, it says when it is opened."""


def _loaded(entry: EntryPoint) -> Opener:
    opener: Opener = load_entry(entry)
    if not callable(opener):
        raise PackageError(
            f"{place(entry)} is a {type(opener).__name__}; let it name a function that opens an Endpoint"
        )
    return opener


def _registered() -> dict[str, EntryPoint]:
    found = {name: EntryPoint(name, opener, GROUP) for name, opener in _OURS.items()}
    for entry in brought(GROUP):
        if entry.name in found:
            raise PackageError(
                f"{place(entry)}: there is an endpoint '{entry.name}' already; give it another name "
                f"(taken: {', '.join(sorted(found))})"
            )
        found[entry.name] = entry
    return found


__all__ = [
    "OFFLINE",
    "Endpoint",
    "Opener",
    "check_teacher",
    "load_client",
    "model_of",
    "open_endpoint",
    "shares_address",
]
