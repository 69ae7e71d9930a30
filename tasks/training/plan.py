"""The plan of a training: all that the process which trains has to know, and where its files lie below the student's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from tasks.records import Json, digest
from tasks.training.recipes import Course, Recipe

WORK = "training"
"""What a training keeps below the student's folder; of no use once the student is there."""
PLAN, PROGRESS, LOG, PREPARED = (
    f"{WORK}/{name}" for name in ("plan.json", "progress.jsonl", "log.txt", "prepared.json")
)
WINDOWS, HELD_OUT, PAIRS = (f"{WORK}/{name}.arrow" for name in ("windows", "held_out", "pairs"))
CHECKPOINTS, BEFORE, RESULT = f"{WORK}/checkpoints", f"{WORK}/before.json", f"{WORK}/result.json"
REJECTED = "rejected.jsonl"


class Plan(BaseModel):
    """A training, read from its file by the process that carries it out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    student: str
    output: str
    recipe: Recipe
    course: Course
    pairs: int
    """Preferences to train on after the rows; 0 for none."""
    held_out: int
    """Rows whose loss is measured before and after."""
    prepared: str
    """Stands for the rows as they were prepared."""

    @property
    def key(self) -> str:
        """Stands for all that decides the student."""
        return digest(self.model_dump(exclude={"output"}))[:24]

    @classmethod
    def read(cls, path: str) -> Self:
        """The plan in a file."""
        return cls.model_validate_json(Path(path).read_text(encoding="utf-8"))

    def write(self) -> Path:
        """Put the plan where it belongs; its path."""
        path = self.path(PLAN)
        path.write_text(json.dumps(self.model_dump(), indent=1), encoding="utf-8")
        return path

    def path(self, relative: str) -> Path:
        return Path(self.output) / relative

    def kept(self, relative: str) -> Json | None:
        """What an earlier attempt at this plan has kept there; None if there is nothing of this plan."""
        try:
            told: Json = json.loads(self.path(relative).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return told if told.get("key") == self.key else None

    def keep(self, relative: str, told: Json) -> None:
        """Keep what a step came to, whole or not at all."""
        path = self.path(relative)
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps({**told, "key": self.key}, indent=1), encoding="utf-8")
        beside.replace(path)
