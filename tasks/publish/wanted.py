"""How many accepted rows a run was asked for: in all, or of each task type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

TypeOfSkill = tuple[str, str]
"""A skill and one of its task types."""


@dataclass(frozen=True)
class Wanted:
    """The rows that a run makes, no fewer if they can be had and never more; 0 sets no number."""

    rows: int = 0
    rows_per_type: int = 0

    def __bool__(self) -> bool:
        return bool(self.rows or self.rows_per_type)

    def takes(self, kept: Counter[TypeOfSkill], of: TypeOfSkill) -> bool:
        """Whether one more row of this skill and type is wanted beside those that are kept."""
        if self.rows_per_type:
            return kept[of] < self.rows_per_type
        return not self.rows or kept.total() < self.rows

    def missing(self, counts: Counter[TypeOfSkill], types: Iterable[TypeOfSkill]) -> Counter[TypeOfSkill]:
        """How many rows are missing of each of these; a number in all is missing under no name, `("", "")`."""
        if self.rows_per_type:
            return Counter({of: least for of in types if (least := self.rows_per_type - counts[of]) > 0})
        return Counter({("", ""): least} if (least := self.rows - counts.total()) > 0 else {})
