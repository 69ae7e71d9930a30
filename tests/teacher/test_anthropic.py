"""Anthropic's own client against a server that speaks its wire: what is asked, what is understood, and every fault there is."""

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
pytest.importorskip("langchain_anthropic", reason="the extra anthropic is not installed")
MODEL = "claude-sonnet-4-5"
USED = {"input_tokens": 10, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 2, "output_tokens": 7}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k-anthropic")


def message(*blocks: Json, stop: str = "end_turn") -> Line:
    body = {"id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "content": list(blocks)}
    return Line({**body, "stop_reason": stop, "stop_sequence": None, "usage": USED})


def text(said: str = "Two metres.") -> Json:
    return {"type": "text", "text": said}


def use(arguments: Any) -> Json:
    return {"type": "tool_use", "id": "toolu_1", "name": "water_level", "input": arguments}


def error(kind: str, said: str, status: int, **headers: str) -> Line:
    body = {"type": "error", "error": {"type": kind, "message": said}, "request_id": "req_1"}
    return Line(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


async def _asked(wire: Wire, *bodies: Json, seconds: float = 10, **settings: Any) -> Any:
    endpoint = open_endpoint(f"anthropic:{MODEL}", wire.url, Settings(request_seconds=seconds, **settings), 4)
    try:
        return [await endpoint.complete(body) for body in bodies][-1]
    finally:
        await endpoint.close()


def ask(script: list[Line], *bodies: Json, **options: Any) -> tuple[Any, Wire]:
    """The reply to the last body, and what the server saw."""

    async def inside() -> tuple[Any, Wire]:
        async with answering(script) as wire:
            return await _asked(wire, *(bodies or (BODY,)), **options), wire

    return asyncio.run(inside())


def test_a_request_arrives_whole_and_its_answer_is_understood() -> None:
    thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
    hidden = {"type": "redacted_thinking", "data": "x"}
    reply, wire = ask([message(thought, hidden, text("Two "), text("metres."))])
    sent = wire.asked[0]
    assert wire.paths == ["/v1/messages"] and "k-anthropic" in str(wire.headers[0])
    assert sent["system"] == "Be brief." and sent["max_tokens"] == 100 and sent["temperature"] == 0.4
    assert [m["role"] for m in sent["messages"]] == ["user", "assistant", "user"] and "seed" not in sent
    (called,), (result,) = (m["content"] for m in sent["messages"][1:])
    assert (called["type"], called["input"]) == ("tool_use", {"place": "Wick"})
    assert (result["type"], result["content"]) == ("tool_result", "2 m") and result["tool_use_id"] == called["id"]
    assert sent["tools"][0]["name"] == "water_level" and sent["tools"][0]["input_schema"]["required"] == ["place"]
    assert message_of(reply).text == "Two metres."
    assert reply["usage"] == ANSWERED


def test_a_schema_goes_as_a_format_and_a_hot_request_is_cooled() -> None:
    reply, wire = ask([message(text('{"name": "Wick"}'))], {**STRUCTURED, "temperature": 1.4})
    assert wire.asked[0]["output_config"]["format"]["schema"]["title"] == "Town"
    assert wire.asked[0]["temperature"] == 1.0
    assert json.loads(message_of(reply).text) == {"name": "Wick"}


def test_calls_are_understood() -> None:
    reply, _ = ask([message(text("Let me look."), use({"place": "Wick"}), stop="tool_use")])
    told = message_of(reply)
    assert told.text == "Let me look." and told.calls == [{"name": "water_level", "arguments": {"place": "Wick"}}]


@pytest.mark.parametrize("arguments", ["Wick", ["Wick"], None, 7])
def test_a_call_with_a_broken_input_is_asked_for_again(arguments: Any) -> None:
    reply, _ = ask([message(use(arguments), stop="tool_use")])
    with pytest.raises(Fault, match="bad_tool_call") as caught:
        message_of(reply)
    assert caught.value.kind == "unusable"


@pytest.mark.parametrize(
    ("line", "kind", "reason"),
    [
        (message(text("I cannot"), stop="refusal"), "refused", "content_filter"),
        (message(stop="refusal"), "refused", "content_filter"),
        (message(text("Two me"), stop="max_tokens"), "unusable", "cut_off"),
        (message(text("Two me"), stop="model_context_window_exceeded"), "unusable", "cut_off"),
        (message(text("Two me"), stop="pause_turn"), "unusable", "unknown_end"),
        (message(), "unusable", "empty_answer"),
        (message({"type": "thinking", "thinking": "hm", "signature": "s"}), "unusable", "empty_answer"),
    ],
)
def test_ends_that_are_none(line: Line, kind: str, reason: str) -> None:
    reply, _ = ask([line])
    with pytest.raises(Fault) as caught:
        message_of(reply)
    assert (caught.value.kind, caught.value.reason) == (kind, reason)


LOW = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."
REGAIN = "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."


@pytest.mark.parametrize(
    ("line", "kind", "reason", "wait"),
    [
        (error("overloaded_error", "Overloaded", 529), "transport", "http_529", None),
        (error("rate_limit_error", "Too many", 429, retry_after="7"), "transport", "http_429", 7.0),
        (error("rate_limit_error", "Too many", 429, retry_after="600"), "wait_long", "http_429", 600.0),
        (error("api_error", "Internal server error", 500), "transport", "http_500", None),
        (error("timeout_error", "Request timed out", 504), "transport", "http_504", None),
        (error("invalid_request_error", LOW, 400), "stop", "quota", None),
        (error("invalid_request_error", REGAIN, 400), "stop", "quota", None),
        (error("authentication_error", "invalid x-api-key", 401), "stop", "bad_key", None),
        (error("permission_error", "Your API key lacks permission", 403), "stop", "forbidden", None),
        (error("not_found_error", f"model: {MODEL}", 404), "stop", "not_found", None),
        (error("request_too_large", "Request exceeds the maximum size", 413), "overflow", "context_overflow", None),
        (
            error("invalid_request_error", "prompt is too long: 210345 tokens > 200000 maximum", 400),
            "overflow", "context_overflow", None,
        ),
        (Line("<html>Bad gateway</html>", 502), "transport", "http_502", None),
        (Line("<html>Welcome</html>"), "transport", "malformed_reply", None),
        (Line({"type": "message"}), "transport", "malformed_reply", None),
        (Line(message(text()).body, cut=True), "transport", "connection", None),
        (Line({}, seconds=5), "transport", "timeout", None),
    ],
)  # fmt: skip
def test_every_fault_has_its_class(line: Line, kind: str, reason: str, wait: float | None) -> None:
    with pytest.raises(Fault) as caught:
        choice_of(ask([line], seconds=0.5)[0])
    assert (caught.value.kind, caught.value.reason, caught.value.retry_after) == (kind, reason, wait)
    assert CANARY not in str(caught.value)


def test_nobody_there_is_not_reached() -> None:
    with pytest.raises(Fault, match="connection") as caught:
        asyncio.run(_asked(Wire("http://127.0.0.1:9"), BODY))
    assert caught.value.kind == "transport" and not caught.value.reached


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        (error("invalid_request_error", "`temperature` is deprecated for this model.", 400), "temperature"),
        (error("invalid_request_error", "'claude-3-haiku' does not support output format.", 400), "output_config"),
        (error("invalid_request_error", "output_config.format: Schema is too complex", 400), "output_config"),
    ],
)
def test_what_a_model_does_not_take_is_left_out(line: Line, gone: str) -> None:
    reply, wire = ask([line, message(text('{"name": "Wick"}'))], STRUCTURED)
    assert gone in wire.asked[0] and gone not in wire.asked[1] and message_of(reply).text
    if gone == "output_config":
        assert "fit this schema" in wire.asked[1]["system"]


def test_a_model_that_must_see_its_thoughts_again_has_tools_described() -> None:
    said = "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`."
    _, wire = ask([error("invalid_request_error", said, 400), message(text())])
    assert "tools" not in wire.asked[1] and "water_level" in wire.asked[1]["system"]


def test_a_longer_answer_than_the_model_gives_is_shortened() -> None:
    said = "max_tokens: 90000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5"
    reply, wire = ask([error("invalid_request_error", said, 400), message(text())], {**BODY, "max_tokens": 90_000})
    assert wire.asked[1]["max_tokens"] == 64_000 and message_of(reply).text


def test_further_parameters_and_headers_are_sent() -> None:
    more = {**BODY, "thinking": {"type": "enabled", "budget_tokens": 2000}, "temperature": 1.0}
    _, wire = ask([message(text())], more, request_headers='{"X-Title": "docs"}')
    assert wire.asked[0]["thinking"]["budget_tokens"] == 2000 and wire.headers[0]["x-title"] == "docs"


def test_every_replys_headers_are_heard() -> None:
    heard: list[Any] = []
    limits = {"anthropic-ratelimit-requests-remaining": "3"}

    async def inside() -> None:
        async with answering([Line({}, 529, limits), Line(message(text()).body, headers=limits)]) as wire:
            endpoint: Any = open_endpoint(f"anthropic:{MODEL}", wire.url, Settings(), 4)
            endpoint.heard = heard.append
            with pytest.raises(Fault):
                await endpoint.complete(BODY)
            await endpoint.complete(BODY)
            await endpoint.close()

    asyncio.run(inside())
    names = [{name.lower() for name, _ in each} for each in heard]
    assert len(names) == 2 and all(b"anthropic-ratelimit-requests-remaining" in each for each in names)


def test_a_head_that_comes_again_is_kept_once_and_then_read() -> None:
    long = {**BODY, "messages": [{"role": "system", "content": "Be brief. " * 300}, *BODY["messages"][1:]]}
    _, wire = ask([message(text())], long, long, long, BODY, BODY)
    marked = [isinstance(sent["system"], list) and "cache_control" in sent["system"][0] for sent in wire.asked]
    assert marked == [False, True, True, False, False]


def test_no_text_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    refused = f"output_config is not supported with {CANARY}"
    ask([error("invalid_request_error", refused, 400), message(text(CANARY))], STRUCTURED)
    assert TOLD not in caplog.text and CANARY not in caplog.text
