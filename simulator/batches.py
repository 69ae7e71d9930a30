"""OpenAI's Batch API: files of requests go in, a job is under way for a while, files of answers and of errors come out.

| fault              | what becomes of the job                                             |
|--------------------|---------------------------------------------------------------------|
| `job_failed`       | it fails as a whole when it is validated                            |
| `queue_full`       | the same, for more tokens than the account may have in its queue    |
| `part_failed`      | every third request of it ends in an error of the server            |
| `part_expired`     | its time is up when half of its requests are answered               |
| `cancelled`        | somebody cancels it when half of its requests are answered          |
| `accepted_unheard` | it is accepted, and the connection dies before the client hears it  |
"""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from simulator import answers, latency, plan
from tasks.records import Json, rng

FAULTS = ("job_failed", "queue_full", "part_failed", "part_expired", "cancelled", "accepted_unheard")
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

InBatch = Callable[[bytes, Json], tuple[int, Json | str]]
"""From a request, and the bytes that it came in, to status and body of its answer."""


@dataclass
class Job:
    """A batch as the simulator knows it."""

    id: str
    input: str
    metadata: Json
    created: float
    fault: str | None
    status: str = "in_progress"
    output: str | None = None
    errors: str | None = None

    def told(self, requests: int) -> Json:
        problems = [_PROBLEMS[self.fault]] if self.status == "failed" and self.fault in _PROBLEMS else None
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "created_at": int(self.created),
            "input_file_id": self.input,
            "output_file_id": self.output,
            "error_file_id": self.errors,
            "metadata": self.metadata,
            "status": self.status,
            "errors": {"object": "list", "data": problems} if problems else None,
            "request_counts": {"total": requests, "completed": 0, "failed": 0},
        }


@dataclass
class Batches:
    """The files and jobs of one endpoint; `answer` answers their requests when a job ends."""

    answer: InBatch
    _files: dict[str, bytes] = field(default_factory=dict)
    _jobs: dict[str, Job] = field(default_factory=dict)
    _answered: Counter[str] = field(default_factory=Counter)
    _names: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def configure(self, took: str, wrong: str, seed: int) -> None:
        """How long jobs take, those under way too, and what goes wrong with new ones; LatencyError or PlanError."""
        self._latency, self._faults, self._seed = latency.parse(took), plan.parse(wrong, FAULTS, {}), seed

    def reset(self) -> None:
        """Forget what was answered; the jobs stay."""
        self._answered.clear()

    def counts(self) -> Json:
        """Jobs, what went wrong with them, files still there, and requests by how often they were answered, by custom id."""
        often = Counter(self._answered.values())
        return {
            "jobs": len(self._jobs),
            "faults": Counter(job.fault for job in self._jobs.values() if job.fault),
            "files": len(self._files),
            "answered": {str(n): often[n] for n in often},
        }

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
        found = self._files.get(http.match_info["id"])
        return _missing() if found is None else web.Response(body=found, content_type="application/octet-stream")

    async def delete(self, http: web.Request) -> web.Response:
        name = http.match_info["id"]
        gone = self._files.pop(name, None)
        return _missing() if gone is None else web.json_response({"id": name, "object": "file", "deleted": True})

    async def create(self, http: web.Request) -> web.StreamResponse:
        asked = await http.json()
        if asked["input_file_id"] not in self._files:
            return _missing()
        name, now = f"batch_{next(self._names)}", time.time()
        fault = self._faults.draw(rng(self._seed, "batch", name).random(), lambda _: True)
        job = Job(name, asked["input_file_id"], asked.get("metadata") or {}, now, fault)
        self._jobs[name] = job
        if fault == "accepted_unheard" and http.transport is not None:
            http.transport.abort()
        return web.json_response(self._told(job))

    async def list(self, http: web.Request) -> web.Response:
        jobs = sorted(self._jobs.values(), key=lambda job: -int(job.id.partition("_")[2]))
        if after := http.query.get("after"):
            jobs = jobs[[job.id for job in jobs].index(after) + 1 :]
        limit = int(http.query.get("limit", 20))
        page = [self._told(job) for job in jobs[:limit]]
        return web.json_response({"object": "list", "data": page, "has_more": len(jobs) > limit})

    async def get(self, http: web.Request) -> web.Response:
        job = self._jobs.get(http.match_info["id"])
        if job is None:
            return _missing()
        if job.status == "in_progress" and time.time() >= job.created + self._latency(self._seed, job.id):
            self._end(job)
        return web.json_response(self._told(job))

    def _told(self, job: Job) -> Json:
        return job.told(self._files.get(job.input, b"").count(b"\n"))

    def _file(self, content: bytes) -> str:
        name = f"file-{next(self._names)}"
        self._files[name] = content
        return name

    def _end(self, job: Job) -> None:
        """Answer what is answered of a job, and write its files."""
        job.status = _ENDS.get(job.fault or "", "completed")
        lines = self._files[job.input].splitlines()
        answered: list[bytes] = []
        failed: list[bytes] = []
        for number, line in enumerate(lines if job.status != "failed" else ()):
            entry = json.loads(line)
            if job.fault in ("part_expired", "cancelled") and number >= len(lines) / 2:
                if job.fault == "part_expired":
                    problem = {"code": "batch_expired", "message": "This request could not be executed in time."}
                    failed.append(_line(entry, None, problem))
                continue
            if job.fault == "part_failed" and number % 3 == 0:
                status: int = 500
                body: Any = answers.error("The server had an error.", kind="server_error")
            else:
                status, body = self.answer(line, entry["body"])
            if status == 200:
                self._answered[entry["custom_id"]] += 1
            (answered if status == 200 else failed).append(_line(entry, {"status_code": status, "body": body}, None))
        # Order means nothing.
        job.output = self._file(b"".join(reversed(answered))) if answered else None
        job.errors = self._file(b"".join(failed)) if failed else None


def _line(entry: Json, response: Json | None, error: Json | None) -> bytes:
    told = {"id": f"batch_req_{entry['custom_id'][:12]}", "custom_id": entry["custom_id"]}
    return json.dumps({**told, "response": response, "error": error}).encode() + b"\n"


def _missing() -> web.Response:
    return web.json_response(answers.error("No such object.", code="not_found"), status=404)
