"""Batches: files that go through the pipeline together, planned before the first call and closed after the last.

A batch's folder is an ordinary run directory, with the plan beside what the run writes. What was planned and is not closed is
taken up again by the next run: what of it is still as it was, if it is to be made in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tasks.documents.discover import Found
from tasks.factory.registry import Closed, Damaged, File, Known, Registry
from tasks.factory.survey import Fresh, key_of
from tasks.records import Source, digest
from tasks.records.store import Store

BATCHES, _PLAN = "batches", "batch.json"
MOST_TRIES = 3
"""Times that a batch which brings next to nothing is tried; then it counts as done with what it brought."""


class Planned(BaseModel):
    """A file of a batch, as it was when the batch was planned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    sha256: str
    uri: str


class Plan(BaseModel):
    """What a batch is to be made of, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    how: str
    """A hash of skill, teacher, seed and settings."""
    files: tuple[Planned, ...]
    dealt: dict[str, int] = Field(default_factory=dict)
    """Pieces that each skill had been dealt before, which decide what this batch deals."""
    barren: int = 0
    """Times that it got to its end and brought next to nothing."""
    given_up: bool = False
    """Whether its files were left to another batch."""


class Batch:
    """A batch that is to be made now: its plan and its files. A plain class: Prefect walks through others."""

    def __init__(self, plan: Plan, files: list[Fresh], resumed: bool = False) -> None:
        self.plan, self.files, self.resumed = plan, files, resumed
        self.held: dict[str, list[Source]] = {}
        """File -> the documents found in it, as they are read."""

    @property
    def folder(self) -> str:
        """Below the factory's directory."""
        return f"{BATCHES}/{self.plan.id}"

    @property
    def found(self) -> list[Found]:
        return [fresh.found for fresh in self.files]

    def wanted(self, known: Collection[str], withdrawn: Collection[str], found: Found, source: Source) -> bool:
        """Whether a document that was read is to be used; noted in any case."""
        self.held.setdefault(key_of(found), []).append(source)
        return source.id not in known and source.id not in withdrawn

    def close(self, registry: Registry, rows: int, pieces: dict[str, int], withdrawn: Collection[str]) -> None:
        """Enter the batch, its files and its documents into the registry; the caller saves it."""
        id = self.plan.id
        held = {f.key: [s for s in self.held.get(f.key, ()) if s.id not in withdrawn] for f in self.files}
        files = {
            f.key: File(
                uri=f.found.uri,
                sha256=f.sha256,
                stamp=f.stamp,
                batch=id,
                documents=tuple(dict.fromkeys(source.id for source in held[f.key])),
            )
            for f in self.files
        }
        used = [(s.id, Known(uri=s.uri, file=key, batch=id)) for key, sources in held.items() for s in sources]
        registry.close(Closed(id=id, rows=rows, pieces=pieces), files, used)


def planned(
    store: Store, registry: Registry, fresh: Sequence[Fresh], how: str, now: datetime, limit: int = 0
) -> list[Batch]:
    """The batches to be made, the unfinished ones first; plans are written before this returns.

    The last is of the fresh files that no unfinished batch has, at most `limit` of them if it is not 0.
    """
    waiting = {(each.key, each.sha256): each for each in fresh}
    batches: list[Batch] = []
    for plan in unfinished(store, registry):
        marks = [(f.key, f.sha256) for f in plan.files if plan.how == how]
        left = [waiting.pop(place) for place in marks if place in waiting]
        kept = plan.model_copy(
            update={
                "files": tuple(Planned(key=f.key, sha256=f.sha256, uri=f.found.uri) for f in left) or plan.files,
                "given_up": not left,
            }
        )
        if kept != plan:
            write(store, kept)
        if left:
            batches.append(Batch(kept, left, resumed=True))
    rest = list(waiting.values())[: limit or None]
    if rest:
        files = tuple(Planned(key=f.key, sha256=f.sha256, uri=f.found.uri) for f in rest)
        mark = digest(how, [(f.key, f.sha256) for f in rest])[:8]
        plan = Plan(id=f"{now:%Y-%m-%dT%H-%M-%SZ}-{mark}", how=how, files=files, dealt=registry.dealt())
        write(store, plan)
        batches.append(Batch(plan, rest))
    return batches


def unfinished(store: Store, registry: Registry) -> Iterator[Plan]:
    """Plans of batches that are neither closed nor given up, oldest first."""
    closed = {batch.id for batch in registry.batches}
    for path in store.files(BATCHES):
        if (id := path.rsplit("/", 1)[-1]) not in closed:
            try:
                plan = Plan.model_validate_json(store.read(f"{path}/{_PLAN}"))
            except FileNotFoundError:
                continue
            except ValidationError:
                raise Damaged(f"{store.output}/{path}/{_PLAN} is damaged: delete the folder {id}") from None
            if not plan.given_up:
                yield plan


def write(store: Store, plan: Plan) -> None:
    """Put the plan in its place, whole and durable."""
    store.write_json(f"{BATCHES}/{plan.id}/{_PLAN}", plan.model_dump(mode="json"))
