"""A small OpenAI-compatible server for one model: `python -m tasks.evaluation.serving.server PATH --model NAME --port N`.

POST /v1/chat/completions   GET /v1/models   GET /health
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tasks.evaluation.serving.generation import Generation, Reply
from tasks.evaluation.serving.requests import Refused, chat_request


class Server(ThreadingHTTPServer):
    """Answers for one model."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], generation: Generation, model: str) -> None:
        super().__init__(address, Handler)
        self.generation, self.model = generation, model


class Handler(BaseHTTPRequestHandler):
    """One connection, with as many requests as it brings."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: Any) -> None:
        """Nothing of a request is written down."""

    def do_GET(self) -> None:
        if self.path == "/health":
            self._send(200, {"status": "ok"})
        elif self.path == "/v1/models":
            self._send(200, {"object": "list", "data": [{"id": self.server.model, "object": "model"}]})
        else:
            self._send(404, _error(f"no such path; there are {', '.join(PATHS)}", "not_found"))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/v1/chat/completions":
            self._send(404, _error(f"no such path; there are {', '.join(PATHS)}", "not_found"))
            return
        try:
            reply = self.server.generation.ask(chat_request(body), self._gone).result()
        except Refused as refused:
            self._send(400, _error(str(refused), refused.code))
        except Exception as error:
            self._send(500, _error(f"the model failed on it ({type(error).__name__})", "server_error"))
        else:
            self._send(200, _completion(self.server.model, reply))

    def _gone(self) -> bool:
        """Whether the client has hung up; it sends nothing else while it waits."""
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True


PATHS = ("/v1/chat/completions", "/v1/models", "/health")


def _completion(model: str, reply: Reply) -> dict[str, Any]:
    total = reply.prompt_tokens + reply.completion_tokens
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": reply.text},
                "finish_reason": "stop" if reply.ended else "length",
            }
        ],
        "usage": {
            "prompt_tokens": reply.prompt_tokens,
            "completion_tokens": reply.completion_tokens,
            "total_tokens": total,
        },
    }


def _error(message: str, code: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "code": code}}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("path", type=Path)
    arguments.add_argument("--model", required=True)
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, required=True)
    told = arguments.parse_args()
    with Server((told.host, told.port), Generation(told.path), told.model) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
