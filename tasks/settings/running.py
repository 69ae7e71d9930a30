"""How fast a run asks, and how its work is cut up."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from tasks.settings.fields import DAY, MANY, Group, Text

MOST_CONCURRENT = 4096
MOST_PROCESSES = 256
ALL_STEPS = "all"


class Running(Group):
    """How fast the endpoint is asked, and how the work is cut up; none of it changes a row."""

    max_concurrency: int = Field(
        default=256,
        ge=1,
        le=MOST_CONCURRENT,
        description="Calls under way at once, at most; a run finds out how many of them the endpoint bears.",
    )
    rpm: int = Field(default=0, ge=0, le=MANY, description="Requests a minute, at most; 0 sets no bound.")
    tpm: int = Field(
        default=0, ge=0, le=MANY, description="Tokens a minute, of prompts and answers, at most; 0 sets no bound."
    )
    ledger: Text = Field(
        default="",
        description="Database of the answers: sqlite:///FILE or postgresql://USER@HOST/DATABASE, its password in the environment "
        "(PGPASSWORD); $NAME is the address that the environment variable NAME holds. Empty: AGENTINSTRUCT_LEDGER, or a file in "
        "the home folder.",
    )
    processes: int = Field(default=1, ge=1, le=MOST_PROCESSES, description="Processes that share the work of a run.")
    runner: Literal["processes", "dask", "ray", "pool"] = Field(
        default="processes",
        description="What executes them: this machine, a Dask or Ray cluster, or the workers of a Prefect work pool.",
    )
    address: Text = Field(
        default="",
        description="Of the Dask scheduler or the Ray cluster, one of this machine's own without it; of a pool, the deployment "
        "of shares, FLOW/NAME.",
    )
    shard_size: int = Field(default=0, ge=0, le=MANY, description="Pieces of documents a shard; 0 chooses.")

    batch: Text = Field(
        default="",
        description="Steps whose calls go through the provider's Batch API, within a day at about half the price: all, or "
        "their names with commas between; empty for none.",
    )
    batch_poll_seconds: float = Field(
        default=60, gt=0, le=DAY, description="The longest gap between two looks at a batch under way."
    )
    batch_quiet_seconds: float = Field(
        default=5,
        gt=0,
        le=DAY,
        description="For how long no call must have joined a batch before it goes that is not full.",
    )

    @field_validator("ledger")
    @classmethod
    def _no_password(cls, address: str) -> str:
        if "password=" in address.lower():  # however short: what looks like a key is refused in every text
            raise PydanticCustomError("key", "a password belongs into the environment, as PGPASSWORD")
        return address

    @property
    def batched(self) -> frozenset[str]:
        """Names of the steps whose calls go through the provider's Batch API, or that of all."""
        return frozenset(name for name in (part.strip() for part in self.batch.split(",")) if name)
