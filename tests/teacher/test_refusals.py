"""Refusals of many providers: each in its class, with the remedy that fits; nothing is given up for a word's sake.

The texts are after public reports: vLLM, TGI, llama.cpp, Ollama, LM Studio, Together, Fireworks, OpenRouter, DeepSeek, Mistral,
Cohere, Anthropic, Gemini, Azure, Bedrock, LiteLLM, Groq, Cerebras, xAI, DashScope, Zhipu, Moonshot.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from tasks.records import Json
from tasks.teacher import Fault, quotas
from tasks.teacher.endpoints import limits
from tasks.teacher.endpoints.dialect import Dialect
from tasks.teacher.faults import from_status, words_of
from tests.teacher.test_habits import BODY, GOOD, TOOL, ask, refusing


def said(message: Any, code: Any = "", **more: Any) -> Json:
    return {"message": message, "code": code, **more}


BOTH, PROMPT, ANSWER = (
    "set a smaller chunk_words or max_tokens",
    "set a smaller chunk_words",
    "set a smaller max_tokens",
)


@pytest.mark.parametrize(
    ("status", "body", "remedy"),
    [
        (400, said("max_tokens must be at least 1, got -186."), PROMPT),
        (400, said("The maximum context length is 8192 tokens, but your messages resulted in 8227 tokens."), PROMPT),
        (422, said("Input validation error: `inputs` must have less than 1024 tokens. Given: 1244"), PROMPT),
        (400, said("Prompt exceeds max length", "1261"), PROMPT),
        (400, said("prompt token count of 4662 exceeds the limit of 4095", "model_max_prompt_tokens_exceeded"), PROMPT),
        (400, said("The prompt is too long: 131073, model maximum context length: 131072"), PROMPT),
        (400, said("too many tokens: size limit exceeded by 1234 tokens. Try shorter inputs."), PROMPT),
        (400, said("Please reduce the length of the messages or completion."), BOTH),
        (422, said("`inputs` tokens + `max_new_tokens` must be <= 4096."), BOTH),
        (400, said("max_tokens is above the maximum of 8192 tokens."), ANSWER),
        (413, said("Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000"), PROMPT),
    ],
)
def test_too_long_is_told_with_what_to_make_shorter(status: int, body: Json, remedy: str) -> None:
    fault = from_status(status, body, None, "m", "K")
    assert fault.kind == "overflow" and fault.message.endswith(remedy)


FREE_DAY = "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day"
DAY, MINUTE = ({"violations": [{"quotaId": f"GenerateRequestsPer{x}PerProjectPerModel"}]} for x in ("Day", "Minute"))


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        (429, said("余额不足或无可用资源包,请充值。", "1113"), "stop", "top it up"),
        (429, said("您的账户已达到速率限制", "1302"), "transport", ""),
        (403, "Your team has either used all available credits or reached its monthly spending limit.", "stop", "top it up"),
        (400, said("Access denied, please make sure your account is in good standing.", "Arrearage"), "stop", "top it up"),
        (403, said("The free tier of the model is used up.", "AllocationQuota.FreeTierOnly"), "stop", "top it up"),
        (400, said("Your credit balance is too low to access the API."), "stop", "top it up"),
        (400, said("Budget has been exceeded! Current cost: 10.1, Max budget: 10.0"), "stop", "top it up"),
        (412, said("Account x is suspended, possibly for its spending limit"), "stop", "top it up"),
        (429, said("Quota exceeded for metric: free_tier_requests, limit: 0. Please retry in 20.04s."), "stop", "top it up"),
        (429, said("You are using a trial key, which is limited to 1000 API calls / month."), "stop", "next month"),
        (429, said("You are using a trial key, which is limited to 20 API calls / minute."), "transport", ""),
        (429, said(FREE_DAY), "stop", "limit for the day is used up and comes back tomorrow"),
        (429, said(FREE_DAY.replace("per-day", "per-min", 1)), "transport", ""),
        (429, said("You exceeded your current quota.", details=[DAY, {"retryDelay": "38s"}]), "stop", "tomorrow"),
        (429, said("You exceeded your current quota.", details=[MINUTE, {"retryDelay": "38s"}]), "transport", ""),
        (429, said("You exceeded your current quota.", details=[MINUTE]), "transport", ""),
        (429, said("Limit reached on requests per day (RPD): Limit 200. Please try again in 7m12s."), "wait_long", ""),
        (429, said("The call rate limit is exceeded. Please retry after 86400 seconds."), "stop", "comes back in about 24 hours"),
        (429, said("Usage limit reached for 5 hour. Your limit will reset at 2030-01-30 12:00:00"), "stop", "when it is reset"),
        (429, said("Resource has been exhausted (e.g. check quota)."), "transport", ""),
        (429, said("Tokens per day limit exceeded - too many tokens processed"), "stop", "tomorrow"),
        (429, said("Number of request tokens has exceeded your daily rate limit"), "stop", "tomorrow"),
        (429, said("Number of request tokens has exceeded your per-minute rate limit"), "transport", ""),
        (400, said("Model is unloaded."), "transport", ""),
        (404, said("Model is loading"), "transport", ""),
    ],
)  # fmt: skip
def test_a_quota_that_comes_back_soon_is_waited_for(status: int, body: Any, kind: str, told: str) -> None:
    fault = from_status(status, body, None, "m", "K")
    assert fault.kind == kind and told in fault.message


def test_the_time_of_a_reset_is_read() -> None:
    at = int((time.time() + 7_200) * 1000)
    fault = from_status(429, said(FREE_DAY, metadata={"headers": {"X-RateLimit-Reset": str(at)}}), None, "m", "K")
    assert fault.kind == "stop" and "in about 2 hours" in fault.message
    assert quotas.wait_told("X-RateLimit-Reset: 1000000000") is None


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, said("Model Not Exist", "invalid_request_error"), "not_found"),
        (400, said("The model `x` has been decommissioned.", "model_decommissioned"), "not_found"),
        (400, said("foo/bar is not a valid model ID", 400), "not_found"),
        (400, said("Invalid model: foo", "1500"), "not_found"),
        (400, said("Invalid model name passed in model=x."), "not_found"),
        (400, said("Authentication Error, Invalid proxy server token passed", "400"), "bad_key"),
        (400, said("Incorrect API key provided: xa***."), "bad_key"),
        (403, said("Invalid API token"), "bad_key"),
        (400, said("Please pass a valid key.", details=[{"reason": "API_KEY_INVALID"}]), "bad_key"),
        (400, said("User location is not supported for the API use."), "forbidden"),
    ],
)
def test_what_no_request_can_mend_stops_the_run(status: int, body: Json, reason: str) -> None:
    fault = from_status(status, body, None, "m", "K")
    assert (fault.kind, fault.reason) == ("stop", reason)


EXTRA = "Extra inputs are not permitted"
FUNCTION_SCHEMA = (
    "Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field."
)


@pytest.mark.parametrize(
    ("message", "habit"),
    [
        ("registry/library/gemma does not support tools", "functions described in the prompt"),
        ('"auto" tool choice requires --enable-auto-tool-choice to be set', "functions described in the prompt"),
        ("a-reasoner does not support Function Calling", "functions described in the prompt"),
        ("`tool calling` is not supported with this model", "functions described in the prompt"),
        ("Function calling is not enabled for models/small", "functions described in the prompt"),
        ("This model doesn't support tool use.", "functions described in the prompt"),
        ([{"type": "extra_forbidden", "loc": ["body", "tools"], "msg": EXTRA}], "functions described in the prompt"),
        (FUNCTION_SCHEMA, "functions described in the prompt"),
        ([{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": EXTRA}], "without seed"),
        ("Unrecognized request argument supplied: seed", "without seed"),
        ("Parameter 'seed' is not supported when tools are given", "without seed"),
        ("invalid temperature: only 1 is allowed for this model", "without temperature"),
        ("`temperature` is deprecated for this model.", "without temperature"),
        ("Only user and assistant roles are supported!", "no system message"),
        ("'response_format.type' must be 'json_schema' or 'text'", "structured answers by json object"),
        ("This model does not support response format `json_schema`.", "structured answers by json object"),
        ("json mode response is not supported when enable_thinking is true", "structured answers by json object"),
        ("response_format json_object cannot be combined with tool/function calling", "no schema beside functions"),
        ("Unexpected role 'user' after role 'tool'", "user and assistant in turns"),
    ],
)  # fmt: skip
def test_what_an_endpoint_lacks_is_done_without(message: Any, habit: str) -> None:
    fault, dialect = from_status(400, said(message), None, "m", "K"), Dialect()
    assert fault.kind == "bad_request" and dialect.adapt(words_of(said(message))) and habit in dialect.habits()


@pytest.mark.parametrize(
    "message",
    [
        "messages[1].content: 'what a json_schema keyword means' must be a string",
        "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
        "Tool results are not allowed without a preceding tool call",
        "Unsupported value: 'tools[0].type' is 'fn', expected 'function'",
        "Image inputs are not supported by our system",
        "The file system is currently not available to this request",
        "doubao-seed-1-6: the request is malformed",
        "Requests exceeded what is supported",
        "Your payload about temperature has no body",
        "max_completion_tokens is invalid",
        "Streaming of your upload was interrupted",
        "The alternative spelling of the stream's name is unknown",
    ],
)
def test_nothing_is_given_up_for_a_word(message: str) -> None:
    dialect = Dialect()
    assert not dialect.adapt(message) and dialect == Dialect()


def test_a_word_of_schemas_is_no_parameter() -> None:
    dialect = Dialect()
    dialect.adapt("'additionalProperties' must be set to false, and 'strict' must be set to true")
    assert not dialect.extra


@pytest.mark.parametrize("message", ["tools param requires --jinja flag", "Unsupported param: tools"])
def test_a_server_without_functions_is_told_of_them_in_words_whatever_the_status(message: str) -> None:
    _, seen = ask(refusing(lambda b: "tools" in b, message, 500), {**BODY, "tools": [TOOL]})
    assert len(seen) == 2 and "tools" not in seen[-1]


def test_an_answer_is_shortened_where_no_number_is_told() -> None:
    message = "Please reduce the length of the messages or completion."
    _, seen = ask(refusing(lambda b: b["max_tokens"] > 1500, message))
    assert [b["max_tokens"] for b in seen] == [4096, 1024]
    with pytest.raises(Fault, match="chunk_words or max_tokens"):
        ask(refusing(lambda b: True, message))


def test_a_request_that_is_too_large_for_a_minute_asks_for_less() -> None:
    message = "Request too large on tokens per minute (TPM): Limit 6000, Requested {}, please reduce your message size"
    server = lambda b: (  # noqa: E731
        (413, said(message.format(b["max_tokens"] + 3000))) if b["max_tokens"] > 3000 else (200, GOOD)
    )
    _, seen = ask(server)
    assert [b["max_tokens"] for b in seen] == [4096, 2992]


def test_the_fault_is_the_prompts_where_the_numbers_say_so() -> None:
    message = "context length is 4096 tokens. You requested 8100 tokens (4004 in the messages, 4096 in the completion)"
    with pytest.raises(Fault) as caught:
        ask(refusing(lambda b: True, message))
    assert caught.value.message.endswith(PROMPT)


@pytest.mark.parametrize(
    ("message", "asked", "most"),
    [
        ("maxOutputTokens value of 10000 but the range is from 1 (inclusive) to 8193 (exclusive)", 10_000, 8192),
        ("The maximum tokens you requested exceeds the model limit of 4096.", 9_000, 4096),
        ("max tokens must be less than or equal to 4096 - received 8192.", 8192, 4096),
        ("Input validation error: `max_new_tokens` must be <= 192. Given: 400", 400, 192),
    ],
)
def test_more_ways_to_say_how_long_an_answer_may_be(message: str, asked: int, most: int) -> None:
    assert limits.longest_answer(message, asked) == most


def test_the_newer_name_of_lengths_may_be_set() -> None:
    body = {**BODY, "max_completion_tokens": 9000}
    _, seen = ask(
        refusing(lambda b: b["max_completion_tokens"] > 5000, "Please reduce the length of the completion."), body
    )
    assert [b["max_completion_tokens"] for b in seen] == [9000, 2250] and not any("max_tokens" in b for b in seen)
