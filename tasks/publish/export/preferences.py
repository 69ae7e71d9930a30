"""Formats that hold which answer is better: TRL's pairs for DPO, and answers with a label for KTO."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from tasks.publish.export.formats import JSON, Format, without_empty
from tasks.publish.export.messages import Shape, Unfit, plain, tools_of
from tasks.records import Json

_MESSAGES = pa.list_(JSON)


def _dpo(pair: Json, shape: Shape) -> Json:
    """`prompt`, `chosen` and `rejected` messages, with the tools on offer."""
    return without_empty({"id": pair["id"], **sides_of(pair, shape), "tools": tools_of(pair)})


def sides_of(pair: Json, shape: Shape) -> Json:
    """`prompt`, `chosen` and `rejected` of a preference; Unfit if the prompt is empty or an answer not the assistant's."""
    sides = {side: _answer(pair[side], shape) for side in ("chosen", "rejected")}
    return {"prompt": _prompt(pair["prompt"], shape), **sides}


def _bad(pair: Json, shape: Shape) -> Json:
    """The rejected side of a pair, an answer that is not wanted."""
    return {**_labelled(pair, pair["prompt"], pair["rejected"], shape), "label": False}


def _good(row: Json, shape: Shape) -> Json:
    """An accepted row, whose answer is all that follows the user's first message."""
    asked = next((n for n, message in enumerate(row["messages"]) if message["role"] == "assistant"), 0)
    return {**_labelled(row, row["messages"][:asked], row["messages"][asked:], shape), "label": True}


def _labelled(row: Json, prompt: list[Json], completion: list[Json], shape: Shape) -> Json:
    said = {"prompt": _prompt(prompt, shape), "completion": _answer(completion, shape)}
    return without_empty({"id": row["id"], **said, "tools": tools_of(row)})


def _prompt(messages: list[Json], shape: Shape) -> list[Json]:
    told = plain(messages, shape)
    if not told:
        raise Unfit("there is nothing before the answer")
    return told


def _answer(messages: list[Json], shape: Shape) -> list[Json]:
    if not messages or messages[0]["role"] != "assistant" or messages[-1]["role"] != "assistant":
        raise Unfit("an answer does not begin and end with the assistant")
    return plain(messages, replace(shape, system="keep"))


PREFERENCES = (
    Format(
        "dpo",
        of_pair=_dpo,
        columns=pa.schema(
            [("id", pa.string()), *((n, _MESSAGES) for n in ("prompt", "chosen", "rejected")), ("tools", _MESSAGES)]
        ),
        suffixes=(".parquet", ".jsonl"),
    ),
    Format(
        "kto",
        of_row=_good,
        of_pair=_bad,
        columns=pa.schema(
            [
                ("id", pa.string()),
                *((n, _MESSAGES) for n in ("prompt", "completion")),
                ("label", pa.bool_()),
                ("tools", _MESSAGES),
            ]
        ),
        suffixes=(".parquet", ".jsonl"),
    ),
)
