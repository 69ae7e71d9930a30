"""Calls through a provider's Batch API: within a day, at half the price."""

from tasks.teacher.batches.batcher import Batched, Batcher
from tasks.teacher.batches.delivery import Delivery
from tasks.teacher.batches.expected import Expected, expected
from tasks.teacher.batches.jobs import Batching, NoBatchAPI
from tasks.teacher.batches.submissions import Submissions

UNDER_WAY = 5_000
"""Pieces of documents that may be under way while steps are batched: their calls wait in batches and take nothing but memory."""

__all__ = [
    "UNDER_WAY",
    "Batched",
    "Batcher",
    "Batching",
    "Delivery",
    "Expected",
    "NoBatchAPI",
    "Submissions",
    "expected",
]
