"""What tests of exports and of releases share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest

Load = Callable[..., Any]


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """`load_dataset`, with a cache of its own and no hub."""
    home = tmp_path_factory.mktemp("cache")
    with patch.dict(os.environ, {"HF_HUB_OFFLINE": "1", "HF_HOME": str(home)}):
        import datasets

        datasets.disable_progress_bars()
        yield lambda *where, **more: datasets.load_dataset(*where, cache_dir=str(home), **more)
