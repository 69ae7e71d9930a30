"""From a chat completion request to LangChain's messages, and from LangChain's answer to a chat completion's body."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tasks.records import Json
from tasks.text.json_values import json_value

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage

_ENDS = {"COMPLETE": "stop"}
"""Ends by names that nobody else uses."""
_WHY = ("finish_reason", "stop_reason", "stopReason")


def messages_of(messages: Sequence[Json]) -> list[BaseMessage]:
    """The messages of a request, with calls and their results."""
    return [_message(message) for message in messages]


def _message(message: Json) -> BaseMessage:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

    role, content = message["role"], message.get("content") or ""
    if role == "system":
        return SystemMessage(content)
    if role == "assistant":
        return AIMessage(content, tool_calls=[_called(call) for call in message.get("tool_calls") or ()])
    if role == "tool":
        return ToolMessage(content, tool_call_id=message["tool_call_id"])
    return HumanMessage(content)


def _called(call: Json) -> Any:
    arguments = json_value(call["function"]["arguments"])
    return {"type": "tool_call", "id": call["id"], "name": call["function"]["name"], "args": arguments}


def completion_of(message: AIMessage) -> Json:
    """A chat completion's body: text without thoughts, calls, why it ended, and usage.

    An answer that has no end and holds nothing is one without choices, which a provider sends that let nothing begin; where it
    says that it blocked the prompt, the end says so.
    """
    calls = [call_of(each["name"], each["args"]) for each in (*message.tool_calls, *message.invalid_tool_calls)]
    told = message.response_metadata
    finish = next((str(told[name]) for name in _WHY if told.get(name)), "")
    if not finish and (told.get("prompt_feedback") or {}).get("block_reason"):
        finish = "content_filter"
    text = text_of(message.content)
    usage = _usage(message)
    if not (text or calls or finish):
        return {"choices": [], "usage": usage}
    said = {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}
    return {"choices": [{"index": 0, "message": said, "finish_reason": _ENDS.get(finish, finish)}], "usage": usage}


def text_of(content: str | list[Any]) -> str:
    """The text of the answer; thoughts, calls and whatever else came in parts stay out."""
    if isinstance(content, str):
        return content
    parts = (part if isinstance(part, str) else part.get("text") for part in content if _is_text(part))
    return "".join(str(part or "") for part in parts)


def _is_text(part: Any) -> bool:
    return isinstance(part, str) or (isinstance(part, dict) and part.get("type") == "text")


def call_of(name: Any, arguments: Any) -> Json:
    """A call as a chat completion has it; arguments that could not be read stay the text that they are."""
    told = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return {"type": "function", "function": {"name": name, "arguments": told}}


def _usage(message: AIMessage) -> Json | None:
    if (used := message.usage_metadata) is None:
        return None
    details: Json = dict(used.get("input_token_details") or {})
    written = sum(details[name] or 0 for name in details if name == "cache_creation" or name.startswith("ephemeral_"))
    return usage_of(used["input_tokens"], used["output_tokens"], details.get("cache_read") or 0, written)


def usage_of(prompt: int, completion: int, cached: int = 0, written: int = 0) -> Json:
    """Counts of tokens as a chat completion has them; `cached` and `written` are part of `prompt`."""
    details = {"cached_tokens": cached, "cache_write_tokens": written}
    return {"prompt_tokens": prompt, "completion_tokens": completion, "prompt_tokens_details": details}
