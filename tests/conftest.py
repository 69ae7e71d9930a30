"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.simulator import Server, simulator


@pytest.fixture
def sim() -> Iterator[Callable[..., Server]]:
    """Starts simulators, with the arguments of `tests.simulator.simulator`; they stop when the test ends."""
    with ExitStack() as running:

        def start(*args: Any, **options: Any) -> Server:
            return running.enter_context(simulator(*args, **options))

        yield start
