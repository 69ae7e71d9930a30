"""What the card tells of rows: how many of what, how long, how difficult, in which languages, from which documents."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tasks.publish.release.origin import SPLITS, Origin, Source
from tasks.publish.release.places import public
from tasks.records import Json, digest
from tasks.text.languages import language_of

SAMPLE = 400
"""Rows whose language is looked at, about."""
CHARACTERS_PER_TOKEN = 4
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_COLUMNS = ["id", "messages", "tools", "task_type", "quality", "provenance.document", "provenance.uri"]
_MOST_SOURCES = 25
_UNMEASURED = "not measured"


@dataclass
class Figures:
    """Counted over the rows of both splits."""

    total: int
    rows: dict[str, Counter[str]] = field(default_factory=dict)
    """Skill -> rows by split."""
    task_types: dict[str, set[str]] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    bands: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    documents: dict[str, set[str]] = field(default_factory=lambda: {split: set() for split in SPLITS})
    with_tools: int = 0
    offline: int = 0

    def add(self, row: Json, skill: str, split: str) -> None:
        """Count a row."""
        said = [message["content"] or "" for message in row["messages"]]
        calls = [call["function"] for message in row["messages"] for call in message["tool_calls"] or ()]
        self.rows.setdefault(skill, Counter())[split] += 1
        self.task_types.setdefault(skill, set()).add(row["task_type"])
        self.lengths.append(sum(map(len, said)) + sum(len(call["arguments"] or "") for call in calls))
        self.turns.append(len(said))
        self.bands[row["quality"].get("difficulty_band") or _UNMEASURED] += 1
        self.sources[public(row["provenance"]["uri"]) or "unknown"] += 1
        self.documents[split].add(row["provenance"]["document"])
        self.with_tools += bool(row["tools"])
        self.offline += not row["quality"]["for_training"]
        if int(digest("language", row["id"])[:8], 16) % math.ceil(self.total / SAMPLE) == 0:
            texts = [m["content"] for m in row["messages"] if m["role"] in ("user", "assistant") and m["content"]]
            self.languages[language_of("\n\n".join(texts[-2:])) or "unsure"] += 1

    def told(self) -> Json:
        """The same as counts and names."""
        return {
            "skills": {
                name: {**rows, "task_types": len(self.task_types[name])} for name, rows in sorted(self.rows.items())
            },
            "characters": _quantiles(self.lengths),
            "messages": _quantiles(self.turns),
            "bands": dict(sorted(self.bands.items())),
            "languages": dict(self.languages.most_common()),
            "sources": dict(self.sources.most_common(_MOST_SOURCES)),
            "more_sources": max(0, len(self.sources) - _MOST_SOURCES),
            "documents": {split: len(found) for split, found in self.documents.items()},
            "documents_of_both": len(set.intersection(*self.documents.values())),
            "with_tools": self.with_tools,
            "offline": self.offline,
        }


def figures_of(origin: Origin, *, offline_rows: bool) -> Json:
    """Count the rows of a dataset that are published."""
    found = [(split, source) for split in SPLITS for source in origin.sources("rows", split)]
    figures = Figures(max(1, _rows_in(origin, (source for _, source in found))))
    for split, source in found:
        for row in origin.read(source, _COLUMNS):
            if origin.belongs(row, split) and (row["quality"]["for_training"] or offline_rows):
                figures.add(row, source.skill, split)
    return figures.told()


def _rows_in(origin: Origin, sources: Iterable[Source]) -> int:
    return sum(origin.count(source) for source in {source.path: source for source in sources}.values())


def _quantiles(values: list[int]) -> Json:
    """Share -> the value that so many do not exceed."""
    ranked = sorted(values)
    return {f"{share:g}": ranked[math.ceil(share * len(ranked)) - 1] for share in _QUANTILES} if ranked else {}
