"""Many questions at once, each asked to its end: what one that fails leaves behind is paid for and in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def all_of(questions: Iterable[Awaitable[T]]) -> list[T]:
    """What they come to, in order; the first problem is raised once none is under way."""
    found = await asyncio.gather(*questions, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return [each for each in found if not isinstance(each, BaseException)]
