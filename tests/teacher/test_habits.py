"""Habits of real endpoints, over HTTP: what they refuse and how, and what they send instead of a completion."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from tasks.records import Json
from tasks.settings import Settings, SettingsError, from_pairs, json_object
from tasks.teacher import Fault
from tasks.teacher.endpoints import limits
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.endpoints.openai_compatible import OpenAICompatible
from tasks.teacher.endpoints.wire import body_of, error_in
from tasks.teacher.faults import from_status
from tasks.teacher.opening import open_teacher
from tasks.teacher.replies import Message, message_of
from tests.loopback import response, serving
from tests.scripted import reply

FORM = {"type": "json_schema", "json_schema": {"name": "T", "schema": {"type": "object"}, "strict": True}}
TOOL = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
CALL = {"id": "call_0123456789abcdef", "type": "function", "function": {"name": "add", "arguments": "{}"}}
BODY: Json = {
    "model": "m",
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say so."}],
    "temperature": 0.4,
    "max_tokens": 4096,
}
Server = Callable[[Json], tuple[int, Any]]
GOOD = reply("An answer.")


def refusing(wrong: Callable[[Json], bool], said: str, status: int = 400, **more: Any) -> Server:
    """A server that refuses some requests in its own words."""
    return lambda asked: (status, {"error": {"message": said, **more}}) if wrong(asked) else (200, GOOD)


def ask(server: Server, body: Json = BODY, times: int = 1) -> tuple[list[Any], list[Json]]:
    """What comes of asking, and the requests that it took."""
    seen: list[Json] = []

    async def work() -> list[Any]:
        def answer(path: str) -> bytes:
            seen.append(json.loads(loopback.requests[-1].partition(b"\r\n\r\n")[2]))
            status, said = server(seen[-1])
            kind = "text/event-stream" if isinstance(said, str) else "application/json"
            return response(said if isinstance(said, str) else json.dumps(said), kind, f"{status} X")

        async with serving(answer) as loopback:
            with patch.dict(os.environ, {"OPENAI_API_KEY": "none"}):
                endpoint = OpenAICompatible("m", f"http://127.0.0.1:{loopback.port}/v1", Settings(), 2)
            try:
                return [await endpoint.complete(body) for _ in range(times)]
            finally:
                await endpoint.close()

    return asyncio.run(work()), seen


def roles(body: Json) -> list[str]:
    return [m["role"] for m in body["messages"]]


# Requests that are refused, and made again in the endpoint's manner


def test_an_answer_is_as_long_as_the_context_leaves_room_for() -> None:
    said = "'max_tokens' is too large: {}. The maximum context length is 4096 tokens and your request has 1000 input tokens."
    server: Server = lambda b: (  # noqa: E731
        (400, {"message": said.format(b["max_tokens"])}) if b["max_tokens"] > 3096 else (200, GOOD)
    )
    _, seen = ask(server, times=2)
    assert [b["max_tokens"] for b in seen] == [4096, 3088, 4096, 3088]


def test_a_prompt_that_leaves_no_room_is_too_long() -> None:
    said = "maximum context length is 4096 tokens. You requested 8100 tokens (4004 in the messages, 4096 in the completion)"
    with pytest.raises(Fault) as caught:
        ask(refusing(lambda b: True, said))
    assert caught.value.kind == "overflow" and "set a smaller chunk_words" in caught.value.message


def test_the_longest_answer_of_a_model_is_learnt_once() -> None:
    said = (
        "max_tokens is too large: 4096. This model supports at most 2048 completion tokens, whereas you provided 4096."
    )
    _, seen = ask(refusing(lambda b: b["max_tokens"] > 2048, said), times=2)
    assert [b["max_tokens"] for b in seen] == [4096, 2048, 2048]


@pytest.mark.parametrize(
    "said",
    [
        "System role not supported",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Developer instruction is not enabled for models/small",
        "Invalid request: role `system` is not allowed here",
    ],
)
def test_what_the_system_says_is_said_by_the_user_where_there_is_none(said: str) -> None:
    _, seen = ask(refusing(lambda b: "system" in roles(b), said))
    assert seen[-1]["messages"] == [{"role": "user", "content": "Be brief.\n\nSay so."}]


def test_turns_alternate_where_they_must() -> None:
    body = {**BODY, "tools": [TOOL]}
    called = {"role": "assistant", "content": "", "tool_calls": [CALL]}
    body["messages"] = [*BODY["messages"], called, {"role": "tool", "tool_call_id": CALL["id"], "content": "3"}]
    body["messages"] += [{"role": "user", "content": "And?"}]
    said = "Conversation roles must alternate user/assistant/user/assistant/..."
    _, seen = ask(refusing(lambda b: "tool" in roles(b) or roles(b)[-2:] == ["user", "user"], said), body)
    assert roles(seen[-1]) == ["system", "user", "assistant", "user"] and "tools" not in seen[-1]


@pytest.mark.parametrize(
    "said",
    [
        "Invalid JSON payload received. Unknown name \"additionalProperties\" at 'generation_config.response_schema': no field.",
        "The specified schema produces a constraint that has too many states: response_schema",
        "This response_format type is unavailable now",
    ],
)
def test_a_schema_that_is_refused_is_told_in_words(said: str) -> None:
    def wrong(body: Json) -> bool:
        return bool(body.get("response_format", {}).get("type") == "json_schema")

    _, seen = ask(refusing(wrong, said), {**BODY, "response_format": FORM})
    assert (
        seen[-1]["response_format"] == {"type": "json_object"} and "JSON object" in seen[-1]["messages"][0]["content"]
    )


def test_a_list_around_an_error_is_no_matter() -> None:
    key = [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID"}}]
    with pytest.raises(Fault) as caught:
        ask(lambda b: (400, key))
    assert (caught.value.kind, caught.value.reason) == ("stop", "bad_key")
    assert "set OPENAI_API_KEY to a valid one" in caught.value.message


def test_a_schema_beside_tools_is_told_in_words_and_the_tools_stay() -> None:
    said = "Function calling with a response mime type: 'application/json' is unsupported"
    body = {**BODY, "tools": [TOOL], "response_format": FORM}
    _, seen = ask(refusing(lambda b: "tools" in b and "response_format" in b, said), body)
    assert seen[-1]["tools"] == [TOOL] and "response_format" not in seen[-1]


@pytest.mark.parametrize("said", ["No endpoints found that support tool use.", "tools is not supported in this model"])
def test_tools_are_told_in_words_where_there_are_none(said: str) -> None:
    status = 404 if said.startswith("No") else 400
    _, seen = ask(refusing(lambda b: "tools" in b, said, status), {**BODY, "tools": [TOOL]})
    assert "tools" not in seen[-1] and '"name": "add"' in seen[-1]["messages"][0]["content"]


@pytest.mark.parametrize(
    "said",
    [
        "Assistant message must have either content or tool_calls, but not none.",
        "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.",
    ],
)
def test_tools_stay_native_where_it_is_not_they_that_are_refused(said: str) -> None:
    assert not Dialect().adapt(said)


def test_ids_of_calls_are_in_the_strictest_form() -> None:
    turns = [{"role": "assistant", "content": "", "tool_calls": [CALL]}, {"role": "tool", "tool_call_id": CALL["id"]}]
    called, answered = Dialect().spoken({**BODY, "messages": turns})["messages"]
    assert called["tool_calls"][0]["id"] == answered["tool_call_id"]
    assert len(answered["tool_call_id"]) == 9 and answered["tool_call_id"].isalnum()


def test_a_switch_that_an_endpoint_insists_on_is_set() -> None:
    said = "parameter.enable_thinking must be set to false for non-streaming calls"
    _, seen = ask(refusing(lambda b: b.get("enable_thinking") is not False, said), times=2)
    assert [b.get("enable_thinking") for b in seen] == [None, False, False]


def test_further_parameters_are_sent_as_set() -> None:
    assert json_object(from_pairs(['request_extra={"enable_thinking": false}']).request_extra) == {
        "enable_thinking": False
    }
    assert json_object(Settings().request_extra) == {}
    with pytest.raises(SettingsError, match="expected a JSON object"):
        from_pairs(["request_extra=[1]"])


# Streams


def stream(*deltas: Json, finish: str = "stop", **more: Any) -> str:
    chunks: list[Json] = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks += [{"choices": [{"index": 0, "delta": {}, "finish_reason": finish, **more}]}]
    chunks += [{"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}]
    return ": waiting\n\n" + "".join(f"data: {json.dumps(c)}\n\n" for c in chunks) + "data: [DONE]\n\n"


@pytest.mark.parametrize(
    "said",
    [
        "This model only support stream mode, please enable the stream parameter to access the model. ",
        "Non-streaming output is not supported by this model.",
    ],
)
def test_an_endpoint_that_only_streams_is_read_as_any_other(said: str) -> None:
    server: Server = lambda b: (  # noqa: E731
        (200, stream({"content": "An "}, {"content": "answer."})) if b.get("stream") else (400, {"message": said})
    )
    (got, _), seen = ask(server, times=2)
    assert message_of(got) == Message("An answer.") and got["usage"] == {"prompt_tokens": 7, "completion_tokens": 3}
    assert [bool(b.get("stream")) for b in seen] == [False, True, True]


def test_a_stream_that_nobody_asked_for_is_read() -> None:
    (got,), _ = ask(lambda b: (200, stream({"role": "assistant", "content": "An answer."})))
    assert message_of(got) == Message("An answer.")
    pieces = [
        {"index": 0, "function": {"name": "add", "arguments": '{"a"'}},
        {"index": 0, "function": {"arguments": ": 1}"}},
    ]
    (got,), _ = ask(lambda b: (200, stream(*({"tool_calls": [piece]} for piece in pieces), finish="tool_calls")))
    assert message_of(got).calls == [{"name": "add", "arguments": {"a": 1}}]


def test_a_stream_that_fails_or_breaks_off_is_no_answer() -> None:
    with pytest.raises(Fault) as caught:
        ask(lambda b: (200, 'data: {"error": {"code": 429, "message": "slow down"}}\n\n'))
    assert (caught.value.kind, caught.value.reason) == ("transport", "http_429")
    for spoilt in (stream({"content": "Half"}, finish="error"), stream({"content": "Half"}, error={"code": 502})):
        (got,), _ = ask(lambda b, spoilt=spoilt: (200, spoilt))  # type: ignore[misc]
        with pytest.raises(Fault) as caught:
            message_of(got)
        assert caught.value.kind == "transport"


def test_what_is_no_stream_comes_as_it_came() -> None:
    assert body_of("<html>") == "<html>" and body_of({"a": 1}) == {"a": 1} and body_of('{"a": 1}') == {"a": 1}
    assert body_of("data: nothing") == "data: nothing"


# Errors inside a 200


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        ({"error": {"message": "Provider returned error", "code": 429}}, "transport", "http_429"),
        ({"error": {"message": "no such key", "code": "401"}}, "stop", "bad_key"),
        ({"error": {"message": "Internal", "code": 500}, "choices": []}, "transport", "http_500"),
        ({"error": "something went wrong"}, "transport", "error_body"),
        ({"object": "error", "message": "something", "code": 503}, "transport", "http_503"),
        ([{"error": {"code": 403, "message": "your input was flagged by moderation"}}], "refused", "content_filter"),
        ({"error": {"message": "the prompt exceeds the context length of 4096"}}, "overflow", "context_overflow"),
    ],
)
def test_an_error_in_a_200_is_an_error(body: Any, kind: str, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        ask(lambda b: (200, body))
    assert (caught.value.kind, caught.value.reason) == (kind, reason)


def test_a_completion_is_no_error() -> None:
    assert error_in(GOOD) is None and error_in({**GOOD, "error": None}) is None and error_in("x") is None


# Numbers in refusals


@pytest.mark.parametrize(
    ("said", "asked", "left"),
    [
        ("context length is 8192. You requested about 9096 tokens (5000 of text input, 4096 in the output)", 4096, 3184),
        ("`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 3000 `inputs` tokens and 4096 `max_new_tokens`", 4096, 1088),
        ("input length and `max_tokens` exceed context limit: 190,000 + 20,000 > 200,000, decrease either", 20_000, 9_992),
        ("context length of 4096 tokens. You requested 4996: 900 from the input messages and 4096 for the answer", 4096, 3188),
        ("request (5120 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096, None),
        ("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", 4096, None),
        ("the model llama-3.3-70b is busy, 512 requests wait", 4096, None),
        ("", 4096, None),
    ],
)  # fmt: skip
def test_room_for_an_answer_is_worked_out(said: str, asked: int, left: int | None) -> None:
    assert limits.room(said, asked) == left


@pytest.mark.parametrize(
    ("said", "asked", "most"),
    [
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 16_384, 8192),
        (
            "`max_tokens` must be less than or equal to `8192`, the maximum value is less than the `context_window`",
            9_000,
            8192,
        ),
        ("max_tokens: 9000 > 4096, which is the maximum allowed number of output tokens", 9_000, 4096),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 4096, None),
        ("Rate limit of 3000 requests", 4096, None),
    ],
)
def test_the_longest_answer_is_read_from_a_refusal(said: str, asked: int, most: int | None) -> None:
    assert limits.longest_answer(said, asked) == most


# Errors that say when to come back, and whose fault they are


@pytest.mark.parametrize(
    ("status", "said", "kind", "seconds"),
    [
        (429, "You exceeded your current quota, please check your plan. Please retry in 38.2s.", "transport", 38.2),
        (429, "Rate limit reached on tokens per minute. Please try again in 7.2s.", "transport", 7.2),
        (429, "Rate limit reached on tokens per day. Please try again in 10m4.8s.", "wait_long", 604.8),
        (429, "Too many requests, try again after 1 hour", "wait_long", 3600.0),
        (429, "You exceeded your current quota, please check your plan.", "stop", None),
        (503, "Overloaded, retry in 2 minutes", "transport", 120.0),
        (424, "upstream model is loading", "transport", None),
        (498, "capacity exceeded", "transport", None),
        (451, "blocked", "refused", None),
        (400, "Failed to generate JSON. See 'failed_generation' for more.", "transport", None),
        (400, "Incorrect API key provided", "stop", None),
        (403, "The access token expired", "stop", None),
    ],
)
def test_errors_are_told_apart_by_what_they_say(status: int, said: str, kind: str, seconds: float | None) -> None:
    fault = from_status(status, {"message": said}, None, "m", "K")
    assert (fault.kind, fault.retry_after) == (kind, seconds)


# The judge's endpoint


def test_the_judge_goes_to_the_teachers_address_only_where_it_speaks_its_language(tmp_path: Any) -> None:
    def address(judge: str) -> str:
        settings = Settings(judge_model=judge)
        with patch.dict(os.environ, {"OPENAI_API_KEY": "none"}):
            teacher = open_teacher("m", "http://127.0.0.1:9/v1", settings, f"sqlite:///{tmp_path / 'ledger.db'}")
        assert teacher.judge is not None
        name = teacher.judge.endpoint.name
        asyncio.run(teacher.close())
        return name

    assert address("another") == "http://127.0.0.1:9/v1"
    assert address("offline").startswith("offline-")


# Bodies that are spoilt on the way, and fine ones that look odd


def raw(*parts: bytes) -> Any:
    """What comes of one request that is answered with these bytes."""

    async def work() -> Any:
        async with serving(lambda path: list(parts)) as loopback:
            with patch.dict(os.environ, {"OPENAI_API_KEY": "none"}):
                endpoint = OpenAICompatible("m", f"http://127.0.0.1:{loopback.port}/v1", Settings(), 2)
            try:
                return await endpoint.complete(BODY)
            finally:
                await endpoint.close()

    return asyncio.run(work())


def test_blank_lines_that_keep_a_connection_alive_are_no_matter() -> None:
    body = json.dumps(GOOD).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    assert message_of(raw(head, b"\n\n\n   ", b"\n", body)) == Message("An answer.")


@pytest.mark.parametrize("packed", [True, False])
def test_a_gateways_page_is_tried_again(packed: bool) -> None:
    page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
    body = gzip.compress(page) if packed else page
    coding = b"Content-Encoding: gzip\r\n" if packed else b""
    head = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n" + coding
    with pytest.raises(Fault) as caught:
        raw(head + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
    assert (caught.value.kind, caught.value.reason) == ("transport", "http_502")


def test_thoughts_alone_are_no_answer() -> None:
    (got,), _ = ask(lambda b: (200, reply(None, reasoning_content="long thoughts")))
    with pytest.raises(Fault) as caught:
        message_of(got)
    assert (caught.value.kind, caught.value.reason) == ("unusable", "empty_answer")


def test_an_object_is_asked_for_by_name_where_that_is_wanted() -> None:
    def wrong(body: Json) -> bool:
        form = body.get("response_format", {}).get("type")
        return form == "json_schema" or (form == "json_object" and "json" not in json.dumps(body["messages"]).lower())

    _, seen = ask(refusing(wrong, "This response_format type is unavailable now"), {**BODY, "response_format": FORM})
    assert len(seen) == 2
