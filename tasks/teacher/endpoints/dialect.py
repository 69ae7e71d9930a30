"""What an endpoint turned out to understand of the requests that are made to it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field

from tasks.records import Json
from tasks.teacher import tool_text
from tasks.teacher.endpoints import refusals

_STREAM_ONLY = re.compile(
    r"only supports? (?:the )?stream|(?:enable|set) (?:the )?[`'\"]?stream\b|non-?stream\w* [\w ]{0,30}not supported"
    r"|not support [\w ]{0,20}non-?stream|stream(?:ing)? (?:mode |parameter )?(?:is required|must be)|requires? stream",
    re.I,
)
# Parameters have small letters; additionalProperties and its like are words of schemas.
_MUST_BE = re.compile(r"(?:parameter\.)?\b((?!strict\b)[a-z][a-z_]{2,30})[`'\"]? must be set to ([Tt]rue|[Ff]alse)\b")
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
        newer = "max_completion_tokens"
        if newer in body:  # as a further parameter: the longer of both, under this name
            body["max_tokens"] = max(body["max_tokens"], body.pop(newer))
            tokens = newer
        else:
            tokens = self.tokens
        if self.most_tokens is not None:
            body["max_tokens"] = min(body["max_tokens"], self.most_tokens)
        if tokens != "max_tokens":
            body[tokens] = body.pop("max_tokens")
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
        """Step down after a refused request; False if the endpoint does not say that it cannot do what was asked."""
        must = _MUST_BE.search(said)
        if self.tokens == "max_tokens" and _other_name(said):
            self.tokens = "max_completion_tokens"
        elif self.system and refusals.refuses_system(said):
            self.system = False
        elif not self.alternating and refusals.wants_turns(said):
            self.alternating, self.tools = True, "text"
        elif must and must[1] not in {*self.extra, "stream"}:
            self.extra[must[1]] = must[2].lower() == "true"
        elif not self.stream and (_STREAM_ONLY.search(said) or must):
            self.stream = True
        elif found := next((p for p in self._optional() if refusals.refuses_value(said, p)), None):
            self.dropped.add(found)
        elif refusals.refuses_schema(said):
            return self._plainer(said)
        elif self.tools == "native" and refusals.refuses_tools(said):
            self.tools = "text"
        else:
            return False
        return True

    def _plainer(self, said: str) -> bool:
        if self.schema_beside_tools and refusals.names_tools(said):
            self.schema_beside_tools = False
        elif self.structured == "prompt":
            return False
        else:
            self.structured = "json_object" if self.structured == "json_schema" else "prompt"
        return True

    def _optional(self) -> tuple[str, ...]:
        names = ("temperature", "seed", "stream_options") if self.stream else ("temperature", "seed")
        return tuple(name for name in names if name not in self.dropped)

    def _turns(self, messages: list[Json]) -> list[Json]:
        """The messages with ids that every endpoint takes, and as few roles as this one knows."""
        turns = [_with_short_ids(message) for message in messages]
        if not self.system:
            turns = [{**m, "role": "user"} if m["role"] == "system" else m for m in turns]
        if self.alternating or not self.system:
            turns = _merged(turns)
        return turns


def habits_of(endpoint: object) -> list[str]:
    """What an endpoint wants in another way than most; nothing of one that has no dialect."""
    dialect = getattr(endpoint, "dialect", None)
    return dialect.habits() if isinstance(dialect, Dialect) else []


def dialect_as_set(structured_output: str, tool_protocol: str, *, schemas: bool = True) -> Dialect:
    """What the settings say of an endpoint; `schemas` if it has a way to be told one."""
    structured = "json_schema" if structured_output == "auto" else structured_output
    return Dialect(
        structured=structured if schemas else "prompt", tools="text" if tool_protocol == "text" else "native"
    )


def _other_name(said: str) -> bool:
    """Whether lengths are to be given under their newer name."""
    return "max_completion_tokens" in said and ("instead" in said or refusals.refuses(said, "max_tokens"))


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
