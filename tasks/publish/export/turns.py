"""Formats that hold who said what as turns: ShareGPT's conversations and Alpaca's instructions, as LLaMA-Factory reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from tasks.publish.export.formats import Format
from tasks.publish.export.messages import Shape, Unfit, plain, tools_of
from tasks.records import Json

_TEXT_BESIDE_CALLS = "text that an assistant said beside its calls, for which sharegpt has no place"


def _sharegpt(row: Json, shape: Shape) -> Json:
    """`conversations` of human, gpt, function_call and observation in turn; `system` and `tools` as text, empty without any.

    Several calls are a JSON list, and so are their results.
    """
    messages = plain(row["messages"], shape)
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    spoken = [message for message in messages if message["role"] != "system"]
    turns: list[Json] = []
    for role, group in groupby(spoken, key=lambda message: message["role"]):
        said = list(group)
        if role == "tool":
            results = [message["content"] for message in said]
            turns.append({"from": "observation", "value": results[0] if len(results) == 1 else _text(results)})
        else:
            turns += [_turn(message) for message in said]
    if any(asks == (turn["from"] in ("gpt", "function_call")) for asks, turn in zip(_asking(), turns, strict=False)):
        raise Unfit("its turns do not alternate")
    functions = _text([tool["function"] for tool in tools_of(row)]) if row["tools"] else ""
    return {"id": row["id"], "conversations": turns, "system": system, "tools": functions}


def _asking() -> Iterator[bool]:
    """Whether a turn of this place is the human's or an observation."""
    while True:
        yield True
        yield False


def _turn(message: Json) -> Json:
    if message["role"] == "user":
        return {"from": "human", "value": message["content"]}
    calls = [call["function"] for call in message.get("tool_calls", ())]
    if not calls:
        return {"from": "gpt", "value": message["content"]}
    return {"from": "function_call", "value": _text(calls[0] if len(calls) == 1 else calls)}


def _lost(row: Json) -> Iterator[str]:
    if any(message["content"] and message["tool_calls"] for message in row["messages"]):
        yield _TEXT_BESIDE_CALLS


def _alpaca(row: Json, shape: Shape) -> Json:
    """`instruction` is the user's last message and `output` the answer to it; what was said before is `history`."""
    if row["tools"]:
        raise Unfit("alpaca has no place for tools and calls")
    messages = plain(row["messages"], shape)
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    spoken = [message for message in messages if message["role"] != "system"]
    if [message["role"] for message in spoken] != ["user", "assistant"] * (len(spoken) // 2) or not spoken:
        raise Unfit("its turns do not alternate")
    said = [message["content"] for message in spoken]
    history = [list(pair) for pair in zip(said[:-2:2], said[1:-2:2], strict=True)]
    return {"instruction": said[-2], "input": "", "output": said[-1], "system": system, "history": history}


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


TURNS = (Format("sharegpt", _sharegpt, loses=_lost), Format("alpaca", _alpaca))
