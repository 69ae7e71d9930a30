"""What is looked at of a row of a dataset: whatever its messages say, its calls, its instruction by itself, and its key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tasks.curation.decontamination.hits import Row


def row_of(row: Mapping[str, Any]) -> Row:
    """A row of `dataset/`, or of a run's, as it is looked at."""
    texts = [text for message in row["messages"] for text in _of_message(message)]
    texts += [text for text in (row.get("instruction"), *(row.get("key") or ())) if text]
    return Row((row.get("provenance") or {}).get("document") or row["id"], tuple(texts))


def _of_message(message: Mapping[str, Any]) -> Iterator[str]:
    if content := message.get("content"):
        yield content
    for call in message.get("tool_calls") or ():
        yield "\n".join(_strings(call["function"]["arguments"]))


def _strings(arguments: object) -> Iterator[str]:
    """The texts in the arguments of a call, whose escapes are undone where they are written as JSON."""
    if isinstance(arguments, str) and arguments[:1] in ("{", "["):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            yield str(arguments)
            return
    if isinstance(arguments, Mapping):
        arguments = list(arguments.values())
    if isinstance(arguments, list):
        for each in arguments:
            yield from _strings(each)
    elif arguments is not None:
        yield str(arguments)
