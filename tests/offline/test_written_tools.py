"""The offline teacher calls functions that are told in words as it calls those that are offered."""

from __future__ import annotations

import json

import pytest

from tasks import offline
from tasks.records import Json
from tasks.teacher.replies import message_of
from tasks.teacher.tool_text import describe_tools

TOOLS: list[Json] = [
    {
        "type": "function",
        "function": {
            "name": "water_level",
            "description": "The water level at a place.",
            "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
        },
    }
]
ASKED: list[Json] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "I want to know the water level. Place: Wick"},
]
CALL = {"name": "water_level", "arguments": '{"place": "Wick"}'}
CALLED: list[Json] = [
    {"role": "assistant", "content": "", "tool_calls": [{"id": "c", "type": "function", "function": CALL}]},
    {"role": "tool", "tool_call_id": "c", "content": '{"level": 2}'},
]


@pytest.mark.parametrize("turns", [ASKED, ASKED + CALLED])
def test_the_same_is_said_of_functions_in_words(turns: list[Json]) -> None:
    native = offline.reply({"model": "m", "messages": turns, "tools": TOOLS})
    in_words = offline.reply({"model": "m", "messages": describe_tools(turns, TOOLS)})
    assert "tool_calls" not in in_words["choices"][0]["message"], json.dumps(in_words)
    said = message_of(in_words, "", {"water_level"})
    assert said == message_of(native, "", {"water_level"}) and bool(said.calls) == (turns is ASKED)
