"""With what the run was made: settings, versions, prompts. Folded, for whoever has to know."""

from __future__ import annotations

import json

from tasks.publish.report.charts import card, folded, table
from tasks.publish.report.figures import count
from tasks.publish.report.html import Element, h
from tasks.records import Json
from tasks.settings import Settings


def making(manifest: Json) -> Element:
    """Settings, those that were changed first, versions and prompts."""
    settings: Json = manifest.get("settings") or {}
    usual = Settings().model_dump(mode="json")
    changed = {name: value for name, value in settings.items() if name in usual and value != usual[name]}
    others = {name: value for name, value in settings.items() if name not in changed}
    teacher = manifest.get("teacher") or {}
    versions = {"teacher": teacher.get("model"), "endpoint": teacher.get("endpoint"), "seed": manifest.get("seed")}
    told = f"{count(len(changed), 'setting')} changed" if changed else "All settings as they come"
    return card(
        "Settings and versions",
        _pairs("Changed settings", changed) if changed else None,
        folded(count(len(others), "setting") + " as they come", _pairs("Other settings", others)),
        folded("Versions", _pairs("Versions", {**versions, **(manifest.get("versions") or {})})),
        folded(count(len(manifest.get("prompts") or {}), "prompt"), _pairs("Prompts", manifest.get("prompts") or {})),
        note=f"{told}.",
    )


def _pairs(name: str, values: Json) -> Element:
    rows = [(h("code", key), h("code", _written(value))) for key, value in values.items()]
    return table(["", "value"], rows, name=name, words=2)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
