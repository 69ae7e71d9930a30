"""A flow beside ours, to see that each deployment runs its own."""

from __future__ import annotations

from pathlib import Path

from prefect import flow


@flow(name="second")
def second(path: str) -> None:
    """Leave a mark at `path`."""
    Path(path).write_text("second was here", encoding="utf-8")
