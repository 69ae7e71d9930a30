"""JSON schemas that models wrote, used without letting them slow us down or open a connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

# A pattern may take for ever, and a reference may point anywhere.
_Validator: Any = extend(Draft202012Validator, dict.fromkeys(("pattern", "patternProperties")))  # type: ignore[no-untyped-call]


class UnusableSchema(Exception):
    """A text that is no JSON schema, or one that refers to what is not in it."""


def breaches(schema: str, value: Any) -> Iterator[ValidationError]:
    """Each rule of the schema, given as JSON text, that the value breaks; :class:`UnusableSchema` where it cannot be told."""
    if (validator := _validator(schema)) is None:
        raise UnusableSchema
    try:
        yield from validator.iter_errors(value)
    except (Unresolvable, RecursionError, TypeError):
        raise UnusableSchema from None


def misfit(schema: str, value: Any) -> str | None:
    """Which rule of the schema the value breaks, None if it fits; a schema without rules is none."""
    if not is_usable(schema):
        return "the schema cannot be used"
    try:
        return next((str(error.validator) for error in breaches(schema, value)), None)
    except UnusableSchema:
        return "the schema cannot be used"


def is_usable(schema: str) -> bool:
    """Whether the text is a JSON schema that has a rule."""
    return (validator := _validator(schema)) is not None and bool(validator.schema)


@lru_cache(maxsize=512)
def _validator(schema: str) -> Any | None:
    try:
        loaded = json.loads(schema)
        Draft202012Validator.check_schema(loaded)
    except (ValueError, RecursionError, SchemaError, TypeError):
        return None
    return _Validator(loaded, registry=Registry()) if isinstance(loaded, dict) else None
