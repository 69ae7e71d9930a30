"""Records of two runs that came of the same material: paired by what they have in common, the closest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field

from tasks.publish.comparison.rows import COLUMNS, Place
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json, Record, digest

_COMMON: tuple[tuple[str, Callable[[Place], Hashable]], ...] = (
    ("the same task, answered anew", lambda p: (p.skill, p.task_type, p.document, p.span, p.asked)),
    ("the same span, transformed alike", lambda p: (p.skill, p.task_type, p.document, p.span, p.transformation)),
    ("the same span", lambda p: (p.skill, p.task_type, p.document, p.span)),
    ("the same document", lambda p: (p.skill, p.task_type, p.document)),
    ("a document of the same name", lambda p: (p.skill, p.task_type, p.uri)),
)
"""What two rows have in common, the most first; task type and skill always."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that answer each other, what they have in common, and their records, if the run still has them."""

    common: str
    a: Json
    b: Json
    records: tuple[Record | None, Record | None]


@dataclass
class Paired:
    """How the rows of two runs answer each other."""

    same: int = 0
    """Rows of one id, which are equal word for word."""
    paired: Counter[str] = field(default_factory=Counter)
    """Pairs by what they have in common."""
    only_a: int = 0
    only_b: int = 0
    pairs: list[Pair] = field(default_factory=list)
    """So many of them as were asked for."""


def pair(a: RunDirectory, b: RunDirectory, places: tuple[list[Place], list[Place]], most: int) -> Paired:
    """Pair the rows of two runs; the text of up to `most` pairs is read, the closest first and then drawn by their ids."""
    in_both = {place.id for place in places[0]} & {place.id for place in places[1]}
    left, right = ({p.id: p for p in side if p.id not in in_both} for side in places)
    found: list[tuple[int, str, str]] = []
    for level, (_, common) in enumerate(_COMMON):
        waiting: dict[Hashable, list[str]] = defaultdict(list)
        for place in sorted(right.values(), key=lambda place: place.id, reverse=True):
            waiting[common(place)].append(place.id)
        for place in sorted(left.values(), key=lambda place: place.id):
            if others := waiting.get(common(place)):
                other = others.pop()
                found.append((level, place.id, other))
                del left[place.id], right[other]
    chosen = sorted(found, key=lambda each: (each[0], digest(each[1:])))[:most]
    ids = {id for _, id, _ in chosen}, {id for _, _, id in chosen}
    rows = _read(a, ids[0]), _read(b, ids[1])
    records = a.records(ids[0]), b.records(ids[1])
    return Paired(
        same=len(in_both),
        paired=Counter(_COMMON[level][0] for level, _, _ in found),
        only_a=len(left),
        only_b=len(right),
        pairs=[
            Pair(_COMMON[level][0], rows[0][one], rows[1][two], (records[0].get(one), records[1].get(two)))
            for level, one, two in chosen
        ],
    )


def _read(run: RunDirectory, ids: Collection[str]) -> dict[str, Json]:
    rows: Iterable[Json] = run.rows(columns=COLUMNS) if ids else ()
    return {row["id"]: row for row in rows if row["id"] in ids}
