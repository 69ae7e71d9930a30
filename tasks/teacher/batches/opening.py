"""A batcher for an endpoint, where the settings have steps batched."""

from __future__ import annotations

from tasks.settings import Settings, SettingsError
from tasks.teacher.batches.batcher import Batcher
from tasks.teacher.batches.delivery import Delivery
from tasks.teacher.batches.jobs import Batching
from tasks.teacher.batches.submissions import Submissions
from tasks.teacher.endpoints.protocol import Endpoint
from tasks.teacher.ledger import Ledger
from tasks.teacher.prices import Price
from tasks.teacher.usage import Usage


def open_batcher(
    endpoint: Endpoint, price: Price | None, settings: Settings, ledger: Ledger, ledger_url: str, usage: Usage
) -> Batcher | None:
    """The batcher of an endpoint, None where no step is batched; SettingsError for an endpoint that has no Batch API."""
    if not settings.batched:
        return None
    if not isinstance(endpoint, Batching):
        raise SettingsError(f"--batch: the endpoint of {endpoint.model} has no Batch API; leave --batch out")
    delivery = Delivery(
        jobs=endpoint.jobs(),
        submissions=Submissions(ledger_url),
        ledger=ledger,
        usage=usage,
        price=price,
        endpoint=endpoint.name,
        model=endpoint.model,
        look_seconds=settings.batch_poll_seconds,
        patience_seconds=settings.patience_seconds,
    )
    return Batcher(delivery, settings.batched, settings.batch_quiet_seconds)
