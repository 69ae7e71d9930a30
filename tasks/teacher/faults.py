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

import re
from typing import Any, Literal

Class = Literal["transport", "wait_long", "overflow", "refused", "unusable", "stop", "bad_request"]
LONG_WAIT = 120.0

_OVERFLOW = re.compile(
    r"context.{0,20}(length|window|size|limit)|maximum.{0,20}tokens?|maximum (model|input|prompt|sequence) length"
    r"|when context|too many tokens|(prompt|input) is too long|(inputs|prompt).{0,40}tokens.{0,40}must be"
    r"|range of input length|reduce the length|longer than the model",
    re.I,
)
_TOO_LARGE = re.compile(r"request too large", re.I)
_FILTERED = re.compile(
    r"content.?(filter|policy|management)|safety system|usage polic|(input|prompt) was flagged|content exists risk"
    r"|inappropriate content|moderation",
    re.I,
)
# Not "billing" alone: rate limits of free accounts point to that page too.
_QUOTA = re.compile(
    r"insufficient_quota|exceeded your current quota|billing_(hard_limit|not_active)|billing hard limit"
    r"|account is not active|out of credit|credit balance|insufficient balance",
    re.I,
)
_BAD_KEY = re.compile(
    r"(api|access|auth)\w*.?(key|token).{0,30}(not valid|invalid|incorrect|expired|not found|missing|revoked)"
    r"|(invalid|incorrect|expired|missing|revoked|no).{0,20}(api|access|auth)\w*.?(key|token)",
    re.I,
)
# What a server could not make of its model's answer; another answer may do.
_ANSWER_FAILED = re.compile(r"failed_generation|json_validate_failed|tool_use_failed|failed to (generate|parse)", re.I)
_WAIT = re.compile(
    r"(?:again|retry|wait|reset\w*)\b[^.\n]{0,30}?\b(?:in|after|for)\s+(?:(?P<h>\d+)\s?h(?:ours?)?\s?)?"
    r"(?:(?P<m>\d+)\s?m(?:in(?:utes?)?)?(?!s)\s?)?(?:(?P<s>\d+(?:\.\d+)?)\s?s(?:ec(?:onds?)?)?)?"
    r"|retryDelay\W+(?P<delay>\d+(?:\.\d+)?)s",
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
    retry_after = retry_after if retry_after is not None else _wait_told(said)
    key = f"the endpoint did not accept the key ({status}): set {key_variable} to a valid one"
    if status == 401 or (status in (400, 403) and _BAD_KEY.search(said)):
        return Fault("stop", "bad_key", key)
    if status == 402 or (status == 429 and retry_after is None and _QUOTA.search(said)) or "insufficient_quota" in said:
        return Fault(
            "stop",
            "quota",
            f"the account's quota is exhausted ({status}): top it up or use another key, then run the same "
            "command again",
        )
    if status == 451 or (status == 403 and _FILTERED.search(said)):
        return Fault("refused", "content_filter")
    if status == 403:
        return Fault(
            "stop", "forbidden", f"the endpoint forbids this (403): check the key's rights to use model '{model}'"
        )
    if status == 404:
        return _not_found(said, model)
    if status == 413 or (status == 429 and _TOO_LARGE.search(said)):
        return _overflow()
    if status >= 500 and _OVERFLOW.search(said):
        return _overflow()
    if status in (408, 409, 424, 425, 429, 498) or status >= 500:
        if retry_after is not None and retry_after > LONG_WAIT:
            return Fault("wait_long", f"http_{status}", retry_after=retry_after)
        return Fault("transport", f"http_{status}", retry_after=retry_after)
    if _ANSWER_FAILED.search(said):
        return Fault("transport", "failed_answer", "the endpoint could not read its model's answer")
    if "content_filter" in said or _FILTERED.search(said):
        return Fault("refused", "content_filter")
    if _OVERFLOW.search(said):
        return _overflow()
    return Fault("bad_request", "bad_request", f"the endpoint rejected the request ({status})")


def _not_found(said: str, model: str) -> Fault:
    told = f"the endpoint knows no model '{model}' or no such path (404): check --teacher and --base-url"
    if re.search(r"support.{0,20}\b(tool|function|response_format|parameter)", said, re.I):
        return Fault("bad_request", "bad_request", "the endpoint rejected the request (404)")
    # A page, not an API's error: from a proxy whose server is away, or from a path that was never there.
    if re.search(r"\bpage not found\b|<html", said, re.I):
        return Fault("transport", "no_such_path", told)
    return Fault("stop", "not_found", told)


def _wait_told(said: str) -> float | None:
    """The seconds that an error's text asks us to wait."""
    found = _WAIT.search(said)
    if found is None:
        return None
    seconds = sum(float(found[unit] or 0) * size for unit, size in (("h", 3600), ("m", 60), ("s", 1), ("delay", 1)))
    return seconds or None


def _overflow() -> Fault:
    return Fault(
        "overflow", "context_overflow", "the prompt is longer than the model's context: set a smaller chunk_words"
    )
