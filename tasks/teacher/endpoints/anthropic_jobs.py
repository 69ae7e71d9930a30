"""Anthropic's Message Batches: requests go in together, their results are streamed within a day."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from tasks.records import Json
from tasks.teacher.batches.jobs import NoBatchAPI, Outcome, State
from tasks.teacher.endpoints.client_errors import fault_of, reached, refusal_of
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.endpoints.negotiation import Refusal, revised
from tasks.teacher.faults import Fault, from_status, words_of

_PATH = "/v1/messages/batches"
_TRANSFER_SECONDS = 1800.0
"""Time limit of an upload, which may be 256 MB."""
_EARLIER_SECONDS, _LATER_SECONDS = 60.0, _TRANSFER_SECONDS
"""When a job may have been made, by the provider's clock, that was written down by ours."""
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""Type of an error -> the status that it has where it answers a request of its own; 500 for any other."""


class AnthropicJobs:
    """See :class:`tasks.teacher.batches.jobs.Jobs`."""

    most_requests = 100_000
    most_bytes = 256_000_000

    def __init__(
        self,
        client: Any,
        payload: Callable[[Json], Json],
        completion: Callable[[Any], Json],
        dialect: Dialect,
        model: str,
        key_variable: str,
        seconds: float,
    ) -> None:
        self._client, self._payload, self._completion, self._dialect = client, payload, completion, dialect
        self._model, self._key_variable, self._seconds = model, key_variable, seconds
        self._betas: set[str] = set()

    async def check(self) -> None:
        found = await reached(self._client.messages.batches.list(limit=1), self._seconds)
        if isinstance(found, Refusal):
            if found.status in (404, 405, 501):
                raise NoBatchAPI
            raise self._fault(found)

    def version(self) -> object:
        return self._dialect.version()

    def line(self, key: str, body: Json) -> bytes:
        params = self._payload(self._dialect.spoken(body))
        self._betas |= set(params.pop("betas", None) or ())
        request = {"custom_id": key, "params": params}
        return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    async def submit(self, lines: Sequence[bytes], tag: str) -> str:
        headers = {"anthropic-beta": ",".join(sorted(self._betas))} if self._betas else {}
        content = b'{"requests":[' + b",".join(lines) + b"]}"
        options = {"headers": {**headers, "content-type": "application/json"}, "timeout": _TRANSFER_SECONDS}
        asked = self._client.post(_PATH, content=content, cast_to=object, options=options)
        return str((await self._brought(asked, _TRANSFER_SECONDS))["id"])

    async def find(self, tag: str, since: float, keys: Collection[str], known: Collection[str]) -> str | None:
        page = await self._brought(self._client.messages.batches.list(limit=100))
        for job in page.data:
            after = job.created_at.timestamp() - since
            requests = sum(job.request_counts.to_dict().values())
            if job.id in known or requests != len(keys) or not -_EARLIER_SECONDS < after < _LATER_SECONDS:
                continue
            if job.processing_status != "ended" or await self._holds(job.id, keys):
                return str(job.id)
        return None

    async def state(self, job: str) -> State:
        found = await reached(self._client.messages.batches.retrieve(job), self._seconds)
        if isinstance(found, Refusal):
            if found.status == 404:
                return State(ended=True, fault=Fault("transport", "job_gone"))
            raise self._fault(found)
        return State(ended=found.processing_status == "ended")

    async def outcomes(self, job: str) -> AsyncIterator[Outcome]:
        try:
            async for entry in await self._client.messages.batches.results(job):
                yield self._outcome(entry.to_dict())
        except Exception as error:
            met = refusal_of(error)
            raise (fault_of(error) if met is None else self._fault(met)) from None

    async def forget(self, job: str) -> None:
        # Texts of documents and answers: nothing of them is left behind.
        with suppress(Fault):
            await reached(self._client.messages.batches.delete(job), self._seconds)

    def revised(self, body: Json, version: object, fault: Fault, said: str) -> Json | None:
        return revised(body, self._dialect.spoken(body), version, self._dialect, fault, said)

    async def _holds(self, job: str, keys: Collection[str]) -> bool:
        async for outcome in self.outcomes(job):
            return outcome.key in keys
        return False

    async def _brought(self, asked: Awaitable[Any], seconds: float = 0) -> Any:
        found = await reached(asked, seconds or self._seconds)
        if isinstance(found, Refusal):
            raise self._fault(found)
        return found

    def _outcome(self, entry: Json) -> Outcome:
        key, result = str(entry.get("custom_id")), entry.get("result") or {}
        if result.get("type") == "succeeded":
            return Outcome(key, reply=self._completion(result.get("message")))
        if result.get("type") == "errored":
            body = result.get("error") or {}
            error = body.get("error") or body
            met = Refusal(_STATUS.get(str(error.get("type")), 500), error)
            return Outcome(key, fault=self._fault(met), said=words_of(error))
        return Outcome(key, fault=Fault("transport", "expired" if result.get("type") == "expired" else "not_answered"))

    def _fault(self, met: Refusal) -> Fault:
        return from_status(met.status, met.body, met.retry_after, self._model, self._key_variable)
