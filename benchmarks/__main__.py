"""`python -m benchmarks [NAME ...]`: run these benchmarks, or all of them, and print their tables.

Some take files of one's own: `python -m benchmarks answers FILE [--json]` looks at labelled answers, `python -m benchmarks labels
OUTPUT FILE` writes those of a run down, to be labelled, `python -m benchmarks extraction [FOLDER ...]` reads PDF and Office
files and says what is lost, and `python -m benchmarks decontamination [FILE ...]` looks for the items of a real benchmark.
"""

from __future__ import annotations

import importlib
import sys
import time

from benchmarks.measures import Measure, print_table

ENGINE = ("startup", "calls", "overhead", "peers", "processes", "limits", "first_row", "soak")
"""The engine under load; `engine` stands for all of them."""
NAMES = (
    *ENGINE,
    "search",
    "faults",
    "defects",
    "repairs",
    "mutations",
    "injections",
    "sandbox",
    "sources",
    "speed",
    "report",
    "curation",
    "weakness",
    "decontamination",
    "teaching",
    "gpu",
)
WITH_FILES = ("answers", "decontamination", "extraction", "labels")
"""Those that take files of one's own; what cannot do without is left out where all are run."""


def main(names: list[str]) -> None:
    """Run each named benchmark and print what it measured; a name that is none ends with the choices."""
    if names and names[0] in WITH_FILES:
        importlib.import_module(f"benchmarks.{names[0]}").main(names[1:])
        return
    names = [each for name in names for each in (ENGINE if name == "engine" else (name,))]
    if unknown := [name for name in names if name not in NAMES]:
        sys.exit(
            f"unknown benchmark '{unknown[0]}'; known: {', '.join(dict.fromkeys(('engine', *NAMES, *WITH_FILES)))}"
        )
    measured: list[Measure] = []
    for name in names or NAMES:
        began = time.monotonic()
        print(f"== {name} ==", flush=True)
        module = importlib.import_module(f"benchmarks.{name}")
        if hasattr(module, "measures"):
            print_table(found := module.measures())
            measured += found
        else:
            module.main()
        print(f"({time.monotonic() - began:.0f} s)\n", flush=True)
    if len(names) != 1 and measured:
        print("== all figures ==")
        print_table(measured)


if __name__ == "__main__":
    main(sys.argv[1:])
