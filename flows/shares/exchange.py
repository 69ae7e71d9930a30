"""What a run and its shares tell each other: files in the run directory, so that it does not matter where a share is executed.

    shares/<run>/plan.json                  what a share must know before it begins
    shares/<run>/news/<k>.json              shards that were read, and which share is dealt which; every share reads all of it
    shares/<run>/alive.json                 changes while the run goes on, and says when shares are to stop, and why
    shares/<run>/<share>/<attempt>.json     what an attempt at a share has asked for so far, and how it stands
    shares/<run>/<share>/<attempt>/<k>.json what became of shards, in blocks

Each file has one writer. What a run that was killed left is removed by the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from flows.order import Order
from tasks.publish.finished import Finished
from tasks.records import Json
from tasks.records.store import Store
from tasks.steps.reading import DealtShard
from tasks.steps.run import Round

FOLDER = "shares"


class Abandoned(ValueError):
    """The run that a share belongs to is there no more."""


@dataclass(frozen=True)
class Plan:
    """What a share must know of its run. No secret is in it."""

    order: Order
    """What the run was asked for."""
    shares: int
    skills: str
    """The user's own folder of skills; empty if there is none."""


@dataclass(frozen=True)
class Deal:
    """A shard that a share is dealt, and in which round of draws."""

    share: int
    round: Round
    shard: DealtShard

    @property
    def key(self) -> tuple[int, int]:
        """Stands for the work: the same shard may be gone over again with other draws."""
        return self.round.number, self.shard.number


@dataclass
class News:
    """What all shares are told at one time."""

    shards: list[DealtShard] = field(default_factory=list)
    """Shards that have been read since the last time, whoever is dealt them."""
    deals: list[Deal] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    """Numbers of shards whose counts nobody need wait for."""
    all_read: bool = False
    enough: bool = False
    """Whether there are as many rows as were asked for."""
    closed: bool = False
    """Whether no further news will come."""


@dataclass(frozen=True)
class Outcome:
    """What became of a shard."""

    key: tuple[int, int]
    finished: Finished


@dataclass(frozen=True)
class Standing:
    """How an attempt at a share stands."""

    blocks: int = 0
    """Blocks of outcomes that it has reported."""
    parts: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """Step, model and what was taken."""
    last_fault: str = ""
    failing: int = 0
    traffic: Json = field(default_factory=dict)
    stopped: str = ""
    """Why it starts no more calls; empty while it does."""
    spent: bool = False
    """Whether that is because its part of the budget is used up."""
    ended: bool = False

    def sum(self, *names: str) -> float:
        """What was taken in all, of these counts together."""
        return float(sum(taken[name] for _, _, taken in self.parts for name in names))


class Exchange:
    """The files of one run. Its methods block: they are for threads."""

    def __init__(self, store: Store, run: str) -> None:
        self._store, self._folder = store, f"{FOLDER}/{run}"
        self.run = run

    # The run

    def begin(self, plan: Plan) -> None:
        """Lay the plan out; what earlier runs left is removed."""
        remove(self._store)
        order = plan.order.model_dump(mode="json")
        self._write("plan.json", {"order": order, "shares": plan.shares, "skills": plan.skills})
        self.live(0)

    def announce(self, number: int, news: News) -> None:
        """Tell all shares something new, the `number`-th such."""
        self._write(f"news/{number:06d}.json", asdict(news))

    def live(self, beat: int, stop: str = "") -> None:
        """Say that the run goes on, or why shares are to stop."""
        self._write("alive.json", {"beat": beat, "stop": stop})

    def attempts(self, share: int) -> dict[str, Standing]:
        """How each attempt at a share stands, as far as it has told."""
        told = {name: self._store.read_json(f"{self._folder}/{share}/{name}.json") for name in self._names(share)}
        return {name: Standing(**value) for name, value in told.items() if value is not None}

    def outcomes(self, share: int, attempt: str, first: int, end: int) -> Iterator[Outcome]:
        """The blocks of outcomes from `first` to before `end`."""
        for block in range(first, end):
            told = self._store.read_json(f"{self._folder}/{share}/{attempt}/{block:06d}.json") or {"outcomes": []}
            yield from (Outcome((*raw["key"],), Finished(**raw["finished"])) for raw in told["outcomes"])

    def done(self, share: int) -> set[tuple[int, int]]:
        """What attempts at a share have reported, by its key."""
        attempts = self.attempts(share).items()
        return {outcome.key for name, now in attempts for outcome in self.outcomes(share, name, 0, now.blocks)}

    # A share

    def plan(self) -> Plan:
        """The plan; Abandoned if there is none."""
        raw = self._store.read_json(f"{self._folder}/plan.json")
        if raw is None:
            raise Abandoned(
                f"no run that writes to {self._store.output} waits for this share: it has ended, or was started again; "
                "shares are started by a run, never by hand"
            )
        return Plan(Order.model_validate(raw["order"]), raw["shares"], raw["skills"])

    def news(self, number: int) -> News | None:
        """The `number`-th news; None while there is none."""
        raw = self._store.read_json(f"{self._folder}/news/{number:06d}.json")
        return None if raw is None else _news(raw)

    def alive(self) -> tuple[int, str] | None:
        """The newest sign of life of the run, and why to stop, if so; None if the run is there no more."""
        raw = self._store.read_json(f"{self._folder}/alive.json")
        return None if raw is None else (raw["beat"], raw["stop"])

    def report(self, share: int, attempt: str, block: int, outcomes: list[Outcome]) -> None:
        """Tell what became of shards; durable on return."""
        told = [{"key": list(outcome.key), "finished": asdict(outcome.finished)} for outcome in outcomes]
        self._write(f"{share}/{attempt}/{block:06d}.json", {"outcomes": told})

    def tell(self, share: int, attempt: str, now: Standing) -> None:
        """Tell how the attempt stands."""
        self._write(f"{share}/{attempt}.json", asdict(now))

    def _names(self, share: int) -> list[str]:
        folder = f"{self._folder}/{share}"
        files = (path.rsplit("/", 1)[-1] for path in self._store.files(folder))
        return [name.removesuffix(".json") for name in files if name.endswith(".json")]

    def _write(self, name: str, value: dict[str, Any]) -> None:
        self._store.write_json(f"{self._folder}/{name}", value)


def remove(store: Store) -> None:
    """Remove what a run and its shares told each other."""
    with suppress(FileNotFoundError):
        store.fs.rm(store.path(FOLDER), recursive=True)


def _news(raw: Json) -> News:
    deals = [Deal(deal["share"], _round(deal["round"]), DealtShard(**deal["shard"])) for deal in raw["deals"]]
    return News(**{**raw, "shards": [DealtShard(**shard) for shard in raw["shards"]], "deals": deals})


def _round(raw: Json) -> Round:
    return Round(raw["number"], tuple((skill, of) for skill, of in raw["types"]))
