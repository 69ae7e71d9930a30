"""What can go wrong with a call, in seven classes, and how each reply or exception is told apart.

| class       | triggers                                               | what the teacher does         |
|-------------|--------------------------------------------------------|-------------------------------|
| transport   | 408, 409, 429, 5xx, connection, timeout, malformed 200 | try again, obey Retry-After   |
| wait_long   | Retry-After above two minutes, up to an hour           | pause the endpoint, try again |
| overflow    | prompt longer than the model's context                 | reject the record             |
| refused     | content filter, refusal                                | reject the record             |
| unusable    | cut off, empty, not in the schema                      | ask again, a few times        |
| stop        | 401, 402, 403, 404, unknown model, no quota for long   | end the run                   |
| bad_request | any other refusal, once the dialect has stepped down   | reject the record; five: end  |
"""

from __future__ import annotations

import re
from typing import Any, Literal

from tasks.teacher import quotas

Class = Literal["transport", "wait_long", "overflow", "refused", "unusable", "stop", "bad_request"]
LONG_WAIT = 120.0

_OVERFLOW = re.compile(
    r"context.{0,20}(length|window|size|limit)|maximum.{0,20}tokens?|maximum (model|input|prompt|sequence) length"
    r"|when context|too many tokens|(prompt|input)( text)? is too (long|large)|(inputs|prompt).{0,40}tokens.{0,40}must be"
    r"|(inputs?|prompt)\W+must have (less|fewer) than|range of input length|reduce the length|longer than the model"
    r"|(prompt|input|request|messages?) (tokens? |length )?(exceeds?|is longer than|is over) [\w' ]{0,20}(max|limit|model)"
    r"|(prompt|input) token count of \d+ exceeds|max_(completion_)?tokens must be at least 1, got -|(string|text) too long",
    re.I,
)
# What is said of the answer's length, and of the prompt's.
_OF_ANSWER = re.compile(r"\bmax_(?:new_|output_|completion_)?tokens|\b(?:completion|output|generat\w+)\b", re.I)
_OF_PROMPT = re.compile(r"\b(?:prompt|inputs?|messages?|context)\b", re.I)
_TOO_LARGE = re.compile(r"request too large", re.I)
_FILTERED = re.compile(
    r"content.?(filter|policy|management)|safety system|usage polic|(input|prompt) was flagged|content exists risk"
    r"|inappropriate content|moderation|\bsensitive (content|words|information)\b|敏感|不安全",
    re.I,
)
_NO_MODEL = re.compile(
    r"model_(not_found|not_exist|decommissioned)|model (name )?not exist|(unknown|invalid|no such) model\b(?! (output|response))"
    r"|\bmodel:? ?[`'\"]?[\w./:@-]*[`'\"]? (does not exist|not found|is not found|is not a valid model|has been decommissioned)"
    r"|is not a valid model|no model (named|with|called)",
    re.I,
)
_LOADING = re.compile(
    r"\bmodel\b.{0,20}\b(?:unloaded|not (?:yet )?loaded|(?:still |being )loading|is loading)|loading (?:the )?model",
    re.I,
)
_NOT_SERVED_HERE = re.compile(r"(location|country|region)\b.{0,30}\bnot (supported|available)", re.I)
_BAD_KEY = re.compile(
    r"(api|access|auth)\w*.?(key|token).{0,30}(not valid|invalid|incorrect|expired|not found|missing|revoked)"
    r"|\b(invalid|incorrect|expired|missing|revoked|no)\b.{0,20}\b(api|access|auth)\w*.?(key|token)\b"
    r"|invalid (proxy server )?token passed|api_key_invalid",
    re.I,
)
# What a server could not make of its model's answer; another answer may do.
_ANSWER_FAILED = re.compile(r"failed_generation|json_validate_failed|tool_use_failed|failed to (generate|parse)", re.I)


class Fault(Exception):
    """A call that gave no usable answer. `message` is ours: it never repeats what the endpoint or the model wrote."""

    def __init__(
        self, kind: Class, reason: str, message: str = "", *, retry_after: float | None = None, reached: bool = True
    ) -> None:
        super().__init__(f"{reason}: {message}" if message else reason)
        self.kind, self.reason, self.message = kind, reason, message
        self.retry_after, self.reached = retry_after, reached


class StopRun(Exception):
    """Nothing more can come from this endpoint: the run drains, keeps what it has and ends. The message is for people."""


class EndpointDown(Exception):
    """The endpoint failed for longer than our patience while nothing else got through: the shard fails, to be run again."""


def words_of(body: Any) -> str:
    """Code and text of an error's body, for patterns to look at."""
    while isinstance(body, list) and len(body) == 1:
        body = body[0]
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return str(error)[:4000]
    code = error.get("code") or error.get("type") or ""
    rest = [error[name] for name in ("detail", "details", "metadata") if error.get(name)]
    return f"{code} {error.get('message') or ''} {rest or ''}"[:4000]


def from_status(status: int, body: Any, retry_after: float | None, model: str, key_variable: str) -> Fault:
    """The fault that an HTTP error status stands for; `body` is only matched against patterns."""
    said = words_of(body)
    retry_after = retry_after if retry_after is not None else quotas.wait_told(said)
    key = f"the endpoint did not accept the key ({status}): set {key_variable} to a valid one"
    if status == 401 or (status in (400, 403) and _BAD_KEY.search(said)):
        return Fault("stop", "bad_key", key)
    if status == 402 or (status in (400, 403, 412, 429) and quotas.exhausted(said, retry_after)):
        return Fault(
            "stop",
            "quota",
            f"the account's quota is exhausted ({status}): top it up or use another key",
        )
    if status in (403, 429) and (told := quotas.used_up(said, retry_after)):
        return Fault("stop", "quota", told, retry_after=retry_after)
    if status == 451 or (status == 403 and _FILTERED.search(said)):
        return Fault("refused", "content_filter")
    if status in (400, 403) and _NOT_SERVED_HERE.search(said):
        return Fault(
            "stop", "forbidden", f"the endpoint does not serve this region ({status}): choose another --base-url"
        )
    if status == 403:
        return Fault(
            "stop", "forbidden", f"the endpoint forbids this (403): check the key's rights to use model '{model}'"
        )
    if status in (400, 404) and _LOADING.search(said):
        return Fault("transport", "model_loading")
    if status == 404:
        return _not_found(said, model)
    if status == 413 or (status == 429 and _TOO_LARGE.search(said)):
        return _too_long(said)
    if status >= 500 and _OVERFLOW.search(said):
        return _too_long(said)
    if status in (408, 409, 424, 425, 429, 498) or status >= 500:
        if retry_after is not None and retry_after > LONG_WAIT:
            return Fault("wait_long", f"http_{status}", retry_after=retry_after)
        return Fault("transport", f"http_{status}", retry_after=retry_after)
    if _ANSWER_FAILED.search(said):
        return Fault("transport", "failed_answer", "the endpoint could not read its model's answer")
    if "content_filter" in said or _FILTERED.search(said):
        return Fault("refused", "content_filter")
    if _OVERFLOW.search(said):
        return _too_long(said)
    if status in (400, 422) and _NO_MODEL.search(said):
        return Fault(
            "stop", "not_found", f"the endpoint knows no model '{model}' ({status}): check --teacher and --base-url"
        )
    return Fault("bad_request", "bad_request", f"the endpoint rejected the request ({status})")


def _not_found(said: str, model: str) -> Fault:
    told = f"the endpoint knows no model '{model}' or no such path (404): check --teacher and --base-url"
    if re.search(r"support.{0,20}\b(tool|function|response_format|parameter)", said, re.I):
        return Fault("bad_request", "bad_request", "the endpoint rejected the request (404)")
    # A page, not an API's error: from a proxy whose server is away, or from a path that was never there.
    if re.search(r"\bpage not found\b|<html", said, re.I):
        return Fault("transport", "no_such_path", told)
    return Fault("stop", "not_found", told)


def overflow(*, prompt: bool = True, answer: bool = False) -> Fault:
    """The fault of too long a call, with the remedy for what is too long of it."""
    if not answer:
        what, remedy = "the prompt is longer than the model's context", "chunk_words"
    elif not prompt:
        what, remedy = "the endpoint gives no answers of that length", "max_tokens"
    else:
        what, remedy = "prompt and answer are together longer than the model's context", "chunk_words or max_tokens"
    return Fault("overflow", "context_overflow", f"{what}: set a smaller {remedy}")


def _too_long(said: str) -> Fault:
    # That max_tokens cannot be negative is said where the prompt alone fills the context.
    answer = bool(_OF_ANSWER.search(said)) and "got -" not in said
    return overflow(prompt=bool(_OF_PROMPT.search(said)), answer=answer)
