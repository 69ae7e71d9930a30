"""The documents step: from files to shards of pieces, as they are needed; every document that cannot be used is a reject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tasks import documents
from tasks.checks.injection import instructs
from tasks.documents import Document
from tasks.documents.discover import Found
from tasks.documents.readers import AS_MEANT
from tasks.records import Record, Reject, Source, digest, to_json
from tasks.records.store import ShardRef, Store
from tasks.settings import Settings
from tasks.steps.lots import DOCUMENTS, Lots, mark_of, told
from tasks.steps.mix import Dealer, Mix
from tasks.steps.sharding import Batch, Batches, Placed, automatic_size
from tasks.teacher import StopRun

NAME_CHARACTERS = 60
"""How much of a file's name a shard is called by."""


class NothingUsable(ValueError):
    """Not one document of the set can be used; the message says why, by reason."""


@dataclass
class Counts:
    """Pieces that a skill was dealt, and their characters."""

    pieces: int = 0
    characters: int = 0


@dataclass(frozen=True)
class DealtShard:
    """A shard of pieces, all of one skill."""

    skill: str
    ref: ShardRef
    wave: int = 0
    """The wave that its pieces belong to; see :func:`tasks.steps.sharding.wave`."""
    number: int = 0
    """Its place among the shards of the run, from 1 on."""
    label: str = ""
    """The name of its first document's file, and of how many others it has pieces."""
    lot: int = 0
    """The lot that its pieces belong to; see `tasks.steps.lots`."""


@dataclass
class Pieces:
    """What the documents have come to so far: shards of pieces, each of one skill, and counts that add up."""

    shards: list[DealtShard] = field(default_factory=list)
    by_skill: dict[str, Counts] = field(default_factory=dict)
    """The skills that were dealt a piece."""
    used: int = 0
    """Documents with at least one piece."""
    flagged: int = 0
    """Pieces that give instructions to a model."""
    rejected_by: Counter[str] = field(default_factory=Counter)
    """Documents that cannot be used, by reason."""
    noted: Counter[str] = field(default_factory=Counter)
    """Documents of which something is missing, by what it is: pages without text ..."""
    files: int = 0
    """Files that there are."""
    opened: int = 0
    """Files that have been begun."""
    all_read: bool = False
    """Whether no document will follow."""

    @property
    def read(self) -> int:
        return self.used + self.rejected_by.total()

    @property
    def total(self) -> int:
        """How many pieces there are."""
        return sum(counts.pieces for counts in self.by_skill.values())

    @property
    def share(self) -> float:
        """About how much of the documents has been read, above 0 and at most 1."""
        return 1.0 if self.all_read or not self.files else max(1, self.opened - 1) / self.files

    def took(self, document: Document, dealt: Iterable[Record]) -> None:
        """Count the document: its pieces, as they were dealt, or its reject."""
        for piece in dealt:
            self._count(piece)
        self.used += document.reject is None
        self.rejected_by.update([document.reject.reason] if document.reject else [])
        self.noted.update({note.reason for note in document.notes} - AS_MEANT)

    def _count(self, piece: Record) -> None:
        counts = self.by_skill.setdefault(piece.skill, Counts())
        counts.pieces += 1
        counts.characters += len(piece.passage)
        self.flagged += instructs(piece.passage)


def read_documents(
    pieces: Pieces,
    store: Store,
    files: Sequence[Found],
    mix: Mix,
    settings: Settings,
    *,
    seed: int = 0,
    limit: int = 0,
    stopped: Callable[[], str] = str,
    wanted: Callable[[Found, Source], bool] | None = None,
    dealt: Mapping[str, int] | None = None,
) -> Generator[DealtShard]:
    """Read, cut and shard the documents of these files, those that are `wanted`; each shard is written when it is full.

    `pieces` counts what has been read; `dealt` says what each skill has had before, elsewhere. Raises NothingUsable at the end,
    or StopRun with the reason that `stopped` gives, which is asked after each document. Which pieces make a shard depends on
    those of their lot before them alone: documents that follow, or come later in between, change none. In memory are the open
    shards, one a lot and skill.
    """
    lots, batches, of_lot = Lots(store), Batches(), Counter[int]()
    dealer = Dealer(mix, seed, lots.dealt() + Counter(dealt or {}))
    owner = mix.name if mix.name in mix.skills else ""
    pieces.files = len(files)
    found = documents.read(_counted(files, pieces), settings, kinds=mix.kinds, skill=owner, limit=limit, wanted=wanted)
    for document in found:
        items = [*_placed(document, lots, dealer, mix)]
        pieces.took(document, (each.item for each in items if isinstance(each.item, Record)))
        of_lot.update(each.lot for each in items if isinstance(each.item, Record))
        for each in items:
            size = settings.shard_size or automatic_size(of_lot[each.lot])
            yield from _sharded(pieces, store, mix, batches.add(each, size))
        if reason := stopped():
            yield from _sharded(pieces, store, mix, batches.rest())  # so that what was counted is found again
            raise StopRun(reason)
    if not pieces.used:
        raise NothingUsable(_why(mix, pieces.rejected_by))
    yield from _sharded(pieces, store, mix, batches.rest())
    pieces.by_skill = {name: pieces.by_skill[name] for name in mix.skills if name in pieces.by_skill}
    if of_lot[lots.open]:
        lots.close([shard.ref for shard in pieces.shards])
    pieces.all_read = True


def count_documents(
    pieces: Pieces, files: Sequence[Found], mix: Mix, settings: Settings, *, seed: int = 0, limit: int = 0
) -> Generator[int]:
    """Read and cut the documents of these files as :func:`read_documents` does in an empty directory, and only count them.

    Gives the documents read so far, after each; NothingUsable at the end.
    """
    dealer, owner = Dealer(mix, seed), mix.name if mix.name in mix.skills else ""
    pieces.files = len(files)
    for document in documents.read(_counted(files, pieces), settings, kinds=mix.kinds, skill=owner, limit=limit):
        pieces.took(document, map(dealer.deal, document.pieces))
        yield pieces.read
    if not pieces.used:
        raise NothingUsable(_why(mix, pieces.rejected_by))
    pieces.all_read = True


def _counted(files: Iterable[Found], pieces: Pieces) -> Iterator[Found]:
    for found in files:
        pieces.opened += 1
        yield found


def _placed(document: Document, lots: Lots, dealer: Dealer, mix: Mix) -> Iterator[Placed]:
    """The document's pieces, dealt, or its reject, each in its lot."""
    for piece in document.pieces:
        lot, place = lots.find(piece, mix.skills)
        dealt = dealer.deal(piece, place.skill if place else "", counted=lot < lots.open)
        stayed = place is not None and place.skill == dealt.skill
        yield Placed(dealt, mark_of(piece), lot, place.wave if place and stayed else None)
    if document.reject:
        lot, _ = lots.find(document.reject, ())
        yield Placed(document.reject, mark_of(document.reject), lot)


def _sharded(pieces: Pieces, store: Store, mix: Mix, batches: Iterable[Batch]) -> Iterator[DealtShard]:
    """The batches as shards on disk."""
    for batch in batches:
        skill = next((item.skill for item in batch.items if isinstance(item, Record)), next(iter(mix.skills)))
        ref, number = _stored(store, batch, skill), len(pieces.shards) + 1
        shard = DealtShard(skill, ref, batch.wave, number, _label(batch.items), batch.lot)
        pieces.shards.append(shard)
        yield shard


def _label(items: list[Record | Reject]) -> str:
    """The first document's file and the number of others: names alone, nothing of an address that may hold a secret."""
    uris = list(dict.fromkeys(item.source.uri for item in items if isinstance(item, Record)))
    if not uris:
        return ""
    uri = re.sub(r"\?[^#]*|[^/]*@(?=[^/]*$)", "", uris[0]) if "://" in uris[0] else uris[0]
    name = uri.rstrip("/").rsplit("/", 1)[-1]
    shown = "".join(character if character.isprintable() else "?" for character in name)[:NAME_CHARACTERS]
    return f"{shown} +{len(uris) - 1}" if len(uris) > 1 else shown


def _stored(store: Store, batch: Batch, skill: str) -> ShardRef:
    key = digest(DOCUMENTS, batch.lot, batch.wave, [to_json(item) for item in batch.items])
    return store.find_shard(DOCUMENTS, key) or store.write_shard(DOCUMENTS, key, batch.items, told(batch, skill))


def _why(mix: Mix, rejects: Counter[str]) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in rejects.most_common(5))
    return f"none of the {rejects.total()} documents can be used for {mix.name} (it takes {', '.join(mix.kinds)}): {reasons}"
