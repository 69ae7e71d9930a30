"""A request and what becomes of it where the endpoint refuses it: the same in other words, shorter, or a fault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tasks.records import Json
from tasks.teacher.endpoints import limits
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.faults import Fault, from_status, overflow, words_of

_MOST_CHANGES = 12
"""Times that one request is changed to please the endpoint."""


@dataclass(frozen=True)
class Refusal:
    """An error that came for an answer; `status` 0 if it hid in a 200 and named none."""

    status: int
    body: Any
    retry_after: float | None = None


Send = Callable[[Json], Awaitable[Any]]
"""From a request to the reply's body or a Refusal; raises Fault where nothing came back."""


async def negotiate(body: Json, send: Send, dialect: Dialect, model: str, key_variable: str) -> Any:
    """The body of the reply to a request, in whatever dialect the endpoint takes it; raises Fault."""
    for _ in range(_MOST_CHANGES):
        version, spoken = dialect.version(), dialect.spoken(body)
        reply = await send(spoken)
        if not isinstance(reply, Refusal):
            return reply
        said = words_of(reply.body)
        fault = from_status(reply.status or 400, reply.body, reply.retry_after, model, key_variable)
        again = revised(body, spoken, version, dialect, fault, said)
        if again is None:
            # An error that hides in a 200 says little of what was wrong with the request.
            hidden = fault.kind == "bad_request" and not reply.status
            if fault.kind == "overflow" and limits.prompt_fills(said, _asked(spoken)):
                raise overflow()
            raise Fault("transport", "error_body", "the endpoint answered with an error") if hidden else fault
        body = again
    raise fault


def revised(body: Json, spoken: Json, version: object, dialect: Dialect, fault: Fault, said: str) -> Json | None:
    """The request to make in place of one that was refused: shorter, or the same in another dialect; None if none is left."""
    # Some servers say with a 500 that they were not started with what a request needs.
    lacking = fault.reason in ("http_500", "http_501") and dialect.adapt(said)
    if fault.kind not in ("bad_request", "overflow"):
        return body if lacking else None
    asked = _asked(spoken)
    if (most := limits.longest_answer(said, asked)) is not None:
        dialect.most_tokens = most
        return body
    if (left := limits.room(said, asked)) is not None:
        return _shortened(body, left)
    if fault.kind == "overflow" and (fewer := limits.shorter(said, asked)) is not None:
        return _shortened(body, fewer)
    if fault.kind == "bad_request" and (version != dialect.version() or dialect.adapt(said)):
        return body
    return None


def _asked(spoken: Json) -> int:
    """The most tokens that the request asks for."""
    return int(next(spoken[name] for name in ("max_completion_tokens", "max_tokens") if name in spoken))


def _shortened(body: Json, most: int) -> Json:
    return {**body, "max_tokens": most, **({"max_completion_tokens": most} if "max_completion_tokens" in body else {})}
