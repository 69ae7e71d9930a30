"""The command that holds a run against a person's marks."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter


def agreement(
    directory: Annotated[str, Parameter(help="The run directory: what was the --output of `generate`.")],
    /,
    *,
    marks: Annotated[str, Parameter(help="The file of marks that the report's reader saved.")],
    as_json: Annotated[
        bool, Parameter(name="--json", help="For programs: JSON instead of a page to read.", negative=())
    ] = False,
) -> None:
    """Tell how far a run's checks and its judge agree with your marks: precision, recall, kappa."""
    from flows.cli.agreement import show_agreement

    show_agreement(directory, marks, as_json)
