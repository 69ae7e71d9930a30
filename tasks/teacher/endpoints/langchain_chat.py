"""Any provider behind a chat model of LangChain's, asked and answering in the form of a chat completion."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tasks.records import Json
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints import client_errors
from tasks.teacher.endpoints.access import check_address, headers_of, key_in, trace_nothing
from tasks.teacher.endpoints.anthropic_messages import AnthropicMessages
from tasks.teacher.endpoints.dialect import dialect_as_set
from tasks.teacher.endpoints.langchain_messages import completion_of, messages_of
from tasks.teacher.endpoints.negotiation import negotiate
from tasks.teacher.endpoints.providers import ANTHROPIC, PACKAGES, check_package, key_of

_LOGGERS = ("anthropic", "boto3", "botocore", "google_genai", "httpcore", "httpcore2", "httpx", "httpx2", "urllib3")
"""Clients that write requests into their logs where somebody has set a low level."""


class LangChainChat:
    """A provider's model; lives on one event loop."""

    def __init__(self, provider: str, model: str, base_url: str | None, settings: Settings, connections: int) -> None:
        package = PACKAGES[provider]
        self.model, self.name = model, f"{provider} at {base_url}" if base_url else provider
        self._package, self._seconds = package, settings.request_seconds
        self._key_variable, _ = key_of(provider, settings)
        self.dialect = dialect_as_set(settings.structured_output, settings.tool_protocol, schemas=package.schemas)
        self.heard: Callable[[Any], None] = lambda headers: None
        chat = _opened(provider, model, base_url, settings)
        self._chat = chat
        self.messages = AnthropicMessages(chat, lambda headers: self.heard(headers)) if provider == ANTHROPIC else None
        self._threads = None if _is_async(chat) else ThreadPoolExecutor(connections, "provider")
        self._ask: Callable[[Json], Awaitable[Json]] = self.messages.ask if self.messages else self._invoked

    async def complete(self, body: Json) -> Any:
        return await negotiate(body, self._sent, self.dialect, self.model, self._key_variable)

    async def _sent(self, spoken: Json) -> Any:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(spoken)
        except Exception as error:
            if (refusal := client_errors.refusal_of(error)) is not None:
                return refusal
            raise client_errors.fault_of(error) from None

    async def _invoked(self, body: Json) -> Json:
        messages, words = messages_of(body["messages"]), self._words(body)
        if self._threads is None:
            return completion_of(await self._chat.ainvoke(messages, **words))
        loop = asyncio.get_running_loop()
        return completion_of(await loop.run_in_executor(self._threads, lambda: self._chat.invoke(messages, **words)))

    def _words(self, body: Json) -> Json:
        """What the call takes besides the messages, in the class's words."""
        parameters = self._package.parameters
        words: Json = {}
        for name, value in body.items():
            if name in ("max_tokens", "seed"):
                words |= {parameters[name]: value} if name in parameters else {}
            elif name == "tools":
                words |= self._chat.bind_tools(value).kwargs
            elif name not in ("model", "messages"):
                words[name] = value
        return words

    async def close(self) -> None:
        holders: list[Any] = [self.messages, self._chat, getattr(self._chat, "async_client", None)]
        if holder := next((each for each in holders if hasattr(each, "aclose")), None):
            await holder.aclose()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)


def open_provider(
    provider: str, model: str, base_url: str | None, settings: Settings, connections: int
) -> LangChainChat:
    """The provider's model; SettingsError for what is lacking or does not fit."""
    check_provider(provider, base_url, settings)
    return LangChainChat(provider, model, base_url, settings, connections)


def check_provider(provider: str, base_url: str | None, settings: Settings) -> None:
    """SettingsError for what is wrong with the choice, as far as it shows without a call."""
    check_package(provider, settings)
    variable, _ = key_of(provider, settings)
    check_address(base_url, variable)
    key_in(variable)
    headers_of(settings)


def _opened(provider: str, model: str, base_url: str | None, settings: Settings) -> Any:
    """LangChain's model, which tries nothing again by itself and writes nothing that it is told into any log."""
    # Imported here: a second that --help and other teachers need not wait.
    from langchain.chat_models import init_chat_model
    from pydantic import SecretStr

    trace_nothing()
    package = PACKAGES[provider]
    variable, _ = key_of(provider, settings)
    key = key_in(variable)
    given: Json = {
        "key": SecretStr(key) if key else None,
        "base_url": base_url,
        "seconds": math.ceil(settings.request_seconds),
        "headers": headers_of(settings) or None,
        "retries": 0,
    }
    arguments = {word: given[ours] for ours, word in package.arguments.items() if given[ours] is not None}
    for name in (*_LOGGERS, package.module):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return init_chat_model(model, model_provider=package.provider, cache=False, **arguments)
    except Exception as error:  # every class has errors of its own, which may repeat what they were given
        raise SettingsError(
            f"{provider}: its client cannot be set up ({type(error).__name__}): check the environment variables that it reads "
            "and the model's name"
        ) from None


def _is_async(chat: Any) -> bool:
    from langchain_core.language_models import BaseChatModel

    return type(chat)._agenerate is not BaseChatModel._agenerate
