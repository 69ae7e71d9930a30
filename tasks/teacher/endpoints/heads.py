"""The fixed heads of prompts, and which of them are worth keeping at a provider that charges for it.

To keep a head costs a quarter more than to read it once, and to read it again a tenth, within five minutes of the last time. So
a head is kept when it comes for the second time, by one call alone while others are under way, and is marked from then on.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass

from tasks.records import digest

SHORTEST = 2_048
"""Characters below which no model keeps a head: 512 tokens. A model that wants more leaves the mark alone, at no charge."""
_KEPT_SECONDS = 270.0
"""A little less than what the provider keeps a head for after its last use."""
_MOST = 4_096


@dataclass(slots=True)
class _Head:
    kept_until: float = 0.0
    being_kept: bool = False


class Heads:
    """The heads that came lately."""

    def __init__(self) -> None:
        self._heads: OrderedDict[str, _Head] = OrderedDict()

    def mark(self, head: str) -> str:
        """What to tell :meth:`answered` of the call if its head is to be marked; empty if it is not."""
        if len(head) < SHORTEST:
            return ""
        name, now = digest(head), time.monotonic()
        known = self._heads.get(name)
        if known is None:
            self._heads[name] = _Head()
            if len(self._heads) > _MOST:
                self._heads.popitem(last=False)
            return ""
        self._heads.move_to_end(name)
        if known.kept_until < now:
            if known.being_kept:
                return ""
            known.being_kept = True
        return name

    def answered(self, name: str, *, kept: bool) -> None:
        """A marked call has ended; `kept` if the provider says that it has read or kept the head."""
        if name and (head := self._heads.get(name)):
            head.being_kept = False
            head.kept_until = time.monotonic() + _KEPT_SECONDS if kept else 0.0
