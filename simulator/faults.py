"""The faults an endpoint can have: error statuses, spoilt answers and broken wires, each with its exact behaviour.

| group   | comes                  | what it is                                             |
|---------|------------------------|--------------------------------------------------------|
| STATUS  | at once, or `late`     | an HTTP error with the body that real endpoints send   |
| ANSWERS | after the latency      | a 200 whose completion is unusable or odd              |
| WIRES   | after the latency      | a 200 that is no completion, or a connection that dies |
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from simulator import answers
from simulator.answers import error
from tasks.records import Json

OPTIONS = {"retry_after": 1.0, "long_retry_after": 150.0, "hang": 3600.0, "slow": 2.0}
"""Seconds: Retry-After of http_429_after and http_429_long, how long `timeout` holds, how long `slow_body` dribbles."""

PAGE = "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


@dataclass(frozen=True)
class Status:
    """An HTTP error; `after` names the option that its Retry-After takes; `late` ones come after the latency."""

    code: int
    body: Json | str
    after: str = ""
    late: bool = False


_RATE = error("Rate limit reached for requests. Please slow down.", kind="requests", code="rate_limit_exceeded")
_FILTER = error(
    "The response was filtered: the prompt triggered the content management policy. Please modify it and retry.",
    kind="invalid_request_error",
    param="prompt",
    code="content_filter",
)

STATUS: dict[str, Status] = {
    "http_429": Status(429, _RATE),
    "http_429_after": Status(429, _RATE, after="retry_after"),
    "http_429_long": Status(429, _RATE, after="long_retry_after"),
    "quota": Status(
        429,
        error(
            "You exceeded your current quota, please check your plan and billing details.",
            kind="insufficient_quota",
            code="insufficient_quota",
        ),
    ),
    "http_401": Status(401, error("Incorrect API key provided.", code="invalid_api_key")),
    "http_403": Status(403, error("This project does not have access to the model.", code="model_not_found")),
    "http_404": Status(404, error("The model does not exist or you do not have access to it.", code="model_not_found")),
    "http_408": Status(408, error("The request timed out.", kind="timeout"), late=True),
    "http_500": Status(
        500, error("The server had an error while processing your request.", kind="server_error"), late=True
    ),
    "http_502": Status(502, PAGE.format(title="502 Bad Gateway"), late=True),
    "http_503": Status(503, error("The engine is currently overloaded, please try again later.", kind="server_error")),
    "content_filter_400": Status(400, _FILTER),
    "context_overflow": Status(
        400,
        error(
            "This model's maximum context length is 4096 tokens. However, your messages resulted in 5120 tokens. "
            "Please reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        ),
    ),
    "context_overflow_vllm": Status(
        400,
        {
            "object": "error",
            "message": "This model's maximum context length is 4096 tokens. However, you requested 5120 tokens "
            "(4096 in the messages, 1024 in the completion). Please reduce the length of the messages or completion.",
            "type": "BadRequestError",
            "param": None,
        },
    ),
}

Spoil = Callable[[Json, Json], Json]
ANSWERS: dict[str, Spoil] = {
    spoil.__name__: spoil
    for spoil in (
        answers.error_body,
        answers.empty_choices,
        answers.null_choices,
        answers.null_content,
        answers.empty_content,
        answers.no_usage,
        answers.truncated,
        answers.whitespace,
        answers.refusal,
        answers.refusal_text,
        answers.content_filter,
        answers.invalid_json,
        answers.schema_violation,
        answers.fenced,
        answers.prose,
        answers.think,
        answers.wrong_tool_call,
    )
}


def suits(name: str, request: Json, completion: Json) -> bool:
    """Whether the fault can happen to this request at all."""
    if name in {"invalid_json", "schema_violation", "fenced", "prose"}:
        return answers.is_json(completion)
    if name == "wrong_tool_call":
        return bool(request.get("tools"))
    return name != "think" or bool(answers.message_of(completion).get("content"))


def status_response(status: Status, options: dict[str, float]) -> web.Response:
    headers = {"Retry-After": f"{options[status.after]:g}"} if status.after else {}
    if isinstance(status.body, str):
        return web.Response(status=status.code, text=status.body, content_type="text/html", headers=headers)
    return web.json_response(status.body, status=status.code, headers=headers)


async def reset(http: web.Request, body: bytes, options: dict[str, float]) -> web.StreamResponse:
    """The connection ends in a TCP RST."""
    if http.transport is not None:
        peer: socket.socket = http.transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        http.transport.abort()
    return web.Response()


async def timeout(http: web.Request, body: bytes, options: dict[str, float]) -> web.StreamResponse:
    """No answer for `hang` seconds, then the connection closes."""
    await asyncio.sleep(options["hang"])
    if http.transport is not None:
        http.transport.close()
    return web.Response()


async def cut_body(http: web.Request, body: bytes, options: dict[str, float]) -> web.StreamResponse:
    """Half the JSON in a complete HTTP response, then the connection closes: the reader sees truncated JSON."""
    response = web.Response(body=body[: len(body) // 2], content_type="application/json")
    response.force_close()
    return response


async def slow_body(http: web.Request, body: bytes, options: dict[str, float]) -> web.StreamResponse:
    """Half of the promised bytes in ten pieces over `slow` seconds, then the connection closes: an incomplete read."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await response.prepare(http)
    half, piece = len(body) // 2, max(1, len(body) // 20)
    for start in range(0, half, piece):
        await response.write(body[start : min(half, start + piece)])
        await asyncio.sleep(options["slow"] / 10)
    if http.transport is not None:
        http.transport.close()
    return response


async def html(http: web.Request, body: bytes, options: dict[str, float]) -> web.StreamResponse:
    """A page where a completion should be."""
    return web.Response(text=PAGE.format(title="Welcome"), content_type="text/html")


Wire = Callable[[web.Request, bytes, dict[str, float]], Awaitable[web.StreamResponse]]
WIRES: dict[str, Wire] = {wire.__name__: wire for wire in (reset, timeout, cut_body, slow_body, html)}

NAMES = (*STATUS, *ANSWERS, *WIRES)
