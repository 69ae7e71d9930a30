"""Records on whose calls the endpoint failed for a while are made by the next run, and nothing else is paid for again."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import tenacity

from simulator.pipeline import Outcome, drive, opened
from tasks.records import Json, Record
from tasks.settings import Settings
from tasks.teacher import Fault, patience
from tasks.teacher.endpoints.protocol import Endpoint

DOCUMENT = str(Path(__file__).parents[2] / "examples" / "documents" / "tidal_power.md")
SKILL = "multiple_choice"


class Failing:
    """An endpoint that fails on every seventh request, and always on the same ones, until it is sound."""

    def __init__(self, endpoint: Endpoint, *, sound: bool) -> None:
        self.endpoint, self.sound = endpoint, sound
        self.model, self.name = endpoint.model, endpoint.name
        self.answered: set[str] = set()
        self.failed: set[str] = set()

    async def complete(self, body: Json) -> Any:
        request = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        if not self.sound and int(request, 16) % 7 == 0:
            self.failed.add(request)
            raise Fault("transport", "failed_answer")
        self.answered.add(request)
        return await self.endpoint.complete(body)

    async def close(self) -> None:
        await self.endpoint.close()


def run(folder: Path, *, sound: bool) -> tuple[Outcome, Failing, list[int]]:
    """The outcome, the endpoint, and how many records of each step's shards are unfinished."""

    async def work() -> tuple[Outcome, Failing, list[int]]:
        settings = Settings(
            judge="all", chunks_per_document=1, guess_test=True, transformations_per_document=1, goals_per_instruction=1
        )
        async with opened(SKILL, folder, settings) as session:
            session.teacher.endpoint = failing = Failing(session.teacher.endpoint, sound=sound)
            outcome = await drive(session, [DOCUMENT], shard_size=1)
            files = sorted((folder / "steps").glob("*/*.json"))
            counts = [json.loads(file.read_text())["counts"].get("unfinished", 0) for file in files]
            return outcome, failing, counts

    return asyncio.run(work())


def ids(outcome: Outcome) -> set[str]:
    return {item.id for item in outcome.left["verify"] if isinstance(item, Record)}


@pytest.mark.services
def test_the_next_run_makes_what_the_endpoint_failed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_BACKOFF", tenacity.wait_fixed(0))
    whole, _, none = run(tmp_path / "whole", sound=True)
    assert ids(whole) and not any(none)
    first, broken, unfinished = run(tmp_path / "again", sound=False)
    assert broken.failed and sum(unfinished) > 0 and first.reasons()["endpoint_error"] > 0
    assert not first.broken
    second, sound, _ = run(tmp_path / "again", sound=True)
    assert second.reasons()["endpoint_error"] == 0 and ids(second) == ids(whole) and ids(first) != ids(whole)
    assert broken.failed & sound.answered and not broken.answered & sound.answered, "nothing is asked again"
