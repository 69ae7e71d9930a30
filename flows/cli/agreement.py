"""What `agreement` prints: a run's checks and judge beside a person's marks."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Column, Table

from flows.cli.screen import screen, tell
from tasks.publish.agreement import Agreement, Compared, compare_with_marks
from tasks.publish.run_directory import RunDirectory
from tasks.records.marks import read_marks


def show_agreement(output: str, marks: str, as_json: bool) -> None:
    """How far the run agrees with the marks; ValueError or LookupError for what cannot be read."""
    found = compare_with_marks(RunDirectory(output), read_marks(marks))
    if as_json:
        tell(found.facts())
        return
    console = screen()
    seen = found.marked - found.absent
    console.print(
        f"{found.marked:,} records marked good or bad"
        + (f", {found.absent:,} of them no longer in the run" if found.absent else "")
    )
    if seen:
        console.print(_table(found))
        console.print(_passed_by_all(found), style="dim")
    if seen and found.few:
        console.print(f"{found.few}.", style="yellow")
    console.print(f"Threshold: it was {found.judge_threshold}; {found.threshold}.")


def _table(found: Compared) -> Table:
    numbers = ("records", "rejected\nbad / good", "passed\nbad / good", "precision", "recall", "kappa")
    heads = (Column(name, justify="right", no_wrap=True) for name in numbers)
    table = Table(Column("who rejects", no_wrap=True), *heads, box=SIMPLE_HEAD, pad_edge=False)
    table.add_row("all together", *_cells(found.all), style="bold")
    for name, each in sorted(found.by_check.items(), key=lambda item: (item[0] != "judge", -item[1].records, item[0])):
        if name == "judge" or each.both_bad or each.rejected_good:
            table.add_row(name, *_cells(each))
    return table


def _passed_by_all(found: Compared) -> str:
    """The checks that let every marked record pass which came to them."""
    idle = sum(name != "judge" and not (each.both_bad or each.rejected_good) for name, each in found.by_check.items())
    return (
        f"{idle} further checks rejected none of the marked records. Precision: of what is rejected, the share that you find "
        "bad; recall: of what you find bad, the share that is rejected; kappa: agreement beyond chance."
    )


def _cells(found: Agreement) -> list[str]:
    rejected, passed = (found.both_bad, found.rejected_good), (found.passed_bad, found.both_good)
    counts = (f"{bad:,} / {good:,}" for bad, good in (rejected, passed))
    shares = ("-" if share is None else f"{share:.2f}" for share in (found.precision, found.recall, found.kappa))
    return [f"{found.records:,}", *counts, *shares]
