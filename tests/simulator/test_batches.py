"""The simulator's Batch API: what goes in as a file of requests comes out as files of answers and errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import openai
import pytest

from simulator import Server, simulator
from simulator.raw import TEACHER, ask
from tasks.records import Json

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with simulator(teacher=TEACHER) as started:
        yield started


def lines(count: int) -> bytes:
    bodies = (
        {"custom_id": f"c{n}", "method": "POST", "url": "/v1/chat/completions", "body": ask(f"Say {n}.")}
        for n in range(count)
    )
    return b"".join(json.dumps(body).encode() + b"\n" for body in bodies)


def job(server: Server, content: bytes, **configured: str) -> tuple[Json, dict[str, Json]]:
    """A batch once it has ended, and its lines by custom id."""
    server.configure(**{"batch_faults": "", "faults": "", **configured})
    server.reset()

    async def work() -> tuple[Json, dict[str, Json]]:
        client = openai.AsyncOpenAI(api_key="k", base_url=server.base_url, max_retries=0)
        file = await client.files.create(file=("requests.jsonl", content), purpose="batch")
        made = await client.batches.create(
            input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"tag": "t"}
        )
        ended = await client.batches.retrieve(made.id)
        found: dict[str, Json] = {}
        for name in filter(None, (ended.output_file_id, ended.error_file_id)):
            text = (await client.files.content(name)).text
            found |= {line["custom_id"]: line for line in map(json.loads, text.splitlines())}
        newest = await client.batches.list(limit=1)
        assert newest.data[0].id == made.id and made.metadata == {"tag": "t"}
        await client.files.delete(file.id)
        await client.close()
        return ended.to_dict(), found

    return asyncio.run(work())


def test_a_batch_is_answered_line_by_line(server: Server) -> None:
    before = server.stats()["batches"]["jobs"]
    ended, found = job(server, lines(4))
    assert ended["status"] == "completed" and sorted(found) == ["c0", "c1", "c2", "c3"]
    assert all(line["response"]["status_code"] == 200 and line["error"] is None for line in found.values())
    assert found["c1"]["response"]["body"]["choices"]
    stats = server.stats()
    assert stats["requests"] == stats["answered"] == 4 and stats["batches"]["jobs"] == before + 1


@pytest.mark.parametrize(
    ("fault", "status", "answered", "errors"),
    [
        ("part_expired", "expired", 2, ["batch_expired", "batch_expired"]),
        ("cancelled", "cancelled", 2, []),
        ("part_failed", "completed", 2, [500, 500]),
        ("job_failed", "failed", 0, []),
        ("queue_full", "failed", 0, []),
    ],
)
def test_what_goes_wrong_with_a_batch(
    server: Server, fault: str, status: str, answered: int, errors: list[object]
) -> None:
    ended, found = job(server, lines(4), batch_faults=f"{fault}=always")
    wrong = [line for line in found.values() if (line["response"] or {}).get("status_code") != 200]
    assert (ended["status"], len(found) - len(wrong)) == (status, answered)
    assert [(line["error"] or {}).get("code") or line["response"]["status_code"] for line in wrong] == errors
    assert bool(ended["errors"]) is (status == "failed")


def test_a_request_of_a_batch_is_refused_and_spoilt_as_any_other(server: Server) -> None:
    _, found = job(server, lines(2), faults="http_429=#1,truncated=always")
    assert sorted(line["response"]["status_code"] for line in found.values()) == [200, 429]
    (said,) = [line["response"]["body"] for line in found.values() if line["response"]["status_code"] == 200]
    assert said["choices"][0]["finish_reason"] == "length"
    assert server.stats()["faults"] == {"http_429": 1, "truncated": 1}


def test_a_job_may_be_accepted_unheard_and_an_endpoint_may_have_none(server: Server) -> None:
    jobs = server.stats()["batches"]["jobs"]
    with pytest.raises(openai.APIConnectionError):
        job(server, lines(1), batch_faults="accepted_unheard=always")
    assert server.stats()["batches"]["jobs"] == jobs + 1
    with simulator(teacher=TEACHER, no_batches=True) as bare, pytest.raises(openai.NotFoundError):
        job(bare, lines(1))
