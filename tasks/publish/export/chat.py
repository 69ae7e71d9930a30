"""Formats that hold whole conversations: TRL's, OpenAI's, the released dataset's, and every column as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pyarrow as pa

from tasks.publish.export.formats import JSON, Format, without_empty
from tasks.publish.export.messages import Shape, Unfit, plain, tools_of, with_offer
from tasks.records import Json

_FUNCTION_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST_TOOLS = 128


def _trl(row: Json, shape: Shape) -> Json:
    """Conversational language modelling, as TRL's SFT trainer takes it."""
    return without_empty({"id": row["id"], "messages": plain(row["messages"], shape), "tools": tools_of(row)})


def _openai(row: Json, shape: Shape) -> Json:
    """A line of a file for OpenAI's supervised fine-tuning; Unfit where its rules would refuse the whole file."""
    tools = tools_of(row)
    if len(tools) > _MOST_TOOLS:
        raise Unfit(f"more than {_MOST_TOOLS} functions are on offer")
    if any(not _FUNCTION_NAME.fullmatch(tool["function"]["name"]) for tool in tools):
        raise Unfit("a function's name is not of 1 to 64 letters, digits, _ and -")
    messages = plain(row["messages"], shape, objects=False)
    if any(not message["content"] and "tool_calls" not in message for message in messages):
        raise Unfit("a message is empty")
    return without_empty({"messages": messages, "tools": tools})


def _orca(row: Json, shape: Shape) -> Json:
    """The one column of microsoft/orca-agentinstruct-1M-v1: the messages as one JSON text, `role` and `content` of each.

    The release has no row with tools, for its splits of them were withdrawn: there the system prompt names the functions, and
    messages have OpenAI's `tool_calls` and `tool_call_id` beside.
    """
    messages = plain(row["messages"], shape, objects=False)
    if tools := tools_of(row):
        messages = with_offer(messages, tools)
    return {"messages": json.dumps(messages, ensure_ascii=False)}


def _jsonl(row: Json, shape: Shape) -> Json:
    """Every column, nulls left out and JSON as what it spells."""
    provenance = {**row["provenance"], **_spelled(row["provenance"], "constraints", "lineage")}
    axes = {**row["axes"], **(_spelled(row["axes"], "others").get("others") or {})}
    axes.pop("others", None)
    told = {**row, "messages": plain(row["messages"], shape), "tools": tools_of(row)}
    value = without_empty(_full({**told, "provenance": provenance, "axes": axes}))
    assert isinstance(value, dict)
    return value


def _spelled(row: Json, *names: str) -> Json:
    return {name: json.loads(row[name]) for name in names if row.get(name)}


def _full(value: Any) -> Any:
    """The value without nulls at any depth, save in `messages` and `tools`, which have none and where null may be said."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if each is not None}
        return {name: each if name in ("messages", "tools") else _full(each) for name, each in kept.items()}
    return [_full(each) for each in value] if isinstance(value, list) else value


CHAT = (
    Format(
        "trl",
        _trl,
        columns=pa.schema([("id", pa.string()), ("messages", pa.list_(JSON)), ("tools", pa.list_(JSON))]),
        suffixes=(".parquet", ".jsonl"),
    ),
    Format("openai", _openai),
    Format("orca", _orca, columns=pa.schema([("messages", pa.string())]), suffixes=(".parquet",), by_skill=True),
    Format("jsonl", _jsonl, whole=True),
)
