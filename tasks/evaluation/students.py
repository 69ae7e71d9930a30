"""Whom to examine: a model at an OpenAI-compatible endpoint, or a folder or file of this machine that is served for as long."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tasks.records import digest

_AT = re.compile(r"(?P<model>.+?)@(?P<url>https?://\S+)")
_PARTS = (".safetensors", ".gguf", ".json", ".jinja", ".model", ".txt")
"""What of a model's folder decides what it says."""
TEACHING = "teaching.json"
"""What `teach` says of the student that it made."""


class StudentError(ValueError):
    """A student was named that cannot be had; the message says what to name."""


@dataclass(frozen=True)
class Student:
    """A model to examine."""

    name: str
    """What tables and rows call it."""
    model: str
    base_url: str = ""
    path: str = ""
    """Of a model on this machine; then it has no address before it is served."""

    @property
    def folder(self) -> str:
        """A name for its files."""
        return folder_of(self.name)


def folder_of(name: str) -> str:
    """A name for the files of a student of this name."""
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-').lower()[:40]}-{digest(name)[:6]}"


def student_of(told: str) -> Student:
    """The student that a person names: MODEL@URL, a model's folder, or a GGUF file."""
    if found := _AT.fullmatch(told):
        return Student(found["model"], found["model"], base_url=found["url"])
    path = Path(told).expanduser()
    if path.is_file() and path.suffix == ".gguf":
        return Student(path.name, path.stem, path=str(path))
    if path.is_dir() and (path / "config.json").exists():
        return Student(path.resolve().name, path.resolve().name, path=str(path))
    raise StudentError(
        f"no student at '{told}': name MODEL@http://host/v1, a folder with a model's config.json, or a .gguf file"
    )


def students_of(told: Sequence[str]) -> list[Student]:
    """The students that a person names, in that order; those whose names are the same are called all that was typed."""
    found = [student_of(each) for each in told]
    names = [student.name for student in found]
    return [
        student if names.count(student.name) == 1 else Student(word, student.model, student.base_url, student.path)
        for student, word in zip(found, told, strict=True)
    ]


def trained_against(student: Student, otherwise: Sequence[str] | None = None) -> tuple[str, ...] | None:
    """The benchmarks that its training data was decontaminated against, as its folder says; else `otherwise`."""
    try:
        told = json.loads((Path(student.path) / TEACHING).read_text(encoding="utf-8")) if student.path else {}
    except (OSError, ValueError):
        told = {}
    against = told.get("against") if isinstance(told, dict) else None
    if not isinstance(against, list):
        return None if otherwise is None else tuple(otherwise)
    return tuple(str(each.get("name") if isinstance(each, dict) else each) for each in against)


@cache
def identity(student: Student) -> str:
    """What stands for the model in the ledger: its endpoint's address, or the hash of its files, wherever it is served."""
    if not student.path:
        return student.base_url
    path = Path(student.path)
    files = [path] if path.is_file() else sorted(each for each in path.iterdir() if each.suffix in _PARTS)
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode())
        with file.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return f"files:{whole.hexdigest()[:32]}"
