"""The first question to the endpoint, and what is loaded while its answer is waited for."""

from __future__ import annotations

import asyncio
import threading

from tasks.checks.leakage import prompt_shingles
from tasks.steps.key import code_of
from tasks.steps.run import Run
from tasks.teacher.probes import greet
from tasks.text.languages import load_languages

SOON = 0.05
"""Seconds within which an answer of an earlier run comes from the ledger: then it may be that nothing else is asked."""


async def greeted(run: Run) -> None:
    """Greet the endpoint, and load meanwhile what the first calls need. Raises what :func:`greet` raises."""
    greeting = asyncio.create_task(greet(run.teacher))
    await asyncio.wait([greeting], timeout=SOON)
    if not greeting.done():
        await asyncio.to_thread(_load, run)
        # What only checks need: as it is loaded, the first answers are still waited for.
        threading.Thread(target=load_languages, daemon=True).start()
    await greeting


def _load(run: Run) -> None:
    """What is loaded but once, and would keep everything waiting as the first shards are on their way."""
    import langchain_core.prompts.chat  # noqa: F401 (templates)
    import pandas as pd  # noqa: F401 (Parquet)

    for name in run.mix.skills:
        of_skill = run.of(name)
        prompt_shingles(name)
        for step in run.pipeline:
            code_of(step, of_skill)
