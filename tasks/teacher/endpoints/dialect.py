"""What an endpoint turned out to understand of the requests that are made to it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field

from tasks.records import Json
from tasks.teacher import tool_text

_UNSUPPORTED = (
    r"(?:not (?:be )?(?:support|available|enabled|permitted|allowed|implement)|n['’]t support|unsupported|unavailable|unknown"
    r"|unrecogni[sz]ed|unexpected|extra inputs|requires?\b|no endpoints|disabled|cannot use)"
)
_SCHEMA = re.compile(
    r"response.?format|json.?schema|json_object|structured.?output|guided|response.?schema|additionalProperties"
    r"|response.?mime.?type|invalid schema|\$(?:defs|ref)\b",
    re.I,
)
_TOOLS = re.compile(r"\btools?\b|tool_choice|tool_calls|tool use|function.call", re.I)
_NOT_TOOLS = re.compile(r"tool.?call.?id|either content or tool_calls", re.I)
_NO_SYSTEM = re.compile(
    rf"\bsystem\b.{{0,60}}{_UNSUPPORTED}|{_UNSUPPORTED}.{{0,60}}\bsystem\b|(?:system|developer) instructions? (?:is|are) not",
    re.I,
)
_TURNS = re.compile(r"\balternat(?:e|ing|ion)\b", re.I)
_STREAM_ONLY = re.compile(
    r"only supports? (?:the )?stream|(?:enable|set) (?:the )?[`'\"]?stream\b|non-?stream\w* [\w ]{0,30}not supported"
    r"|not support [\w ]{0,20}non-?stream|stream(?:ing)? (?:mode |parameter )?(?:is required|must be)|requires? stream",
    re.I,
)
_MUST_BE = re.compile(r"(?:parameter\.)?\b([a-z][a-z_]{2,30})[`'\"]? must be set to (true|false)\b", re.I)
_ID = re.compile(r"[A-Za-z0-9]{9}")


@dataclass
class Dialect:
    """What an endpoint turned out to understand; it steps down when a request is refused for a parameter."""

    structured: str = "json_schema"
    tokens: str = "max_tokens"
    tools: str = "native"
    """`native`, or `text`: see :mod:`tasks.teacher.tool_text`."""
    dropped: set[str] = field(default_factory=set)
    most_tokens: int | None = None
    """The longest answer that it gives."""
    system: bool = True
    """Whether it takes a system message; else its text goes into the user's first."""
    alternating: bool = False
    """Whether user and assistant must take turns."""
    stream: bool = False
    """Whether it answers in streams alone."""
    schema_beside_tools: bool = True
    extra: dict[str, bool] = field(default_factory=dict)
    """Further parameters that it insists on."""

    def spoken(self, body: Json) -> Json:
        """The request in this dialect; `json_schema` in `response_format` is always given."""
        body = {**{k: v for k, v in body.items() if k not in self.dropped}, **self.extra}
        if self.most_tokens is not None:
            body["max_tokens"] = min(body["max_tokens"], self.most_tokens)
        if self.tokens != "max_tokens":
            body[self.tokens] = body.pop("max_tokens")
        structured = self.structured if self.schema_beside_tools or not body.get("tools") else "prompt"
        if self.tools == "text":
            body = {**body, "messages": tool_text.describe_tools(body["messages"], body.get("tools") or ())}
            body.pop("tools", None)
        if "response_format" in body and structured != "json_schema":
            schema = body.pop("response_format")["json_schema"]["schema"]
            first, *others = body["messages"]
            asked = f"Answer with one JSON object and nothing else. It must fit this schema:\n{json.dumps(schema)}"
            told = f"{first['content']}\n\n{asked}"
            body["messages"] = [{**first, "content": told}, *others]
            if structured == "json_object":
                body["response_format"] = {"type": "json_object"}
        if self.stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
            body = {k: v for k, v in body.items() if k not in self.dropped}
        return {**body, "messages": self._turns(body["messages"])}

    def version(self) -> tuple[object, ...]:
        """Tells whether another request has changed the dialect meanwhile."""
        return (
            self.structured,
            self.tokens,
            self.tools,
            len(self.dropped),
            self.most_tokens,
            self.system,
            self.alternating,
            self.stream,
            self.schema_beside_tools,
            len(self.extra),
        )

    def habits(self) -> list[str]:
        """What this endpoint wants in another way than most, in words for people."""
        told = {
            f"structured answers by {self.structured.replace('_', ' ')}": self.structured != "json_schema",
            "no schema beside functions": not self.schema_beside_tools,
            f"lengths as {self.tokens}": self.tokens != "max_tokens",
            "functions described in the prompt": self.tools == "text",
            f"at most {self.most_tokens or 0:,} tokens an answer": self.most_tokens is not None,
            "no system message": not self.system,
            "user and assistant in turns": self.alternating,
            "streams only": self.stream,
            f"without {', '.join(sorted(self.dropped))}": bool(self.dropped),
            f"with {', '.join(sorted(self.extra))}": bool(self.extra),
        }
        return [words for words, so in told.items() if so]

    def adapt(self, said: str) -> bool:
        """Step down after a refused request; False if nothing in what the endpoint said is about a parameter of ours."""
        if "max_completion_tokens" in said and self.tokens == "max_tokens":
            self.tokens = "max_completion_tokens"
        elif "max_completion_tokens" in said and "max_completion_tokens" in self.tokens:
            return False
        elif self.system and _NO_SYSTEM.search(said):
            self.system = False
        elif not self.alternating and _TURNS.search(said):
            self.alternating, self.tools = True, "text"
        elif (told := _MUST_BE.search(said)) and told[1].lower() not in {*self.extra, "stream"}:
            self.extra[told[1]] = told[2].lower() == "true"
        elif not self.stream and (_STREAM_ONLY.search(said) or _MUST_BE.search(said)):
            self.stream = True
        elif self.schema_beside_tools and _SCHEMA.search(said) and _TOOLS.search(said):
            self.schema_beside_tools = False
        elif _SCHEMA.search(said):
            if self.structured == "prompt":
                return False
            self.structured = "json_object" if self.structured == "json_schema" else "prompt"
        elif self.tools == "native" and _refuses_tools(said):
            self.tools = "text"
        elif found := next((p for p in self._optional() if p in said and p not in self.dropped), None):
            self.dropped.add(found)
        else:
            return False
        return True

    def _optional(self) -> tuple[str, ...]:
        return ("temperature", "seed", "stream_options") if self.stream else ("temperature", "seed")

    def _turns(self, messages: list[Json]) -> list[Json]:
        """The messages with ids that every endpoint takes, and as few roles as this one knows."""
        turns = [_with_short_ids(message) for message in messages]
        if not self.system:
            turns = [{**m, "role": "user"} if m["role"] == "system" else m for m in turns]
        if self.alternating or not self.system:
            turns = _merged(turns)
        return turns


def _refuses_tools(said: str) -> bool:
    return bool(_TOOLS.search(said) and re.search(_UNSUPPORTED, said, re.I) and not _NOT_TOOLS.search(said))


def _merged(messages: list[Json]) -> list[Json]:
    """The messages with neighbours of one role as one."""
    merged: list[Json] = []
    for message in messages:
        before = merged[-1] if merged else None
        plain = before is not None and not (before.get("tool_calls") or message.get("tool_calls"))
        if before is not None and plain and before["role"] == message["role"] != "tool":
            merged[-1] = {**before, "content": f"{before['content']}\n\n{message['content']}"}
        else:
            merged.append(message)
    return merged


def _with_short_ids(message: Json) -> Json:
    """The message with ids of calls in the form that the strictest endpoints want: nine letters and digits."""
    if message.get("tool_calls"):
        return {**message, "tool_calls": [{**call, "id": _short(call["id"])} for call in message["tool_calls"]]}
    return {**message, "tool_call_id": _short(message["tool_call_id"])} if "tool_call_id" in message else message


def _short(name: str) -> str:
    return name if _ID.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()[:9]
