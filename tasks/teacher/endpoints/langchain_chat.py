"""Any provider behind a chat model of LangChain's, asked and answering in the form of a chat completion."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher.endpoints.chat_models import name_at, open_chat
from tasks.teacher.endpoints.client_errors import reached
from tasks.teacher.endpoints.dialect import dialect_as_set
from tasks.teacher.endpoints.langchain_messages import completion_of, messages_of
from tasks.teacher.endpoints.negotiation import negotiate
from tasks.teacher.endpoints.providers import PACKAGES, key_of


class LangChainChat:
    """A provider's model; lives on one event loop."""

    def __init__(self, provider: str, model: str, base_url: str | None, settings: Settings, connections: int) -> None:
        self.model, self.name = model, name_at(provider, base_url)
        self._parameters = PACKAGES[provider].parameters
        self._seconds = settings.request_seconds
        self._key_variable, _ = key_of(provider, settings)
        self.dialect = dialect_as_set(
            settings.structured_output, settings.tool_protocol, schemas=PACKAGES[provider].schemas
        )
        self._chat = open_chat(provider, model, base_url, settings)
        self._threads = None if _is_async(self._chat) else ThreadPoolExecutor(connections, "provider")

    async def complete(self, body: Json) -> Any:
        return await negotiate(body, self._sent, self.dialect, self.model, self._key_variable)

    async def _sent(self, spoken: Json) -> Any:
        return await reached(self._invoked(spoken), self._seconds)

    async def _invoked(self, body: Json) -> Json:
        messages, words = messages_of(body["messages"]), self._words(body)
        if self._threads is None:
            return completion_of(await self._chat.ainvoke(messages, **words))
        ask: Callable[[], Any] = lambda: self._chat.invoke(messages, **words)  # noqa: E731
        return completion_of(await asyncio.get_running_loop().run_in_executor(self._threads, ask))

    def _words(self, body: Json) -> Json:
        """What the call takes besides the messages, in the class's words."""
        words: Json = {}
        for name, value in body.items():
            if name in ("max_tokens", "seed"):
                words |= {self._parameters[name]: value} if name in self._parameters else {}
            elif name == "tools":
                words |= self._chat.bind_tools(value).kwargs
            elif name not in ("model", "messages"):
                words[name] = value
        return words

    async def close(self) -> None:
        holders: list[Any] = [self._chat, getattr(self._chat, "async_client", None)]
        if holder := next((each for each in holders if hasattr(each, "aclose")), None):
            await holder.aclose()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)


def _is_async(chat: Any) -> bool:
    from langchain_core.language_models import BaseChatModel

    return type(chat)._agenerate is not BaseChatModel._agenerate
