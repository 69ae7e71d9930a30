"""Descriptions of functions as the tools contract has them: names, parameters, types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Api = dict[str, Any]
TYPES = ("string", "integer", "number", "boolean", "array", "object")


def api(name: str, description: str, parameters: list[Api], returns: Iterable[Api] = ()) -> Api:
    """A function: what it is called, does, takes and gives."""
    return {"name": name, "description": description, "parameters": parameters, "returns": list(returns)}


def parameter(
    name: str, type: str = "string", description: str = "", required: bool = True, enum: Iterable[Any] = ()
) -> Api:
    """What a function takes or gives."""
    values = [str(value) for value in enum]
    return {"name": name, "type": type, "description": description, "required": required, "enum": values}


def typed(schema: dict[str, Any]) -> str:
    """The one type of a JSON schema that is not null; a string where it tells none that is known."""
    told = schema.get("type")
    first = next((t for t in told if t != "null"), "string") if isinstance(told, list) and told else told
    return first if first in TYPES else "string"


def snake(name: str) -> str:
    """The name in small letters, its words joined by underscores."""
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").lower()
