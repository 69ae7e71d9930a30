"""Any endpoint that speaks OpenAI's chat completions.

LangChain's ChatOpenAI sets the client up (address, key, headers, proxies, aiohttp transport, no retries of its own); requests
go through that client's `post`, which hands back the raw body: `ainvoke` costs twice the CPU and hides what a malformed
reply looked like.
"""

from __future__ import annotations

import math
import os
import time
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from tasks.records import Json
from tasks.records.causes import causes
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints import limits
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.endpoints.wire import body_of, error_in
from tasks.teacher.faults import Fault, from_status, overflow, words_of

_MOST_CHANGES = 12
"""Times that one request is changed to please the endpoint."""


class OpenAICompatible:
    """Any endpoint that speaks OpenAI's chat completions; lives on one event loop."""

    def __init__(self, model: str, base_url: str | None, settings: Settings, connections: int) -> None:
        # Imported here: two seconds that --help and the offline teacher need not wait.
        import openai
        from langchain_openai import ChatOpenAI

        os.environ.setdefault("LANGSMITH_TRACING", "false")
        os.environ.setdefault("LANGCHAIN_TRACING_V2", "false")
        check_access(model, base_url, settings)
        key = _key(settings.api_key_variable)
        self.model, self.name = model, base_url or "https://api.openai.com/v1"
        self._key_variable = settings.api_key_variable
        self._openai = openai
        pool = type(openai.DEFAULT_CONNECTION_LIMITS)(max_connections=None, max_keepalive_connections=connections)
        self._chat = ChatOpenAI(
            model=model,
            base_url=base_url,
            api_key=SecretStr(key or "none"),
            max_retries=0,
            timeout=settings.request_seconds,
            default_headers=_headers(settings),
            http_async_client=openai.DefaultAioHttpClient(timeout=settings.request_seconds, limits=pool),
        )
        asked = settings.structured_output
        self.dialect = Dialect(
            structured="json_schema" if asked == "auto" else asked,
            tools="text" if settings.tool_protocol == "text" else "native",
        )
        self._client = self._chat.root_async_client

    async def complete(self, body: Json) -> Any:
        for _ in range(_MOST_CHANGES):
            version, spoken = self.dialect.version(), self.dialect.spoken(body)
            try:
                reply = body_of(await self._client.post("/chat/completions", body=spoken, cast_to=object))
            except self._openai.APIStatusError as error:
                status, told, retry_after = error.status_code, error.body, _retry_after(error)
            except self._openai.APIConnectionError as error:  # timeouts are a kind of it
                raise Fault("transport", _connection_reason(error), reached=not _refused(error)) from None
            except Exception as error:  # cut bodies and HTML escape the SDK's own errors
                raise Fault("transport", "malformed_reply", type(error).__name__) from None
            else:
                if (found := error_in(reply)) is None:
                    return reply
                (status, told), retry_after = found, None
            fault = from_status(status or 400, told, retry_after, self.model, self._key_variable)
            again = self._changed(body, spoken, version, fault, words_of(told))
            if again is None:
                # An error that hides in a 200 says little of what was wrong with the request.
                hidden = fault.kind == "bad_request" and not status
                if fault.kind == "overflow" and limits.prompt_fills(words_of(told), _asked(spoken)):
                    raise overflow()
                raise Fault("transport", "error_body", "the endpoint answered with an error") if hidden else fault
            body = again
        raise fault

    def _changed(self, body: Json, spoken: Json, version: tuple[object, ...], fault: Fault, said: str) -> Json | None:
        """The request to make in place of one that was refused: shorter, or the same in another dialect; None if none is left."""
        # Some servers say with a 500 that they were not started with what a request needs.
        lacking = fault.reason in ("http_500", "http_501") and self.dialect.adapt(said)
        if fault.kind not in ("bad_request", "overflow"):
            return body if lacking else None
        asked = _asked(spoken)
        if (most := limits.longest_answer(said, asked)) is not None:
            self.dialect.most_tokens = most
            return body
        if (left := limits.room(said, asked)) is not None:
            return _shortened(body, left)
        if fault.kind == "overflow" and (fewer := limits.shorter(said, asked)) is not None:
            return _shortened(body, fewer)
        if fault.kind == "bad_request" and (version != self.dialect.version() or self.dialect.adapt(said)):
            return body
        return None

    async def close(self) -> None:
        await self._client.close()


def _asked(spoken: Json) -> int:
    """The most tokens that the request asks for."""
    return int(next(spoken[name] for name in ("max_completion_tokens", "max_tokens") if name in spoken))


def _shortened(body: Json, most: int) -> Json:
    return {**body, "max_tokens": most, **({"max_completion_tokens": most} if "max_completion_tokens" in body else {})}


def check_access(model: str, base_url: str | None, settings: Settings) -> None:
    """SettingsError if the key that OpenAI wants is lacking, if none can look like it, or if the address holds one."""
    _headers(settings)
    if not _key(settings.api_key_variable) and not base_url:
        raise SettingsError(
            f"no key for {model}: set {settings.api_key_variable}, or name your own endpoint with --base-url"
        )
    if urlsplit(base_url or "").username is not None:
        raise SettingsError(
            f"--base-url must not hold a user or password: put the key into {settings.api_key_variable}"
        )


def _key(variable: str) -> str:
    """The key without what a file's end leaves around it; SettingsError for what no header can carry."""
    key = os.environ.get(variable, "").strip()
    if not all("!" <= character <= "~" for character in key):
        raise SettingsError(
            f"the key in {variable} holds a space, a line end or another character that no key has: set it again, without what "
            "was copied along with it"
        )
    return key


def _headers(settings: Settings) -> dict[str, str]:
    """The further headers with their secrets; SettingsError for one whose variable is not set."""
    headers = dict(settings.headers)
    for name, value in headers.items():
        if value.startswith("$"):
            if not (found := os.environ.get(value[1:], "").strip()):
                raise SettingsError(
                    f"request_headers: {name} takes {value}, and {value[1:]} is not set in the environment"
                )
            headers[name] = found
    return headers


def _retry_after(error: Any) -> float | None:
    """Seconds that the endpoint asks us to wait: a number, or a date (RFC 9110, section 10.2.3)."""
    raw = error.response.headers.get("retry-after", "")
    try:
        seconds = float(raw)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(raw).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _refused(error: BaseException) -> bool:
    """Whether the connection was never made, so that the endpoint saw nothing."""
    return any("ConnectorError" in type(e).__name__ or isinstance(e, ConnectionRefusedError) for e in causes(error))


def _connection_reason(error: BaseException) -> str:
    # The aiohttp transport turns a refused and a reset connection into a timeout; the cause tells.
    return (
        "connection"
        if any(isinstance(e, OSError) and not isinstance(e, TimeoutError) for e in causes(error))
        else "timeout"
    )
