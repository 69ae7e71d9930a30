"""What becomes of each row: kept to train on, held out, or dropped by a step, for a reason, because of another row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from tasks.curation.grams import Array
from tasks.curation.lines import Lines
from tasks.records import Json

STEPS = ("exact", "near", "hold_out", "decontamination", "privacy", "quality", "diversity", "mix")
"""The steps of curation in their order."""


class Fates:
    """Nothing is dropped twice: the first step that drops a row says why."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.held = np.zeros(len(lines), bool)
        """Rows that are held out, to examine a student with."""
        self._step = np.full(len(lines), -1, np.int8)
        self._reason = np.zeros(len(lines), np.int16)
        self._reasons: list[str] = []
        self._match: dict[int, str] = {}
        self._detail: dict[int, str] = {}

    @property
    def alive(self) -> Array:
        """The rows that no step has dropped, in their order."""
        return np.flatnonzero(self._step < 0)

    @property
    def dropped(self) -> Array:
        """The rows that a step has dropped, in their order."""
        return np.flatnonzero(self._step >= 0)

    @property
    def training(self) -> Array:
        """Those of them that are not held out."""
        return np.flatnonzero((self._step < 0) & ~self.held)

    def drop(self, step: str, reason: str, rows: Mapping[int, str] | Iterable[int], detail: str = "") -> None:
        """Drop rows; a mapping holds the id of what each one matched."""
        if reason not in self._reasons:
            self._reasons.append(reason)
        matches = rows if isinstance(rows, Mapping) else {}
        for row in map(int, rows):
            if self._step[row] < 0:
                self._step[row], self._reason[row] = STEPS.index(step), self._reasons.index(reason)
                if row in matches:
                    self._match[row] = matches[row]
                if detail:
                    self._detail[row] = detail

    def why(self, row: int) -> tuple[str, str, str, str]:
        """Step, reason, detail and match of a row that was dropped; empty ones of a row that was not."""
        if self._step[row] < 0:
            return "", "", "", ""
        reason = self._reasons[self._reason[row]]
        return STEPS[self._step[row]], reason, self._detail.get(row, ""), self._match.get(row, "")

    def funnel(self) -> dict[str, dict[str, Json]]:
        """For each skill and step: the rows that went in and came out, and how many fell out for which reason."""
        found: dict[str, dict[str, Json]] = {}
        for number, skill in enumerate(self.lines.skills):
            of_skill = self.lines.skill == number
            left, steps = int(of_skill.sum()), dict[str, Json]()
            for place, step in enumerate(STEPS):
                fallen = of_skill & (self._step == place)
                reasons = Counter(self._reasons[reason] for reason in self._reason[fallen].tolist())
                steps[step] = {"in": left, "out": left - reasons.total(), "reasons": dict(sorted(reasons.items()))}
                left -= reasons.total()
            found[skill] = steps
        return found
