"""A chat completion request as the small server takes it: what it may hold, and a clear refusal of the rest."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

Json = dict[str, Any]


class Refused(Exception):
    """A request that the server does not answer: its reason, and a code for clients."""

    def __init__(self, message: str, code: str = "invalid_request") -> None:
        super().__init__(message)
        self.code = code


class ChatRequest(BaseModel):
    """What counts of a request; parameters that would be passed over in silence are refused."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    messages: list[Json] = Field(min_length=1)
    tools: list[Json] | None = None
    temperature: float = Field(default=1.0, ge=0, le=2)
    top_p: float = Field(default=1.0, gt=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    stop: tuple[str, ...] = ()
    seed: int | None = None
    n: Literal[1, None] = None
    stream: Literal[False, None] = None
    response_format: None = None

    @field_validator("stop", mode="before")
    @classmethod
    def _one_or_many(cls, stop: Any) -> Any:
        return () if stop is None else (stop,) if isinstance(stop, str) else [each for each in stop if each]

    @property
    def room(self) -> int | None:
        """The most tokens of the answer, if it is bounded."""
        return self.max_tokens or self.max_completion_tokens

    def turns(self) -> list[Json]:
        """The messages as templates take them: arguments of calls as objects, content always a text."""
        return [_turn(message) for message in self.messages]


def chat_request(body: bytes) -> ChatRequest:
    """The request; Refused for what is none, or asks for what this server cannot do."""
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        told = "is not supported" if where in ("n", "stream", "response_format") else first["msg"]
        raise Refused(f"{where}: {told}") from None


def _turn(message: Json) -> Json:
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    turn = {**message, "content": content or ""}
    if calls := message.get("tool_calls"):
        turn["tool_calls"] = [_call(call) for call in calls]
    return turn


def _call(call: Any) -> Json:
    try:
        function = call["function"]
        arguments = function["arguments"]
        given = json.loads(arguments) if isinstance(arguments, str) else arguments
        return {**call, "function": {**function, "arguments": given}}
    except (KeyError, TypeError, ValueError):
        raise Refused("messages: a tool call's arguments are no JSON object") from None
