"""Any endpoint that speaks OpenAI's chat completions.

LangChain's ChatOpenAI sets the client up (address, key, headers, proxies, aiohttp transport, no retries of its own); requests
go through that client's `post`, which hands back the raw body: `ainvoke` costs twice the CPU and hides what a malformed
reply looked like.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Awaitable
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from tasks.records import Json
from tasks.records.causes import causes
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.endpoints.negotiation import Refusal, negotiate
from tasks.teacher.endpoints.openai_jobs import OpenAIJobs
from tasks.teacher.endpoints.wire import body_of, error_in
from tasks.teacher.faults import Fault


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
        return await negotiate(body, self._sent, self.dialect, self.model, self._key_variable)

    def jobs(self) -> OpenAIJobs:
        """OpenAI's Batch API, which gateways and some other providers have as well."""
        return OpenAIJobs(self._client, self._reached, self.dialect, self.model, self._key_variable)

    async def _sent(self, spoken: Json) -> Any:
        reply = await self._reached(self._client.post("/chat/completions", body=spoken, cast_to=object))
        if isinstance(reply, Refusal):
            return reply
        reply = body_of(reply)
        found = error_in(reply)
        return reply if found is None else Refusal(*found)

    async def _reached(self, asked: Awaitable[Any]) -> Any:
        """What a request to the client brought, or the Refusal that it met; raises Fault where nothing came back."""
        try:
            return await asked
        except self._openai.APIStatusError as error:
            return Refusal(error.status_code, error.body, _retry_after(error))
        except self._openai.APIConnectionError as error:  # timeouts are a kind of it
            raise Fault("transport", _connection_reason(error), reached=not _refused(error)) from None
        except Exception as error:  # cut bodies and HTML escape the SDK's own errors
            raise Fault("transport", "malformed_reply", type(error).__name__) from None

    async def close(self) -> None:
        await self._client.close()


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
