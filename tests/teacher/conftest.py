"""Fixtures for tests of the teacher."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tenacity

from tasks.teacher import patience as module


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_BACKOFF", tenacity.wait_fixed(0.001))
    yield


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[str]:
    yield f"sqlite:///{tmp_path / 'ledger.db'}"
