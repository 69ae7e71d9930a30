"""What a chat completion request may hold, and what is refused rather than passed over."""

from __future__ import annotations

import json
from concurrent.futures import Future
from typing import Any

import pytest

from tasks.evaluation.serving.generation import MOST, Waiting, batch_of
from tasks.evaluation.serving.requests import ChatRequest, Refused, chat_request

ASKED = {"role": "user", "content": "How high is it?"}


def request_of(**more: Any) -> ChatRequest:
    return chat_request(json.dumps({"model": "student", "messages": [ASKED], **more}).encode())


def test_arguments_of_calls_reach_the_template_as_objects_and_content_as_text() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "height", "arguments": '{"of": "the tower"}'}}
    said = {"role": "assistant", "content": None, "tool_calls": [call]}
    parts = {"role": "user", "content": [{"type": "text", "text": "In "}, {"type": "text", "text": "metres."}]}
    turns = request_of(messages=[ASKED, said, parts]).turns()
    assert turns[1]["tool_calls"][0]["function"]["arguments"] == {"of": "the tower"}
    assert turns[1]["content"] == "" and turns[2]["content"] == "In metres."


def test_a_bare_stop_and_either_name_of_the_bound_are_taken() -> None:
    assert request_of(stop="\n\n").stop == ("\n\n",)
    assert request_of(stop=["a", ""]).stop == ("a",)
    assert request_of(max_completion_tokens=7).room == request_of(max_tokens=7).room == 7


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"messages": []}, "messages: "),
        ({"max_tokens": 0}, "max_tokens: "),
        ({"temperature": 3}, "temperature: "),
        ({"stream": True}, "stream: is not supported"),
        ({"n": 2}, "n: is not supported"),
        ({"response_format": {"type": "json_object"}}, "response_format: is not supported"),
    ],
)
def test_what_it_cannot_do_is_refused_by_name(more: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=f"^{told}"):
        request_of(**more)


def test_what_was_said_is_in_no_refusal() -> None:
    with pytest.raises(Refused) as refused:
        chat_request(b'{"messages": "a secret sentence"}')
    assert "secret" not in str(refused.value)


def waiting(tokens: int = 10, room: int = 10, **more: Any) -> Waiting:
    return Waiting(request_of(temperature=0, **more), [1] * tokens, room, lambda: False, Future())


def test_a_batch_holds_what_is_answered_alike_and_fits() -> None:
    alike, other = [waiting() for _ in range(3)], waiting(stop=["x"])
    assert [*map(id, batch_of([alike[0], other, *alike[1:]]))] == [*map(id, alike)]
    assert len(batch_of([waiting() for _ in range(40)])) == MOST
    assert len(batch_of([waiting(8000, 1000) for _ in range(8)])) == 3


def test_what_is_drawn_with_a_seed_is_drawn_alone() -> None:
    drawn = Waiting(request_of(temperature=1, seed=3), [1], 5, lambda: False, Future())
    assert batch_of([drawn, drawn]) == [drawn]
