"""Anthropic's Messages API: LangChain's ChatAnthropic makes the requests and sets the client up.

Requests go through that client's `post`, as they do for OpenAI's protocol: the raw body shows what a call with a broken input
looked like, and the headers of every reply tell what is left of the account's limits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher.endpoints.anthropic_jobs import AnthropicJobs
from tasks.teacher.endpoints.chat_models import name_at, open_chat
from tasks.teacher.endpoints.client_errors import reached
from tasks.teacher.endpoints.dialect import dialect_as_set
from tasks.teacher.endpoints.heads import Heads
from tasks.teacher.endpoints.langchain_messages import call_of, messages_of, text_of, usage_of
from tasks.teacher.endpoints.negotiation import negotiate
from tasks.teacher.endpoints.providers import ANTHROPIC, key_of

_HOTTEST = 1.0
"""The highest temperature there is."""


class AnthropicMessages:
    """A model of Anthropic's; lives on one event loop."""

    def __init__(self, model: str, base_url: str | None, settings: Settings, connections: int) -> None:
        self._chat = open_chat(ANTHROPIC, model, base_url, settings)
        import anthropic

        async def hear(response: Any) -> None:
            self.heard(response.headers.raw)

        self.model, self.name = model, name_at(ANTHROPIC, base_url)
        self.heard: Callable[[Any], None] = lambda headers: None
        self.dialect = dialect_as_set(settings.structured_output, settings.tool_protocol)
        self._key_variable, _ = key_of(ANTHROPIC, settings)
        self._seconds = settings.request_seconds
        self._heads = Heads()
        # LangChain shares one client among all that have the same address, whatever their event loop.
        pool = type(anthropic.DEFAULT_CONNECTION_LIMITS)(max_connections=None, max_keepalive_connections=connections)
        http = anthropic.DefaultAsyncHttpxClient(timeout=self._seconds, limits=pool, event_hooks={"response": [hear]})
        self.client = self._chat._async_client.with_options(http_client=http)

    async def complete(self, body: Json) -> Any:
        return await negotiate(body, self._sent, self.dialect, self.model, self._key_variable)

    def jobs(self) -> AnthropicJobs:
        """Anthropic's Message Batches."""
        return AnthropicJobs(
            self.client, self.payload, self.completion, self.dialect, self.model, self._key_variable, self._seconds
        )

    async def _sent(self, spoken: Json) -> Any:
        return await reached(self._asked(spoken), self._seconds)

    def payload(self, body: Json) -> Json:
        """The parameters of a request to the Messages API for a chat completion request."""
        known = {"model", "messages", "tools", "response_format", "seed"}
        more = {name: value for name, value in body.items() if name not in known}
        if "temperature" in more:
            more["temperature"] = min(more["temperature"], _HOTTEST)
        if tools := body.get("tools"):
            more["tools"] = self._chat.bind_tools(tools).kwargs["tools"]
        form = body.get("response_format") or {}
        if form.get("type") == "json_schema":  # a JSON object without one is asked for in words alone
            more["response_format"] = form
        made = self._chat._get_request_payload(messages_of(body["messages"]), **more)
        # What the client has no argument for goes beside the rest on the wire.
        return {**{name: value for name, value in made.items() if name != "extra_body"}, **made.get("extra_body", {})}

    async def _asked(self, body: Json) -> Json:
        payload = self.payload(body)
        system = payload.get("system")
        name = self._heads.mark(f"{payload.get('tools') or ''}{system}") if isinstance(system, str) else ""
        if name:
            payload["system"] = [{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}]
        used: Mapping[str, Any] = {}
        betas = payload.pop("betas", None)
        headers = {"headers": {"anthropic-beta": ",".join(betas)}} if betas else {}
        try:
            message = await self.client.post("/v1/messages", body=payload, cast_to=object, options=headers)
            used = message.get("usage") or {} if isinstance(message, dict) else {}
        finally:
            read_or_kept = bool(used.get("cache_read_input_tokens") or used.get("cache_creation_input_tokens"))
            self._heads.answered(name, kept=read_or_kept)
        return self.completion(message)

    @staticmethod
    def completion(message: Any) -> Json:
        """The chat completion body of a Message; one without choices for what is none."""
        blocks = message.get("content") if isinstance(message, dict) else None
        if not isinstance(blocks, list):
            return {"choices": [], "usage": None}
        used = message.get("usage") or {}
        read, kept = (used.get(f"cache_{what}_input_tokens") or 0 for what in ("read", "creation"))
        calls = [
            call_of(block.get("name"), block.get("input"))
            for block in blocks
            if isinstance(block, dict) and {"name", "input"} <= block.keys()
        ]
        said = {"role": "assistant", "content": text_of(blocks), **({"tool_calls": calls} if calls else {})}
        prompt = (used.get("input_tokens") or 0) + read + kept
        return {
            "choices": [{"index": 0, "message": said, "finish_reason": message.get("stop_reason")}],
            "usage": usage_of(prompt, used.get("output_tokens") or 0, read, kept) if used else None,
        }

    async def close(self) -> None:
        await self.client.close()
