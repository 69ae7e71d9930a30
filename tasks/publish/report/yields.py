"""What came of the documents, step by step, and what fell out where and why."""

from __future__ import annotations

from collections import Counter

from tasks.publish.report.charts import Bar, Tile, bar, bars, card, folded, legend, tiles
from tasks.publish.report.facts import Facts
from tasks.publish.report.figures import count, money, records, share, short, spoken
from tasks.publish.report.html import Element, h
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json

_KEPT, _LOST = 1, 0
_FIRST = 12
Lost = Counter[tuple[str, str]]
"""Step and reason -> records that fell out."""


def lost(directory: RunDirectory) -> Lost:
    """What fell out, by step and reason."""
    return Counter((row["step"], row["reason"]) for row in directory.rejects(columns=["step", "reason"]))


def steps_of(manifest: Json) -> dict[str, Json]:
    """The steps of a run in their order; those that another version had come last."""
    from tasks.steps.pipeline import PIPELINE  # all kinds of task come with it

    steps: dict[str, Json] = manifest.get("steps") or {}
    order = [step.name for step in PIPELINE if step.name in steps]
    return {name: steps[name] for name in [*order, *(name for name in steps if name not in order)]}


def headline(manifest: Json, facts: Facts) -> Element:
    """The numbers that one looks for first."""
    documents, calls = manifest.get("documents") or {}, manifest.get("calls") or {}
    used, accepted = documents.get("used", 0), manifest.get("accepted", 0)
    rejected = sum((manifest.get("rejected") or {}).values())
    scores = [score for of_skill in facts.scores.values() for score in of_skill]
    tokens = (calls.get("prompt_tokens") or 0) + (calls.get("completion_tokens") or 0)
    made = calls.get("made") or 0
    mean = f"{sum(scores) / len(scores):.1f}" if scores else "–"
    each = f"{money(calls['cost_usd'] / accepted)} a row" if accepted and calls.get("cost_usd") else ""
    replayed = calls.get("replayed") or 0
    asked = [f"{made / accepted:.1f} a row" if accepted else "", f"{replayed:,} replayed" if replayed else ""]
    return tiles(
        [
            Tile(name="Rows", value=f"{accepted:,}", note=f"{accepted / used:.1f} a document" if used else ""),
            Tile(name="Documents", value=f"{used:,}", note=f"{documents.get('rejected', 0):,} more rejected"),
            Tile(
                name="Rejects", value=f"{rejected:,}", note=f"{share(rejected, rejected + accepted)} of what was made"
            ),
            Tile(name="Judge", value=mean, note="of 10, on average" if scores else "scored nothing"),
            Tile(name="Model calls", value=f"{made:,}", note=" · ".join(filter(None, asked))),
            Tile(name="Tokens", value=short(tokens), note=f"{short(tokens / accepted)} a row" if accepted else ""),
            Tile(name="Cost", value=money(calls.get("cost_usd")), note=each),
        ]
    )


def funnel(manifest: Json, fallen: Lost) -> Element:
    """From documents to rows."""
    from tasks.steps.pipeline import PIPELINE

    names = {step.name: step.makes for step in PIPELINE}
    documents = manifest.get("documents") or {}
    by_step: Counter[str] = Counter()
    for (step, _), n in fallen.items():
        by_step[step] += n
    used, refused = documents.get("used", 0), documents.get("rejected", 0)
    lines = [
        _stage("documents", used, refused),
        bar("pieces", documents.get("passages", 0), series=_KEPT),
    ]
    steps = steps_of(manifest)
    for name, counted in steps.items():
        kept, fell = counted.get("records_out", 0), counted.get("rejected", 0)
        lines.append(_stage(names.get(name) or f"after {name}", kept, fell, name))
    late = sum(n for step, n in by_step.items() if step not in steps and step != "documents")
    lines.append(_stage("rows", manifest.get("accepted", 0), late))
    return card(
        "From documents to rows",
        h("div", bars(lines, name="Records after each step"), class_="funnel"),
        legend([("went on", _KEPT), ("fell out", _LOST)]),
        note="A step may make several records of one: a document gives pieces, a passage instructions.",
    )


def _stage(label: str, kept: int, fell: int, step: str = "") -> Bar:
    note = " · ".join(filter(None, [f"{fell:,} fell out" if fell else "", step]))
    return Bar(label=label, parts=[(kept, _KEPT), (fell, _LOST)], shown=f"{kept:,}", note=note)


def rejects(fallen: Lost) -> Element:
    """What fell out, by reason and step."""
    if not fallen:
        return card("What fell out", h("p", "Nothing: every record is a row."))
    ranked = sorted(fallen.items(), key=lambda each: (-each[1], each[0]))
    most, total = ranked[0][1], sum(fallen.values())
    lines = [
        bar(spoken(reason), n, series=_LOST, note=f"{step} · {share(n, total)}", link=records(reason=reason, step=step))
        for (step, reason), n in ranked
    ]
    return card(
        "What fell out",
        bars(lines[:_FIRST], name="Rejects by reason and step", scale=most),
        folded(f"{count(len(lines) - _FIRST, 'more reason')}", bars(lines[_FIRST:], name="Rarer reasons", scale=most))
        if len(lines) > _FIRST
        else None,
        note=f"{total:,} records, by reason and step.",
    )
