"""OpenAI's Batch API: files of requests go in, a job is under way for a while, files of answers and of errors come out."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aiohttp import web

from simulator import answers
from simulator.jobs import Job, Jobs, Request, Result
from tasks.records import Json

_ENDS = {"job_failed": "failed", "queue_full": "failed", "part_expired": "expired", "cancelled": "cancelled"}
_PROBLEMS = {
    "job_failed": {"code": "invalid_file", "message": "The file could not be validated.", "line": None, "param": None},
    "queue_full": {
        "code": "token_limit_exceeded",
        "message": "Enqueued token limit reached for simulated in organization org-1. Limit: 90,000 enqueued tokens. "
        "Please try again once some in_progress batches have been completed.",
        "line": None,
        "param": None,
    },
}
_EXPIRED = {"code": "batch_expired", "message": "This request could not be executed in time."}


@dataclass
class Batches:
    """The files of one endpoint, and its jobs with the files that they came from and left."""

    jobs: Jobs
    files: dict[str, bytes] = field(default_factory=dict)
    _made: dict[str, Json] = field(default_factory=dict)
    """Job -> what it was made of: input file and metadata; and its files once it has ended."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def routes(self) -> Iterable[web.RouteDef]:
        return (
            web.post("/v1/files", self.upload),
            web.get("/v1/files/{id}/content", self.content),
            web.delete("/v1/files/{id}", self.delete),
            web.post("/v1/batches", self.create),
            web.get("/v1/batches", self.list),
            web.get("/v1/batches/{id}", self.get),
        )

    async def upload(self, http: web.Request) -> web.Response:
        form = await http.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        name = self._file(file.file.read())
        return web.json_response({"id": name, "object": "file", "purpose": form["purpose"], "filename": file.filename})

    async def content(self, http: web.Request) -> web.Response:
        found = self.files.get(http.match_info["id"])
        return _missing() if found is None else web.Response(body=found, content_type="application/octet-stream")

    async def delete(self, http: web.Request) -> web.Response:
        name = http.match_info["id"]
        gone = self.files.pop(name, None)
        return _missing() if gone is None else web.json_response({"id": name, "object": "file", "deleted": True})

    async def create(self, http: web.Request) -> web.StreamResponse:
        asked = await http.json()
        content = self.files.get(asked["input_file_id"])
        if content is None:
            return _missing()
        entries = [(line, json.loads(line)) for line in content.splitlines()]
        job = self.jobs.create("batch", [Request(entry["custom_id"], line, entry["body"]) for line, entry in entries])
        self._made[job.id] = {"input_file_id": asked["input_file_id"], "metadata": asked.get("metadata")}
        if job.fault == "accepted_unheard" and http.transport is not None:
            http.transport.abort()
        return web.json_response(self._told(job))

    async def list(self, http: web.Request) -> web.Response:
        names = list(reversed(self._made))
        if after := http.query.get("after"):
            names = names[names.index(after) + 1 :]
        limit = int(http.query.get("limit", 20))
        page = [self._told(self.jobs.all[name]) for name in names[:limit]]
        return web.json_response({"object": "list", "data": page, "has_more": len(names) > limit})

    async def get(self, http: web.Request) -> web.Response:
        job = self.jobs.look(http.match_info["id"]) if http.match_info["id"] in self._made else None
        return _missing() if job is None else web.json_response(self._told(job))

    def _told(self, job: Job) -> Json:
        made, ended = self._made[job.id], job.results is not None
        if job.results and "output_file_id" not in made:
            # Order means nothing.
            made["output_file_id"] = self._written([r for r in reversed(job.results) if r.status == 200])
            made["error_file_id"] = self._written([r for r in job.results if r.status != 200 and r.end != "cancelled"])
        problem = _PROBLEMS.get(job.fault or "") if ended else None
        return {
            "id": job.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "created_at": int(job.created),
            **made,
            "status": _ENDS.get(job.fault or "", "completed") if ended else "in_progress",
            "errors": {"object": "list", "data": [problem]} if problem else None,
            "request_counts": {"total": len(job.requests), "completed": 0, "failed": 0},
        }

    def _written(self, results: Iterable[Result]) -> str | None:
        lines = b"".join(map(_line, results))
        return self._file(lines) if lines else None

    def _file(self, content: bytes) -> str:
        name = f"file-{next(self._numbers)}"
        self.files[name] = content
        return name


def _line(result: Result) -> bytes:
    name, answered = result.request.name, result.end == "answered"
    told = {"id": f"batch_req_{name[:12]}", "custom_id": name}
    response = {"status_code": result.status, "body": result.body} if answered else None
    return json.dumps({**told, "response": response, "error": None if answered else _EXPIRED}).encode() + b"\n"


def _missing() -> web.Response:
    return web.json_response(answers.error("No such object.", code="not_found"), status=404)
