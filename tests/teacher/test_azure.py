"""A deployment of Azure OpenAI, asked through LangChain's class at a server on this machine."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tasks.records import Json
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints import check_teacher, open_endpoint
from tasks.teacher.faults import Fault
from tasks.teacher.replies import message_of
from tests.scripted import reply
from tests.teacher.provider_requests import BODY, STRUCTURED
from tests.teacher.wires import Line, Wire, answering

pytestmark = pytest.mark.services
TEACHER = "azure_openai:my-deployment"


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "k-azure")
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT", raising=False)


def ask(script: list[Line], body: Json = BODY) -> tuple[Any, Wire]:
    async def inside() -> tuple[Any, Wire]:
        async with answering(script) as wire:
            endpoint = open_endpoint(TEACHER, wire.url, Settings(request_seconds=2), 4)
            try:
                return await endpoint.complete(body), wire
            finally:
                await endpoint.close()

    return asyncio.run(inside())


def test_a_request_goes_to_the_deployment_and_is_answered() -> None:
    said, wire = ask([Line(reply("Two metres."))])
    assert wire.paths == ["/openai/deployments/my-deployment/chat/completions"]
    assert wire.headers[0]["api-key"] == "k-azure"
    assert (wire.asked[0]["max_tokens"], wire.asked[0]["seed"]) == (100, 3) and message_of(said).text == "Two metres."


def test_what_a_deployment_does_not_take_is_left_out() -> None:
    refused = {"error": {"code": "BadRequest", "message": "response_format value as json_schema is not supported"}}
    said, wire = ask([Line(refused, 400), Line(reply('{"name": "Wick"}'))], STRUCTURED)
    assert wire.asked[1]["response_format"] == {"type": "json_object"} and message_of(said).text


@pytest.mark.parametrize(
    ("line", "kind", "reason", "wait"),
    [
        (Line({"error": {"code": "429", "message": "Rate limit"}}, 429, {"retry-after": "7"}), "transport", "http_429", 7.0),
        (Line({"error": {"code": "DeploymentNotFound", "message": "no"}}, 404), "stop", "not_found", None),
        (Line({"error": {"code": "content_filter", "message": "filtered"}}, 400), "refused", "content_filter", None),
        (Line(reply("Two metres."), cut=True), "transport", "connection", None),
        (Line({}, seconds=5), "transport", "timeout", None),
    ],
)  # fmt: skip
def test_faults_have_their_class_after_one_request(line: Line, kind: str, reason: str, wait: float | None) -> None:
    with pytest.raises(Fault) as caught:
        ask([line])
    assert (caught.value.kind, caught.value.reason, caught.value.retry_after) == (kind, reason, wait)


def test_what_is_lacking_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="azure_openai needs --base-url or AZURE_OPENAI_ENDPOINT"):
        check_teacher(TEACHER, None, Settings())
    monkeypatch.delenv("OPENAI_API_VERSION")
    with pytest.raises(SettingsError, match="azure_openai needs OPENAI_API_VERSION"):
        check_teacher(TEACHER, "https://r.openai.azure.com", Settings())
