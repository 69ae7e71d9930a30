"""What `report` does: the page of a run made again, and where it is."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter


def report(
    directory: Annotated[str, Parameter(help="The run directory: what was the --output of `generate`.")], /
) -> int:
    """Make a run's report.html again: its overview and its records, in one page that opens from disk without a network.

    Every run ends with it; this makes it for runs of earlier versions.
    """
    from tasks.publish.report.report import REPORT, write_report
    from tasks.publish.run_directory import RunDirectory

    found = RunDirectory(directory)
    try:
        write_report(found)
    except OSError as error:
        raise ValueError(f"cannot write {directory}/{REPORT}: {error.strerror or error}") from None
    accepted = found.manifest.get("accepted", 0)
    where = f"{directory.rstrip('/')}/{REPORT}"
    print(f"{where} shows {accepted:,} row{'s' * (accepted != 1)}; open it in a browser")
    return 0
