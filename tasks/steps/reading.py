"""The documents step: from files to shards of pieces, with every document that cannot be used among the rejects."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tasks import documents
from tasks.checks.injection import instructs
from tasks.records import Json, Record, Reject, digest, record_from_json, reject_from_json, to_json
from tasks.records.store import Store
from tasks.settings import Settings
from tasks.steps.mix import Dealer, Mix
from tasks.steps.step import code_version
from tasks.teacher import StopRun

NAME = "documents"
MOST_SHARDS = 380
"""Five tasks a shard keeps a flow run under Prefect's comfortable limit of 2,000 task runs."""


class NothingUsable(ValueError):
    """Not one document of the set can be used; the message says why, by reason."""


def read_documents(
    store: Store,
    uris: Sequence[str],
    mix: Mix,
    settings: Settings,
    *,
    limit: int,
    shard_size: int,
    stopped: Callable[[], str] = str,
) -> Json:
    """Read, cut and shard the documents.

    Returns `{read, used, rejected, passages, characters, flagged, rejected_by, shards, skills, by_skill}`: `skills` names
    the skill of each shard, `flagged` counts pieces that give instructions to a model. Raises NothingUsable, what
    `documents.read` raises, or StopRun with the reason that `stopped` gives, which is asked after each document.
    Pieces wait in a temporary file, so memory stays flat and the shard size can follow from their number.
    """
    used, rejects, dealer = 0, Counter[str](), Dealer(mix)
    by_skill: dict[str, Counter[str]] = {name: Counter() for name in mix.skills}
    flagged = 0
    owner = mix.name if mix.name in mix.skills else ""
    with tempfile.TemporaryFile("w+", encoding="ascii") as spool:
        for document in documents.read(uris, settings, kinds=mix.kinds, skill=owner, limit=limit):
            used += document.reject is None
            dealt = [dealer.deal(piece) for piece in document.pieces]
            for piece in dealt:
                by_skill[piece.skill].update(passages=1, characters=len(piece.passage))
                flagged += instructs(piece.passage)
            items: list[Record | Reject] = [*dealt, *([document.reject] if document.reject else [])]
            rejects.update(item.reason for item in items if isinstance(item, Reject))
            if reason := stopped():
                raise StopRun(reason)
            spool.writelines(f"{int(isinstance(item, Reject))}{to_json(item)}\n" for item in items)
        if not used:
            raise NothingUsable(_why(mix, rejects))
        spool.seek(0)
        pieces = sum(counts["passages"] for counts in by_skill.values())
        size = max(shard_size or automatic_size(pieces), -(-pieces // (MOST_SHARDS - len(mix.skills))))
        shards, skills = [], []
        for number, batch in enumerate(_batches(spool, size)):
            key = digest(NAME, number, [to_json(item) for item in batch], code_version())
            found = store.find_shard(NAME, key)
            shards.append(found or store.write_shard(NAME, key, batch, {"number": number}))
            skills.append(next((item.skill for item in batch if isinstance(item, Record)), next(iter(mix.skills))))
    return {
        "read": used + rejects.total(),
        "used": used,
        "rejected": rejects.total(),
        "passages": pieces,
        "characters": sum(counts["characters"] for counts in by_skill.values()),
        "flagged": flagged,
        "rejected_by": dict(sorted(rejects.items())),
        "shards": shards,
        "skills": skills,
        "by_skill": {name: dict(counts) for name, counts in by_skill.items() if counts},
    }


def automatic_size(pieces: int) -> int:
    """Pieces a shard: small, so that the endpoint never idles because a shard waits for its slowest record."""
    return max(min(32, pieces // 24), 1)


def _batches(lines: Iterator[str], size: int) -> Iterator[list[Record | Reject]]:
    """Runs of items with `size` records of one skill each; rejects go with the records before them."""
    open_: dict[str, list[Record | Reject]] = {}
    records: Counter[str] = Counter()
    newest = ""
    for line in lines:
        item: Record | Reject = reject_from_json(line[1:]) if line[0] == "1" else record_from_json(line[1:])
        if isinstance(item, Record):
            newest = item.skill
            if records[newest] == size:
                yield open_.pop(newest)
                records[newest] = 0
            records[newest] += 1
        open_.setdefault(newest, []).append(item)
    early = open_.pop("", []) if len(open_) > 1 else []
    for batch in open_.values():
        yield [*early, *batch]
        early = []


def _why(mix: Mix, rejects: Counter[str]) -> str:
    reasons = ", ".join(f"{reason} {count}" for reason, count in rejects.most_common(5))
    return f"none of the {rejects.total()} documents can be used for {mix.name} (it takes {', '.join(mix.kinds)}): {reasons}"
