"""A deployment of Azure OpenAI behind LangChain's AzureChatOpenAI, which knows its address, its API's version and credentials.

Requests go through the `post` of the client that it sets up, as they do for OpenAI's own protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher.endpoints.chat_models import name_at, open_chat
from tasks.teacher.endpoints.client_errors import reached
from tasks.teacher.endpoints.dialect import dialect_as_set
from tasks.teacher.endpoints.negotiation import Refusal, negotiate
from tasks.teacher.endpoints.providers import AZURE, key_of
from tasks.teacher.endpoints.wire import body_of, error_in


class AzureOpenAI:
    """A deployment; lives on one event loop."""

    def __init__(self, model: str, base_url: str | None, settings: Settings, connections: int) -> None:
        chat = open_chat(AZURE, model, base_url, settings)
        import openai

        async def hear(response: Any) -> None:
            self.heard(response.headers.raw)

        self.model, self.name = model, name_at(AZURE, base_url or chat.azure_endpoint)
        self.heard: Callable[[Iterable[tuple[bytes, bytes]]], None] = lambda headers: None
        self.dialect = dialect_as_set(settings.structured_output, settings.tool_protocol)
        self._key_variable, _ = key_of(AZURE, settings)
        self._seconds = settings.request_seconds
        # aiohttp takes 0 for no bound, and None for its 100.
        pool = type(openai.DEFAULT_CONNECTION_LIMITS)(max_connections=0, max_keepalive_connections=connections)
        http = openai.DefaultAioHttpClient(timeout=self._seconds, limits=pool, event_hooks={"response": [hear]})
        self._client = chat.root_async_client.with_options(http_client=http)

    async def complete(self, body: Json) -> Any:
        return await negotiate(body, self._sent, self.dialect, self.model, self._key_variable)

    async def _sent(self, spoken: Json) -> Any:
        asked = self._client.post("/chat/completions", body={**spoken, "model": self.model}, cast_to=object)
        reply = body_of(await reached(asked, self._seconds))
        found = None if isinstance(reply, Refusal) else error_in(reply)
        return reply if found is None else Refusal(*found)

    async def close(self) -> None:
        await self._client.close()
