"""Where answers come from: one module for each sort of endpoint, behind one small protocol, chosen by the teacher's name."""

from __future__ import annotations

from tasks.settings import Settings
from tasks.teacher.endpoints.protocol import Endpoint

OFFLINE = "offline"
"""The teacher's name that stands for the embedded one."""


def open_endpoint(teacher: str, base_url: str | None, settings: Settings, connections: int) -> Endpoint:
    """The endpoint that answers as `teacher`: the embedded one, or the model of that name at an OpenAI-compatible address.

    SettingsError if a key is lacking or the address holds one.
    """
    if teacher == OFFLINE:
        from tasks.teacher.endpoints.offline import Offline

        return Offline()
    from tasks.teacher.endpoints.openai_compatible import OpenAICompatible

    return OpenAICompatible(teacher, base_url, settings, connections)


__all__ = ["OFFLINE", "Endpoint", "open_endpoint"]
