"""Prefect's settings for a run from the command line, and for serving; what the user has set stays."""

from __future__ import annotations

import os

import pytest

from flows import home


def test_serving_says_otherwise_and_the_users_word_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(home, "_SETTLED", set())
    monkeypatch.setattr(os, "environ", {**os.environ, "PREFECT_LOGGING_TO_API_ENABLED": "maybe"})
    home.settle()
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "CRITICAL"
    home.settle(PREFECT_LOGGING_LEVEL="INFO", PREFECT_LOGGING_TO_API_ENABLED="true", PREFECT_RUNNER_POLL_FREQUENCY="2")
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "INFO", "the command line settles before it serves"
    assert os.environ["PREFECT_LOGGING_TO_API_ENABLED"] == "maybe"
    home.settle()
    assert (os.environ["PREFECT_LOGGING_LEVEL"], os.environ["PREFECT_RUNNER_POLL_FREQUENCY"]) == ("INFO", "2")
