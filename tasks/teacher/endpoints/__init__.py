"""Where answers come from: one module for each sort of endpoint, behind one small protocol, chosen by the teacher's name.

A teacher called `NAME` or `NAME:MODEL` is the endpoint NAME: ours, or that of an installed package which declares an entry
point NAME of the group `agentinstruct.endpoints` for an `Opener`. Any other name is a model at an OpenAI-compatible address,
`qwen3:14b` included.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint

from tasks.records.packages import PackageError, brought, load_entry, place
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints.openai_compatible import OpenAICompatible, check_access
from tasks.teacher.endpoints.protocol import Endpoint, Opener

GROUP = "agentinstruct.endpoints"
OFFLINE = "offline"
"""The teacher's name that stands for the embedded one."""
_OURS = {
    OFFLINE: "tasks.teacher.endpoints.offline:open_offline",
}
"""Name of an endpoint of ours -> `module:function` that opens it, imported when it is chosen."""


def open_endpoint(teacher: str, base_url: str | None, settings: Settings, connections: int) -> Endpoint:
    """The endpoint that answers as `teacher`; SettingsError or PackageError if it cannot be had."""
    opener, model = _chosen(teacher)
    return opener(model, base_url, settings, connections)


def check_teacher(teacher: str, base_url: str | None, settings: Settings) -> None:
    """SettingsError or PackageError for what is wrong with the choice, as far as it shows without opening anything."""
    opener, model = _chosen(teacher)
    if opener is OpenAICompatible:
        check_access(model, base_url, settings)
    elif teacher.partition(":")[0] == OFFLINE and model:
        raise SettingsError(f"the offline teacher has no models, saw '{model}'; name it --teacher {OFFLINE}")
    elif teacher == OFFLINE and base_url:
        raise SettingsError("--base-url needs --teacher MODEL: the offline teacher has no endpoint")


def is_compatible(teacher: str) -> bool:
    """Whether a teacher of this name is asked at an OpenAI-compatible address."""
    return teacher.partition(":")[0] not in _registered()


def _chosen(teacher: str) -> tuple[Opener, str]:
    """What opens the endpoint, and the model that it is asked for."""
    name, _, model = teacher.partition(":")
    entry = _registered().get(name)
    if entry is None:
        return OpenAICompatible, teacher
    opener: Opener = load_entry(entry)
    if not callable(opener):
        raise PackageError(
            f"{place(entry)} is a {type(opener).__name__}; let it name a function that opens an Endpoint"
        )
    return opener, model


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


__all__ = ["OFFLINE", "Endpoint", "Opener", "check_teacher", "is_compatible", "open_endpoint"]
