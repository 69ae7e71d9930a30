"""JSON schemas that models wrote, used without letting them slow us down or open a connection."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

# A pattern may take for ever, and a reference may point anywhere.
_Validator: Any = extend(Draft202012Validator, dict.fromkeys(("pattern", "patternProperties")))  # type: ignore[no-untyped-call]


@lru_cache(maxsize=256)
def validator(schema: str) -> Any | None:
    """The validator of a schema given as JSON text; None if it is no usable schema of an object."""
    try:
        loaded = json.loads(schema)
        Draft202012Validator.check_schema(loaded)
    except (ValueError, RecursionError, SchemaError):
        return None
    return _Validator(loaded, registry=Registry()) if isinstance(loaded, dict) and loaded else None


def misfit(schema: str, value: Any) -> str | None:
    """Which rule of the schema the value breaks, None if it fits."""
    if (found := validator(schema)) is None:
        return "the schema cannot be used"
    try:
        return next((str(error.validator) for error in found.iter_errors(value)), None)
    except (Unresolvable, RecursionError, TypeError):
        return "the schema cannot be used"
