"""Where answers come from: an OpenAI-compatible endpoint, or the offline teacher in this process.

LangChain's ChatOpenAI sets the client up (address, key, headers, proxies, aiohttp transport, no retries of its own); requests
go through that client's `post`, which hands back the raw body: `ainvoke` costs twice the CPU and hides what a malformed
reply looked like.
"""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from tasks.records import Json, digest
from tasks.settings import Settings, SettingsError
from tasks.teacher import offline, tool_text
from tasks.teacher.faults import Fault, from_status


class Endpoint(Protocol):
    """What answers chat completion requests."""

    model: str
    name: str
    """What identifies it in the ledger."""

    async def complete(self, body: Json) -> Any:
        """The reply's body to a chat completion request; raises Fault."""

    async def close(self) -> None: ...


class Offline:
    """The embedded default: no key, no network."""

    model = "offline"

    def __init__(self) -> None:
        # Its answers change with its code: the ledger must not replay those of another version.
        sources = sorted(Path(offline.__file__).parent.rglob("*.py"))
        self.name = f"offline-{digest([path.read_text(encoding='utf-8') for path in sources])[:12]}"

    async def complete(self, body: Json) -> Any:
        return offline.reply(body)

    async def close(self) -> None:
        return None


@dataclass
class Dialect:
    """What an endpoint turned out to understand; it steps down when a request is refused for a parameter."""

    structured: str = "json_schema"
    tokens: str = "max_tokens"
    tools: str = "native"
    """`native`, or `text`: see :mod:`tasks.teacher.tool_text`."""
    dropped: set[str] = field(default_factory=set)

    def spoken(self, body: Json) -> Json:
        """The request in this dialect; `json_schema` in `response_format` is always given."""
        body = {k: v for k, v in body.items() if k not in self.dropped}
        if self.tokens != "max_tokens":
            body[self.tokens] = body.pop("max_tokens")
        if self.tools == "text":
            body = {**body, "messages": tool_text.told(body["messages"], body.get("tools") or ())}
            body.pop("tools", None)
        if "response_format" in body and self.structured != "json_schema":
            schema = body.pop("response_format")["json_schema"]["schema"]
            first, *others = body["messages"]
            asked = f"Answer with one JSON object and nothing else. It must fit this schema:\n{json.dumps(schema)}"
            told = f"{first['content']}\n\n{asked}"
            body["messages"] = [{**first, "content": told}, *others]
            if self.structured == "json_object":
                body["response_format"] = {"type": "json_object"}
        return body

    def version(self) -> tuple[str, str, str, int]:
        """Tells whether another request has changed the dialect meanwhile."""
        return self.structured, self.tokens, self.tools, len(self.dropped)

    def adapt(self, said: str) -> bool:
        """Step down after a refused request; False if nothing in what the endpoint said is about a parameter of ours."""
        if "max_completion_tokens" in said and self.tokens == "max_tokens":
            self.tokens = "max_completion_tokens"
        elif "max_completion_tokens" in said and "max_completion_tokens" in self.tokens:
            return False
        elif re.search(r"response_format|json_schema|json_object|structured output|guided", said):
            if self.structured == "prompt":
                return False
            self.structured = "json_object" if self.structured == "json_schema" else "prompt"
        elif re.search(r"\btools?\b|tool_choice|tool_calls|function.call", said) and self.tools == "native":
            self.tools = "text"
        elif found := next((p for p in ("temperature", "seed") if p in said and p not in self.dropped), None):
            self.dropped.add(found)
        else:
            return False
        return True


class OpenAICompatible:
    """Any endpoint that speaks OpenAI's chat completions; lives on one event loop."""

    def __init__(self, model: str, base_url: str | None, settings: Settings, connections: int) -> None:
        # Imported here: two seconds that --help and the offline teacher need not wait.
        import openai
        from langchain_openai import ChatOpenAI

        os.environ.setdefault("LANGSMITH_TRACING", "false")
        os.environ.setdefault("LANGCHAIN_TRACING_V2", "false")
        key = os.environ.get(settings.api_key_variable, "")
        if not key and not base_url:
            raise SettingsError(f"no key: set {settings.api_key_variable}, or name your own endpoint with --base-url")
        if urlsplit(base_url or "").username is not None:
            raise SettingsError(
                f"--base-url must not hold a user or password: put the key into {settings.api_key_variable}"
            )
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
            http_async_client=openai.DefaultAioHttpClient(timeout=settings.request_seconds, limits=pool),
        )
        asked = settings.structured_output
        self.dialect = Dialect(
            structured="json_schema" if asked == "auto" else asked,
            tools="text" if settings.tool_protocol == "text" else "native",
        )
        self._client = self._chat.root_async_client

    async def complete(self, body: Json) -> Any:
        while True:
            version = self.dialect.version()
            try:
                reply = await self._client.post("/chat/completions", body=self.dialect.spoken(body), cast_to=object)
                return tool_text.heard(reply) if self.dialect.tools == "text" and body.get("tools") else reply
            except self._openai.APIStatusError as error:
                fault = from_status(error.status_code, error.body, _retry_after(error), self.model, self._key_variable)
                moved = version != self.dialect.version()
                if fault.kind == "bad_request" and (moved or self.dialect.adapt(str(error.body))):
                    continue
                raise fault from None
            except self._openai.APIConnectionError as error:  # timeouts are a kind of it
                raise Fault("transport", _connection_reason(error), reached=not _refused(error)) from None
            except Exception as error:  # cut bodies and HTML escape the SDK's own errors
                raise Fault("transport", "malformed_reply", type(error).__name__) from None

    async def close(self) -> None:
        await self._client.close()


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
    return any("ConnectorError" in type(e).__name__ or isinstance(e, ConnectionRefusedError) for e in _causes(error))


def _connection_reason(error: BaseException) -> str:
    # The aiohttp transport turns a refused and a reset connection into a timeout; the cause tells.
    return (
        "connection"
        if any(isinstance(e, OSError) and not isinstance(e, TimeoutError) for e in _causes(error))
        else "timeout"
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
