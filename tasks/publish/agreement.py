"""How far the checks and the judge of a run agree with a person's marks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.publish.run_directory import RunDirectory, results
from tasks.records import Json
from tasks.records.marks import Marks
from tasks.records.threshold import Threshold, threshold_of
from tasks.settings import Settings

FEW = 10
"""Marks of either verdict below which what they say holds for little more than themselves."""


@dataclass
class Agreement:
    """One check, or all of them, beside a person: what is to be found is the bad record."""

    both_bad: int = 0
    rejected_good: int = 0
    """What it rejects and the person finds good."""
    passed_bad: int = 0
    """What it passes and the person finds bad."""
    both_good: int = 0

    def count(self, rejected: bool, bad: bool) -> None:
        """Add a record."""
        if rejected:
            self.both_bad, self.rejected_good = self.both_bad + bad, self.rejected_good + (not bad)
        else:
            self.passed_bad, self.both_good = self.passed_bad + bad, self.both_good + (not bad)

    @property
    def records(self) -> int:
        return self.both_bad + self.rejected_good + self.passed_bad + self.both_good

    @property
    def precision(self) -> float | None:
        """Of the marked records that it rejects, the share that the person finds bad."""
        return _share(self.both_bad, self.both_bad + self.rejected_good)

    @property
    def recall(self) -> float | None:
        """Of the marked records that it saw and the person finds bad, the share that it rejects."""
        return _share(self.both_bad, self.both_bad + self.passed_bad)

    @property
    def kappa(self) -> float | None:
        """Cohen's: agreement beyond what two who know nothing of each other come to; None where all is one verdict."""
        n = self.records
        rejected, bad = self.both_bad + self.rejected_good, self.both_bad + self.passed_bad
        if not 0 < rejected + bad < 2 * n:
            return None
        by_chance = (rejected * bad + (n - rejected) * (n - bad)) / n**2
        return (
            None if by_chance == 1 else round(((self.both_bad + self.both_good) / n - by_chance) / (1 - by_chance), 3)
        )

    def facts(self) -> Json:
        """The counts and what follows from them."""
        counts = {n: getattr(self, n) for n in ("records", "both_bad", "rejected_good", "passed_bad", "both_good")}
        return {**counts, "precision": self.precision, "recall": self.recall, "kappa": self.kappa}


@dataclass
class Compared:
    """A run beside marks of its records."""

    threshold: Threshold
    judge_threshold: int
    """The one that the run had."""
    marked: int = 0
    """Good and bad marks."""
    absent: int = 0
    """Those of records that the run has no longer."""
    all: Agreement = field(default_factory=Agreement)
    """Everything that can reject a record, together."""
    by_check: dict[str, Agreement] = field(default_factory=dict)
    """Each check, the judge among them, and each other reason of a reject, over the marked records that came to it."""

    @property
    def few(self) -> str:
        """What to do where the marks say little; empty if they are enough."""
        good, bad = self.all.rejected_good + self.all.both_good, self.all.both_bad + self.all.passed_bad
        if min(good, bad) >= FEW:
            return ""
        return f"{good} good and {bad} bad marks say little: mark at least {FEW} of each, rejects among them"

    def facts(self) -> Json:
        """All of it as JSON."""
        threshold = {name: getattr(self.threshold, name) for name in ("good", "bad", "best", "right")}
        return {
            "marked": self.marked,
            "absent": self.absent,
            "too_few": self.few or None,
            "all": self.all.facts(),
            "checks": {name: found.facts() for name, found in sorted(self.by_check.items())},
            "judge_threshold": {"now": self.judge_threshold, **threshold},
        }


def compare_with_marks(directory: RunDirectory, marks: Marks) -> Compared:
    """What a run says of the records that are marked good or bad, beside the marks."""
    verdicts = {mark.id: mark.verdict == "bad" for mark in marks.marks if mark.verdict}
    now = int(directory.manifest.get("settings", {}).get("judge_threshold", Settings().judge_threshold))
    found = Compared(threshold_of(marks, now), now, marked=len(verdicts), absent=len(verdicts))
    for id, reason, found_by in _said(directory, verdicts):
        bad = verdicts[id]
        found.absent -= 1
        found.all.count(bool(reason), bad)
        for name in [reason] if reason else [name for name, result in found_by.items() if result == "pass"]:
            found.by_check.setdefault(name, Agreement()).count(bool(reason), bad)
    return found


def _said(directory: RunDirectory, wanted: dict[str, bool]) -> Iterator[tuple[str, str, Json]]:
    """Of each wanted record its id, why it was rejected, if a check did that, and the results of its checks."""
    seen: dict[str, int] = {}

    def name(id: str) -> str:
        seen[id] = seen.get(id, 0) + 1
        return id if seen[id] == 1 else f"{id}~{seen[id]}"

    starts = {id.partition("~")[0] for id in wanted}
    for row in directory.rows(columns=["id", "checks"]):
        if row["id"] in starts and (id := name(row["id"])) in wanted:
            yield id, "", results(row)
    for row in directory.rejects(columns=["id", "reason", "record"]):
        if row["id"] in starts and (id := name(row["id"])) in wanted:
            # A record with results passed them all and fell out later: for another row's sake, or for a mark.
            passed = json.loads(row["record"])["checks"]
            yield id, "" if passed else row["reason"], passed


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
