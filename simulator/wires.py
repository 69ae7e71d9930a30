"""The protocols that the simulator speaks besides OpenAI's, each around the same completions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator import anthropic_wire, google_wire
from tasks.records import Json


class Wire(NamedTuple):
    """How a request is read, by its body and path, and how a completion is told, by itself and that body."""

    request: Callable[[Json, str], Json]
    reply: Callable[[Json, Json], Json]


OPENAI = Wire(lambda body, path: body, lambda completion, body: completion)


def wires() -> dict[str, Wire]:
    """Path -> what is spoken there."""
    messages = anthropic_wire.Messages()
    return {
        "/v1/messages": Wire(messages.request, messages.reply),
        "/{version}/models/{model}:generateContent": Wire(google_wire.request, google_wire.reply),
    }
