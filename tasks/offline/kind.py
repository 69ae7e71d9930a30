"""What the offline teacher does for one kind of task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.offline.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn of the assistant: what it says, and the tools that it calls."""

    text: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)


_Agent = Callable[[Prompt], dict[str, Any] | None]
"""From the prompt to the JSON of the schema asked for; None where the request is another kind's."""
Responder = Callable[[Prompt], Answer | None]
"""From a student's view to the answer; None where the task is of another kind."""


@dataclass(frozen=True, slots=True)
class OfflineKind:
    """The agents of a kind of task by the name of the schema that they answer in, and who answers its tasks."""

    agents: Mapping[str, _Agent] = field(default_factory=dict)
    responder: Responder | None = None
    alone: bool = False
    """Whether its tasks end with the first answer, so that an answer which slipped can be given once more."""


def first(*responders: Responder) -> Responder:
    """The responders as one: the first that knows the task answers."""

    def respond(prompt: Prompt) -> Answer | None:
        return next((answer for ask in responders if (answer := ask(prompt)) is not None), None)

    return respond


def from_message(*readers: Callable[[str, Any], str | None]) -> Responder:
    """A responder made of functions from the last message and the salt to an answer: the first that knows it answers."""

    def respond(prompt: Prompt) -> Answer | None:
        said = (read(prompt.asked, prompt.salt) for read in readers) if prompt.asked else ()
        return next((Answer(text) for text in said if text is not None), None)

    return respond
