"""What was handed to providers and is not collected yet, in the ledger's database.

A batch is written down before it is submitted and stays until its last answer is in the ledger, so that a run that is killed
meanwhile finds it again. A call belongs to one batch at most, whoever writes first: two processes never pay for the same call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tasks.teacher.batches.jobs import Owners
from tasks.teacher.ledger.address import database_of
from tasks.teacher.ledger.thread import DatabaseThread

_CHUNK = 500
"""Keys that one statement names; every database takes as many."""
T = TypeVar("T")


@dataclass(frozen=True)
class Submission:
    """A batch as it is written down."""

    tag: str
    job: str
    """The provider's id; empty until it has accepted the batch, as far as we heard."""
    submitted: float
    """When it was written down, in seconds of the epoch."""


class Submissions:
    """The batches of all runs that share a ledger. Its tables are there once the ledger was opened."""

    def __init__(self, ledger_url: str) -> None:
        self._database = database_of(ledger_url)
        self._thread = DatabaseThread("batches", self._database, _served)

    async def claim(self, new: Submission, endpoint: str, model: str, owners: Owners) -> dict[str, str]:
        """Write the batch down before it is submitted; gives key -> tag of the calls that belong to another already.

        Where that is all of them, nothing is written.
        """
        batch = {"tag": new.tag, "endpoint": endpoint, "model": model, "job": new.job, "submitted": new.submitted}
        calls = [{"key": key, "tag": new.tag, "step": step, "agent": agent} for key, (step, agent) in owners.items()]

        def work(connection: Any) -> dict[str, str]:
            cursor = connection.cursor()
            cursor.executemany(
                self._marked(
                    "insert into batched_calls (key, tag, step, agent) values (:key, :tag, :step, :agent)"
                    " on conflict (key) do nothing"
                ),
                sorted(calls, key=lambda call: call["key"]),
            )
            theirs = {key: tag for key, tag in self._tags(cursor, list(owners)) if tag != new.tag}
            if len(theirs) < len(owners):
                cursor.execute(
                    self._marked(
                        "insert into batches (tag, endpoint, model, job, submitted)"
                        " values (:tag, :endpoint, :model, :job, :submitted) on conflict (tag) do nothing"
                    ),
                    batch,
                )
            return theirs

        return await self._done(work)

    async def accepted(self, tag: str, job: str) -> None:
        """The provider has the batch, under this id."""
        values = {"tag": tag, "job": job}
        await self._done(
            lambda connection: connection.execute(
                self._marked("update batches set job = :job where tag = :tag"), values
            )
        )

    async def get(self, tag: str) -> Submission | None:
        """The batch, if it is not collected yet."""
        query = self._marked("select tag, job, submitted from batches where tag = :tag")
        row = await self._done(lambda connection: connection.execute(query, {"tag": tag}).fetchone())
        return Submission(*row) if row else None

    async def jobs(self) -> set[str]:
        """The provider's ids of all batches that are not collected yet."""
        rows = await self._done(lambda connection: connection.execute("select job from batches").fetchall())
        return {job for (job,) in rows if job}

    async def owners(self, tag: str) -> Owners:
        """The calls of a batch."""
        query = self._marked("select key, step, agent from batched_calls where tag = :tag")
        rows = await self._done(lambda connection: connection.execute(query, {"tag": tag}).fetchall())
        return {key: (step, agent) for key, step, agent in rows}

    async def close(self, tag: str) -> None:
        """Forget a batch: all its answers are in the ledger, or it never came to be."""

        def work(connection: Any) -> None:
            for table in ("batched_calls", "batches"):
                connection.execute(self._marked(f"delete from {table} where tag = :tag"), {"tag": tag})

        await self._done(work)

    def end(self) -> None:
        """Close the connection."""
        self._thread.close()

    def _tags(self, cursor: Any, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
        for start in range(0, len(keys), _CHUNK):
            named = {f"key{place}": key for place, key in enumerate(keys[start : start + _CHUNK])}
            places = ", ".join(f":{name}" for name in named)
            cursor.execute(self._marked(f"select key, tag from batched_calls where key in ({places})"), named)
            yield from cursor.fetchall()

    def _marked(self, statement: str) -> str:
        return self._database.marked(statement)

    async def _done(self, work: Callable[[Any], T]) -> T:
        def whole(connection: Any) -> T:
            with self._database.transaction(connection):
                return work(connection)

        result: T = await self._thread.ask(whole)
        return result


def _served(connection: Any, works: list[Callable[[Any], Any]]) -> Sequence[Any]:
    # Each is a transaction of its own, and may be done twice where the connection broke.
    return [work(connection) for work in works]
