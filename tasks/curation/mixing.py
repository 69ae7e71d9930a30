"""How many rows each skill gives, and which: its task types in turn, the better rows first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tasks.curation.grams import Array


def quotas(there: Mapping[str, int], shares: Mapping[str, float], rows: int) -> dict[str, int]:
    """Rows to take of each skill: in these shares, or as they are there, and no more than `rows` in all if that is given.

    A skill without a share gives none. Without `rows` it is the most that the shares allow.
    """
    weights = {skill: shares.get(skill, 0.0) if shares else float(count) for skill, count in there.items()}
    named = {skill: weight for skill, weight in weights.items() if weight > 0 and there[skill]}
    if not named:
        return dict.fromkeys(there, 0)
    total = sum(named.values())
    most = min(there[skill] * total / weight for skill, weight in named.items()) if shares else sum(there.values())
    wanted = float(rows) if rows else float(most)
    taken, open_to = dict.fromkeys(there, 0), dict(named)
    # A skill that has too few gives what it has; the others fill up in their shares.
    while open_to:
        left, weight = wanted - sum(taken[s] for s in taken if s not in open_to), sum(open_to.values())
        short = [skill for skill in open_to if open_to[skill] / weight * left > there[skill]]
        if not short:
            exact = {skill: share / weight * left for skill, share in open_to.items()}
            taken.update({skill: int(n) for skill, n in exact.items()})
            spare = round(sum(exact.values())) - sum(int(n) for n in exact.values())
            by_rest = sorted(exact, key=lambda skill: (int(exact[skill]) - exact[skill], skill))
            for skill in by_rest[: max(spare, 0)]:
                taken[skill] = min(taken[skill] + 1, there[skill])
            break
        for skill in short:
            taken[skill] = there[skill]
            del open_to[skill]
    return taken


def in_turn(strata: Array, scores: Array) -> list[int]:
    """Places in an order in which every stratum has its turn, each with its best rows first."""
    ranks = np.zeros(len(strata), np.int64)
    order = np.lexsort((np.arange(len(strata)), -np.nan_to_num(scores, nan=0.0), strata))
    starts = np.concatenate([[True], np.diff(strata[order]) != 0]) if len(order) else np.zeros(0, bool)
    first = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    ranks[order] = np.arange(len(order)) - first
    chosen: Sequence[int] = np.lexsort((strata, ranks)).tolist()
    return list(chosen)
