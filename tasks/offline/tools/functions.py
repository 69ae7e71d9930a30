"""Functions on offer as the offline teacher reads and speaks of them: names, phrases, parameters and their values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

Schema = dict[str, Any]
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_FIRST = re.compile(r"[.;:\n(]")


@dataclass(frozen=True, slots=True)
class Function:
    """One function on offer."""

    name: str
    description: str
    parameters: dict[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    @property
    def phrase(self) -> str:
        """What the function does, in lower case and without its name: how a user speaks of it and is understood."""
        said = " ".join(_FIRST.split(self.description.strip(), maxsplit=1)[0].split()).replace("“", "").replace("”", "")
        if len(said.split()) < 2 or self.name in said:
            said = words_of(self.name)
        first = said.split(" ", 1)[0]
        verb = first[:-1] if re.fullmatch(r"[A-Z][a-z]+[^s]s", first) and first not in _NO_VERBS else first
        said = said.replace(first, verb, 1)
        return said[0].lower() + said[1:] if not said[:2].isupper() else said


_NO_VERBS = (
    "This", "Its", "Has", "Was", "Is", "Does", "Address", "Status", "Process", "Access", "Details", "Users", "Items",
)  # fmt: skip


def words_of(name: str) -> str:
    """An identifier as plain words."""
    return " ".join(_CAMEL.sub(" ", name).replace("_", " ").replace("-", " ").replace(".", " ").lower().split())


def offered(raw: Any) -> list[Function]:
    """Functions from OpenAI's tool list, bare function schemas or `Api` objects; the rest is passed over."""
    found = []
    for entry in raw if isinstance(raw, list) else []:
        inner = entry.get("function", entry) if isinstance(entry, dict) else None
        if not isinstance(inner, dict) or not isinstance(inner.get("name"), str) or not inner["name"]:
            continue
        parameters = inner.get("parameters")
        if isinstance(parameters, list):
            pairs = {p["name"]: p for p in parameters if isinstance(p, dict) and isinstance(p.get("name"), str)}
            needed = tuple(n for n, p in pairs.items() if p.get("required", True))
            schemas = {n: {k: v for k, v in p.items() if k != "enum" or v} for n, p in pairs.items()}
        else:
            schema = parameters if isinstance(parameters, dict) else {}
            properties = schema.get("properties")
            schemas = (
                {n: s for n, s in properties.items() if isinstance(s, dict)} if isinstance(properties, dict) else {}
            )
            needed = tuple(n for n in schema.get("required") or () if n in schemas)
        found.append(Function(inner["name"], str(inner.get("description") or ""), schemas, needed))
    return found


_CITIES = ("Oslo", "Porto", "Nagoya", "Lima", "Tartu", "Ghent")
_TITLES = ("Quarterly review", "Harbour survey", "Spring inventory", "Night shift plan", "Reading list")
_WORDS = ("amber", "cobalt", "maple", "quartz", "saffron", "willow")
_BY_NAME: list[tuple[str, tuple[Any, ...]]] = [
    (r"e?mail", ("desk@example.org", "team@example.com", "records@example.net")),
    (r"date|day|since|until|deadline", ("2026-03-14", "2027-10-05", "2025-11-30", "2026-07-21")),
    (r"timestamp|datetime", ("2026-03-14T09:30:00Z", "2025-11-30T17:45:00Z")),
    (r"time|hour", ("09:30", "17:45", "13:15")),
    (r"cit(y|ies)|place|location|destination|origin|station|port|address", _CITIES),
    (r"country", ("Norway", "Portugal", "Japan", "Peru")),
    (r"currency", ("EUR", "NOK", "JPY", "PEN")),
    (r"lang|locale", ("en", "pt", "ja")),
    (r"url|uri|link|href", ("https://example.org/list", "https://example.com/report")),
    (r"path|file|folder|dir", ("reports/march.csv", "data/input.txt", "notes/summary.md")),
    (r"status|state$", ("open", "confirmed", "closed", "pending")),
    (r"^(from|to|departure|arrival)$", _CITIES),
    (r"phone|tel", ("+47 5550 1234", "+351 555 0199")),
    (r"colou?r", ("green", "amber", "blue")),
    (r"(^|_)(id|key|code|sku|ref|uuid|token|isbn)$", ("A-1047", "K-2290", "R-8813", "T-5506")),
    (r"title|subject|heading", _TITLES),
    (
        r"text|message|body|content|comment|note|description|reason",
        ("The delivery arrived in good order.", "Item three needs repair.", "Two boxes were damaged."),
    ),
    (r"query|search|term|keyword|pattern", ("tide tables", "spare valves", "winter timetable")),
    (r"unit", ("metre", "kilogram", "litre")),
    (r"name|author|owner|user|customer|member", ("north depot", "reading room", "harbour office")),
]
_NAMED = [(re.compile(pattern), values) for pattern, values in _BY_NAME]


def value(name: str, schema: Schema, draw: Random, depth: int = 0) -> Any:
    """A value that fits the schema and the parameter's name."""
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return draw.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    kind = next((k for k in kind if k != "null"), "string") if isinstance(kind, list) else kind
    if kind is None:
        branches = [b for key in ("anyOf", "oneOf", "allOf") for b in schema.get(key) or [] if isinstance(b, dict)]
        usable = [b for b in branches if b.get("type") != "null"]
        return value(name, usable[0], draw, depth + 1) if usable and depth < 4 else _text(name, schema, draw)
    if kind == "boolean":
        return draw.random() < 0.7
    if kind in ("integer", "number"):
        return _figure(kind, name, schema, draw)
    if kind == "array":
        items = _dict(schema.get("items")) or {"type": "string"}
        low, high = int(schema.get("minItems") or 1), int(schema.get("maxItems") or 3)
        count = max(low, min(high, draw.randint(2, 3)))
        return [value(name, items, draw, depth + 1) for _ in range(count)] if depth < 4 else []
    if kind == "object":
        inner = _dict(schema.get("properties"))
        names = list(schema.get("required") or list(inner)[:3])
        return {n: value(n, inner.get(n, {"type": "string"}), draw, depth + 1) for n in names} if depth < 4 else {}
    return _text(name, schema, draw)


def _dict(value: Any) -> Schema:
    return value if isinstance(value, dict) else {}


def _figure(kind: str, name: str, schema: Schema, draw: Random) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    low = (low + ("exclusiveMinimum" in schema)) if isinstance(low, int | float) else None
    high = (high - ("exclusiveMaximum" in schema)) if isinstance(high, int | float) else None
    if kind == "number" and low is None and high is None and re.search(r"lat(itude)?$", name):
        return round(draw.uniform(-60, 60), 2)
    if low is None and high is None and re.search(r"year$", name):
        return draw.randint(2018, 2030)
    base = 2 if low is None else low
    if kind == "integer":
        base = int(base) if base == int(base) else int(base) + 1
        top = int(high) if high is not None else base + 12
        step = int(schema.get("multipleOf") or 1) or 1
        found = draw.randint(min(base, top), max(base, top))
        return found - found % step + (step if found - found % step < base else 0)
    upper = high if high is not None else base + 40
    return round(draw.uniform(base, upper), 1) if upper - base > 1 else round((base + upper) / 2, 3)


def _text(name: str, schema: Schema, draw: Random) -> str:
    formats = {"date": "date", "date-time": "timestamp", "email": "email", "uri": "url", "time": "time"}
    wanted = formats.get(str(schema.get("format")), words_of(name).replace(" ", "_"))
    for pattern, values in _NAMED:
        if pattern.search(wanted):
            found = str(draw.choice(values))
            break
    else:
        found = draw.choice(_WORDS)
    low, high = schema.get("minLength"), schema.get("maxLength")
    found = found[:high] if isinstance(high, int) and high > 0 else found
    return found + "x" * (low - len(found)) if isinstance(low, int) and 0 < low < 200 and len(found) < low else found


def spoken(value: Any) -> str:
    """A value as a request states it: JSON, readable in any script."""
    return json.dumps(value, ensure_ascii=False)
