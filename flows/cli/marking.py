"""The command that holds a run against a person's marks."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flows.cli.looking import AsJson, Run


def agreement(
    output: Run,
    /,
    *,
    marks: Annotated[str, Parameter(help="The file of marks that the report's reader saved.")],
    as_json: AsJson = False,
) -> None:
    """Tell how far a run's checks and its judge agree with your marks: precision, recall, kappa."""
    from flows.cli.agreement import show_agreement

    show_agreement(output, marks, as_json)
