"""Functions described from code or from an OpenAPI document, and lists of functions extended by related ones."""

from __future__ import annotations

from typing import Any

from tasks.offline.prompt import Prompt, parsed
from tasks.offline.tools import openapi, signatures
from tasks.offline.tools.api import Api, api, parameter, typed
from tasks.offline.tools.functions import Function, offered, words_of
from tasks.records import rng

_MOST = 24


def apis(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Apis`: what the seed offers, or new functions that go with those so far."""
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
        "apis": found[:5] if given else [],
    }


def described(material: str) -> list[Api]:
    """Every function that code in a known language or an OpenAPI document declares, each name once."""
    found: list[Api] = []
    if any(key in material for key in ("openapi", "swagger", "operationId", "paths:")):
        found = openapi.operations(material)
    found = found or signatures.functions(material) or signatures.signatures(material)
    return list({a["name"]: a for a in reversed(found)}.values())[::-1]


def _again(function: Function) -> Api:
    """A function on offer in the contract's form."""
    parameters = [
        parameter(n, typed(s), str(s.get("description") or ""), n in function.required, s.get("enum") or ())
        for n, s in function.parameters.items()
    ]
    return api(function.name, function.description, parameters)


_Field = tuple[str, str, str]
_SIBLINGS: tuple[tuple[str, str, tuple[_Field, ...], tuple[_Field, ...]], ...] = (
    ("list_{}_entries", "List the entries kept for {}",
     (("limit", "integer", "most entries to return"),), (("entries", "array", ""), ("total", "integer", ""))),
    ("count_{}_entries", "Count the entries kept for {} since a date",
     (("since", "string", "first day, as YYYY-MM-DD"),), (("count", "integer", ""),)),
    ("get_{}_history", "Show how {} changed between two dates",
     (("start_date", "string", "as YYYY-MM-DD"), ("end_date", "string", "as YYYY-MM-DD")), (("changes", "array", ""),)),
    ("export_{}_report", "Export a report on {} to a file",
     (("file_path", "string", "where to write it"),), (("file_path", "string", ""), ("size", "integer", ""))),
    ("add_{}_note", "Attach a note to {}", (("note_text", "string", "the note"),), (("note_id", "string", ""),)),
)  # fmt: skip
"""Name, description, what it takes and what it gives."""


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
        said = f"{said.format(f'the {noun}')}."
        made.append(api(name.format(noun), said, [parameter(*p) for p in takes], [parameter(*p) for p in gives]))
    return made
