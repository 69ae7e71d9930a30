"""What a provider's Batch API offers, whichever provider it is: jobs of many requests that are answered within a day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from tasks.records import Json
from tasks.teacher.faults import Fault


@dataclass(frozen=True)
class State:
    """How far a job is."""

    ended: bool
    fault: Fault | None = None
    """Why it failed as a whole."""
    queue_full: bool = False
    """It failed because the account has as many tokens in its queue as it may have."""


@dataclass(frozen=True)
class Outcome:
    """What came of one request of a job: the body of a chat completion, or a fault and the words of the error."""

    key: str
    reply: Any = None
    fault: Fault | None = None
    said: str = ""


class Jobs(Protocol):
    """The Batch API of an endpoint; all of it raises Fault. Requests are known by the key of their call."""

    most_requests: int
    most_bytes: int
    """What one job may hold."""

    async def check(self) -> None:
        """Ask for something that costs nothing; raises NoBatchAPI where there is none."""

    def version(self) -> object:
        """Tells in which form requests are made now; see `revised`."""

    def line(self, key: str, body: Json) -> bytes:
        """A chat completion request as it stands in a job."""

    async def submit(self, lines: Sequence[bytes], tag: str) -> str:
        """The id of a new job of these lines, which bears the tag where the provider has a place for one."""

    async def find(self, tag: str, since: float, keys: Collection[str], known: Collection[str]) -> str | None:
        """The id of a job of these keys that was submitted, though nobody heard of it; None if there is none.

        `known` are jobs that are others.
        """

    async def state(self, job: str) -> State: ...

    def outcomes(self, job: str) -> AsyncIterator[Outcome]:
        """What came of the requests of a job that has ended, in any order; of some nothing may be told."""

    async def forget(self, job: str) -> None:
        """Delete at the provider what the job left there, as far as it can be."""

    def revised(self, body: Json, version: object, fault: Fault, said: str) -> Json | None:
        """The request to make in place of one that was refused in the form of `version`; None if none is left."""


class NoBatchAPI(Exception):
    """The endpoint has no Batch API."""


@runtime_checkable
class Batching(Protocol):
    """An endpoint whose provider has a Batch API."""

    def jobs(self) -> Jobs: ...


Owners = Mapping[str, tuple[str, str]]
"""Key of a call -> the step that makes it and its agent."""
