"""What every endpoint offers the teacher."""

from __future__ import annotations

from typing import Any, Protocol

from tasks.records import Json


class Endpoint(Protocol):
    """What answers chat completion requests."""

    model: str
    name: str
    """What identifies it in the ledger."""

    async def complete(self, body: Json) -> Any:
        """The reply's body to a chat completion request; raises Fault."""

    async def close(self) -> None: ...
