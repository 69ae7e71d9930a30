"""Which provider a teacher's name stands for, whose key it takes, and what its client's exceptions and messages come to."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from langchain_core.messages import AIMessage

from tasks.records import Json
from tasks.settings import Settings, SettingsError
from tasks.teacher.endpoints import check_teacher, model_of, providers, shares_address
from tasks.teacher.endpoints.client_errors import fault_of, headers_of, refusal_of
from tasks.teacher.endpoints.heads import SHORTEST, Heads
from tasks.teacher.endpoints.langchain_messages import completion_of, messages_of
from tasks.teacher.endpoints.negotiation import Refusal
from tasks.teacher.endpoints.providers import ADDRESSES, PACKAGES, key_of
from tasks.teacher.faults import Fault
from tasks.teacher.replies import message_of
from tests.teacher.provider_requests import BODY

SETTINGS = Settings()


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for package in PACKAGES.values() for name in package.keys]
    for name in (*names, *(address.key_variable for address in ADDRESSES.values()), "GOOGLE_GENAI_USE_VERTEXAI"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("teacher", "model"),
    [
        ("openai:gpt-4.1", "gpt-4.1"),
        ("anthropic:claude-sonnet-4-5", "claude-sonnet-4-5"),
        ("bedrock:anthropic.claude-sonnet-4-20250514-v1:0", "anthropic.claude-sonnet-4-20250514-v1:0"),
        ("qwen3:14b", "qwen3:14b"),
        ("anthropic", "anthropic"),
        ("anthropic:", "anthropic:"),
        ("gpt-4.1", "gpt-4.1"),
        ("offline", ""),
    ],
)
def test_a_name_stands_for_a_model(teacher: str, model: str) -> None:
    assert model_of(teacher) == model


@pytest.mark.parametrize(
    ("teacher", "base_url", "options", "said"),
    [
        ("groq:llama", None, {}, "no key for llama: set GROQ_API_KEY, or name your own endpoint"),
        ("anthropic:claude", None, {}, "no key for anthropic: set ANTHROPIC_API_KEY$"),
        ("anthropic:claude", None, {"api_key_variable": "MINE"}, "no key for anthropic: set MINE$"),
        ("bedrock:x", "http://me:secret@h/", {}, "--base-url must not hold a user or password"),
        (
            "bedrock:x",
            None,
            {"request_headers": '{"X-Title": "docs"}'},
            "request_headers cannot be passed on to bedrock",
        ),
    ],
)
def test_what_is_lacking_is_told(teacher: str, base_url: str | None, options: Json, said: str) -> None:
    with patch.object(providers, "find_spec", bool), pytest.raises(SettingsError, match=said) as caught:
        check_teacher(teacher, base_url, Settings(**options))
    assert "secret" not in str(caught.value)


def test_a_package_that_is_not_there_is_told_with_the_command() -> None:
    with patch.object(providers, "find_spec", lambda module: None), pytest.raises(SettingsError) as caught:
        check_teacher("google_genai:gemini-2.5-flash", None, SETTINGS)
    assert ".venv/bin/pip install -e '.[google-genai]'" in str(caught.value)


def test_the_key_is_the_providers_own_or_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "k-gemini")
    assert key_of("google_genai", SETTINGS) == ("GEMINI_API_KEY", "k-gemini")
    monkeypatch.setenv("GOOGLE_API_KEY", "k-google")
    monkeypatch.setenv("MINE", "k-mine")
    assert key_of("google_genai", SETTINGS) == ("GOOGLE_API_KEY", "k-google")
    assert key_of("google_genai", Settings(api_key_variable="MINE")) == ("MINE", "k-mine")


@pytest.mark.parametrize(
    ("teacher", "judge", "shared"),
    [
        ("m", "other", True),
        ("anthropic:a", "anthropic:b", True),
        ("m", "anthropic:b", False),
        ("anthropic:a", "m", False),
        ("groq:a", "m", False),
        ("m", "offline", False),
    ],
)
def test_whose_address_and_key_are_anothers_too(teacher: str, judge: str, shared: bool) -> None:
    assert shares_address(teacher, judge) == shared


def test_messages_carry_calls_and_results() -> None:
    system, human, called, result = messages_of(BODY["messages"])
    assert (system.type, human.type, called.type, result.type) == ("system", "human", "ai", "tool")
    assert isinstance(called, AIMessage) and called.tool_calls[0]["args"] == {"place": "Wick"}
    assert result.content == "2 m"


def test_thoughts_stay_out_of_the_answer_and_counts_add_up() -> None:
    details = {"cache_read": 4, "cache_creation": 0, "ephemeral_5m_input_tokens": 2}
    used: Any = {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, "input_token_details": details}
    blocks: list[Any] = [{"type": "thinking", "thinking": "hm"}, "Two ", {"type": "text", "text": "metres."}]
    reply = completion_of(AIMessage(blocks, usage_metadata=used, response_metadata={"stopReason": "end_turn"}))
    assert message_of(reply).text == "Two metres."
    assert reply["usage"]["prompt_tokens_details"] == {"cached_tokens": 4, "cache_write_tokens": 2}


def test_a_call_that_could_not_be_read_is_told_as_one() -> None:
    broken: Any = [{"name": "water_level", "args": '{"place": ', "id": "1", "error": None, "type": "invalid_tool_call"}]
    reply = completion_of(AIMessage("", invalid_tool_calls=broken, response_metadata={"finish_reason": "tool_calls"}))
    with pytest.raises(Fault, match="bad_tool_call"):
        message_of(reply)


class Status(Exception):
    """As clients raise it."""

    def __init__(self, **fields: Any) -> None:
        super().__init__("said")
        self.__dict__.update(fields)


class EndpointConnectionError(Exception): ...


class ReadTimeoutError(Exception): ...


OF_BOTO = {
    "Error": {"Code": "ThrottlingException", "Message": "Too many"},
    "ResponseMetadata": {"HTTPStatusCode": 429, "HTTPHeaders": {"Retry-After": "7"}},
}


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (Status(status_code=429, body={"error": {}}), Refusal(429, {"error": {}})),
        (Status(status_code=529, body=None), Refusal(529, "said")),
        (Status(code=503, details={"error": 1}), Refusal(503, {"error": 1})),
        (Status(response=OF_BOTO), Refusal(429, {"code": "ThrottlingException", "message": "Too many"}, 7.0)),
        (ValueError("`top_k` is not supported"), Refusal(400, "`top_k` is not supported")),
        (TypeError("got an unexpected keyword argument"), Refusal(400, "got an unexpected keyword argument")),
        (Status(code=400), None),
        (TypeError("'NoneType' object is not iterable"), None),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "not supported"), None),
    ],
)  # fmt: skip
def test_what_was_refused_is_found(error: Exception, refusal: Refusal | None) -> None:
    assert refusal_of(error) == refusal


@pytest.mark.parametrize(
    ("error", "reason", "reached"),
    [
        (EndpointConnectionError(), "connection", False),
        (ReadTimeoutError(), "timeout", True),
        (TimeoutError(), "timeout", True),
        (ConnectionRefusedError(), "connection", False),
        (ConnectionResetError(), "connection", True),
        (KeyError("choices"), "malformed_reply", True),
    ],
)
def test_what_broke_is_told_apart(error: Exception, reason: str, reached: bool) -> None:
    fault = fault_of(error)
    assert (fault.kind, fault.reason, fault.reached) == ("transport", reason, reached)


def test_headers_of_any_reply_are_found() -> None:
    assert headers_of(Status(headers={"Retry-After": 3})) == {"retry-after": "3"}
    assert headers_of(Status(response=OF_BOTO)) == {"retry-after": "7"} and headers_of(ValueError()) == {}


def test_a_head_is_kept_by_one_call_and_read_by_those_after_it() -> None:
    heads, head = Heads(), "x" * SHORTEST
    assert not heads.mark(head)
    keeping = heads.mark(head)
    assert keeping and not heads.mark(head), "one call keeps it while others are under way"
    heads.answered(keeping, kept=True)
    assert heads.mark(head) and heads.mark(head)
    assert not heads.mark("short") and not heads.mark("short")


def test_a_head_that_was_not_kept_is_tried_by_one_call_at_a_time() -> None:
    heads, head = Heads(), "x" * SHORTEST
    heads.mark(head)
    heads.answered(heads.mark(head), kept=False)
    assert heads.mark(head) and not heads.mark(head)
