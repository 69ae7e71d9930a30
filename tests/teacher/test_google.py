"""Google's own client against a server that speaks its wire: what is asked, what is understood, and every fault there is."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher.endpoints import open_endpoint
from tasks.teacher.faults import Fault
from tasks.teacher.replies import choice_of, message_of
from tests.teacher.asking import CANARY
from tests.teacher.provider_requests import ANSWERED, BODY, STRUCTURED, TOLD
from tests.teacher.wires import Line, Wire, answering

pytestmark = pytest.mark.services
pytest.importorskip("langchain_google_genai", reason="the extra google-genai is not installed")
MODEL = "gemini-2.5-flash"
USED = {
    "promptTokenCount": 17,
    "candidatesTokenCount": 5,
    "thoughtsTokenCount": 2,
    "cachedContentTokenCount": 5,
    "totalTokenCount": 24,
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "k-google")


def content(*parts: Json, finish: str = "STOP") -> Line:
    candidate = {"content": {"role": "model", "parts": list(parts)}, "finishReason": finish, "index": 0}
    return Line({"candidates": [candidate], "usageMetadata": USED, "modelVersion": MODEL})


def text(said: str = "Two metres.", **more: Any) -> Json:
    return {"text": said, **more}


def error(status: int, name: str, said: str, *details: Json, **headers: str) -> Line:
    body = {"error": {"code": status, "message": said, "status": name, "details": list(details)}}
    return Line(body, status, {key.replace("_", "-"): value for key, value in headers.items()})


async def _asked(wire: Wire, body: Json, seconds: float = 10, **settings: Any) -> Any:
    endpoint = open_endpoint(f"google_genai:{MODEL}", wire.url, Settings(request_seconds=seconds, **settings), 4)
    try:
        return await endpoint.complete(body)
    finally:
        await endpoint.close()


def ask(script: list[Line], body: Json = BODY, **options: Any) -> tuple[Any, Wire]:
    """The reply, and what the server saw."""

    async def inside() -> tuple[Any, Wire]:
        async with answering(script) as wire:
            return await _asked(wire, body, **options), wire

    return asyncio.run(inside())


def test_a_request_arrives_whole_and_its_answer_is_understood() -> None:
    reply, wire = ask([content(text("hm", thought=True), text("Two "), text("metres."))])
    sent = wire.asked[0]
    assert (
        wire.paths[0].endswith(f"/models/{MODEL}:generateContent") and wire.headers[0]["x-goog-api-key"] == "k-google"
    )
    assert sent["systemInstruction"]["parts"] == [{"text": "Be brief."}]
    assert [turn["role"] for turn in sent["contents"]] == ["user", "model", "user"]
    assert sent["contents"][1]["parts"][0]["functionCall"] == {"name": "water_level", "args": {"place": "Wick"}}
    assert sent["contents"][2]["parts"][0]["functionResponse"]["name"] == "water_level"
    settings = sent["generationConfig"]
    assert (settings["temperature"], settings["maxOutputTokens"], settings["seed"]) == (0.4, 100, 3)
    assert sent["tools"][0]["functionDeclarations"][0]["name"] == "water_level"
    assert message_of(reply).text == "Two metres."
    assert reply["usage"] == {**ANSWERED, "prompt_tokens_details": {"cached_tokens": 5, "cache_write_tokens": 0}}


def test_a_schema_goes_as_a_response_schema() -> None:
    reply, wire = ask([content(text('{"name": "Wick"}'))], STRUCTURED)
    settings = wire.asked[0]["generationConfig"]
    assert settings["responseMimeType"] == "application/json" and settings["responseJsonSchema"]["title"] == "Town"
    assert json.loads(message_of(reply).text) == {"name": "Wick"}


def test_calls_are_understood() -> None:
    reply, _ = ask([content({"functionCall": {"name": "water_level", "args": {"place": "Wick", "days": 2.0}}})])
    assert message_of(reply).calls == [{"name": "water_level", "arguments": {"place": "Wick", "days": 2}}]


LONG = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
BLOCKED = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": USED, "modelVersion": MODEL}


@pytest.mark.parametrize(
    ("line", "kind", "reason"),
    [
        (Line(BLOCKED), "refused", "content_filter"),
        (content(finish="SAFETY"), "refused", "content_filter"),
        (content(text("Two me"), finish="RECITATION"), "refused", "content_filter"),
        (content(text("Two me"), finish="PROHIBITED_CONTENT"), "refused", "content_filter"),
        (content(text("Two me"), finish="MAX_TOKENS"), "unusable", "cut_off"),
        (content(text("hm", thought=True), finish="MAX_TOKENS"), "unusable", "cut_off"),
        (content(finish="MALFORMED_FUNCTION_CALL"), "unusable", "bad_tool_call"),
        (content(finish="UNEXPECTED_TOOL_CALL"), "unusable", "bad_tool_call"),
        (content(text("Two me"), finish="LANGUAGE"), "unusable", "unknown_end"),
        (content(), "unusable", "empty_answer"),
        (content(text("hm", thought=True)), "unusable", "empty_answer"),
        (Line({"usageMetadata": USED, "modelVersion": MODEL}), "transport", "malformed_reply"),
    ],
)
def test_ends_that_are_none(line: Line, kind: str, reason: str) -> None:
    reply, _ = ask([line])
    with pytest.raises(Fault) as caught:
        message_of(reply)
    assert (caught.value.kind, caught.value.reason) == (kind, reason)


RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
SPENT = "You exceeded your current quota, please check your plan and billing details."


def violated(quota: str) -> Json:
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": quota}]}


@pytest.mark.parametrize(
    ("line", "kind", "reason", "wait"),
    [
        (error(429, "RESOURCE_EXHAUSTED", SPENT, violated("RequestsPerMinutePerProject"), RETRY), "transport", "http_429", 34.0),
        (error(429, "RESOURCE_EXHAUSTED", SPENT, violated("RequestsPerDayPerProject"), RETRY), "stop", "quota", 34.0),
        (error(429, "RESOURCE_EXHAUSTED", "Resource exhausted", retry_after="7"), "transport", "http_429", 7.0),
        (error(503, "UNAVAILABLE", "The model is overloaded. Please try again later."), "transport", "http_503", None),
        (error(500, "INTERNAL", "An internal error has occurred."), "transport", "http_500", None),
        (error(504, "DEADLINE_EXCEEDED", "Deadline expired"), "transport", "http_504", None),
        (error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."), "stop", "bad_key", None),
        (error(403, "PERMISSION_DENIED", "Your project has been denied access."), "stop", "forbidden", None),
        (error(400, "FAILED_PRECONDITION", "User location is not supported for the API use."), "stop", "forbidden", None),
        (error(404, "NOT_FOUND", "models/x is not found for API version v1beta"), "stop", "not_found", None),
        (error(400, "INVALID_ARGUMENT", LONG), "overflow", "context_overflow", None),
        (error(400, "INVALID_ARGUMENT", "Request contains an invalid argument."), "bad_request", "bad_request", None),
        (Line("<html>Bad gateway</html>", 502), "transport", "http_502", None),
        (Line("<html>Welcome</html>"), "transport", "malformed_reply", None),
        (Line(content(text()).body, cut=True), "transport", "connection", None),
        (Line({}, seconds=5), "transport", "timeout", None),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:coroutine 'ClientResponse.json' was never awaited")
def test_every_fault_has_its_class(line: Line, kind: str, reason: str, wait: float | None) -> None:
    with pytest.raises(Fault) as caught:
        choice_of(ask([line], seconds=0.5)[0])
    assert (caught.value.kind, caught.value.reason, caught.value.retry_after) == (kind, reason, wait)
    assert CANARY not in str(caught.value)


def test_nobody_there_is_not_reached() -> None:
    with pytest.raises(Fault, match="connection") as caught:
        asyncio.run(_asked(Wire("http://127.0.0.1:9"), BODY))
    assert caught.value.kind == "transport" and not caught.value.reached


def test_what_a_model_does_not_take_beside_functions_is_left_out() -> None:
    said = "Function calling with a response mime type: 'application/json' is unsupported"
    both = {**BODY, "response_format": STRUCTURED["response_format"]}
    reply, wire = ask([error(400, "INVALID_ARGUMENT", said), content(text('{"name": "Wick"}'))], both)
    assert "responseJsonSchema" not in wire.asked[1]["generationConfig"] and message_of(reply).text
    assert "fit this schema" in wire.asked[1]["systemInstruction"]["parts"][0]["text"]


def test_no_text_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    refused = f"response_schema is not supported with {CANARY}"
    blocked = {"promptFeedback": {"blockReason": "OTHER", "blockReasonMessage": CANARY}}
    ask([error(400, "INVALID_ARGUMENT", refused), Line(blocked)], STRUCTURED)
    assert TOLD not in caplog.text and CANARY not in caplog.text
