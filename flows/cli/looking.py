"""Commands that look at runs and change nothing."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter, validators

Run = Annotated[str, Parameter(name="RUN", help="A run directory: what was the --output of `generate`.")]
AsJson = Annotated[bool, Parameter(name="--json", help="For programs: JSON instead of a page to read.", negative=())]


def runs(
    folders: Annotated[
        list[str] | None, Parameter(name="FOLDER", help="Folders or fsspec URLs; `out` and the current one.")
    ] = None,
    /,
    *,
    as_json: AsJson = False,
) -> None:
    """List the runs below a folder: what they came to, what they cost and how they ended."""
    from flows.cli.runs import show_runs

    show_runs(folders or (), as_json)


def show(
    output: Run,
    id: Annotated[
        str, Parameter(name="ID", help="A row's or reject's id, or the start of it; without one, the whole run.")
    ] = "",
    /,
    *,
    full: Annotated[bool, Parameter(help="Long texts as a whole.", negative=())] = False,
    as_json: AsJson = False,
) -> None:
    """Show what a run came to, or one record of it with all that led to it."""
    from flows.cli.record import show_record
    from flows.cli.summary import show_run

    if id:
        show_record(output, id, full, as_json)
    else:
        show_run(output, as_json)


def rejects(
    output: Run,
    /,
    *,
    reason: Annotated[str, Parameter(help="Only those that fell out for this.")] = "",
    step: Annotated[str, Parameter(help="Only those that fell out of this step.")] = "",
    samples: Annotated[
        int | None,
        Parameter(help="How many to show; 3 where a reason or step is named.", validator=validators.Number(gte=0)),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what fell out of a run, by step and reason, with what was paid for it and samples."""
    from flows.cli.rejects import show_rejects

    show_rejects(output, reason, step, samples, as_json)


def compare(
    output: Annotated[str, Parameter(name="RUN_A", help="A run directory.")],
    other: Annotated[str, Parameter(name="RUN_B", help="The run directory to hold against it.")],
    /,
    *,
    html: Annotated[str, Parameter(help="Write a page as well: a file or fsspec URL that ends in .html.")] = "",
    pairs: Annotated[
        int | None,
        Parameter(
            help="Pairs of records side by side: 3 in the terminal, 200 in a page or JSON.",
            validator=validators.Number(gte=0),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs: settings, prompts, yield, quality, cost, lengths, and records of the same material side by side."""
    from flows.cli.compare import show_comparison

    show_comparison(output, other, html, pairs, as_json)
