"""A hub on this machine, as far as pushing a dataset asks: repositories, what is in them, commits."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tasks.records import Json, digest

TOKEN = "hf_" + "writes" * 6


@dataclass
class Hub:
    """Repositories by name: `private`, and their `files`."""

    url: str = ""
    repositories: dict[str, Json] = field(default_factory=dict)
    models: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Files of models, which are for everybody."""
    tokens: set[str] = field(default_factory=set)
    messages: list[str] = field(default_factory=list)

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        """Status and JSON of an answer; a body where something is sent."""
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        if path == "/api/validate-yaml":
            return 200, {"errors": [], "warnings": []}
        owner, name, *rest = path.removeprefix("/api/datasets/").split("?")[0].split("/")
        repository = self.repositories.get(f"{owner}/{name}")
        if repository is None:
            return 404, {"error": "Repository not found"}
        what = rest[0] if rest else ""
        if what == "preupload":
            files = [
                {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in json.loads(body)["files"]
            ]
            return 200, {"files": files}
        if what == "commit":
            return self._commit(f"{owner}/{name}", [json.loads(line) for line in body.splitlines()])
        if what == "tree":
            return 200, [
                {"type": "file", "path": p, "size": len(d), "oid": "0"} for p, d in repository["files"].items()
            ]
        siblings = [{"rfilename": path} for path in repository["files"]]
        return 200, {"id": f"{owner}/{name}", "private": repository["private"], "sha": "0" * 40, "siblings": siblings}

    def file(self, path: str) -> tuple[int, str, bytes]:
        """Status, error and bytes of a file of a model."""
        model, _, name = path.strip("/").partition("/resolve/main/")
        if model not in self.models:
            return 401, "RepoNotFound", b""
        if name not in self.models[model]:
            return 404, "EntryNotFound", b""
        return 200, "", self.models[model][name]

    def _create(self, asked: Json) -> tuple[int, Any]:
        name = f"{asked['organization']}/{asked['name']}" if asked.get("organization") else asked["name"]
        url = {"url": f"{self.url}/datasets/{name}"}
        if name in self.repositories:
            return 409, {**url, "error": "You already created this dataset repo"}
        private = asked.get("private", asked.get("visibility") == "private")
        self.repositories[name] = {"private": bool(private), "files": {}}
        return 200, url

    def _commit(self, name: str, lines: list[Json]) -> tuple[int, Any]:
        repository = self.repositories[name]
        for line in lines:
            value = line["value"]
            if line["key"] == "header":
                self.messages.append(value["summary"])
            elif line["key"] == "file":
                repository["files"][value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "deletedFile":
                del repository["files"][value["path"]]
        return 200, {"commitUrl": f"{self.url}/datasets/{name}/commit/{'1' * 40}", "commitOid": "1" * 40}


@contextmanager
def hub() -> Iterator[Hub]:
    """The hub, while it runs; it takes one token."""
    made = Hub()

    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            made.tokens.add(token)
            status, value = made.answer(self.path, body) if token == TOKEN else (401, {"error": "Invalid token"})
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _file(self) -> None:
            if "/resolve/" not in self.path and self.command == "GET":
                self._respond()
                return
            status, error, data = made.file(self.path) if "/resolve/" in self.path else (200, "", b"")
            self.send_response(status)
            told = {"X-Repo-Commit": "0" * 40, "ETag": f'"{digest(data.hex())}"', "X-Error-Code": error}
            for name, value in {**told, "Content-Length": str(len(data))}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data)

        do_POST = do_PUT = _respond
        do_GET = do_HEAD = _file

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
