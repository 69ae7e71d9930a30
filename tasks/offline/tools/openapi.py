"""Function descriptions from an OpenAPI document in YAML or JSON, whole or cut off."""

from __future__ import annotations

import json
import re
from typing import Any

from tasks.offline.tools.api import Api, api, parameter, snake, typed

_METHODS = ("get", "post", "put", "patch", "delete")
_OPERATION = re.compile(r"operationId[\"']?\s*:\s*[\"']?(\w[\w.-]*)")


def operations(text: str) -> list[Api]:
    """Every operation of the document as `Api`; of a document that does not parse, what its lines show."""
    document = _loaded(text)
    paths = document.get("paths") if isinstance(document, dict) else None
    found: list[Api] = []
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if str(method).lower() in _METHODS and isinstance(operation, dict):
                found.append(
                    _operation(
                        document,
                        str(path),
                        str(method),
                        {"parameters": item.get("parameters") or [], **_merged(item, operation)},
                    )
                )
    return found or _by_lines(text)


def _merged(item: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    shared, own = item.get("parameters"), operation.get("parameters")
    both = [*(shared if isinstance(shared, list) else []), *(own if isinstance(own, list) else [])]
    return {**operation, "parameters": both}


def _loaded(text: str) -> Any:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return {}
    import yaml  # most runs never meet an API description

    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, TypeError):
        return {}


def _resolved(document: dict[str, Any], node: Any, depth: int = 0) -> dict[str, Any]:
    while isinstance(node, dict) and isinstance(node.get("$ref"), str) and depth < 8:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target.get(part) if isinstance(target, dict) else None
        node, depth = target, depth + 1
    return node if isinstance(node, dict) else {}


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Api:
    name = _named(str(operation.get("operationId") or f"{method}_{path}"))
    said = " ".join(str(operation.get("summary") or operation.get("description") or name.replace("_", " ")).split())
    parameters: dict[str, dict[str, Any]] = {}
    for raw in operation["parameters"]:
        entry = _resolved(document, raw)
        if entry.get("name") and entry.get("in") not in ("header", "cookie"):
            schema = {**entry, **_resolved(document, entry.get("schema"))}
            about = entry.get("description") or schema.get("description")
            parameters[str(entry["name"])] = _parameter(
                str(entry["name"]), schema, about, entry.get("required") is True
            )
    body = _schema(document, _resolved(document, operation.get("requestBody")))
    for field, raw in _properties(document, body).items():
        schema = _resolved(document, raw)
        parameters.setdefault(
            field, _parameter(field, schema, schema.get("description"), field in (body.get("required") or ()))
        )
    return api(name, _sentence(said), list(parameters.values()), _returned(document, operation.get("responses")))


def _schema(document: dict[str, Any], holder: dict[str, Any]) -> dict[str, Any]:
    content = holder.get("content")
    first: Any = next(iter(content.values()), {}) if isinstance(content, dict) else {}
    return _resolved(document, first.get("schema") if isinstance(first, dict) else {})


def _properties(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in schema.get("allOf") or [] if depth < 4 else []:
        found |= _properties(document, _resolved(document, part), depth + 1)
    own = schema.get("properties")
    return found | ({str(k): v for k, v in own.items()} if isinstance(own, dict) else {})


def _returned(document: dict[str, Any], responses: Any) -> list[dict[str, Any]]:
    for code, raw in responses.items() if isinstance(responses, dict) else ():
        if str(code).startswith("2"):
            schema = _schema(document, _resolved(document, raw))
            if schema.get("type") == "array":
                return [_parameter("items", {"type": "array"}, "", True)]
            fields = _properties(document, schema)
            return [
                _parameter(n, _resolved(document, s), _resolved(document, s).get("description"), True)
                for n, s in list(fields.items())[:12]
            ]
    return []


def _parameter(name: str, schema: dict[str, Any], about: Any, required: bool) -> Api:
    enum = schema.get("enum") if isinstance(schema.get("enum"), list) else None
    kind = "object" if schema.get("properties") and "type" not in schema else typed(schema)
    return parameter(name, kind, " ".join(str(about or "").split()), required, enum or ())


def _sentence(said: str) -> str:
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _named(name: str) -> str:
    return snake(name) or "call"


def _by_lines(text: str) -> list[Api]:
    places = list(_OPERATION.finditer(text))
    found = []
    for i, m in enumerate(places):
        part = text[m.end() : places[i + 1].start() if i + 1 < len(places) else len(text)]
        entries = re.split(r"[-{]\s*[\"']?name[\"']?\s*:\s*[\"']?(?=[A-Za-z_])", part)[1:]
        typed = [(re.match(r"\w+", e), re.search(r"\btype[\"']?\s*:\s*[\"']?(\w+)", e)) for e in entries]
        schemas = {name[0]: {"type": kind[1] if kind else "string"} for name, kind in typed if name}
        name = _named(m[1])
        said = re.search(r"summary[\"']?\s*:\s*[\"']?([^\n\"']+)", text[max(0, m.start() - 300) : m.end() + 300])
        parameters = [_parameter(n, schema, "", True) for n, schema in schemas.items()]
        about = said[1].strip() if said else name.replace("_", " ").capitalize()
        found.append(api(name, about if about.endswith(".") else f"{about}.", parameters))
    return found
