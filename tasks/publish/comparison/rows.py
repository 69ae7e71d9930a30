"""What the rows of a run are like, in one pass: lengths, scores, checks, and by what each can be paired with another run's."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tasks.publish.run_directory import RunDirectory, results
from tasks.records import Json, digest
from tasks.text.words import count_words

COLUMNS = ("id", "skill", "task_type", "messages", "checks", "quality", "provenance")
_PASS = "pass"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row comes from and what it asks, as far as two runs can have it in common."""

    id: str
    skill: str
    task_type: str
    document: str
    uri: str
    span: tuple[int, int]
    transformation: str
    asked: str
    """A hash of the user's first message."""


@dataclass
class Rows:
    """Counts over the rows of a run."""

    places: list[Place] = field(default_factory=list)
    task_types: Counter[str] = field(default_factory=Counter)
    asked_words: array[int] = field(default_factory=lambda: array("l"))
    said_words: array[int] = field(default_factory=lambda: array("l"))
    turns: array[int] = field(default_factory=lambda: array("l"))
    skipped: Counter[str] = field(default_factory=Counter)
    """Check -> rows that it did not look at."""
    flagged: Counter[str] = field(default_factory=Counter)
    bands: Counter[str] = field(default_factory=Counter)
    measured: dict[str, array[float]] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    """Score and solve rates -> their values."""


def rows_of(run: RunDirectory) -> Rows:
    """Read all rows once, a batch in memory at a time."""
    found = Rows()
    for row in run.rows(columns=COLUMNS):
        _count(found, row)
    return found


def _count(found: Rows, row: Json) -> None:
    messages, origin, quality = row["messages"], row.get("provenance") or {}, row.get("quality") or {}
    asked = next((m["content"] or "" for m in messages if m["role"] == "user"), "")
    answers = [m["content"] or "" for m in messages if m["role"] == "assistant"]
    found.places.append(
        Place(
            row["id"],
            row["skill"],
            row.get("task_type") or "",
            origin.get("document") or "",
            origin.get("uri") or "",
            (origin.get("start") or 0, origin.get("end") or 0),
            origin.get("transformation") or "",
            digest(asked),
        )
    )
    found.task_types[row.get("task_type") or ""] += 1
    found.asked_words.append(count_words(asked))
    found.said_words.append(sum(map(count_words, answers)))
    found.turns.append(len(answers))
    found.skipped.update(name for name, result in results(row).items() if result != _PASS)
    found.flagged.update(quality.get("flags") or ())
    found.bands.update(filter(None, [quality.get("difficulty_band")]))
    for name in ("score", "solve_rate_teacher", "solve_rate_student"):
        if quality.get(name) is not None:
            found.measured[name].append(quality[name])
