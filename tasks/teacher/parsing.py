"""From what a model wrote to what was asked: think blocks and fences off, JSON found, the schema checked."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tasks.records import Json
from tasks.teacher.faults import Fault
from tasks.text.json_values import clean, json_candidates, json_value

_T = TypeVar("_T", bound=BaseModel)
_THINK = re.compile(r"\A\s*<(think|thinking|reasoning)>.*?</\1>", re.S | re.I)
_OPEN_THINK = re.compile(r"\A\s*<(think|thinking|reasoning)>", re.I)
_ORPHAN_THINK = re.compile(r"\A(?!\s*[{\[])(?:(?!<think>).)*?\n\s?</think>[ \t]*(?=\n|\Z)", re.S | re.I)


def answer_text(text: str) -> str:
    """The text without a leading think block and with lone surrogates and NUL replaced; unusable if nothing is left."""
    # Chat templates that open the think block themselves leave only its end in the answer.
    text = _ORPHAN_THINK.sub("", _THINK.sub("", text))
    if _OPEN_THINK.match(text):
        raise Fault("unusable", "cut_off", "the reasoning never ended")
    text = str(clean(text)).strip()
    if not text:
        raise Fault("unusable", "empty_answer", "the answer was empty")
    return text


def structured(text: str, schema: type[_T]) -> _T:
    """The JSON object in `text` as a `schema`; unusable, with what is wrong but none of the text, if there is none."""
    seen = "no JSON object found"
    for candidate in json_candidates(answer_text(text)):
        try:
            raw = json_value(candidate)
        except ValueError:
            continue
        if not isinstance(raw, dict):
            seen = f"expected a JSON object, saw {type(raw).__name__}"
            continue
        try:
            return schema.model_validate(raw)
        except RecursionError:
            seen = "nested too deeply"
        except ValidationError as error:
            seen = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
    raise Fault("unusable", "not_in_schema", seen)


def json_schema(schema: type[BaseModel]) -> Json:
    """The schema as endpoints want it: every property required, nothing else allowed, references inlined nowhere."""
    return _strict(schema)


@cache
def _strict(schema: type[BaseModel]) -> Json:
    def close(node: Any) -> Any:
        if isinstance(node, list):
            return [close(item) for item in node]
        if not isinstance(node, dict):
            return node
        closed = {k: close(v) for k, v in node.items() if k != "default"}
        if closed.get("type") == "object" and isinstance(closed.get("properties"), dict):
            closed |= {"additionalProperties": False, "required": list(closed["properties"])}
        return closed

    result: Json = close(schema.model_json_schema())
    return result
