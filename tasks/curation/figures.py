"""What is told of a curated dataset: how many rows of which kind, and how much they differ, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tasks.curation.fates import Fates
from tasks.curation.grams import Array
from tasks.curation.lines import Lines
from tasks.curation.vectors import hashed
from tasks.records import Json

_SAMPLE = 2_000
_QUANTILES = (0.1, 0.5, 0.9, 0.99)


def figures(fates: Fates) -> Json:
    """Counts by task type and axes of the rows to train on, their lengths, scores and difficulty, and how much they differ."""
    lines, rows = fates.lines, fates.training
    return {
        "coverage": _coverage(lines, rows),
        "words": {name: _quantiles(lines.column(f"{name}_words")[rows]) for name in ("asked", "said")},
        "scores": _counted(np.floor(scores).tolist()) if len(scores := _known(lines.column("score")[rows])) else {},
        "difficulty": _named(lines, "difficulty", rows),
        "diversity": {
            "before": _differ(lines, np.arange(len(lines))),
            "after": _differ(lines, rows),
            "coverage": _covers(lines, rows),
        },
    }


def _coverage(lines: Lines, rows: Array) -> Json:
    """Skill -> task type -> rows, and how many of each difficulty and output format that was drawn for them."""
    found: dict[str, dict[str, Json]] = {}
    columns = {name: lines.codes(name) for name in ("task_type", "asked_for", "format")}
    of = {name: [values[code] for code in codes[rows].tolist()] for name, (codes, values) in columns.items()}
    for skill, *told in zip(lines.skill[rows].tolist(), *of.values(), strict=True):
        name, *axes = (str(value or "none") for value in told)
        entry = found.setdefault(lines.skills[skill], {}).setdefault(
            name, {"rows": 0, "difficulty": Counter(), "output_format": Counter()}
        )
        entry["rows"] += 1
        entry["difficulty"][axes[0]] += 1
        entry["output_format"][axes[1]] += 1
    return {skill: {name: _plain(types[name]) for name in sorted(types)} for skill, types in sorted(found.items())}


def _plain(entry: Json) -> Json:
    return {name: dict(sorted(value.items())) if isinstance(value, Counter) else value for name, value in entry.items()}


def _differ(lines: Lines, rows: Array) -> Json:
    """Of a sample: the mean cosine of a row to the nearest other, and what share of answers begin in a way of their own."""
    some = _some(rows)
    if len(some) < 2:
        return {"nearest": None, "openings": None}
    vectors = hashed(lines, some)
    close = vectors @ vectors.T
    np.fill_diagonal(close, -1)
    openings = lines.column("opening")[rows]
    return {
        "nearest": round(float(close.max(axis=1).mean()), 4),
        "openings": round(len(np.unique(openings)) / len(openings), 4),
    }


def _covers(lines: Lines, rows: Array) -> float | None:
    """How well the rows that stay stand for all that there were: see `vectors.coverage`."""
    every = _some(np.arange(len(lines)))
    if not len(every) or not len(rows):
        return None
    stays = _some(rows)
    vectors = hashed(lines, np.concatenate([every, stays]))
    best = (vectors[: len(every)] @ vectors[len(every) :].T).max(axis=1)
    return round(float(best.mean()), 4)


def _some(rows: Array) -> Array:
    return (
        rows if len(rows) <= _SAMPLE else np.sort(np.random.Generator(np.random.PCG64(1)).permutation(rows)[:_SAMPLE])
    )


def _known(values: Array) -> Array:
    return values[~np.isnan(values)]


def _counted(values: Sequence[object]) -> dict[str, int]:
    return {
        str(value).removesuffix(".0"): count
        for value, count in sorted(Counter(values).items(), key=lambda each: str(each[0]))
    }


def _named(lines: Lines, name: str, rows: Array) -> dict[str, int]:
    codes, values = lines.codes(name)
    return {str(values[code]): n for code, n in sorted(Counter(codes[rows].tolist()).items()) if values[code]}


def _quantiles(values: Array) -> Json:
    found = np.quantile(values, _QUANTILES).round().astype(int).tolist() if len(values) else []
    return {f"p{round(100 * part)}": value for part, value in zip(_QUANTILES, found, strict=False)}
