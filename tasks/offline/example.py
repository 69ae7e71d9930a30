"""A value for any JSON schema: what the offline teacher says where it does not know the contract."""

from __future__ import annotations

from typing import Any

from tasks.offline.passage import Passage


def filled(schema: dict[str, Any], material: str) -> Any:
    """The smallest value that fits the schema, its texts taken from the material."""
    sentence = next(iter(Passage(material[:4000]).finished), "Nothing to add.")
    return _value(schema, schema, sentence, 0)


def _value(schema: Any, root: dict[str, Any], sentence: str, depth: int) -> Any:
    if not isinstance(schema, dict) or depth > 12:
        return None
    if isinstance(ref := schema.get("$ref"), str):
        target: Any = root
        for part in ref.removeprefix("#/").split("/"):
            target = target.get(part) if isinstance(target, dict) else None
        return _value(target, root, sentence, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return _value(schema[key][0], root, sentence, depth + 1)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            return {}
        return {name: _value(inner, root, sentence, depth + 1) for name, inner in properties.items()}
    if kind == "array":
        return [
            _value(schema.get("items") or {}, root, sentence, depth + 1)
            for _ in range(int(schema.get("minItems") or 0))
        ]
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return {"boolean": True, "null": None}.get(str(kind), sentence)
