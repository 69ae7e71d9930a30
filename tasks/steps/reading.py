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
from tasks.steps.mix import Dealer, Mix
from tasks.teacher import StopRun

_NAME = "documents"
NAME_CHARACTERS = 60
"""How much of a file's name a shard is called by."""
FIRST_WAVE = 32
"""Pieces of a skill in its first wave; each later wave is twice as large as the one before."""
MOST_ITEMS = 500
"""Records and rejects of the largest shard: a folder may hold many documents that cannot be used."""
FIRST_SHARDS, LARGEST_SHARD = 12, 32
"""Shards of one piece before shards grow, and the pieces of the largest."""


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
    """The wave that its pieces belong to; see :func:`wave`."""
    number: int = 0
    """Its place among the shards of the run, from 1 on."""
    label: str = ""
    """The name of its first document's file, and of how many others it has pieces."""


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

    def counted(self, piece: Record) -> Record:
        """The piece, counted."""
        counts = self.by_skill.setdefault(piece.skill, Counts())
        counts.pieces += 1
        counts.characters += len(piece.passage)
        self.flagged += instructs(piece.passage)
        return piece

    def took(self, document: Document, dealer: Dealer) -> list[Record | Reject]:
        """The document's pieces, dealt and counted, or its reject."""
        items: list[Record | Reject] = [self.counted(dealer.deal(piece)) for piece in document.pieces]
        items += [document.reject] if document.reject else []
        self.used += document.reject is None
        self.rejected_by.update(item.reason for item in items if isinstance(item, Reject))
        self.noted.update({note.reason for note in document.notes} - AS_MEANT)
        return items


def read_documents(
    pieces: Pieces,
    store: Store,
    files: Sequence[Found],
    mix: Mix,
    settings: Settings,
    *,
    limit: int = 0,
    stopped: Callable[[], str] = str,
    wanted: Callable[[Found, Source], bool] | None = None,
    dealt: Mapping[str, int] | None = None,
) -> Generator[DealtShard]:
    """Read, cut and shard the documents of these files, those that are `wanted`; each shard is written when it is full.

    `pieces` counts what has been read; `dealt` says what each skill has had before. Raises NothingUsable at the end, or
    StopRun with the reason that `stopped` gives, which is asked after each document. Which pieces make a shard depends on those
    before them alone: documents that follow change none. In memory are the open shards, one a skill.
    """
    dealer, batches = Dealer(mix, dealt), _Batches()
    owner = mix.name if mix.name in mix.skills else ""
    pieces.files = len(files)
    found = documents.read(_counted(files, pieces), settings, kinds=mix.kinds, skill=owner, limit=limit, wanted=wanted)
    for document in found:
        items = pieces.took(document, dealer)
        size = settings.shard_size or automatic_size(pieces.total)
        for item in items:
            yield from _sharded(pieces, store, mix, batches.add(item, size))
        if reason := stopped():
            yield from _sharded(pieces, store, mix, batches.rest())  # so that what was counted is found again
            raise StopRun(reason)
    if not pieces.used:
        raise NothingUsable(_why(mix, pieces.rejected_by))
    yield from _sharded(pieces, store, mix, batches.rest())
    pieces.by_skill = {name: pieces.by_skill[name] for name in mix.skills if name in pieces.by_skill}
    pieces.all_read = True


def count_documents(
    pieces: Pieces, files: Sequence[Found], mix: Mix, settings: Settings, *, limit: int = 0
) -> Generator[int]:
    """Read and cut the documents of these files as :func:`read_documents` does, and only count what they come to.

    Gives the documents read so far, after each; NothingUsable at the end.
    """
    dealer, owner = Dealer(mix), mix.name if mix.name in mix.skills else ""
    pieces.files = len(files)
    for document in documents.read(_counted(files, pieces), settings, kinds=mix.kinds, skill=owner, limit=limit):
        pieces.took(document, dealer)
        yield pieces.read
    if not pieces.used:
        raise NothingUsable(_why(mix, pieces.rejected_by))
    pieces.all_read = True


def _counted(files: Iterable[Found], pieces: Pieces) -> Iterator[Found]:
    for found in files:
        pieces.opened += 1
        yield found


def _sharded(pieces: Pieces, store: Store, mix: Mix, batches: Iterable[_Batch]) -> Iterator[DealtShard]:
    """The batches as shards on disk."""
    for of_wave, batch in batches:
        number = len(pieces.shards)
        skill = next((item.skill for item in batch if isinstance(item, Record)), next(iter(mix.skills)))
        shard = DealtShard(skill, _stored(store, number, batch), of_wave, number + 1, _label(batch))
        pieces.shards.append(shard)
        yield shard


def _label(batch: list[Record | Reject]) -> str:
    """The first document's file and the number of others: names alone, nothing of an address that may hold a secret."""
    uris = list(dict.fromkeys(item.source.uri for item in batch if isinstance(item, Record)))
    if not uris:
        return ""
    uri = re.sub(r"\?[^#]*|[^/]*@(?=[^/]*$)", "", uris[0]) if "://" in uris[0] else uris[0]
    name = uri.rstrip("/").rsplit("/", 1)[-1]
    shown = "".join(character if character.isprintable() else "?" for character in name)[:NAME_CHARACTERS]
    return f"{shown} +{len(uris) - 1}" if len(uris) > 1 else shown


def _stored(store: Store, number: int, batch: list[Record | Reject]) -> ShardRef:
    key = digest(_NAME, number, [to_json(item) for item in batch])
    return store.find_shard(_NAME, key) or store.write_shard(_NAME, key, batch, {"number": number})


def automatic_size(pieces: int) -> int:
    """Pieces a shard, after so many pieces: one at first, so that the endpoint never idles because a shard waits for its slowest
    record, and more later, so that there are not too many shards."""
    return max(1, min(LARGEST_SHARD, pieces // FIRST_SHARDS))


def wave(place: int) -> int:
    """The wave of the piece that stands at this place among those of its skill: 0 to 31, 32 to 95, 96 to 223 and so on.

    What a later wave may know of earlier ones depends on this alone, whatever the size of a shard; see `tasks.steps.goals`.
    """
    return (place // FIRST_WAVE + 1).bit_length() - 1


_Batch = tuple[int, list[Record | Reject]]


class _Batches:
    """Runs of items, of which each holds records of one skill and wave; rejects go with the records before them."""

    def __init__(self) -> None:
        self._open: dict[str, list[Record | Reject]] = {}
        self._records: Counter[str] = Counter()
        self._newest = ""

    def add(self, item: Record | Reject, size: int) -> Iterator[_Batch]:
        """The batch that is full with this item, at this size, or ends before it: wave and items."""
        if isinstance(item, Reject):
            batch = self._open.setdefault(self._newest, [])
            batch.append(item)
            if len(batch) >= MOST_ITEMS:
                yield wave(max(0, self._records[self._newest] - 1)), self._open.pop(self._newest)
            return
        skill, place = item.skill, self._records[item.skill]
        self._newest = skill
        if self._started(skill) and wave(place) > wave(place - 1):
            yield wave(place - 1), self._open.pop(skill)
        self._records[skill] += 1
        self._open.setdefault(skill, []).append(item)
        if self._started(skill) >= size:
            yield wave(place), [*self._early(), *self._open.pop(skill)]

    def rest(self) -> Iterator[_Batch]:
        """The batches that are not full."""
        early = self._early() if len(self._open) > 1 else []
        for skill, batch in self._open.items():
            yield wave(max(0, self._records[skill] - 1)), [*early, *batch]
            early = []

    def _started(self, skill: str) -> int:
        return sum(isinstance(item, Record) for item in self._open.get(skill, ()))

    def _early(self) -> list[Record | Reject]:
        """Rejects that came before the first record."""
        return self._open.pop("", [])


def _why(mix: Mix, rejects: Counter[str]) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in rejects.most_common(5))
    return f"none of the {rejects.total()} documents can be used for {mix.name} (it takes {', '.join(mix.kinds)}): {reasons}"
