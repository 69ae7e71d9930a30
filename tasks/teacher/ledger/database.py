"""What a ledger needs of the database that it is in, whichever that is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol


class LedgerError(RuntimeError):
    """The ledger cannot be had, or does not take what it was given; the message says why, never what it was given."""


class Database(Protocol):
    """One of the databases, by DB-API 2; its connections commit each statement that stands outside a transaction."""

    where: str
    """Where it is, for people: without a password."""
    remote: bool
    """Whether each look-up is a round trip to a server."""
    number: str
    """The type of a primary key that counts by itself."""

    @property
    def begun(self) -> bool:
        """Whether it is there; False only where it is known to be made by the first connection."""

    def connect(self) -> Any:
        """A connection, for any one thread at a time; what it raises is for :meth:`told` and :meth:`passes`."""

    def transaction(self, connection: Any, *, alone: bool = False) -> AbstractContextManager[Any]:
        """All of the block or nothing of it; `alone`: no second transaction of that sort goes on beside it."""

    def marked(self, statement: str) -> str:
        """A statement whose values are marked `:name`, as the driver wants them marked."""

    def holds(self, connection: Any, table: str) -> bool:
        """Whether there is a table of this name."""

    def passes(self, error: Exception) -> bool:
        """Whether the same may succeed later, with another connection: the server is away, the file is busy."""

    def told(self, error: Exception) -> LedgerError:
        """The error in one sentence."""
