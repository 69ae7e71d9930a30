"""`python -m benchmarks decontamination [FILE ...]`: how many rows that hold a benchmark's item are found, and how many others.

Without a file, the items are made up; files of a real benchmark, in any form that `--against` reads, take their place.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.decontamination import judged
from benchmarks.decontamination.items import Drawn
from benchmarks.decontamination.measuring import measured
from benchmarks.measures import Measure, print_table
from tasks.curation.decontamination import BenchmarkError, Item, read_file

SEED, ROWS = 1, 800
"""Rows of each sort."""


def measures() -> list[Measure]:
    """Figures over made-up items."""
    return [*measured([], SEED, ROWS), *judged.measured(SEED, ROWS)]


def main(files: Sequence[str]) -> None:
    """Print the figures, over the items of these files if there are any."""
    try:
        items = [drawn(item) for file in files for item in read_file(Path(file), file)]
    except BenchmarkError as error:
        sys.exit(str(error))
    print_table(measured(items, SEED, ROWS))


def drawn(item: Item) -> Drawn:
    """An item as plants change it: its last lines are its options, by their letters."""
    lines = item.text.split("\n")
    first = next((place for place, line in enumerate(lines) if line.startswith("(A) ")), len(lines))
    return Drawn("\n".join(lines[:first]), tuple(line[4:] for line in lines[first:]))
