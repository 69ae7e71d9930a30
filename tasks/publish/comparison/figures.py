"""The figures of two runs side by side: yield, rejects, quality, lengths, cost, task types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.publish.comparison.rows import Rows
from tasks.records import Json

Unit = Literal["number", "share", "dollars", "seconds"]
Side = tuple[Json, Rows]
"""A run: its manifest and what its rows are like."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of both runs; None where one does not have it."""

    group: str
    name: str
    a: float | None
    b: float | None
    unit: Unit = "number"


def figures(a: Side, b: Side) -> list[Figure]:
    """All that is counted or measured of one of them at least, by group."""
    groups: tuple[tuple[str, Callable[[Side], Iterable[tuple[str, float | None, Unit]]]], ...] = (
        ("Yield", _yield),
        ("Rejects by reason", _rejects),
        ("Quality", _quality),
        ("Checks skipped", _skipped),
        ("Lengths", _lengths),
        ("Cost", _cost),
        ("Rows by task type", _task_types),
    )
    return [figure for group, of in groups for figure in _both(group, of(a), of(b))]


def _both(
    group: str, a: Iterable[tuple[str, float | None, Unit]], b: Iterable[tuple[str, float | None, Unit]]
) -> Iterator[Figure]:
    left, right = ({name: (value, unit) for name, value, unit in side} for side in (a, b))
    for name in dict.fromkeys([*left, *right]):
        values = [side[name][0] if name in side else None for side in (left, right)]
        if any(value is not None for value in values):
            yield Figure(group, name, values[0], values[1], (left.get(name) or right[name])[1])


def _yield(side: Side) -> Iterator[tuple[str, float | None, Unit]]:
    manifest, _ = side
    documents, accepted = manifest.get("documents") or {}, manifest.get("accepted")
    yield "documents used", documents.get("used"), "number"
    yield "pieces", documents.get("passages"), "number"
    for name, step in ordered_steps(manifest).items():
        yield f"{name}: records out", step.get("records_out"), "number"
        yield f"{name}: rejected", step.get("rejected"), "number"
    yield "rows accepted", accepted, "number"
    yield "rows a piece", _ratio(accepted, documents.get("passages")), "number"


def ordered_steps(manifest: Json) -> dict[str, Json]:
    """The steps of a run in the order in which they ran; those of another version last."""
    from tasks.steps.pipeline import PIPELINE  # brings all kinds of task with it

    steps: dict[str, Json] = manifest.get("steps") or {}
    order = [step.name for step in PIPELINE if step.name in steps]
    return {name: steps[name] for name in dict.fromkeys([*order, *steps])}


def _rejects(side: Side) -> Iterator[tuple[str, float | None, Unit]]:
    found: dict[str, int] = side[0].get("rejected") or {}
    for reason, number in sorted(found.items(), key=lambda item: -item[1]):
        yield reason, number, "number"


def _quality(side: Side) -> Iterator[tuple[str, float | None, Unit]]:
    manifest, rows = side
    repairs, number = manifest.get("repairs") or {}, len(rows.places)
    yield "judge's score, mean", _mean(rows.measured["score"]), "number"
    yield "judge's score, lowest tenth", _quantile(rows.measured["score"], 0.1), "number"
    yield "solved by the teacher", _mean(rows.measured["solve_rate_teacher"]), "share"
    yield "solved by the student", _mean(rows.measured["solve_rate_student"]), "share"
    for band, n in rows.bands.items():
        yield f"{band} to solve", _ratio(n, number), "share"
    for flag, n in rows.flagged.most_common():
        yield f"flagged: {flag.replace('_', ' ')}", _ratio(n, number), "share"
    yield "repairs tried", repairs.get("tries"), "number"
    yield "repairs that mended", _ratio(repairs.get("mended"), repairs.get("tries")), "share"
    yield "near-duplicates", manifest.get("near_duplicates"), "number"


def _skipped(side: Side) -> Iterator[tuple[str, float | None, Unit]]:
    rows = side[1]
    for check, n in rows.skipped.most_common():
        yield check, _ratio(n, len(rows.places)), "share"


def _lengths(side: Side) -> Iterator[tuple[str, float | None, Unit]]:
    rows = side[1]
    for what, values in (("opening message", rows.asked_words), ("answers", rows.said_words)):
        yield f"words of the {what}, median", _quantile(values, 0.5), "number"
        yield f"words of the {what}, longest tenth", _quantile(values, 0.9), "number"
    yield "answers a row, mean", _mean(rows.turns), "number"


def _cost(side: Side) -> Iterator[tuple[str, float | None, Unit]]:
    manifest, rows = side
    calls, number = manifest.get("calls") or {}, len(rows.places)
    tokens = [calls.get(name) for name in ("prompt_tokens", "completion_tokens")]
    yield "calls made", calls.get("made"), "number"
    yield "calls replayed", calls.get("replayed"), "number"
    yield "calls failed", calls.get("failed"), "number"
    yield "tokens in", tokens[0], "number"
    yield "tokens out", tokens[1], "number"
    yield "cost", calls.get("cost_usd"), "dollars"
    yield "calls a row", _ratio(calls.get("made"), number), "number"
    yield "tokens out a row", _ratio(tokens[1], number), "number"
    yield "cost a row", _ratio(calls.get("cost_usd"), number), "dollars"
    yield "time", _together(attempt.get("seconds") for attempt in manifest.get("attempts") or ()), "seconds"
    for name, step in ordered_steps(manifest).items():
        yield f"{name}: calls", step.get("calls"), "number"


def _task_types(side: Side) -> Iterator[tuple[str, float | None, Unit]]:
    for name, n in side[1].task_types.most_common():
        yield name, n, "number"


def _ratio(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def _together(parts: Iterable[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _quantile(values: Sequence[float], part: float) -> float | None:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else None
