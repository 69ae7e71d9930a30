"""How far a training is, line by line in a file: who trains writes it, who tells people reads it."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

from tasks.records import Json

BEGIN = "begin"
"""The stage of an attempt's first line."""
PARENT = "AGENTINSTRUCT_TRAINS_FOR"
"""Names, in the environment, the process that started a training, with which it ends."""


class Progress:
    """Writes the lines of one attempt; of several processes only the first does."""

    def __init__(self, path: Path, *, first: bool = True) -> None:
        self._path, self._first = path, first

    def tell(self, stage: str, step: int, of: int, **more: float | None) -> None:
        """One line: the stage, how many of its steps are done, and what else is known."""
        if not self._first:
            return
        line = {"stage": stage, "step": step, "of": of, "time": round(time.time(), 1)}
        line["cpu"] = round(time.process_time(), 1)
        facts = {name: round(value, 6) for name, value in more.items() if value is not None}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, **facts}) + "\n")


class Follower:
    """Reads what is new in the file since the last time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = path.stat().st_size if path.exists() else 0

    def new(self) -> list[Json]:
        """Whole lines that have come."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._place)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._place += len(whole)
        return [json.loads(line) for line in whole.splitlines()]


def spent(path: Path) -> tuple[float, float]:
    """Seconds, and those of a processor, over all attempts that the file tells of."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    seconds = cpu = 0.0
    for before, line in pairwise(lines):
        if line["stage"] != BEGIN:
            seconds += line["time"] - before["time"]
            cpu += line["cpu"] - before["cpu"]
    return seconds, cpu
