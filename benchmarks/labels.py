"""`python -m benchmarks labels OUTPUT FILE`: responses of a run, as they were before any check saw them, for a reader to label.

Each line is what `python -m benchmarks answers FILE` reads; the reader writes `good` or `bad` in `verdict`, and `why`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.records import Json, Record, to_json
from tasks.records.store import Store

EACH = 20
"""Responses drawn for each skill; ids are hashes, so the first by id are a draw."""


def responses(store: Store) -> Iterator[Record]:
    """The finished conversations of the run, before they were verified."""
    for path in store.files("steps/respond"):
        if path.endswith(".parquet") and (ref := store.find_shard("respond", Path(path).stem)):
            yield from store.records(ref)


def lines(store: Store) -> list[Json]:
    """Up to :data:`EACH` unlabelled answers of each skill."""
    by_skill: dict[str, list[Record]] = {}
    for record in responses(store):
        by_skill.setdefault(record.skill, []).append(record)
    drawn = [r for skill in sorted(by_skill) for r in sorted(by_skill[skill], key=lambda r: r.id)[:EACH]]
    return [{"id": r.id, "skill": r.skill, "verdict": "", "why": "", "record": json.loads(to_json(r))} for r in drawn]


def main(arguments: Sequence[str]) -> None:
    """Write the file; one that is there is left alone, since it may hold labels."""
    if len(arguments) != 2:
        sys.exit("python -m benchmarks labels OUTPUT FILE: name a finished run's directory and a file to write")
    output, file = arguments[0], Path(arguments[1])
    if file.exists():
        sys.exit(f"{file} is there and may hold labels: name another file, or remove it")
    found = lines(Store(output))
    if not found:
        sys.exit(f"{output} holds no responses: name the --output of a run that has ended")
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in found), encoding="utf-8")
    print(
        f"{len(found)} responses in {file}: write good or bad as each verdict, then python -m benchmarks answers {file}"
    )
