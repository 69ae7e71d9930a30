"""What became of a shard of documents on its way through the steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.records.store import ShardRef


@dataclass
class Finished:
    """The shards that the steps made of one shard of documents, and whether it got to the end."""

    skill: str
    shards: dict[str, ShardRef] = field(default_factory=dict)
    problem: str = ""
    stopped: bool = False
    ended: bool = False
    """Whether nothing more is made of it in this run."""
    lot: int = 0
    """The lot of its pieces; see `tasks.steps.lots`."""
