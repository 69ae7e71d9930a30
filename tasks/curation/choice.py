"""All steps of curation over the lines of all shards, in their order: what becomes of each row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from tasks.curation.diversity import facilities, too_close
from tasks.curation.duplicates import exact_duplicates, near_duplicates, near_to
from tasks.curation.fates import Fates
from tasks.curation.grams import Array
from tasks.curation.hold_out import documents_to_hold
from tasks.curation.lines import Lines, rows_at
from tasks.curation.mixing import in_turn, quotas
from tasks.curation.vectors import embedded, hashed
from tasks.settings.curating import Curating
from tasks.steps.mix import stated


class Held(NamedTuple):
    """A benchmark's item in a row."""

    item: str
    told: str
    """How the row holds it, in words."""
    reason: str = "in_benchmark"


Contaminated = Mapping[int, Held]
"""Row -> the item that it holds."""


def choose(
    lines: Lines,
    settings: Curating,
    contaminated: Contaminated | None = None,
    before: Collection[str] = (),
    trained: Collection[str] = (),
) -> tuple[Fates, list[str]]:
    """What becomes of each row, and the documents that are held out; those of `before` were so in an earlier version, and those
    of `trained` were not."""
    fates, unfit = Fates(lines), _unfit(lines, settings)
    _duplicates(fates, unfit)
    held = _hold_out(fates, unfit, settings, before, trained)
    if contaminated:
        for row, holds in contaminated.items():
            fates.drop("decontamination", holds.reason, {row: holds.item}, holds.told)
    for (step, reason), rows in unfit.items():
        fates.drop(step, reason, rows)
    _spread(fates, settings)
    _mix(fates, settings)
    return fates, held


Unfit = dict[tuple[str, str], list[int]]
"""Step and reason -> the rows that it drops, whatever others there are."""


def _unfit(lines: Lines, settings: Curating) -> Unfit:
    found: Unfit = {}
    if settings.private == "drop":
        for row, sort in enumerate(lines.texts("private")):
            if sort:
                reason = sort.removeprefix("an ").removeprefix("a ").replace(" ", "_").replace("-", "_")
                found.setdefault(("privacy", reason), []).append(row)
    if not settings.offline_rows:
        found["quality", "not_for_training"] = np.flatnonzero(~lines.column("for_training")).tolist()
    scores = lines.column("score")
    found["quality", "low_score"] = np.flatnonzero(scores < settings.min_score).tolist()
    if bands := [band.strip() for band in settings.difficulty.split(",") if band.strip()]:
        codes, names = lines.codes("difficulty")
        out = [code for code, name in enumerate(names) if name and name not in bands]
        found["quality", "other_difficulty"] = np.flatnonzero(np.isin(codes, out)).tolist()
    return found


def _duplicates(fates: Fates, unfit: Unfit) -> None:
    # Of two rows that say the same, the one stays that no later step drops.
    fallen = np.zeros(len(fates.lines), bool)
    fallen[[row for rows in unfit.values() for row in rows]] = True
    for step, reason, repeated in (
        ("exact", "duplicate", exact_duplicates),
        ("near", "near_duplicate", near_duplicates),
    ):
        rows = fates.alive
        preferred = rows[np.argsort(fallen[rows], kind="stable")]
        found = repeated(fates.lines, preferred)
        fates.drop(step, reason, {row: fates.lines.id(other) for row, other in found.items()})


def _hold_out(
    fates: Fates, unfit: Unfit, settings: Curating, before: Collection[str], trained: Collection[str]
) -> list[str]:
    """Mark the rows of some documents as held out, and drop what of the others is nearly the same; but where it may have been
    trained on, drop the one that is held out."""
    if not settings.hold_out:
        return []
    lines, bad = fates.lines, np.zeros(len(fates.lines), bool)
    bad[[row for rows in unfit.values() for row in rows]] = True
    alive = fates.alive
    held = documents_to_hold(lines, alive[~bad[alive]], settings.hold_out, settings.seed, before, trained)
    codes, names = lines.codes("document")
    fates.held = np.isin(codes, [code for code, name in enumerate(names) if name in set(held)])
    known = np.isin(codes, [code for code, name in enumerate(names) if name in set(trained)])
    spoilt = near_to(lines, fates.alive[fates.held[fates.alive]], fates.training[known[fates.training]])
    fates.drop("hold_out", "near_trained", {row: lines.id(other) for row, other in spoilt.items()})
    near = near_to(lines, fates.training[~known[fates.training]], fates.alive[fates.held[fates.alive]])
    fates.drop("hold_out", "near_held_out", {row: lines.id(other) for row, other in near.items()})
    return held


def _spread(fates: Fates, settings: Curating) -> None:
    """Drop rows that are too close to a better one of their skill."""
    if settings.diversity != "filter":
        return
    for number in range(len(fates.lines.skills)):
        rows = _preferred(fates, number)
        close = too_close(vectors_of(fates.lines, rows, settings), settings.alike)
        found = {int(rows[row]): fates.lines.id(int(rows[other])) for row, other in close.items()}
        fates.drop("diversity", "too_close", found)


def _mix(fates: Fates, settings: Curating) -> None:
    """Drop what is beyond the rows that each skill is to give."""
    shares = stated(settings.mix)
    if not settings.rows and not shares:
        return
    lines = fates.lines
    there = dict(
        zip(lines.skills, np.bincount(lines.skill[fates.training], minlength=len(lines.skills)).tolist(), strict=True)
    )
    strata, scores = lines.column("stratum"), lines.column("score")
    for number, (skill, quota) in enumerate(quotas(there, shares, settings.rows).items()):
        if quota >= there[skill]:
            continue
        if settings.diversity == "facility" and quota:
            rows = _preferred(fates, number)
            chosen = facilities(vectors_of(lines, rows, settings), quota, settings.seed)
        else:
            rows = fates.training[lines.skill[fates.training] == number]
            chosen = in_turn(strata[rows], scores[rows])[:quota]
        beyond = np.ones(len(rows), bool)
        beyond[chosen] = False
        fates.drop("mix", "beyond_mix", rows[beyond])


def _preferred(fates: Fates, skill: int) -> Array:
    """The rows of a skill to train on, the better ones first."""
    rows = fates.training[fates.lines.skill[fates.training] == skill]
    scores = np.nan_to_num(fates.lines.column("score")[rows], nan=0.0)
    preferred: Array = rows[np.argsort(-scores, kind="stable")]
    return preferred


def vectors_of(lines: Lines, rows: Array, settings: Curating) -> Array:
    """Vectors of rows, as the settings say."""
    if not settings.embeddings:
        return hashed(lines, rows)
    said = {row: "\n".join(m["content"] or "" for m in told["messages"]) for row, told in rows_at(lines, rows.tolist())}
    return embedded([said[row] for row in rows.tolist()], settings.embeddings)
