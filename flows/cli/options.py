"""Options that several commands have."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated

from cyclopts import Parameter

Prompts = Annotated[
    str | None, Parameter(name="--prompts", help="A folder of your own skills: they add to ours and override them.")
]


@Parameter(name="*")
@dataclass(frozen=True)
class Running:
    """Flags that stand for settings: those that are changed from run to run."""

    max_concurrency: Annotated[int | None, Parameter(help="Calls under way at once, at most.")] = None
    rpm: Annotated[int | None, Parameter(help="Requests a minute, at most.")] = None
    tpm: Annotated[int | None, Parameter(help="Tokens a minute, of prompts and answers, at most.")] = None
    ledger: Annotated[
        str | None, Parameter(help="Database of the answers, shared by machines: postgresql://USER@HOST/DATABASE.")
    ] = None
    shard_size: Annotated[int | None, Parameter(help="Pieces of documents a shard.")] = None
    batch: Annotated[
        str | None,
        Parameter(
            help="Steps whose calls go through the provider's Batch API, at about half the price: all, or some of "
            "transform,instruct,refine,respond,verify."
        ),
    ] = None

    def pairs(self) -> list[str]:
        """Those that were given, as `--set` takes them."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return [f"{name}={value}" for name, value in given.items() if value is not None]


NOTHING_SAID = Running()


def add_skills(folder: str | None) -> None:
    """Add the skills of the folder that `--prompts` names, if it names one; CatalogueError if there is none."""
    if folder:
        from prompts import use  # takes its time, which --help need not wait for

        use(folder)
