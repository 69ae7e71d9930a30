"""The documents step: from files to shards of pieces, with every document that cannot be used among the rejects."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from prompts import Skill
from tasks import documents
from tasks.records import Json, Record, Reject, digest, record_from_json, reject_from_json, to_json
from tasks.settings import Settings
from tasks.step import code_version
from tasks.store import Store
from tasks.teacher import StopRun

NAME = "documents"
MOST_SHARDS = 380
"""Five tasks a shard keeps a flow run under Prefect's comfortable limit of 2,000 task runs."""


class NothingUsable(ValueError):
    """Not one document of the set can be used; the message says why, by reason."""


def read_documents(
    store: Store,
    uris: Sequence[str],
    skill: Skill,
    settings: Settings,
    *,
    limit: int,
    shard_size: int,
    stopped: Callable[[], str] = str,
) -> Json:
    """Read, cut and shard the documents.

    Returns `{read, used, rejected, passages, characters, rejected_by, shards}`; raises NothingUsable, what
    `documents.read` raises, or StopRun with the reason that `stopped` gives, which is asked after each document.
    Pieces wait in a temporary file, so memory stays flat and the shard size can follow from their number.
    """
    used, rejects = 0, Counter[str]()
    with tempfile.TemporaryFile("w+", encoding="ascii") as spool:
        pieces = characters = 0
        for document in documents.read(uris, settings, kinds=skill.seeds, skill=skill.name, limit=limit):
            used += document.reject is None
            pieces += len(document.pieces)
            characters += sum(len(piece.passage) for piece in document.pieces)
            items: list[Record | Reject] = [*document.pieces, *([document.reject] if document.reject else [])]
            rejects.update(item.reason for item in items if isinstance(item, Reject))
            if reason := stopped():
                raise StopRun(reason)
            spool.writelines(f"{int(isinstance(item, Reject))}{to_json(item)}\n" for item in items)
        if not used:
            raise NothingUsable(_why(skill, rejects))
        spool.seek(0)
        size = max(shard_size or automatic_size(pieces), -(-pieces // MOST_SHARDS))
        shards = []
        for number, batch in enumerate(_batches(spool, size)):
            key = digest(NAME, number, [to_json(item) for item in batch], code_version())
            found = store.find_shard(NAME, key)
            shards.append(found or store.write_shard(NAME, key, batch, {"number": number}))
    return {
        "read": used + rejects.total(),
        "used": used,
        "rejected": rejects.total(),
        "passages": pieces,
        "characters": characters,
        "rejected_by": dict(sorted(rejects.items())),
        "shards": shards,
    }


def automatic_size(pieces: int) -> int:
    """Pieces a shard: small, so that the endpoint never idles because a shard waits for its slowest record."""
    return max(min(32, pieces // 24), 1)


def _batches(lines: Iterator[str], size: int) -> Iterator[list[Record | Reject]]:
    """Runs of items with `size` records each; rejects go with the records before them."""
    batch: list[Record | Reject] = []
    records = 0
    for line in lines:
        reject = line[0] == "1"
        if not reject and records == size:
            yield batch
            batch, records = [], 0
        batch.append(reject_from_json(line[1:]) if reject else record_from_json(line[1:]))
        records += not reject
    if batch:
        yield batch


def _why(skill: Skill, rejects: Counter[str]) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in rejects.most_common(5))
    return f"none of the {rejects.total()} documents can be used for {skill.name} (it takes {', '.join(skill.seeds)}): {reasons}"
