"""Faults: every reply of every kind of server falls into its class, and answers are not taken for refusals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.records import Json
from tasks.teacher.faults import Fault, from_status
from tasks.teacher.replies import Message, message_of

CANARY = "CANARY-7f3a"
VLLM_LENGTH = (
    "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (904 in the messages, "
    "4096 in the completion). Please reduce the length of the messages or completion."
)


def openai(message: str, code: str | None = None, kind: str = "invalid_request_error") -> Json:
    """What the SDK hands on: the inner object."""
    return {"message": message, "type": kind, "param": None, "code": code}


REPLIES: list[tuple[int, Any, str, str]] = [
    # OpenAI
    (401, openai("Incorrect API key provided: sk-***.", "invalid_api_key"), "stop", "bad_key"),
    (402, openai("Payment required"), "stop", "quota"),
    (403, openai("Project does not have access to model", "model_not_found"), "stop", "forbidden"),
    (
        404,
        openai("The model `x` does not exist or you do not have access to it.", "model_not_found"),
        "stop",
        "not_found",
    ),
    (408, None, "transport", "http_408"),
    (409, openai("Conflict"), "transport", "http_409"),
    (
        429,
        openai("Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000.", "rate_limit_exceeded"),
        "transport",
        "http_429",
    ),
    (
        429,
        openai(
            "Rate limit reached for gpt-4o on requests per min. Limit: 3 / min. Please try again in 20s. Please add "
            "a payment method to your account. Visit https://platform.openai.com/account/billing.",
            "rate_limit_exceeded",
        ),
        "transport",
        "http_429",
    ),
    (
        429,
        openai(
            "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 41000.", "rate_limit_exceeded"
        ),
        "overflow",
        "context_overflow",
    ),
    (
        429,
        openai(
            "You exceeded your current quota, please check your plan and billing details.",
            "insufficient_quota",
            "insufficient_quota",
        ),
        "stop",
        "quota",
    ),
    (429, openai("", None, "insufficient_quota"), "stop", "quota"),
    (
        429,
        openai("Your account is not active, please check your billing details.", "billing_not_active"),
        "stop",
        "quota",
    ),
    (429, openai("Billing hard limit has been reached", "billing_hard_limit_reached"), "stop", "quota"),
    (400, openai(VLLM_LENGTH, "context_length_exceeded"), "overflow", "context_overflow"),
    (400, openai("x", "context_length_exceeded"), "overflow", "context_overflow"),
    (
        400,
        openai("Your request was rejected as a result of our safety system.", "content_policy_violation"),
        "refused",
        "content_filter",
    ),
    (
        400,
        openai("Invalid prompt: your prompt was flagged as potentially violating our usage policy.", "invalid_prompt"),
        "refused",
        "content_filter",
    ),
    (
        400,
        openai(
            "Unsupported parameter: 'max_tokens' is not supported here. Use 'max_completion_tokens' instead.",
            "unsupported_parameter",
        ),
        "bad_request",
        "bad_request",
    ),
    (
        400,
        openai(
            "Unsupported value: 'temperature' does not support 0.4. Only the default (1) value is supported.",
            "unsupported_value",
        ),
        "bad_request",
        "bad_request",
    ),
    (400, openai("Invalid schema for response_format 'Questions'"), "bad_request", "bad_request"),
    (
        500,
        openai("The server had an error while processing your request.", None, "server_error"),
        "transport",
        "http_500",
    ),
    (503, openai("The engine is currently overloaded, please try again later"), "transport", "http_503"),
    # vLLM: the object itself, with a number as its code
    (
        400,
        {"object": "error", "message": VLLM_LENGTH, "type": "BadRequestError", "param": None, "code": 400},
        "overflow",
        "context_overflow",
    ),
    (400, {"error": {"message": VLLM_LENGTH, "type": "BadRequestError", "code": 400}}, "overflow", "context_overflow"),
    (
        400,
        openai("The decoder prompt (length 5000) is longer than the maximum model length of 4096."),
        "overflow",
        "context_overflow",
    ),
    (
        400,
        {"object": "error", "message": "temperature must be non-negative, got -1.", "code": 400},
        "bad_request",
        "bad_request",
    ),
    (422, {"detail": [{"loc": ["body"], "msg": "field required"}]}, "bad_request", "bad_request"),
    # Azure
    (
        401,
        {"code": "401", "message": "Access denied due to invalid subscription key or wrong API endpoint."},
        "stop",
        "bad_key",
    ),
    (
        404,
        {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."},
        "stop",
        "not_found",
    ),
    (
        429,
        {
            "code": "429",
            "message": "Requests have exceeded call rate limit of your current pricing tier. Retry after 6 seconds.",
        },
        "transport",
        "http_429",
    ),
    (
        400,
        {
            "code": "content_filter",
            "message": "The response was filtered",
            "innererror": {"code": "ResponsibleAIPolicyViolation"},
        },
        "refused",
        "content_filter",
    ),
    (
        400,
        openai("The response was filtered due to the prompt triggering Azure OpenAI's content management policy."),
        "refused",
        "content_filter",
    ),
    # Ollama, llama.cpp, text-generation-inference: texts and bare strings
    (404, {"error": "model 'x' not found"}, "stop", "not_found"),
    (400, {"error": "the input length exceeds the context length"}, "overflow", "context_overflow"),
    (
        400,
        "the request exceeds the available context size. try increasing the context size",
        "overflow",
        "context_overflow",
    ),
    (
        400,
        {"code": 400, "message": "the request exceeds the available context size", "type": "exceed_context_size_error"},
        "overflow",
        "context_overflow",
    ),
    (
        422,
        {
            "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096",
            "error_type": "validation",
        },
        "overflow",
        "context_overflow",
    ),
    (500, {"error": "llama runner process has terminated"}, "transport", "http_500"),
    # Others
    (
        400,
        openai("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
        "overflow",
        "context_overflow",
    ),
    (400, openai("prompt is too long: 210000 tokens > 200000 maximum"), "overflow", "context_overflow"),
    (
        400,
        openai("Input data may contain inappropriate content.", "data_inspection_failed"),
        "refused",
        "content_filter",
    ),
    (402, openai("Insufficient Balance"), "stop", "quota"),
    (
        403,
        {"code": 403, "message": "Your chosen model requires moderation and your input was flagged"},
        "refused",
        "content_filter",
    ),
    (413, openai("Request too large for model"), "overflow", "context_overflow"),
    (425, None, "transport", "http_425"),
    (502, "<html><body>Bad Gateway</body></html>", "transport", "http_502"),
    (504, b"", "transport", "http_504"),
    (529, {"type": "overloaded_error", "message": "Overloaded"}, "transport", "http_529"),
    (400, None, "bad_request", "bad_request"),
    (400, [], "bad_request", "bad_request"),
    (400, {"error": None}, "bad_request", "bad_request"),
    (400, {"error": {"message": None, "code": {}}}, "bad_request", "bad_request"),
    (400, openai("temperature exceeds the allowed range"), "bad_request", "bad_request"),
]


@pytest.mark.parametrize(("status", "body", "kind", "reason"), REPLIES)
def test_status_to_class(status: int, body: Any, kind: str, reason: str) -> None:
    fault = from_status(status, body, None, "the-model", "THE_KEY")
    assert (fault.kind, fault.reason) == (kind, reason)


@settings(deadline=None)
@given(
    st.integers(400, 599),
    st.sampled_from(["{}", "maximum context length {}", "content_filter {}", "insufficient_quota {}"]),
)
def test_what_the_endpoint_said_is_never_repeated(status: int, said: str) -> None:
    for body in (said.format(CANARY), openai(said.format(CANARY), CANARY), {"error": {"message": said.format(CANARY)}}):
        assert CANARY not in str(from_status(status, body, 1.0, "m", "K"))


def test_messages_that_end_a_run_say_what_to_do() -> None:
    assert "set THE_KEY" in from_status(401, None, None, "m", "THE_KEY").message
    assert "'the-model'" in from_status(404, None, None, "the-model", "K").message
    assert "--base-url" in from_status(404, None, None, "the-model", "K").message


@pytest.mark.parametrize(
    ("seconds", "kind"), [(None, "transport"), (0.0, "transport"), (120.0, "transport"), (120.5, "wait_long")]
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_is_a_class_of_its_own(status: int, seconds: float | None, kind: str) -> None:
    fault = from_status(status, None, seconds, "m", "K")
    assert (fault.kind, fault.retry_after) == (kind, seconds)


def test_an_exhausted_quota_is_not_waited_for() -> None:
    assert from_status(429, openai("", "insufficient_quota"), 3600.0, "m", "K").kind == "stop"


# Replies


def completion(content: Any = None, finish: str | None = "stop", **message: Any) -> Json:
    return {"choices": [{"message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}]}


def call(arguments: Any, name: Any = "f") -> Json:
    return {"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}


def test_an_answer_is_its_content_and_calls() -> None:
    assert message_of(completion("x")) == Message("x")
    assert message_of(completion("x", None)) == Message("x")
    assert message_of(completion([{"type": "text", "text": "a"}, {"text": "b"}, 3])).text == "ab"
    called = message_of(completion(None, "tool_calls", tool_calls=[call('{"a": 1}'), call({"b": [2]}, "g")]))
    assert called == Message("", [{"name": "f", "arguments": {"a": 1}}, {"name": "g", "arguments": {"b": [2]}}])


BAD: list[tuple[Any, str, str]] = [
    (None, "transport", "malformed_reply"),
    ("<html>", "transport", "malformed_reply"),
    ({}, "transport", "malformed_reply"),
    ({"error": {"message": "x"}}, "transport", "malformed_reply"),
    ({"choices": None}, "transport", "malformed_reply"),
    ({"choices": []}, "transport", "malformed_reply"),
    ({"choices": {"0": 1}}, "transport", "malformed_reply"),
    ({"choices": ["x"]}, "transport", "malformed_reply"),
    ({"choices": [{"text": "x"}]}, "transport", "malformed_reply"),
    ({"choices": [{"message": "x"}]}, "transport", "malformed_reply"),
    (completion("half an", "length"), "unusable", "cut_off"),
    (completion(None, "length"), "unusable", "cut_off"),
    (completion("x", "content_filter"), "refused", "content_filter"),
    (completion(None, "stop", refusal="No."), "refused", "refusal"),
    (completion(None), "unusable", "empty_answer"),
    (completion(""), "unusable", "empty_answer"),
    (completion(" \n"), "unusable", "empty_answer"),
    (completion([]), "unusable", "empty_answer"),
    (completion(5), "unusable", "empty_answer"),
    (completion({"a": 1}), "unusable", "empty_answer"),
    (completion(None, tool_calls=[]), "unusable", "empty_answer"),
    (completion(None, tool_calls=[call("{")]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call("[]")]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call("null")]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call(None)]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call('{"a": NaN}')]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call('{"a": 1e999}')]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call({"a": float("inf")})]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call('{"a": ' + "[" * 600 + "]" * 600 + "}")]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call('{"a": ' + "[" * 50_000 + "]" * 50_000 + "}")]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[call("{}", None)]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=[{"name": "f", "arguments": {}}]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=["f"]), "unusable", "bad_tool_call"),
    (completion(None, tool_calls={"f": 1}), "unusable", "bad_tool_call"),
    (completion(None, tool_calls=5), "unusable", "bad_tool_call"),
]


@pytest.mark.parametrize(("reply", "kind", "reason"), BAD)
def test_a_reply_that_is_no_answer_is_never_a_success(reply: Any, kind: str, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        message_of(reply)
    assert (caught.value.kind, caught.value.reason) == (kind, reason)


def test_arguments_of_calls_can_be_kept() -> None:
    (called,) = message_of(
        completion(None, tool_calls=[call(r'{"\ud800": ["\u0000", {"b": "\udfff"}]}', "f\ud800")])
    ).calls
    assert "\0" not in repr(called) and str(called).encode()


SHAPES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "choices",
                    "message",
                    "content",
                    "tool_calls",
                    "function",
                    "name",
                    "arguments",
                    "finish_reason",
                    "text",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=10,
)


@settings(deadline=None, max_examples=300)
@given(SHAPES)
def test_no_reply_raises_anything_but_fault(shape: Any) -> None:
    for reply in (
        shape,
        {"choices": [shape]},
        {"choices": [{"message": shape}]},
        completion(shape),
        completion(None, tool_calls=shape),
    ):
        try:
            message = message_of(reply)
        except Fault:
            continue
        assert message.text or message.calls


REFUSALS = [
    "I can't help with that.",
    "I can\u2019t help with that request.",
    "I cannot assist you with this.",
    "I can't assist with that",
    "I'm unable to assist with that request.",
    "I\u2019m not able to help with this.",
    "I am unable to provide that.",
    "I won't do that.",
    "I'm sorry, but I can't help with that.",
    "I\u2019m sorry, but I can\u2019t assist with that request.",
    "I'm sorry, but I'm unable to help with this request.",
    "Sorry, I can't help.",
    "I'm very sorry, but I cannot comply.",
    "I apologize, but I cannot generate this content.",
    "I apologise, I can not continue.",
    "I am sorry, I am not able to write that.",
    "As an AI language model, I cannot do that.",
    "As an AI, I'm not able to have an opinion.",
    "I can't provide that.",
    "I cannot create this kind of content.",
    "I cannot engage in this discussion.",
]
ANSWERS = [
    "I can't help noticing how the gulls return each spring.",
    "I cannot help but smile when the ferry turns.",
    "I can't write, she thought, and shut the drawer.\nI can't sing either.",
    "I cannot write of spring without the rooks.",
    "I can't provide the date: the passage does not state it.",
    "I won't create a second account, the caller says; the first one is enough.",
    "I'm sorry, but the text does not say when the bridge was opened.",
    "I'm sorry, but I can't tell from this when the bridge was opened.",
    "I'm sorry, I can't find that in the passage.",
    "Sorry, I cannot determine the answer from what is given.",
    "I'm sorry, but I can't do that: none of my functions books a table.",
    "I'm sorry, but I can't help with booking a flight, as no tool for it is available to me.",
    "I cannot determine the number of boats.",
    "I can't be sure, but the second reading is likelier. Answer: B",
    "As an AI model I can summarise it in one sentence: the bog dried out.",
    "As an AI model, I do the sums first: 3 + 4 = 7.",
    "Sorry about the wait! Your order number, please?",
    'It says: "I can\'t help with that."',
    '{"message": "Sorry, I can\'t help with that."}',
    "I can't help with that. " + "The old miller said so each time, and each time he came along all the same. " * 6,
]


@pytest.mark.parametrize("content", REFUSALS)
def test_refusals_are_refusals(content: str) -> None:
    with pytest.raises(Fault) as caught:
        message_of(completion(f" {content}\n"))
    assert (caught.value.kind, caught.value.reason) == ("refused", "refusal")


@pytest.mark.parametrize("content", ANSWERS)
def test_answers_that_begin_alike_are_answers(content: str) -> None:
    assert message_of(completion(content)).text == content.strip()


def test_words_beside_a_call_are_not_a_refusal() -> None:
    assert message_of(completion("I can't help with that.", tool_calls=[call("{}")])).calls
