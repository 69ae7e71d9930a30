"""Patience with an endpoint: none with an address where nobody is, and never longer than was said."""

from __future__ import annotations

import asyncio
import time

import pytest
import tenacity

from tasks.teacher import Fault
from tasks.teacher import patience as module
from tasks.teacher.limiter import breaker
from tasks.teacher.patience import Patience, wait

AWAY = Fault("transport", "connection", reached=False)
BUSY = Fault("transport", "http_503")


def tried(fault: Fault, patience: Patience) -> float:
    """Seconds until the endpoint that fails like this is given up."""

    async def fail() -> None:
        raise fault

    began = time.monotonic()
    with pytest.raises(Fault):
        asyncio.run(tenacity.AsyncRetrying(wait=wait, stop=patience, reraise=True)(fail))
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("fault", "answered", "seconds"), [(AWAY, False, 0.1), (AWAY, True, 0.5), (BUSY, False, 0.5), (BUSY, True, 0.5)]
)
def test_an_address_where_nobody_is_is_not_tried_for_long(
    fault: Fault, answered: bool, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "NOBODY_THERE", 0.1)
    assert seconds <= tried(fault, Patience(0.5, answered=answered)) < seconds + 0.3


def test_the_last_wait_ends_with_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BACKOFF", lambda state: 60.0)
    assert 0.2 <= tried(BUSY, Patience(0.2, answered=True)) < 1.0
