"""Anthropic's Message Batches: requests of the Messages API go in together, their results are streamed once all have ended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from simulator.anthropic_wire import Messages
from simulator.jobs import Job, Jobs, Request, Result
from tasks.records import Json

_TYPES = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error"}
_COUNTED = ("processing", "succeeded", "errored", "canceled", "expired")


@dataclass
class MessageBatches:
    """The batches of one endpoint. One that fails as a whole does not exist here: all its requests end in errors."""

    jobs: Jobs
    wire: Messages
    _params: dict[str, dict[str, Json]] = field(default_factory=dict)
    """Job -> what each of its requests asked for, as it came."""

    def routes(self) -> Iterable[web.RouteDef]:
        return (
            web.post("/v1/messages/batches", self.create),
            web.get("/v1/messages/batches", self.list),
            web.get("/v1/messages/batches/{id}", self.get),
            web.get("/v1/messages/batches/{id}/results", self.results),
            web.delete("/v1/messages/batches/{id}", self.delete),
        )

    async def create(self, http: web.Request) -> web.StreamResponse:
        asked = (await http.json())["requests"]
        params = {entry["custom_id"]: entry["params"] for entry in asked}
        requests = [
            Request(name, json.dumps(body).encode(), self.wire.request(body, http.path))
            for name, body in params.items()
        ]
        job = self.jobs.create("msgbatch", requests)
        self._params[job.id] = params
        if job.fault == "accepted_unheard" and http.transport is not None:
            http.transport.abort()
        return web.json_response(self._told(job, http))

    async def list(self, http: web.Request) -> web.Response:
        newest = reversed(self._params)
        page = [self._told(self.jobs.all[name], http) for name in newest][: int(http.query.get("limit", 20))]
        return web.json_response(
            {"data": page, "has_more": len(page) < len(self._params), "first_id": None, "last_id": None}
        )

    async def get(self, http: web.Request) -> web.Response:
        job = self._job(http)
        return _missing() if job is None else web.json_response(self._told(job, http))

    async def results(self, http: web.Request) -> web.Response:
        job = self._job(http)
        if job is None or job.results is None:
            return _missing()
        ends = job.results or [Result(request, "answered", 500) for request in job.requests]
        lines = (self._line(job, result) for result in reversed(ends))
        return web.Response(body=b"".join(lines), content_type="application/x-jsonl")

    async def delete(self, http: web.Request) -> web.Response:
        job = self._job(http)
        if job is None:
            return _missing()
        del self._params[job.id]
        return web.json_response({"id": job.id, "type": "message_batch_deleted"})

    def _job(self, http: web.Request) -> Job | None:
        name = http.match_info["id"]
        return self.jobs.look(name) if name in self._params else None

    def _told(self, job: Job, http: web.Request) -> Json:
        ended = job.results is not None
        made = datetime.fromtimestamp(job.created, UTC).isoformat()
        counted = Counter("processing" if not ended else "succeeded" for _ in job.requests)
        return {
            "id": job.id,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": {name: counted[name] for name in _COUNTED},
            "created_at": made,
            "expires_at": made,
            "ended_at": made if ended else None,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": str(http.url.origin().with_path(f"/v1/messages/batches/{job.id}/results"))
            if ended
            else None,
        }

    def _line(self, job: Job, result: Result) -> bytes:
        name = result.request.name
        return (
            json.dumps({"custom_id": name, "result": self._result(result, self._params[job.id][name])}).encode() + b"\n"
        )

    def _result(self, result: Result, params: Json) -> Json:
        if result.end != "answered":
            return {"type": "canceled" if result.end == "cancelled" else "expired"}
        if result.status == 200:
            return {"type": "succeeded", "message": self.wire.reply(result.body, params)}
        said: Any = result.body.get("error", {}).get("message", "") if isinstance(result.body, dict) else ""
        error = {"type": _TYPES.get(result.status, "api_error"), "message": said}
        return {"type": "errored", "error": {"type": "error", "error": error}}


def _missing() -> web.Response:
    body = {"type": "error", "error": {"type": "not_found_error", "message": "No such batch."}}
    return web.json_response(body, status=404)
