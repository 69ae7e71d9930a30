"""Any endpoint that speaks OpenAI's chat completions.

OpenAI's own client says how: address, key, headers, proxies, pool, aiohttp transport. Requests go straight through its HTTP
client, which hands back the raw body: the client itself walks through every field of a request, at nearly twice the CPU; that and
LangChain's `ainvoke` on top of it hide what a malformed reply looked like.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from tasks.records import Json
from tasks.records.causes import causes
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints.access import check_address, headers_of, key_in
from tasks.teacher.endpoints.dialect import dialect_as_set
from tasks.teacher.endpoints.negotiation import Refusal, negotiate
from tasks.teacher.endpoints.openai_jobs import OpenAIJobs
from tasks.teacher.endpoints.waiting import retry_after
from tasks.teacher.endpoints.wire import body_of, error_in
from tasks.teacher.faults import Fault

OPENAI = "https://api.openai.com/v1"
"""The address where none is given."""


class OpenAICompatible:
    """Any endpoint that speaks OpenAI's chat completions; lives on one event loop."""

    def __init__(self, model: str, base_url: str | None, settings: Settings, connections: int) -> None:
        import openai  # a second that --help and the offline teacher need not wait

        check_access(model, base_url, settings)
        key = key_in(settings.api_key_variable)
        self.model, self.name = model, base_url or OPENAI
        self._key_variable = settings.api_key_variable
        self._openai = openai
        # aiohttp takes 0 for no bound, and None for its 100.
        pool = type(openai.DEFAULT_CONNECTION_LIMITS)(max_connections=0, max_keepalive_connections=connections)
        self._http = openai.DefaultAioHttpClient(
            timeout=settings.request_seconds, limits=pool, event_hooks={"response": [self._replied]}
        )
        self._client = openai.AsyncOpenAI(
            api_key=key or "none",
            base_url=base_url,
            max_retries=0,
            timeout=settings.request_seconds,
            default_headers=headers_of(settings),
            http_client=self._http,
        )
        self._url = f"{str(self._client.base_url).rstrip('/')}/chat/completions"
        given = {name: value for name, value in self._client.default_headers.items() if isinstance(value, str)}
        self._headers = {"Authorization": f"Bearer {key or 'none'}", **given}
        self.dialect = dialect_as_set(settings.structured_output, settings.tool_protocol)
        self.heard: Callable[[Iterable[tuple[bytes, bytes]]], None] = lambda headers: None

    async def _replied(self, response: Any) -> None:
        self.heard(response.headers.raw)

    async def complete(self, body: Json) -> Any:
        return await negotiate(body, self._sent, self.dialect, self.model, self._key_variable)

    def jobs(self) -> OpenAIJobs:
        """OpenAI's Batch API, which gateways and some other providers have as well."""
        return OpenAIJobs(self._client, self._reached, self.dialect, self.model, self._key_variable)

    async def _sent(self, spoken: Json) -> Any:
        content = json.dumps(spoken, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        try:
            response = await self._http.post(self._url, content=content, headers=self._headers)
        except Exception as error:
            raise _fault_of(error) from None
        reply = body_of(response.text)
        if response.is_error:
            told = reply.get("error", reply) if isinstance(reply, dict) else reply
            return Refusal(response.status_code, told, retry_after(response.headers))
        found = error_in(reply)
        return reply if found is None else Refusal(*found)

    async def _reached(self, asked: Awaitable[Any]) -> Any:
        """What a request to the client brought, or the Refusal that it met; raises Fault where nothing came back."""
        try:
            return await asked
        except self._openai.APIStatusError as error:
            return Refusal(error.status_code, error.body, retry_after(error.response.headers))
        except self._openai.APIConnectionError as error:  # timeouts are a kind of it
            raise _fault_of(error) from None
        except Exception as error:  # cut bodies and HTML escape the SDK's own errors
            raise Fault("transport", "malformed_reply", type(error).__name__) from None

    async def close(self) -> None:
        await self._client.close()


def check_access(model: str, base_url: str | None, settings: Settings) -> None:
    """SettingsError if the key that OpenAI wants is lacking, if none can look like it, or if the address holds one."""
    headers_of(settings)
    if not key_in(settings.api_key_variable) and not base_url:
        raise SettingsError(
            f"no key for {model}: set {settings.api_key_variable}, or name your own endpoint with --base-url"
        )
    check_address(base_url, settings.api_key_variable)


def _fault_of(error: BaseException) -> Fault:
    """Of a request that brought no reply."""
    return Fault("transport", _connection_reason(error), reached=not _refused(error))


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
