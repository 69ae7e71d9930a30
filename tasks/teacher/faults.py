"""What can go wrong with a call, in seven classes, and how each reply or exception is told apart.

| class       | triggers                                               | what the teacher does         |
|-------------|--------------------------------------------------------|-------------------------------|
| transport   | 408, 409, 429, 5xx, connection, timeout, malformed 200 | try again, obey Retry-After   |
| wait_long   | Retry-After above two minutes                          | pause the endpoint, try again |
| overflow    | prompt longer than the model's context                 | reject the record             |
| refused     | content filter, refusal                                | reject the record             |
| unusable    | cut off, empty, not in the schema                      | ask again, a few times        |
| stop        | 401, 402, 403, 404, exhausted quota                    | end the run                   |
| bad_request | any other refusal, once the dialect has stepped down   | reject the record; five: end  |
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from tasks.records import Json
from tasks.text.json_values import clean, json_value

Class = Literal["transport", "wait_long", "overflow", "refused", "unusable", "stop", "bad_request"]
LONG_WAIT = 120.0

_OVERFLOW = re.compile(
    r"context.{0,20}(length|window|size)|maximum.{0,20}tokens?|maximum (model|input|prompt|sequence) length"
    r"|too many tokens|prompt is too long|(inputs|prompt).{0,40}tokens.{0,40}must be",
    re.I,
)
_TOO_LARGE = re.compile(r"request too large", re.I)
_FILTERED = re.compile(
    r"content.?(filter|policy|management)|safety system|usage polic|(input|prompt) was flagged|content exists risk"
    r"|inappropriate content",
    re.I,
)
# Not "billing" alone: rate limits of free accounts point to that page too.
_QUOTA = re.compile(
    r"insufficient_quota|exceeded your current quota|billing_(hard_limit|not_active)|billing hard limit"
    r"|account is not active|out of credit|credit balance|insufficient balance",
    re.I,
)
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


class Fault(Exception):
    """A call that gave no usable answer. `message` is ours: it never repeats what the endpoint or the model wrote."""

    def __init__(
        self, kind: Class, reason: str, message: str = "", *, retry_after: float | None = None, reached: bool = True
    ) -> None:
        super().__init__(f"{reason}: {message}" if message else reason)
        self.kind, self.reason, self.message = kind, reason, message
        self.retry_after, self.reached = retry_after, reached


def from_status(status: int, body: Any, retry_after: float | None, model: str, key_variable: str) -> Fault:
    """The fault that an HTTP error status stands for; `body` is only matched against patterns."""
    error = body.get("error", body) if isinstance(body, dict) else body
    code = str(error.get("code") or error.get("type") or "") if isinstance(error, dict) else ""
    said = f"{code} {error.get('message', '') if isinstance(error, dict) else error}"[:2000]
    if status == 401:
        return Fault("stop", "bad_key", f"the endpoint did not accept the key (401): set {key_variable} to a valid one")
    if status == 402 or (status == 429 and _QUOTA.search(said)):
        return Fault(
            "stop",
            "quota",
            f"the account's quota is exhausted ({status}): top it up or use another key, then run the same "
            "command again",
        )
    if status == 403 and _FILTERED.search(said):
        return Fault("refused", "content_filter")
    if status == 403:
        return Fault(
            "stop", "forbidden", f"the endpoint forbids this (403): check the key's rights to use model '{model}'"
        )
    if status == 404:
        return Fault(
            "stop",
            "not_found",
            f"the endpoint knows no model '{model}' or no such path (404): check --teacher and --base-url",
        )
    if status == 413 or (status == 429 and _TOO_LARGE.search(said)):
        return _overflow()
    if status in (408, 409, 425, 429) or status >= 500:
        if retry_after is not None and retry_after > LONG_WAIT:
            return Fault("wait_long", f"http_{status}", retry_after=retry_after)
        return Fault("transport", f"http_{status}", retry_after=retry_after)
    if code == "context_length_exceeded" or _OVERFLOW.search(said):
        return _overflow()
    if "content_filter" in code or _FILTERED.search(said):
        return Fault("refused", "content_filter")
    return Fault("bad_request", "bad_request", f"the endpoint rejected the request ({status})")


def _overflow() -> Fault:
    return Fault(
        "overflow", "context_overflow", "the prompt is longer than the model's context: set a smaller chunk_words"
    )


def choice_of(reply: Any) -> Json:
    """The first choice of a chat completion body, with its message; raises Fault, transport, for a malformed body."""
    if not isinstance(reply, dict) or not isinstance(reply.get("choices"), list) or not reply["choices"]:
        raise Fault("transport", "malformed_reply", "the endpoint answered without choices")
    choice: Json = reply["choices"][0]
    if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
        raise Fault("transport", "malformed_reply", "the endpoint answered without a message")
    return choice


def message_of(reply: Any) -> Json:
    """The assistant message of a chat completion body.

    Raises Fault: transport for a malformed body, refused, unusable for a cut-off or empty one. A truncated, filtered or
    empty answer is never a success.
    """
    choice = choice_of(reply)
    message, finish = choice["message"], choice.get("finish_reason")
    content = message.get("content")
    if isinstance(content, list):  # some gateways send content in parts
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    calls = message.get("tool_calls") or []
    calls = calls if isinstance(calls, list) else [calls]
    if finish == "content_filter":
        raise Fault("refused", "content_filter")
    if message.get("refusal"):
        raise Fault("refused", "refusal")
    if finish == "length":
        raise Fault("unusable", "cut_off", "the answer was cut off at the token limit")
    if not isinstance(content, str | None) or not ((content or "").strip() or calls):
        raise Fault("unusable", "empty_answer", "the answer was empty")
    if (
        content
        and len(content) < 400
        and not calls
        and _REFUSAL.match(content.strip())
        and not _GROUNDS.search(content)
    ):
        raise Fault("refused", "refusal")
    return {"content": content or "", "tool_calls": [_tool_call(call) for call in calls]}


def _tool_call(call: Any) -> Json:
    try:
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        parsed = json_value(arguments if isinstance(arguments, str) else json.dumps(arguments))
    except (KeyError, TypeError, ValueError, RecursionError):
        raise Fault("unusable", "bad_tool_call", "a tool call's arguments were not a JSON object") from None
    if not isinstance(name, str) or not isinstance(parsed, dict):
        raise Fault("unusable", "bad_tool_call", "a tool call's arguments were not a JSON object")
    return {"name": clean(name), "arguments": parsed}
