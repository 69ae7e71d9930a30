"""What a student learnt least of: by what `teach` left beside it, which is the loss of held-out rows before and after, and the
tokens of each skill that it was taught.

A small student answers hardly any task rightly, before or after, so its answers cannot tell what was missing from its training.
That nothing of a skill was taught is plain. The loss tells less: it falls in a skill that was not taught, too, since the form of
all answers is alike, and skills differ in how far theirs can fall; so only a fall that is far behind the others is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tasks.evaluation.intervals import Mean, mean_of
from tasks.evaluation.standing import CONFIDENCE, RESAMPLES
from tasks.evaluation.students import TEACHING, Student
from tasks.records import Json

LOSSES = "losses.jsonl"
"""What `teach` says of the held-out rows: id, skill, tokens, loss before and after."""
ENOUGH = 5
"""Rows from which on a skill is named by its loss."""
FEW_SKILLS = 3
"""Skills from which on there is anything to compare one with."""
LITTLE = 0.5
"""A skill is named if its loss fell for sure by less than so much of what it fell in the median of the others."""


@dataclass(frozen=True)
class Learnt:
    """What was learnt of a skill."""

    skill: str
    taught: int
    """Tokens that were learnt from."""
    fall: Mean | None
    """By which part of what it was before the loss of its held-out rows fell, below 0 where it rose; None of one not measured."""
    others: float | None
    """The median of the other skills' falls, if there are enough of them."""

    @property
    def least(self) -> bool:
        """Whether nothing of it was taught, or its loss fell by far less than in other skills for sure."""
        return not self.taught or self._behind

    @property
    def _behind(self) -> bool:
        if self.fall is None or self.fall.high is None or self.others is None or self.others <= 0:
            return False
        return self.fall.count >= ENOUGH and self.fall.high < LITTLE * self.others

    def __str__(self) -> str:
        """In a line: figures alone."""
        return in_words(self.told())

    def told(self) -> Json:
        """For `results.json`."""
        return {
            "skill": self.skill,
            "taught_tokens": self.taught,
            "fall": self.fall and self.fall.told(),
            "others": None if self.others is None else round(self.others, 4),
            "least": self.least,
        }


def in_words(told: Json) -> str:
    """What is told of a skill, in a line: figures alone."""
    fall, others = told["fall"], told["others"]
    beside = "" if others is None else f", in other skills by {others:.0%}"
    parts = ["" if told["taught_tokens"] else "none of it was taught"]
    parts += [f"loss fell by {fall['value']:.0%}{beside}"] if fall else []
    return ", ".join(filter(None, parts))


def learnt(losses: Iterable[Json], taught: Mapping[str, int]) -> tuple[Learnt, ...]:
    """Every skill, what was learnt least first.

    `losses` are rows of `losses.jsonl`, `taught` the tokens of each skill that were learnt from, 0 of one that should have been.
    """
    rows: dict[str, list[Json]] = {skill: [] for skill in taught}
    for row in losses:
        rows.setdefault(row["skill"], []).append(row)
    falls = {skill: _fall(own) for skill, own in rows.items()}
    found = []
    for skill, fall in falls.items():
        beside = [other.value for name, other in falls.items() if other and name != skill]
        others = median(beside) if len(beside) >= FEW_SKILLS - 1 else None
        found.append(Learnt(skill, taught.get(skill, 0), fall, others))
    return tuple(sorted(found, key=lambda each: (not each.least, each.taught > 0, _depth(each), each.skill)))


def _depth(each: Learnt) -> float:
    return 0.0 if each.fall is None else each.fall.value


def _fall(rows: Sequence[Json]) -> Mean | None:
    """By which part the loss of all tokens fell. A row counts by how far it is from what that part of its own loss would be, so
    that the mean is that of all tokens and its interval that of a ratio."""
    before = [row["before"] * row["tokens"] for row in rows]
    after = [row["after"] * row["tokens"] for row in rows]
    if not sum(before):
        return None
    kept, mean = sum(after) / sum(before), sum(before) / len(before)
    values = [1 - kept + (kept * b - a) / mean for b, a in zip(before, after, strict=True)]
    return mean_of({"": values}, resamples=RESAMPLES, confidence=CONFIDENCE)


def learnt_by(student: Student, say: Callable[[str], None]) -> tuple[Learnt, ...]:
    """The same of a student that `teach` made and that lies on this machine; none of any other, nor of one whose files are
    damaged, which is said."""
    losses, teaching = Path(student.path) / LOSSES, Path(student.path) / TEACHING
    if not student.path or not losses.is_file() or not teaching.is_file():
        return ()  # of other makers, or of before losses were kept
    try:
        rows = [json.loads(line) for line in losses.read_text(encoding="utf-8").splitlines()]
        told = json.loads(teaching.read_text(encoding="utf-8"))
        left_out = dict.fromkeys([*told["data"]["rejected"], *told["held_out"]["rejected"]], 0)
        return learnt(rows, {**left_out, **told["tokens"]}) if rows else ()
    except (OSError, ValueError, KeyError, TypeError):
        say(
            f"{losses} or {TEACHING} beside it is not as `teach` wrote it, so what {student.name} learnt least of is not told: "
            "teach it again."
        )
        return ()
