"""The documents step: from files to shards of pieces, with every document that cannot be used among the rejects."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tasks import documents
from tasks.checks.injection import instructs
from tasks.documents.discover import Found
from tasks.documents.readers import AS_MEANT
from tasks.records import Record, Reject, Source, digest, record_from_json, reject_from_json, to_json
from tasks.records.store import ShardRef, Store
from tasks.settings import Settings
from tasks.steps.mix import Dealer, Mix
from tasks.teacher import StopRun

_NAME = "documents"
NAME_CHARACTERS = 60
"""How much of a file's name a shard is called by."""
FIRST_WAVE = 32
"""Pieces of a skill in its first wave; each later wave is twice as large as the one before."""


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
    """What the documents came to: shards of pieces, each of one skill, and counts that add up."""

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

    @property
    def read(self) -> int:
        return self.used + self.rejected_by.total()

    @property
    def total(self) -> int:
        """How many pieces there are."""
        return sum(counts.pieces for counts in self.by_skill.values())

    def counted(self, piece: Record) -> Record:
        """The piece, counted."""
        counts = self.by_skill.setdefault(piece.skill, Counts())
        counts.pieces += 1
        counts.characters += len(piece.passage)
        self.flagged += instructs(piece.passage)
        return piece


def read_documents(
    store: Store,
    files: Sequence[Found],
    mix: Mix,
    settings: Settings,
    *,
    limit: int,
    most_shards: int,
    stopped: Callable[[], str] = str,
    wanted: Callable[[Found, Source], bool] | None = None,
    dealt: Mapping[str, int] | None = None,
) -> Pieces:
    """Read, cut and shard the documents of these files, those that are `wanted`; `dealt` says what each skill has had before.

    Raises NothingUsable, or StopRun with the reason that `stopped` gives, which is asked after
    each document. Pieces wait in a temporary file, so memory stays flat and the shard size can follow from their number.
    """
    pieces, dealer = Pieces(), Dealer(mix, dealt)
    owner = mix.name if mix.name in mix.skills else ""
    with tempfile.TemporaryFile("w+", encoding="ascii") as spool:
        for document in documents.read(files, settings, kinds=mix.kinds, skill=owner, limit=limit, wanted=wanted):
            pieces.used += document.reject is None
            items: list[Record | Reject] = [pieces.counted(dealer.deal(piece)) for piece in document.pieces]
            items += [document.reject] if document.reject else []
            pieces.rejected_by.update(item.reason for item in items if isinstance(item, Reject))
            pieces.noted.update({note.reason for note in document.notes} - AS_MEANT)
            if reason := stopped():
                raise StopRun(reason)
            spool.writelines(f"{int(isinstance(item, Reject))}{to_json(item)}\n" for item in items)
        if not pieces.used:
            raise NothingUsable(_why(mix, pieces.rejected_by))
        spool.seek(0)
        spare = sum(
            1 + wave(counts.pieces) for counts in pieces.by_skill.values()
        )  # a last shard of each wave may be small
        least = -(-pieces.total // (most_shards - spare))
        size = max(settings.shard_size or automatic_size(pieces.total), least)
        for number, (of_wave, batch) in enumerate(_batches(spool, size)):
            skill = next((item.skill for item in batch if isinstance(item, Record)), next(iter(mix.skills)))
            pieces.shards.append(DealtShard(skill, _stored(store, number, batch), of_wave, number + 1, _label(batch)))
    pieces.by_skill = {name: pieces.by_skill[name] for name in mix.skills if name in pieces.by_skill}
    return pieces


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
    """Pieces a shard: small, so that the endpoint never idles because a shard waits for its slowest record."""
    return max(min(32, pieces // 24), 1)


def wave(place: int) -> int:
    """The wave of the piece that stands at this place among those of its skill: 0 to 31, 32 to 95, 96 to 223 and so on.

    What a later wave may know of earlier ones depends on this alone, whatever the size of a shard; see `tasks.steps.goals`.
    """
    return (place // FIRST_WAVE + 1).bit_length() - 1


def _batches(lines: Iterator[str], size: int) -> Iterator[tuple[int, list[Record | Reject]]]:
    """Runs of items with up to `size` records of one skill and wave, with the wave; rejects go with the records before them."""
    open_: dict[str, list[Record | Reject]] = {}
    records: Counter[str] = Counter()
    newest = ""
    for line in lines:
        item: Record | Reject = reject_from_json(line[1:]) if line[0] == "1" else record_from_json(line[1:])
        if isinstance(item, Record):
            newest, place = item.skill, records[item.skill]
            started = sum(isinstance(other, Record) for other in open_.get(newest, ()))
            if started and (started == size or wave(place) > wave(place - 1)):
                yield wave(place - 1), open_.pop(newest)
            records[newest] += 1
        open_.setdefault(newest, []).append(item)
    early = open_.pop("", []) if len(open_) > 1 else []
    for skill, batch in open_.items():
        yield wave(max(0, records[skill] - 1)), [*early, *batch]
        early = []


def _why(mix: Mix, rejects: Counter[str]) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in rejects.most_common(5))
    return f"none of the {rejects.total()} documents can be used for {mix.name} (it takes {', '.join(mix.kinds)}): {reasons}"
