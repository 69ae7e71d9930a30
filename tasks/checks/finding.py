"""What a trial found."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.records import Json


@dataclass(frozen=True)
class Finding:
    """Passed, unless `problem` says why not (without quoting text) or `skipped` why the trial did not take place."""

    problem: str = ""
    skipped: str = ""
    decides: bool = False
    """Whether it shows by program that the answer is right."""
    quality: Json = field(default_factory=dict)
    """Measures for the row's `quality`."""
    events: list[Json] = field(default_factory=list)
    """The calls it took, for the lineage."""
