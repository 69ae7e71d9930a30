"""From what a model wrote to what was asked: fences off, JSON found, the schema checked."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tasks.records import Json
from tasks.teacher.faults import Fault
from tasks.teacher.replies import answer_text, clean_values
from tasks.text.json_values import json_candidates, json_value

_T = TypeVar("_T", bound=BaseModel)


def structured(text: str, schema: type[_T], asked: str = "") -> _T:
    """The JSON object in `text` as a `schema`, its texts clean; unusable, with what is wrong but none of the text, if there is
    none. `asked` is what the model was told."""
    seen = "no JSON object found"
    for candidate in json_candidates(answer_text(text, asked)):
        try:
            raw = json_value(candidate)
        except ValueError:
            continue
        if not isinstance(raw, dict):
            seen = f"expected a JSON object, saw {type(raw).__name__}"
            continue
        try:
            return schema.model_validate(clean_values(raw, asked))
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
