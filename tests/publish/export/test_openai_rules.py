"""OpenAI's public rules for a file of supervised fine-tuning: its client's own types, and what its guide says of a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionMessageParam
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from tasks.publish.export.export import Wanted, export
from tasks.records import Json
from tests.publish.export.run_directory import SAID, say, write_run


@with_config(ConfigDict(extra="forbid"))
class Line(TypedDict, total=False):
    """A line of the file, by the types of the client for a request of chat."""

    messages: list[ChatCompletionMessageParam]
    tools: list[ChatCompletionFunctionToolParam]
    parallel_tool_calls: bool


LINE = TypeAdapter(Line)


def problems(line: str) -> list[str]:
    """What OpenAI would refuse a line for."""
    row = json.loads(line)
    for said in LINE.validate_python(row)["messages"]:
        calls: Any = said.get("tool_calls", ())
        list(calls)  # pydantic looks into an Iterable only as it is read
    messages, found = row["messages"], []
    if not any(message["role"] == "assistant" for message in messages):
        found.append("no assistant")
    if messages[-1]["role"] != "assistant":
        found.append("does not end with the assistant")
    offered = {tool["function"]["name"] for tool in row.get("tools", ())}
    if len(offered) > 128 or any(not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in offered):
        found.append("functions")
    open_calls: set[str] = set()
    for message in messages:
        if message["role"] != "tool" and open_calls:
            found.append("a call without its result")
        if not message["content"] and "tool_calls" not in message:
            found.append("empty")
        for call in message.get("tool_calls", ()):
            open_calls.add(call["id"])
            if call["function"]["name"] not in offered or not isinstance(
                json.loads(call["function"]["arguments"]), dict
            ):
                found.append("call")
        open_calls.discard(message.get("tool_call_id", ""))
    return found


def lines(folder: Path, said: Mapping[str, list[Json]] = SAID) -> list[str]:
    write_run(folder, said=said)
    export(Wanted(directory=str(folder), format="openai"))
    return (folder / "export/openai/train.jsonl").read_text(encoding="utf-8").splitlines()


def test_every_line_keeps_the_rules(tmp_path: Path) -> None:
    written = lines(tmp_path)
    assert len(written) == 60 and [found for line in written for found in problems(line)] == []


def test_what_would_be_refused_is_left_out(tmp_path: Path) -> None:
    empty = [say("user", "Say nothing."), say("assistant", "")]
    assert len(lines(tmp_path, {"coding": empty, "conversation": [say("user", "a"), say("assistant", "b")]})) == 20


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"messages": [say("user", "a")]}, ["no assistant", "does not end with the assistant"]),
        ({"messages": [say("user", ""), say("assistant", "b")]}, ["empty"]),
    ],
)
def test_the_rules_can_be_broken(change: Json, told: list[str]) -> None:
    assert problems(json.dumps(change)) == told


def test_the_types_can_be_broken() -> None:
    arguments = {"id": "c", "type": "function", "function": {"name": "f", "arguments": {"a": 1}}}
    for wrong in (
        {"messages": [say("narrator", "a")]},
        {"messages": [say("user", "a"), {"role": "assistant", "tool_calls": [arguments]}]},
        {"messages": [say("assistant", "a")], "id": "x"},
    ):
        with pytest.raises(ValidationError):
            problems(json.dumps(wrong))
