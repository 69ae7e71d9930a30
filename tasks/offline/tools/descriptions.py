"""Functions described from code or from an OpenAPI document, and lists of functions grown by siblings."""

from __future__ import annotations

from typing import Any

from tasks.offline.prompt import Prompt, parsed
from tasks.offline.tools import openapi, signatures
from tasks.offline.tools.functions import Function, offered, words_of
from tasks.records import rng

Api = dict[str, Any]
_MOST = 24


def apis(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `contracts.Apis`: what the seed offers, or the functions so far and new ones that go with them."""
    blocks, salt = prompt.blocks, prompt.salt
    raw = blocks.get("functions", "")
    if not raw:
        found = described(blocks.get("seed", ""))
        return {
            "unsuitable": "" if found else "The material declares no function that a program could offer.",
            "apis": found[:_MOST],
        }
    given = [_again(f) for f in offered(parsed(raw, []))]
    names = {a["name"] for a in given}
    found = [a for a in described(blocks.get("similar", "")) if a["name"] not in names][:5]
    if len(found) < 3:
        found += [a for a in _siblings(given, salt) if a["name"] not in names | {x["name"] for x in found}]
    return {
        "unsuitable": "" if given else "There are no functions to add to.",
        "apis": [*given, *(found[:5] if given else [])],
    }


def described(material: str) -> list[Api]:
    """Every function that code in a known language or an OpenAPI document declares, each name once."""
    found: list[Api] = []
    if any(key in material for key in ("openapi", "swagger", "operationId", "paths:")):
        found = openapi.operations(material)
    found = found or signatures.functions(material) or signatures.signatures(material)
    return list({a["name"]: a for a in reversed(found)}.values())[::-1]


def _again(function: Function) -> Api:
    """A function on offer as `contracts.Api`."""
    parameters = [parameter(n, s, n in function.required) for n, s in function.parameters.items()]
    return {"name": function.name, "description": function.description, "parameters": parameters, "returns": []}


def parameter(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    """A `contracts.Parameter` from a JSON schema."""
    kind = schema.get("type")
    kind = next((k for k in kind if k != "null"), "string") if isinstance(kind, list) else kind
    known = kind if kind in ("string", "integer", "number", "boolean", "array", "object") else "string"
    enum = [str(e) for e in schema.get("enum") or []]
    return {
        "name": name,
        "type": known,
        "description": str(schema.get("description") or ""),
        "required": required,
        "enum": enum,
    }


_SIBLINGS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...], tuple[tuple[str, str], ...]], ...] = (
    (
        "list_{}_entries",
        "List the entries kept for {}",
        (("limit", "integer", "most entries to return"),),
        (("entries", "array"), ("total", "integer")),
    ),
    (
        "count_{}_entries",
        "Count the entries kept for {} since a date",
        (("since", "string", "first day, as YYYY-MM-DD"),),
        (("count", "integer"),),
    ),
    (
        "get_{}_history",
        "Show how {} changed between two dates",
        (("start_date", "string", "as YYYY-MM-DD"), ("end_date", "string", "as YYYY-MM-DD")),
        (("changes", "array"),),
    ),
    (
        "export_{}_report",
        "Export a report on {} to a file",
        (("file_path", "string", "where to write it"),),
        (("file_path", "string"), ("size", "integer")),
    ),
    ("add_{}_note", "Attach a note to {}", (("note_text", "string", "the note"),), (("note_id", "string"),)),
)


def _siblings(given: list[Api], salt: Any) -> list[Api]:
    draw = rng("siblings", [a["name"] for a in given], salt)
    nouns = list(
        dict.fromkeys(
            w for a in given for w in words_of(a["name"]).split()[1:] or words_of(a["name"]).split() if len(w) > 2
        )
    )
    noun = draw.choice(nouns[:6]) if nouns else "record"
    made = []
    for name, said, takes, gives in draw.sample(_SIBLINGS, 4):
        parameters = [{"name": n, "type": t, "description": d, "required": True, "enum": []} for n, t, d in takes]
        returns = [{"name": n, "type": t, "description": "", "required": True, "enum": []} for n, t in gives]
        made.append(
            {
                "name": name.format(noun),
                "description": f"{said.format(f'the {noun}')}.",
                "parameters": parameters,
                "returns": returns,
            }
        )
    return made
