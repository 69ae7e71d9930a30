"""OpenAI's Batch API: a file of requests is uploaded, a job answers it within a day, files of answers and of errors come back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

from tasks.records import Json
from tasks.teacher.batches.jobs import NoBatchAPI, Outcome, State
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.endpoints.negotiation import Refusal, revised
from tasks.teacher.faults import Fault, from_status, words_of

_PATH = "/v1/chat/completions"
_ENDED = ("completed", "failed", "expired", "cancelled")
_TRANSFER_SECONDS = 1800.0
"""Time limit of an upload or a download: files have up to 200 MB."""
_EARLIER_SECONDS = 600.0
"""How much earlier than ours the provider's clock may say that a job was made."""

Reached = Callable[[Awaitable[Any]], Awaitable[Any]]
"""What a request brought, or the Refusal that it met."""


class OpenAIJobs:
    """See :class:`tasks.teacher.batches.jobs.Jobs`."""

    most_requests = 50_000
    most_bytes = 200_000_000

    def __init__(self, client: Any, reached: Reached, dialect: Dialect, model: str, key_variable: str) -> None:
        self._client, self._reached, self._dialect = client, reached, dialect
        self._model, self._key_variable = model, key_variable

    async def check(self) -> None:
        found = await self._reached(self._client.batches.list(limit=1))
        if isinstance(found, Refusal):
            fault = self._fault(found)
            if found.status in (404, 405, 501):
                raise NoBatchAPI
            raise fault

    def version(self) -> object:
        return self._dialect.version()

    def line(self, key: str, body: Json) -> bytes:
        request = {"custom_id": key, "method": "POST", "url": _PATH, "body": self._dialect.spoken(body)}
        return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"

    async def submit(self, lines: Sequence[bytes], tag: str) -> str:
        content = ("requests.jsonl", b"".join(lines))
        file = await self._brought(self._client.files.create(file=content, purpose="batch", timeout=_TRANSFER_SECONDS))
        making = self._client.batches.create(
            input_file_id=file.id, endpoint=_PATH, completion_window="24h", metadata={"tag": tag}
        )
        return str((await self._brought(making)).id)

    async def find(self, tag: str, since: float, keys: Collection[str], known: Collection[str]) -> str | None:
        page = await self._brought(self._client.batches.list(limit=100))
        while page.data:
            for job in page.data:
                if (job.metadata or {}).get("tag") == tag:
                    return str(job.id)
            if page.data[-1].created_at < since - _EARLIER_SECONDS or not page.has_next_page():
                return None
            page = await self._brought(page.get_next_page())
        return None

    async def state(self, job: str) -> State:
        found = await self._reached(self._client.batches.retrieve(job))
        if isinstance(found, Refusal):
            if found.status == 404:
                return State(ended=True, fault=Fault("transport", "job_gone"))
            raise self._fault(found)
        if found.status not in _ENDED:
            return State(ended=False)
        problems = [problem.to_dict() for problem in (found.errors.data if found.errors else None) or ()]
        if found.status != "failed" or found.output_file_id:
            return State(ended=True)
        queue_full = any(problem.get("code") == "token_limit_exceeded" for problem in problems)
        return State(True, self._fault(Refusal(400, problems[:1])), queue_full)

    async def outcomes(self, job: str) -> AsyncIterator[Outcome]:
        found = await self._brought(self._client.batches.retrieve(job))
        for file in filter(None, (found.output_file_id, found.error_file_id)):
            try:
                async with self._client.files.with_streaming_response.content(file, timeout=_TRANSFER_SECONDS) as text:
                    async for line in text.iter_lines():
                        if line.strip():
                            yield self._outcome(json.loads(line))
            except Exception as error:
                met = await self._reached(_raised(error))
                raise self._fault(met) from None

    async def forget(self, job: str) -> None:
        # Texts of documents and answers: nothing of them is left behind, as far as the provider lets us.
        with suppress(Fault):
            found = await self._brought(self._client.batches.retrieve(job))
            for file in filter(None, (found.input_file_id, found.output_file_id, found.error_file_id)):
                await self._reached(self._client.files.delete(file))

    def revised(self, body: Json, version: object, fault: Fault, said: str) -> Json | None:
        return revised(body, self._dialect.spoken(body), version, self._dialect, fault, said)

    async def _brought(self, asked: Awaitable[Any]) -> Any:
        found = await self._reached(asked)
        if isinstance(found, Refusal):
            raise self._fault(found)
        return found

    def _outcome(self, line: Json) -> Outcome:
        key, response = str(line.get("custom_id")), line.get("response") or {}
        status, body = response.get("status_code") or 0, response.get("body")
        if status == 200:
            return Outcome(key, reply=body)
        if status:
            return Outcome(key, fault=self._fault(Refusal(status, body)), said=words_of(body))
        # It never came to be asked: its time was up, the job was cancelled.
        expired = (line.get("error") or {}).get("code") == "batch_expired"
        return Outcome(key, fault=Fault("transport", "expired" if expired else "not_answered"))

    def _fault(self, met: Refusal) -> Fault:
        return from_status(met.status, met.body, met.retry_after, self._model, self._key_variable)


async def _raised(error: Exception) -> Any:
    raise error
