"""What a provider's client raised: an error that the provider sent, a parameter that the client refuses, or a broken connection.

Every client has classes of its own. What they have in common is looked for along the chain of causes: a status, a body, headers.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any

from tasks.records.causes import causes
from tasks.teacher.endpoints.negotiation import Refusal
from tasks.teacher.endpoints.waiting import retry_after
from tasks.teacher.faults import Fault

_TIMEOUT = re.compile(r"time_?d?_?out", re.I)
_CONNECTION = re.compile(
    r"connect|network|transport|protocol|socket|disconnected|payloaderror|incompleteread|ssl", re.I
)
_NEVER_MADE = re.compile(
    r"ConnectError|ConnectorError|ConnectionRefused|EndpointConnection|NameResolution|ConnectTimeout"
)
_OF_A_CLIENT = (ValueError, TypeError, NotImplementedError)
_OF_A_PARAMETER = re.compile(r"support|keyword argument|not allowed|must be in the range|must be positive", re.I)
"""What clients say, in exceptions of these very classes, of a parameter that they know the provider refuses."""


async def reached(asked: Awaitable[Any], seconds: float) -> Any:
    """What a client's call brought within so many seconds, or the Refusal that it met; raises Fault where nothing came back."""
    try:
        async with asyncio.timeout(seconds):
            return await asked
    except Exception as error:
        if (refusal := refusal_of(error)) is not None:
            return refusal
        raise fault_of(error) from None


def refusal_of(error: BaseException) -> Refusal | None:
    """The error that the provider or its client answered with; None if nothing of the kind was raised."""
    for each in causes(error):
        if (status := _status(each)) is not None:
            return Refusal(status, _body(each), retry_after(headers_of(each)))
    said = str(error)[:4000]
    return Refusal(400, said) if type(error) in _OF_A_CLIENT and _OF_A_PARAMETER.search(said) else None


def fault_of(error: BaseException) -> Fault:
    """The fault of a call that brought no reply, or one that could not be read."""
    names = [kind.__name__ for each in causes(error) for kind in type(each).__mro__]
    reached = not any(map(_NEVER_MADE.search, names))
    if reached and any(map(_TIMEOUT.search, names)):
        return Fault("transport", "timeout")
    if any(map(_CONNECTION.search, names)) or any(isinstance(each, OSError) for each in causes(error)):
        return Fault("transport", "connection", reached=reached)
    return Fault("transport", "malformed_reply", type(error).__name__)


def headers_of(error: BaseException) -> Mapping[str, str]:
    """The headers of the reply that an exception stands for, by names in small letters; empty where it holds none."""
    response = getattr(error, "response", None)
    found = (
        response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if isinstance(response, dict)
        else getattr(response, "headers", None) or getattr(error, "headers", None) or {}
    )
    items: Iterable[tuple[Any, Any]] = found.items() if hasattr(found, "items") else ()
    return {str(name).lower(): str(value) for name, value in items}


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    if isinstance(response, dict):  # botocore
        told = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    else:
        # Google's errors have a code, and details; what else is called a code need not be a status of theirs.
        code = getattr(error, "code", None) if hasattr(error, "details") else None
        told = getattr(error, "status_code", None) or code or getattr(response, "status_code", None)
    return told if isinstance(told, int) and 400 <= told < 600 else None


def _body(error: BaseException) -> Any:
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        told = response.get("Error", {})
        return {"code": told.get("Code"), "message": told.get("Message")}
    for name in ("body", "details"):
        if body := getattr(error, name, None):
            return body
    return str(error)[:4000]
