"""Two run directories compared as tables: the same rows and rejects, or every difference by column.

    python -m benchmarks rows BEFORE AFTER

Ids, messages, keys, checks, quality and reasons of rejects are compared; of the lineage what was done and by which prompt, not
the hash of a call, which changes with the version of the endpoint.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, Any]
LEFT_OUT = {"call", "model_version"}


def table(run: Path, folder: str) -> dict[str, Row]:
    """Row or reject by id (a reject's is its record's id with step and reason)."""
    found: dict[str, Row] = {}
    for file in sorted(run.glob(f"{folder}/**/*.parquet")):
        for row in pq.read_table(file).to_pylist():
            found[" ".join(str(row.get(name) or "") for name in ("id", "step", "reason"))] = row
    return found


def comparable(value: Any) -> Any:
    """The value without what differs from run to run though nothing else does."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            value = json.loads(value)
        except ValueError:
            return value
    if isinstance(value, dict):
        return {name: comparable(inner) for name, inner in value.items() if name not in LEFT_OUT}
    return [comparable(inner) for inner in value] if isinstance(value, list) else value


def differences(before: dict[str, Row], after: dict[str, Row]) -> Counter[str]:
    """How many rows are gone, new, or differ in a column."""
    counts = Counter({"gone": len(before.keys() - after.keys()), "new": len(after.keys() - before.keys())})
    for name in before.keys() & after.keys():
        one, other = before[name], after[name]
        counts.update(c for c in one.keys() | other.keys() if comparable(one.get(c)) != comparable(other.get(c)))
    return +counts


def main(before: str, after: str) -> int:
    """Print a line for each table; 1 if any differs."""
    found = 0
    for folder in ("dataset", "rejected", "feedback"):
        old, new = table(Path(before), folder), table(Path(after), folder)
        told = differences(old, new)
        found += told.total()
        print(f"{folder}: {len(old)} before, {len(new)} after; {dict(told) or 'the same'}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
