"""The one place that knows which steps there are, and in which order."""

from __future__ import annotations

from tasks.steps.instruct import INSTRUCT
from tasks.steps.refine import REFINE
from tasks.steps.respond import RESPOND
from tasks.steps.step import Step
from tasks.steps.transform import TRANSFORM
from tasks.steps.verify import VERIFY

PIPELINE: tuple[Step, ...] = (TRANSFORM, INSTRUCT, REFINE, RESPOND, VERIFY)
"""Each takes the records that the one before it gave; what the last gives are the rows."""
MOST_TASKS = 1_900
"""Task runs, one for each step and shard, that keep a flow run within Prefect's comfortable limit of 2,000."""


def most_shards() -> int:
    """Shards that a run may have."""
    return MOST_TASKS // len(PIPELINE)
