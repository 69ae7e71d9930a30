"""What every endpoint offers the teacher."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, runtime_checkable

from tasks.records import Json
from tasks.settings import Settings


class Endpoint(Protocol):
    """What answers chat completion requests."""

    model: str
    """The model that answers, by the name that the table of prices knows; `offline` marks rows that are not for training."""
    name: str
    """What identifies it in the ledger: another name where the same request may be answered in another way."""

    async def complete(self, body: Json) -> Any:
        """The reply's body to a chat completion request; raises Fault."""

    async def close(self) -> None: ...


@runtime_checkable
class Headed(Protocol):
    """An endpoint that hands the headers of every reply on, whatever its status: they may say what is left of its limits."""

    heard: Callable[[Iterable[tuple[bytes, bytes]]], None]
    """Called with them within :meth:`Endpoint.complete`."""


Opener = Callable[[str, str | None, Settings, int], Endpoint]
"""From model, address, settings and most connections at once to the endpoint; SettingsError for what does not fit."""
