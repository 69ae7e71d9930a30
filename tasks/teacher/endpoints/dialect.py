"""What an endpoint turned out to understand of the requests that are made to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from tasks.records import Json
from tasks.teacher import tool_text


@dataclass
class Dialect:
    """What an endpoint turned out to understand; it steps down when a request is refused for a parameter."""

    structured: str = "json_schema"
    tokens: str = "max_tokens"
    tools: str = "native"
    """`native`, or `text`: see :mod:`tasks.teacher.tool_text`."""
    dropped: set[str] = field(default_factory=set)

    def spoken(self, body: Json) -> Json:
        """The request in this dialect; `json_schema` in `response_format` is always given."""
        body = {k: v for k, v in body.items() if k not in self.dropped}
        if self.tokens != "max_tokens":
            body[self.tokens] = body.pop("max_tokens")
        if self.tools == "text":
            body = {**body, "messages": tool_text.describe_tools(body["messages"], body.get("tools") or ())}
            body.pop("tools", None)
        if "response_format" in body and self.structured != "json_schema":
            schema = body.pop("response_format")["json_schema"]["schema"]
            first, *others = body["messages"]
            asked = f"Answer with one JSON object and nothing else. It must fit this schema:\n{json.dumps(schema)}"
            told = f"{first['content']}\n\n{asked}"
            body["messages"] = [{**first, "content": told}, *others]
            if self.structured == "json_object":
                body["response_format"] = {"type": "json_object"}
        return body

    def version(self) -> tuple[str, str, str, int]:
        """Tells whether another request has changed the dialect meanwhile."""
        return self.structured, self.tokens, self.tools, len(self.dropped)

    def adapt(self, said: str) -> bool:
        """Step down after a refused request; False if nothing in what the endpoint said is about a parameter of ours."""
        if "max_completion_tokens" in said and self.tokens == "max_tokens":
            self.tokens = "max_completion_tokens"
        elif "max_completion_tokens" in said and "max_completion_tokens" in self.tokens:
            return False
        elif re.search(r"response_format|json_schema|json_object|structured output|guided", said):
            if self.structured == "prompt":
                return False
            self.structured = "json_object" if self.structured == "json_schema" else "prompt"
        elif re.search(r"\btools?\b|tool_choice|tool_calls|function.call", said) and self.tools == "native":
            self.tools = "text"
        elif found := next((p for p in ("temperature", "seed") if p in said and p not in self.dropped), None):
            self.dropped.add(found)
        else:
            return False
        return True
