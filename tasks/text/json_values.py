"""JSON that models wrote: found in a text and read, clean enough for any endpoint and file, never raising what nobody expects."""

from __future__ import annotations

import json
import math
from typing import Any

from tasks.text.markdown import FENCE


def json_candidates(text: str) -> list[str]:
    """Where a JSON value may be: the whole text, inside a code fence, from the first brace to the last."""
    start, end = text.find("{"), text.rfind("}")
    return [text, *(fence[2] for fence in FENCE.finditer(text)), *([text[start : end + 1]] if 0 <= start < end else [])]


def json_object(text: str) -> dict[str, Any] | None:
    """The JSON object that the text is; None for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def standard_json(text: str) -> Any:
    """The JSON value that the text is; ValueError for anything else, NaN and Infinity, and absurd nesting."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def json_value(text: str) -> Any:
    """The same for what a model wrote: clean, line breaks in strings forgiven, no number that is not finite."""
    try:
        return clean(json.loads(text, strict=False, parse_constant=_no_constant, parse_float=_finite))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def clean(value: Any) -> Any:
    """The JSON value with lone surrogates and NUL replaced, which neither endpoints nor Parquet take."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number
