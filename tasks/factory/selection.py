"""Which rows a version holds: those of its batches, without what was withdrawn, replaced, has vanished or is said twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pyarrow as pa

from tasks.factory.batches import BATCHES
from tasks.factory.index import DATASET, Line, read_index
from tasks.factory.registry import Registry
from tasks.publish.rows import FEEDBACK, dataset_columns
from tasks.records import digest
from tasks.records.store import Store

Mode = Literal["append", "replace", "version"]
"""append: all that the batches gave. replace: the same, without the rows of documents that have changed since. version: each
version holds what the batches gave that no earlier one has."""
Vanished = Literal["keep", "withdraw"]
BENCH = "bench"
WITHDRAWN, REPLACED, VANISHED, DUPLICATE, HELD_OUT = "withdrawn", "replaced", "vanished", "duplicate", "held_out"


@dataclass(frozen=True)
class Taken:
    """A part of a batch, and which of its rows are taken."""

    batch: str
    part: str
    lines: list[Line]
    keep: list[bool]
    bench: bool = False
    """Whether these rows are held out."""

    @property
    def target(self) -> str:
        """Where the part stands in a version."""
        folder, _, name = self.part.rpartition("/")
        folder = folder.replace(DATASET, BENCH, 1) if self.bench else folder
        return f"{folder}/part-{self.batch}-{name.removeprefix('part-')}"

    @property
    def kept(self) -> list[str]:
        """Ids of the rows that are taken."""
        return [line.id for line, kept in zip(self.lines, self.keep, strict=True) if kept]

    @property
    def whole(self) -> bool:
        return all(self.keep)

    @property
    def of_dataset(self) -> bool:
        return sort_of(self.part) == DATASET and not self.bench

    @property
    def columns(self) -> pa.Schema:
        """Those that its file has in a version."""
        return dataset_columns() if self.of_dataset or self.bench else FEEDBACK[sort_of(self.part)]

    @property
    def content(self) -> str:
        """A hash of what is taken; with the name it says all about the file that is made of it."""
        return digest(self.kept)[:24]


@dataclass
class Selection:
    """The rows of a version, part by part, and how many rows of the dataset stayed out, by reason and by batch."""

    batches: tuple[str, ...]
    parts: list[Taken] = field(default_factory=list)
    left_out: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def content(self) -> str:
        """A hash of all that is taken."""
        return digest([(part.target, part.content) for part in self.parts])[:24]

    @property
    def rows(self) -> int:
        return sum(sum(part.keep) for part in self.parts if part.of_dataset)


def select(
    store: Store,
    registry: Registry,
    batches: Sequence[str],
    withdrawn: Mapping[str, Collection[str]],
    mode: Mode,
    vanished: Vanished,
) -> Selection:
    """The rows of these batches that a version holds; `withdrawn` has the `documents` and the single `rows` that must not be."""
    selection = Selection(tuple(batches))
    out = left_out(registry, withdrawn["documents"], mode, vanished)
    seen: dict[str, tuple[set[str], set[str]]] = {}
    for batch in batches:
        counts = selection.left_out.setdefault(batch, Counter())
        for part, lines in sorted(read_index(store, f"{BATCHES}/{batch}").items()):
            before = seen.setdefault(sort_of(part), (set(), set()))
            why = [_why(line, out, withdrawn["rows"], *before) for line in lines]
            taken = Taken(batch, part, lines, [not reason for reason in why])
            if taken.of_dataset:
                counts.update(filter(None, why))
            if any(taken.keep):
                selection.parts.append(taken)
    return selection


def sort_of(part: str) -> str:
    """The dataset, or the sort of feedback that the rows of a part are."""
    return DATASET if part.startswith(f"{DATASET}/") else part.split("/")[-2]


def columns_mark() -> str:
    """Stands for the columns of all files of a version, as this code writes them."""
    return digest(str(dataset_columns()), [str(columns) for columns in FEEDBACK.values()])[:12]


def without(selection: Selection, dropped: Mapping[str, str], held: Collection[str]) -> Selection:
    """The selection as curation leaves it: without rows that were `dropped` (id -> reason), and with those of `held` documents
    apart, as a bench. Feedback on either is left out."""
    left = Selection(selection.batches, left_out={batch: Counter(n) for batch, n in selection.left_out.items()})
    for part in selection.parts:
        why = [_out(line, dropped, held) if kept else "" for line, kept in zip(part.lines, part.keep, strict=True)]
        stays = [kept and not reason for kept, reason in zip(part.keep, why, strict=True)]
        kinds = [replace(part, keep=stays)]
        if part.of_dataset:
            left.left_out[part.batch].update(filter(None, why))
            kinds.append(replace(part, keep=[reason == HELD_OUT for reason in why], bench=True))
        left.parts += [kind for kind in kinds if any(kind.keep)]
    return left


def _out(line: Line, dropped: Mapping[str, str], held: Collection[str]) -> str:
    return dropped.get(line.row) or (HELD_OUT if line.document in held else "")


def left_out(registry: Registry, withdrawn: Collection[str], mode: Mode, vanished: Vanished) -> dict[str, str]:
    """Documents none of whose rows are taken, with the reason."""
    out: dict[str, str] = {}
    if vanished == "withdraw":
        out |= dict.fromkeys(registry.current() - registry.present(), VANISHED)
    if mode == "replace":
        out |= dict.fromkeys(registry.documents.keys() - registry.current(), REPLACED)
    return out | dict.fromkeys(withdrawn, WITHDRAWN)


def _why(line: Line, documents: Mapping[str, str], rows: Collection[str], ids: set[str], sayings: set[str]) -> str:
    """Why a row is not taken; empty if it is."""
    if reason := documents.get(line.document):
        return reason
    if line.id in rows or line.row in rows:
        return WITHDRAWN
    if line.id in ids or line.said in sayings:
        return DUPLICATE
    ids.add(line.id)
    sayings.add(line.said)
    return ""
