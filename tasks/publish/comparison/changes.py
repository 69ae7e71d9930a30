"""What was asked of two runs that was not the same: teacher, seed, settings, prompts, code and versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasks.records import Json

_SHA = 12
NONE = "–"
"""Stands for what one of the runs does not have."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A thing that differs, in the words of each run."""

    group: str
    name: str
    a: str
    b: str


def changes(a: Json, b: Json) -> list[Changed]:
    """What differs between two manifests, the weightiest first; what only one version knows of is there with `NONE`."""
    return [
        *_of("run", _asked(a), _asked(b)),
        *_of("settings", a.get("settings"), b.get("settings")),
        *_of("prompts", _short(a.get("prompts")), _short(b.get("prompts"))),
        *_of("versions", _short(a.get("versions")), _short(b.get("versions"))),
    ]


def _asked(manifest: Json) -> Json:
    teacher = manifest.get("teacher") or {}
    return {
        "skill": manifest.get("skill"),
        "skills": ", ".join(sorted(manifest["skills"])),
        "teacher": teacher.get("model"),
        "endpoint": teacher.get("endpoint"),
        "seed": manifest.get("seed"),
        "tools off": ", ".join(sorted(manifest.get("tools_off") or ())) or None,
        "complete": manifest.get("complete"),
    }


def _short(named: Json | None) -> Json:
    """Hashes by their beginnings, which tell them apart well enough."""
    return {name: value[:_SHA] if isinstance(value, str) else value for name, value in (named or {}).items()}


def _of(group: str, a: Json | None, b: Json | None) -> Iterator[Changed]:
    left, right = a or {}, b or {}
    for name in dict.fromkeys([*left, *right]):
        if left.get(name) != right.get(name):
            yield Changed(group, name, _told(left.get(name)), _told(right.get(name)))


def _told(value: Any) -> str:
    if value is None or value == "":
        return NONE
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
