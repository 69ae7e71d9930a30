"""One comparison of two runs."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.publish.comparison.changes import Changed, changes
from tasks.publish.comparison.figures import Figure, figures
from tasks.publish.comparison.pairs import Paired, pair
from tasks.publish.comparison.rows import rows_of
from tasks.publish.run_directory import RunDirectory


@dataclass(frozen=True)
class Comparison:
    """What two runs, a and b, have in common and what not."""

    a: RunDirectory
    b: RunDirectory
    changed: list[Changed]
    figures: list[Figure]
    rows: Paired


def compare(a: RunDirectory, b: RunDirectory, most_pairs: int) -> Comparison:
    """Compare two finished runs, with the text of so many pairs of rows; LookupError if one is none."""
    manifests = a.manifest, b.manifest
    rows = rows_of(a), rows_of(b)
    return Comparison(
        a,
        b,
        changes(*manifests),
        figures((manifests[0], rows[0]), (manifests[1], rows[1])),
        pair(a, b, (rows[0].places, rows[1].places), most_pairs),
    )
