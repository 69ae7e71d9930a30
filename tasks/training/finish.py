"""What is told of a student once it is there: its manifest, its card, its report."""

from __future__ import annotations

import json
import shutil
from importlib.metadata import PackageNotFoundError, version

from tasks.publish.release.places import public
from tasks.records import Json
from tasks.records.store import Store
from tasks.training.card import card
from tasks.training.loss import by_skill, compared, overall
from tasks.training.page import REPORT, page
from tasks.training.plan import WORK
from tasks.training.preparation import PREFERENCES

MANIFEST = "teaching.json"
LOSSES = "losses.jsonl"
"""Of each held-out row its loss before and after."""
_PACKAGES = ("agentinstruct", "torch", "transformers", "trl", "peft", "accelerate")


def finish(store: Store, facts: Json, ready: Json, result: Json) -> Json:
    """Write manifest, losses, card and report beside the student, and remove its checkpoints; the manifest."""
    told = manifest(facts, ready, result)
    losses = "".join(json.dumps(row) + "\n" for row in compared(result["before"], result["after"]))
    store.write(LOSSES, losses.encode())
    store.write(REPORT, page(told))
    store.write("README.md", card(told).encode())
    store.write_json(MANIFEST, told)
    for name in ("rows", PREFERENCES, "checkpoints", "new"):
        shutil.rmtree(f"{store.root}/{WORK}/{name}", ignore_errors=True)
    return told


def manifest(facts: Json, ready: Json, result: Json) -> Json:
    """Counts, losses, settings and versions; no text of a row."""
    trained, held, course, origin = ready["trained"], ready["held_out"], ready["course"], facts["origin"]
    curation = origin.get("curation") or origin
    rows = compared(result["before"], result["after"])
    whole = overall(rows)
    return {
        "student": facts["student"],
        "data": {
            "dataset": facts["data"],
            "rows": trained["rows"],
            "documents": trained["documents"],
            "windows": ready["windows"],
            "rejected": trained["rejected"],
            "offline_rows": trained["offline_rows"],
            "teachers": origin.get("teachers") or [(origin.get("teacher") or {}).get("model")],
        },
        "against": [public(each["name"]) for each in curation.get("against") or ()],
        "recipe": facts["recipe"],
        "method": facts["method"],
        "settings": facts["settings"],
        "template": ready["template"],
        "tokens": {skill: tokens * course["passes"] for skill, tokens in trained["tokens"].items()},
        "all_tokens": trained["all_tokens"] * course["passes"],
        PREFERENCES: {name: ready[PREFERENCES][name] for name in ("rows", "tokens", "rejected")},
        "loss": by_skill(rows),
        "overall": whole,
        "held_out": {name: held[name] for name in ("rows", "documents", "names", "rejected")},
        "course": course,
        "steps": course["steps"],
        **{name: result[name] for name in ("seconds", "cpu_seconds", "memory_mb", "gpu_memory_mb", "device", "curves")},
        "versions": {name: _version(name) for name in _PACKAGES},
        "message": _message(whole, course["steps"]),
    }


def _message(whole: Json, steps: int) -> str:
    """What came of it, in a line."""
    if not whole:
        return f"taught in {steps:,} steps; no row was held out to measure by"
    change = whole["after"] / whole["before"] - 1
    return f"loss of held-out rows {whole['before']:.3f} before, {whole['after']:.3f} after {steps:,} steps ({change:+.0%})"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
