"""`python -m benchmarks [NAME ...]`: run these benchmarks, or all of them, and print their tables.

`python -m benchmarks answers FILE [--json]` looks at labelled answers of one's own.
"""

from __future__ import annotations

import importlib
import sys
import time

NAMES = ("overhead", "memory", "search", "faults", "defects", "mutations", "injections", "sandbox", "speed")


def main(names: list[str]) -> None:
    """Run each named benchmark's `main`; a name that is none ends with the choices. `answers` takes the rest as its own."""
    if names[:1] == ["answers"]:
        importlib.import_module("benchmarks.answers").main(names[1:])
        return
    if unknown := [name for name in names if name not in NAMES]:
        sys.exit(f"unknown benchmark '{unknown[0]}'; known: {', '.join(NAMES)}, answers")
    for name in names or NAMES:
        began = time.monotonic()
        print(f"== {name} ==", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
        print(f"({time.monotonic() - began:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
