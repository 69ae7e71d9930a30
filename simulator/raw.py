"""Raw requests to a simulator, without retries, and a teacher that answers what it is told: for its own tests."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlparse

from simulator import Server
from tasks.records import Json

TEACHER = "simulator.raw:teacher"
TOOL = {
    "type": "function",
    "function": {
        "name": "book_room",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "nights": {"type": "integer"},
                "size": {"type": "string", "enum": ["single", "double"]},
            },
            "required": ["city", "nights"],
        },
    },
}


def teacher(request: Json) -> Json:
    """Answers with what the request's metadata holds."""
    message = {"role": "assistant", "content": None, **request.get("metadata", {"content": "Proper answer."})}
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    choice = {"index": 0, "message": message, "finish_reason": finish}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def choice(self) -> Json:
        choice: Json = self.json["choices"][0]
        return choice

    @property
    def content(self) -> str:
        return str(self.choice["message"]["content"])


def post(server: Server, request: Json, timeout: float = 10) -> Answer:
    at = urlparse(server.base_url)
    connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=timeout)
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(request), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, dict(response.headers), response.read())
    finally:
        connection.close()


def ask(text: str = "What opened?", content: str | None = "Proper answer.", **more: Any) -> Json:
    """A request that the stub answers with `content`, or with `calls`."""
    metadata = {"content": content, **({"tool_calls": more.pop("calls")} if "calls" in more else {})}
    return {
        "model": "m",
        "messages": [{"role": "user", "content": text}],
        "max_tokens": 64,
        "metadata": metadata,
        **more,
    }


def asks_for(name: str) -> Json:
    return {"type": "json_schema", "json_schema": {"name": name, "schema": {"title": name}}}
