"""The commands that make a release again, as far as the manifest knows them: names of folders, no paths of this machine."""

from __future__ import annotations

import json
import shlex
from typing import Any

from tasks.publish.release.origin import Origin
from tasks.publish.release.places import public
from tasks.records import Json
from tasks.settings import ENDPOINT_ONLY, Settings

_DOCUMENTS = "DOCUMENTS"
"""What a manifest does not know: where the documents lie."""


def commands(origin: Origin, last: str) -> str:
    """Command lines in order; `last` publishes what the others have made."""
    manifest = origin.manifest
    if manifest.get("curated"):
        runs = manifest.get("runs") or []
        folders = [str(public(run["directory"])) for run in runs]
        first = [_generate(run, folder) for run, folder in zip(runs, folders, strict=True)]
        options = _options(manifest.get("settings") or {})
        lines = [*first, _line("curate", *folders, "--output", _name(origin), *options)]
    elif "version" in manifest:
        lines = [_line("factory", _DOCUMENTS, *_asked(manifest), *_choosing(manifest), "--output", _name(origin))]
    else:
        lines = [_generate(manifest, _name(origin))]
    return "\n".join([*lines, last])


def _generate(run: Json, folder: str) -> str:
    return _line("generate", _DOCUMENTS, *_asked(run), "--output", folder)


def _asked(run: Json) -> list[str]:
    """Skill, teacher, seed and the settings that are not as they come."""
    teacher = run.get("teacher")
    model = teacher.get("model") if isinstance(teacher, dict) else teacher
    named = {"skill": run.get("skill"), "teacher": model, "seed": run.get("seed")}
    options = [word for name, value in named.items() if value for word in (f"--{name}", str(value))]
    usual = Settings().model_dump(mode="json", exclude=ENDPOINT_ONLY)
    settings = run.get("settings") or {}
    changed = {name: settings[name] for name in usual if name in settings and settings[name] != usual[name]}
    return [*options, *_pairs(changed)]


def _choosing(version: Json) -> list[str]:
    """How a factory chooses the rows of a version, where it does."""
    curation = version.get("curation")
    if not curation:
        return []
    chosen = {name: value for name, value in curation["settings"].items() if value not in (None, "", [], False)}
    spelled = {
        name: ",".join(str(public(each)) for each in value) if isinstance(value, list) else public(_spelled(value))
        for name, value in chosen.items()
    }
    return ["--curate", *(word for name, value in spelled.items() for word in ("--curating", f"{name}={value}"))]


def _options(settings: Json) -> list[str]:
    """Settings of a curation as its command has them, each an option of its own."""
    words: list[str] = []
    for name, value in settings.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words += [option] if value else []
        elif isinstance(value, list):
            words += [word for each in value for word in (option, str(public(str(each))))]
        elif value not in (None, ""):
            words += [option, str(public(str(value)))]
    return words


def _pairs(settings: Json) -> list[str]:
    return [word for name, value in settings.items() for word in ("--set", f"{name}={_spelled(value)}")]


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _name(origin: Origin) -> str:
    return str(public(origin.directory.rstrip("/")))


def _line(command: str, *words: str) -> str:
    return " ".join(["agentinstruct", command, *(word if word == _DOCUMENTS else shlex.quote(word) for word in words)])
