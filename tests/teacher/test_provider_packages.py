"""The other providers' own clients, where they are installed: asked once, understood, and never trying again by themselves."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import Any

import pytest

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher.endpoints import open_endpoint
from tasks.teacher.endpoints.providers import ADDRESSES, PACKAGES
from tasks.teacher.faults import Fault
from tasks.teacher.replies import message_of
from tests.teacher.provider_requests import BODY, STRUCTURED
from tests.teacher.wires import Line, Wire, answering

pytestmark = pytest.mark.services
MISTRAL: Json = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Two metres."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 17, "completion_tokens": 7, "total_tokens": 24},
}
BEDROCK: Json = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Two metres."}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 17, "outputTokens": 7, "totalTokens": 24},
    "metrics": {"latencyMs": 5},
}


def installed(provider: str, answer: Json) -> Any:
    absent = find_spec(PACKAGES[provider].module) is None
    return pytest.param(provider, answer, marks=pytest.mark.skipif(absent, reason=f"{provider} is not installed"))


WHERE_INSTALLED = pytest.mark.parametrize(
    ("provider", "answer"), [installed("mistralai", MISTRAL), installed("bedrock", BEDROCK)]
)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MISTRAL_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "k")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


async def _ask(provider: str, wire: Wire, body: Json = BODY) -> Any:
    endpoint = open_endpoint(f"{provider}:m", wire.url, Settings(request_seconds=2), 4)
    try:
        return await endpoint.complete(body)
    finally:
        await endpoint.close()


def test_langchain_knows_every_provider_behind_it() -> None:
    from langchain.chat_models.base import _BUILTIN_PROVIDERS

    assert {package.provider for package in PACKAGES.values()} <= _BUILTIN_PROVIDERS.keys()
    assert ADDRESSES.keys() <= _BUILTIN_PROVIDERS.keys()
    for package in PACKAGES.values():
        assert _BUILTIN_PROVIDERS[package.provider][0].split(".")[0] == package.module


@WHERE_INSTALLED
@pytest.mark.parametrize("body", [BODY, STRUCTURED])
def test_an_answer_is_understood(provider: str, answer: Json, body: Json) -> None:
    async def inside() -> None:
        async with answering([Line(answer)]) as wire:
            reply = await _ask(provider, wire, body)
        assert message_of(reply).text == "Two metres."
        assert (reply["usage"]["prompt_tokens"], reply["usage"]["completion_tokens"]) == (17, 7)

    asyncio.run(inside())


@WHERE_INSTALLED
@pytest.mark.parametrize(
    ("line", "kind", "reason", "wait"),
    [
        (Line({"message": "Too many requests"}, 429, {"retry-after": "7"}), "transport", "http_429", 7.0),
        (Line({"message": "Service unavailable"}, 503), "transport", "http_503", None),
        (Line({"message": "Unauthorized"}, 401), "stop", "bad_key", None),
        (Line({}, seconds=9), "transport", "timeout", None),
        (Line({"object": "nothing"}), "transport", "malformed_reply", None),
    ],
)
def test_faults_have_their_class_after_one_request(
    provider: str, answer: Json, line: Line, kind: str, reason: str, wait: float | None
) -> None:
    async def inside() -> None:
        async with answering([line]) as wire:
            with pytest.raises(Fault) as caught:
                await _ask(provider, wire)
            assert (caught.value.kind, caught.value.reason, caught.value.retry_after) == (kind, reason, wait)
            assert len(wire.asked) == 1

    asyncio.run(inside())
