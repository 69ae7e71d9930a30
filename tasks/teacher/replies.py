"""From the body of a chat completion to what the model meant to say: its answer and its calls, and nothing of its wrapping."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.records import Json
from tasks.teacher import harmony
from tasks.teacher.accounts import tokens_of
from tasks.teacher.faults import Fault
from tasks.teacher.template_tokens import own_turn, without_head
from tasks.teacher.thoughts import without_thoughts
from tasks.teacher.tool_text import calls_in
from tasks.text.json_values import clean, json_value

# What servers call an end that is one, an end for want of room, a filter and a failure of their own. A word that says none of
# this is no end either: what came before it may be half an answer.
_ENDED = re.compile(r"stop(?:_sequence|_token)?|eos(?:_token)?|end_turn|tool_(?:calls?|use)|function_call", re.I)
_NO_ROOM = re.compile(r"length|token|context|incomplete", re.I)
_BAD_CALL = re.compile(r"malformed_(?:function|tool)|(?:unexpected|too_many)_tool_call", re.I)
_FILTER = re.compile(r"filter|safety|sensitive|moderat|guard|blocked|blocklist|prohibited|recitation|refus|spii", re.I)
_FAILED = re.compile(r"err|fail|abort|cancel|network|resource|overload|time_?out|interrupt|unavailable|exception", re.I)

_CANNOT = r"i (?:can['\u2019]?t|can ?not|won['\u2019]?t|will not)|i(?:['\u2019]m|m| am) (?:unable|not able) to"
_THIS = r"(?:you )?(?:with )?(?:this|that|these|those|your|such|any)\b"
# Narrow on purpose: "I cannot tell, for the text does not say" is an answer, and a poem may begin with "I can't".
_REFUSAL = re.compile(
    rf"(?:(?:i['\u2019]?m |i am )?(?:very |so )?sorry|i apologi[sz]e)[,.;]? (?:but )?(?:{_CANNOT}) "
    r"(?:help|assist|comply|fulfil+|do|create|generate|produce|write|engage|continue|discuss|participate|support|share|provide)\b"
    rf"|(?:{_CANNOT}) (?:(?:help|assist)(?: you)?(?: with\b|[.,!;]|$)|comply|engage (?:in|with) {_THIS}"
    rf"|(?:fulfil+|do|create|generate|produce|write|continue|discuss|share|provide|support) {_THIS})"
    rf"|as an ai(?: language)?(?: model)?,? (?:{_CANNOT})\b",
    re.I,
)
_GROUNDS = re.compile(
    r"\b(?:text|passage|document|article|excerpt|paragraph|functions?|tools?|not (?:stated|given|mentioned|available)"
    r"|(?:does|do)(?: not|n['\u2019]t) (?:say|state|mention|give|specify|contain|include|provide))\b",
    re.I,
)


@dataclass(frozen=True)
class Message:
    """What the model said: text, which may be empty beside calls, and calls `{name, arguments}`."""

    text: str
    calls: list[Json] = field(default_factory=list)


def choice_of(reply: Any) -> Json:
    """The first choice of a chat completion body, with its message.

    Raises Fault, transport, for a malformed body and for an answer that the provider says has failed.
    """
    if not isinstance(reply, dict) or not isinstance(reply.get("choices"), list) or not reply["choices"]:
        raise Fault("transport", "malformed_reply", "the endpoint answered without choices")
    choice: Json = reply["choices"][0]
    if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
        raise Fault("transport", "malformed_reply", "the endpoint answered without a message")
    finish = str(choice.get("finish_reason") or "")
    if choice.get("error") or reply.get("error") or (_FAILED.search(finish) and not _NO_ROOM.search(finish)):
        raise Fault("transport", "failed_answer", "the endpoint marked its answer as failed")
    return choice


def message_of(reply: Any, asked: str = "", tools: Collection[str] = ()) -> Message:
    """What a chat completion body says, without thoughts, tokens and protocol; `asked` is what the model was told, `tools` the
    names of those on offer.

    Raises Fault: transport for a malformed or failed body, refused, unusable for a cut-off or empty one. A truncated, filtered
    or empty answer is never a success.
    """
    choice = choice_of(reply)
    message, finish = choice["message"], choice.get("finish_reason")
    _end(finish, message)
    content, called = _content(message), _called(message)
    if not isinstance(content, str) or not (content.strip() or called):
        raise Fault("unusable", "empty_answer", "the answer was empty")
    calls = [_tool_call(call, asked) for call in called]
    try:
        text, told = harmony.told(content, asked)
        calls += [_tool_call({"function": call}, asked) for call in told]
        text, written = calls_in(_without_thoughts(text, asked), tools, asked)
        text = own_turn(text, asked).strip()
        calls += [{**call, "arguments": clean_values(call["arguments"], asked)} for call in written]
    except Fault:
        if not calls:  # else thoughts beside a call, which may break off
            raise
        text = ""
    if not (text or calls):
        raise Fault("unusable", "empty_answer", "the answer was empty")
    if len(text) < 400 and not calls and _REFUSAL.match(text.strip()) and not _GROUNDS.search(text):
        raise Fault("refused", "refusal")
    return Message(text, calls)


def cut_off(choice: Json) -> bool:
    """Whether a choice of a completion ended for want of room."""
    said = str(choice.get("finish_reason") or "")
    return bool(_NO_ROOM.search(said)) and not _ENDED.fullmatch(said)


def answer_text(text: str, asked: str = "") -> str:
    """The text without thoughts and tokens, lone surrogates and NUL replaced; unusable if nothing is left."""
    if not (text := _bare(text, asked).strip()):
        raise Fault("unusable", "empty_answer", "the answer was empty")
    return text


def clean_values(value: Any, asked: str = "") -> Any:
    """The JSON value with its texts cleaned as an answer is; unusable where a text held nothing else."""
    if isinstance(value, str):
        bare = _bare(value, asked)
        if value.strip() and not bare.strip():
            raise Fault("unusable", "empty_answer", "a text held thoughts and tokens alone")
        return value if bare == value else bare.strip()
    if isinstance(value, list):
        return [clean_values(item, asked) for item in value]
    if isinstance(value, dict):
        return {key: clean_values(item, asked) for key, item in value.items()}
    return value


def _bare(text: str, asked: str) -> str:
    return own_turn(_without_thoughts(text, asked), asked)


def _without_thoughts(text: str, asked: str) -> str:
    return without_thoughts(without_head(str(clean(text))), asked)


def _end(finish: Any, message: Json) -> None:
    said = str(finish or "")
    if _BAD_CALL.search(said):
        raise Fault("unusable", "bad_tool_call", "a tool call was not what its schema asks for")
    if _FILTER.search(said):
        raise Fault("refused", "content_filter")
    if message.get("refusal"):
        raise Fault("refused", "refusal")
    if cut_off({"finish_reason": finish}):
        raise Fault("unusable", "cut_off", "the answer was cut off at the token limit")
    if said and not _ENDED.fullmatch(said):
        raise Fault("unusable", "unknown_end", "the endpoint ended the answer for a reason that is not known")


def _content(message: Json) -> Any:
    content = message.get("content")
    if isinstance(content, list):  # some gateways send content in parts, thoughts among them
        parts = (p for p in content if isinstance(p, dict) and p.get("type") in (None, "text", "output_text"))
        content = "".join(str(part.get("text", "")) for part in parts)
    return "" if content is None else content


def _called(message: Json) -> list[Any]:
    calls = message.get("tool_calls") or []
    if not calls and message.get("function_call"):  # before there were several calls in one message
        calls = [{"function": message["function_call"]}]
    return calls if isinstance(calls, list) else [calls]


def _tool_call(call: Any, asked: str) -> Json:
    try:
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        parsed = clean_values(json_value(arguments if isinstance(arguments, str) else json.dumps(arguments)), asked)
    except (KeyError, TypeError, ValueError, RecursionError):
        raise Fault("unusable", "bad_tool_call", "a tool call's arguments were not a JSON object") from None
    if not isinstance(name, str) or not isinstance(parsed, dict):
        raise Fault("unusable", "bad_tool_call", "a tool call's arguments were not a JSON object")
    return {"name": clean(name), "arguments": parsed}


def whole_prompt_read(reply: Json, messages: Sequence[Json]) -> None:
    """Raises Fault, overflow, where an endpoint read a part of the prompt only."""
    # Ollama cuts prompts at the server's context without a word; no tokenizer needs 12 characters a token.
    characters = sum(len(m.get("content") or "") for m in messages)
    prompt_tokens = tokens_of(reply)["prompt_tokens"]
    if characters > 12_000 and 0 < prompt_tokens * 12 < characters:
        raise Fault(
            "overflow", "prompt_cut", "the endpoint read only part of the prompt: raise its context (Ollama: num_ctx)"
        )
