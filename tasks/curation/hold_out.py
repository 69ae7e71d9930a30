"""Rows to examine a student with: whole documents, so that nothing it has learnt from stands in its examination."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from tasks.curation.grams import Array
from tasks.curation.lines import Lines
from tasks.records import digest

MOST = 0.1
"""The largest share of a skill's rows that is held out."""
FULL = 0.2
"""The share that no document may fill beyond."""
_FEWEST = 5
"""Documents of which one at least is held out."""


def documents_to_hold(
    lines: Lines,
    rows: Array,
    wanted: int,
    seed: int,
    before: Collection[str] = (),
    trained: Collection[str] = (),
) -> list[str]:
    """Documents that give each skill so many of these rows, or a tenth of its rows. Of five or more documents one is held out in
    any case.

    Documents are drawn by their hash, so that one stays held out when others are added; those of `before` come first, and those
    of `trained`, which somebody may have trained on, not at all.
    """
    codes, names = lines.codes("document")
    codes = codes[rows]
    skills = lines.skill[rows].astype(np.int64)
    total = np.bincount(skills, minlength=len(lines.skills))
    target = np.minimum(wanted, (total * MOST).astype(np.int64))
    table = np.zeros((len(names), len(lines.skills)), np.int64)
    np.add.at(table, (codes, skills), 1)
    order = sorted(
        (int(code) for code in np.unique(codes) if names[code] in before or names[code] not in trained),
        key=lambda code: (names[code] not in before, digest("hold out", seed, names[code])),
    )
    held, had = list[int](), np.zeros(len(lines.skills), np.int64)
    for code in order:
        gives = table[code]
        helps = bool(((had < target) & (gives > 0)).any())
        if helps and bool((had + gives <= np.maximum(total * FULL, target)).all()):
            held.append(code)
            had += gives
    if not held and len(order) >= _FEWEST:  # of few documents, each is a large part of some skill
        held = [min(order, key=lambda code: float((table[code] / np.maximum(total, 1)).max()))]
    return sorted(names[code] for code in held)
