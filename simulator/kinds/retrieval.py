"""Defects of answers from search results: citations that are missing, wrong or in another form, and conflicts that are none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from simulator.author_defects import QUESTION, Plant, in_an_item
from simulator.case import Case, Planted
from tasks.records import Json

_MARK = re.compile(r"[ \t]*\[(S?\d+)\]")
_SHOWN = re.compile(r'^(?:### )?(?:Source )?\[(S?\d+)\]|^<source id="(S?\d+)"|^  "id": "(S?\d+)"', re.M)


def _ids(case: Case) -> list[str]:
    return list(dict.fromkeys(next(filter(None, groups)) for groups in _SHOWN.findall(case.asked)))


def _object(case: Case) -> Json | None:
    try:
        found: Any = json.loads(case.content)
    except ValueError:
        return None
    return found if isinstance(found, dict) and found.get("relevant_passages") else None


def uncited(case: Case) -> Planted | None:
    """The answer without any citation."""
    if (found := _object(case)) is not None:
        return case.content_becomes(json.dumps({**found, "relevant_passages": []}), "object")
    if not _MARK.search(case.content):
        return None
    return case.content_becomes(_MARK.sub("", case.content), "marks")


def unknown_source(case: Case) -> Planted | None:
    """A citation of a source that is not there."""
    ids = _ids(case)
    other = f"{ids[0].rstrip('0123456789')}{len(ids) + 3}" if ids else ""
    return _cites(case, other, "unknown") if other else None


def wrong_source(case: Case) -> Planted | None:
    """A citation of another source than the one that says so."""
    cited = _MARK.findall(case.content) or (_object(case) or {}).get("relevant_passages", [])
    others = [i for i in _ids(case) if i not in cited]
    return _cites(case, case.random.choice(others), "other") if others and len(set(cited)) == 1 else None


def _cites(case: Case, other: str, detail: str) -> Planted | None:
    if (found := _object(case)) is not None:
        return case.content_becomes(json.dumps({**found, "relevant_passages": [other]}, ensure_ascii=False), detail)
    if not _MARK.search(case.content):
        return None
    return case.content_becomes(_MARK.sub(f" [{other}]", case.content), detail)


def broken_object(case: Case) -> Planted | None:
    """A JSON answer with a key missing, renamed, or with words around it."""
    if (found := _object(case)) is None:
        return None
    detail = case.random.choice(["dropped", "renamed", "more"])
    answer, named = found["answer"], found["relevant_passages"]
    spoilt = {
        "dropped": {"answer": answer},
        "renamed": {"answer": answer, "sources": named},
        "more": {**found, "confidence": "high"},
    }[detail]
    return case.content_becomes(json.dumps(spoilt, ensure_ascii=False), detail)


def _conflict_astray(case: Case, item: Json) -> str | None:
    """A conflict that is none: the same sentence, quite another one, or one that the passage does not hold."""
    conflict = (item.get("formal") or {}).get("conflict")
    if not conflict:
        return None
    detail = case.random.choice(["same", "unrelated", "invented"])
    if detail == "same":
        conflict["altered"] = conflict["quote"]
    elif detail == "unrelated":
        conflict["altered"] = "Nobody had asked for it until the committee met again."
    else:
        conflict["quote"] = "The committee had settled the matter behind closed doors in the spring of 1987."
    return detail


RETRIEVAL: dict[str, Plant] = {**QUESTION, "conflict_astray": in_an_item(_conflict_astray, "formal")}
CITED: dict[str, Callable[[Case], Planted | None]] = {
    plant.__name__: plant for plant in (uncited, unknown_source, wrong_source, broken_object)
}
DEFECTS = {"retrieval": RETRIEVAL, "response": CITED}
