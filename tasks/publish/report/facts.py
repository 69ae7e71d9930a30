"""What is counted of a sample's rows, in one pass: lengths, wordings, checks, scores, and what a map needs of each."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tasks.publish.report.map import terms
from tasks.publish.report.sample import Sample
from tasks.publish.report.wording import opening, verb_and_object
from tasks.publish.run_directory import results
from tasks.records import Json
from tasks.text.words import count_words

_SHOWN = 90
PASS = "pass"


@dataclass(frozen=True, slots=True)
class Point:
    """A row as the map has it."""

    id: str
    skill: str
    task_type: str
    said: str
    """How its instruction begins."""
    terms: array[int]


@dataclass
class Facts:
    """Counts over the rows of a sample."""

    points: list[Point] = field(default_factory=list)
    asked_words: list[int] = field(default_factory=list)
    said_words: list[int] = field(default_factory=list)
    openings: Counter[str] = field(default_factory=Counter)
    asked: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Verb -> its objects."""
    passed: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Skill -> what the judge gave its rows."""
    rates: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Measure -> solve rates."""

    def add(self, row: Json) -> None:
        """Count one row; one of an earlier version, which has no instruction apart, by its first message."""
        messages = row.get("messages") or []
        said = "\n".join(m.get("content") or "" for m in messages if m.get("role") == "assistant")
        instruction = row.get("instruction") or _first_asked(messages)
        self.asked_words.append(count_words(instruction))
        self.said_words.append(count_words(said))
        self.openings.update(filter(None, [opening(said)]))
        if asked := verb_and_object(instruction):
            self.asked[asked[0]][asked[1]] += 1
        for name, result in results(row).items():
            (self.passed if result == PASS else self.skipped)[name] += 1
        self._measured(row["skill"], row.get("quality") or {})
        begins = " ".join(instruction[: 4 * _SHOWN].split())[:_SHOWN]
        own = terms(f"{instruction}\n{said}")
        self.points.append(Point(row["id"], row["skill"], row.get("task_type") or "", begins, own))

    def _measured(self, skill: str, quality: Json) -> None:
        if quality.get("score") is not None:
            self.scores[skill].append(quality["score"])
        for name in ("solve_rate_teacher", "solve_rate_student"):
            if quality.get(name) is not None:
                self.rates[name].append(quality[name])


def facts_of(sample: Sample) -> Facts:
    """What the rows of the sample come to."""
    facts = Facts()
    for row in sample.rows():
        facts.add(row)
    return facts


def _first_asked(messages: list[Json]) -> str:
    return next((str(m.get("content") or "") for m in messages if m.get("role") == "user"), "")
