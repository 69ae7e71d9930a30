"""The page of a student: loss before and after by skill, the loss curve, what it was taught and what was left out."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tasks.publish.report.charts import (
    Bar,
    Tile,
    bar,
    bars,
    card,
    curve,
    folded,
    group,
    legend,
    side_by_side,
    table,
    tiles,
)
from tasks.publish.report.figures import count, spoken
from tasks.publish.report.html import Child, Element, h
from tasks.publish.report.shell import page as whole_page
from tasks.records import Json

REPORT = "report.html"
_BEFORE, _AFTER = 0, 1


def page(told: Json) -> bytes:
    """The page as one file, from the manifest of the student."""
    title = f"{told['student']}, taught"
    facts = [f"recipe {told['recipe']}", f"method {told['method']}", count(told["steps"], "step"), told["device"]]
    head = h(
        "header",
        h("div", h("h1", title), h("p", " · ".join(facts), class_="subtitle"), class_="headline"),
        class_="top",
    )
    main = h(
        "main",
        _warning(told),
        _tiles(told),
        group("What came of it", side_by_side([_losses(told)], [_curves(told)]), _figures(told), id="loss"),
        group("What it was taught", side_by_side([_tokens(told)], [_left_out(told)]), id="taught"),
        group("How", _making(told), id="making"),
        id="main",
        class_="page",
        tabindex="-1",
    )
    return whole_page(f"{title} · agentinstruct", [h("a", "To the content", href="#main", class_="skip"), head, main])


def _warning(told: Json) -> Child:
    if not (rows := told["data"]["offline_rows"]):
        return None
    return card(
        "Not for use",
        h("p", f"{count(rows, 'row')} that it was taught are the offline teacher's, which are not for training. "
               "This student only shows how teaching works."),
    )  # fmt: skip


def _tiles(told: Json) -> Element:
    whole, rows = told["overall"], sum(told["data"]["rows"].values())
    documents = f"on rows of {count(told['held_out']['documents'], 'other document')}"
    lower = sum(found["after"] < found["before"] for found in told["loss"].values())
    shown = [
        Tile(name="Loss before", value=f"{whole['before']:.3f}", note=documents),
        Tile(name="Loss after", value=f"{whole['after']:.3f}", note=f"{whole['after'] / whole['before'] - 1:+.0%}"),
        Tile(name="Skills with less loss", value=f"{lower:,} of {len(told['loss']):,}"),
    ]
    learnt = sum(told["tokens"].values())
    return tiles(
        [
            *(shown if whole else []),
            Tile(name="Rows", value=f"{rows:,}", note=f"of {count(told['data']['documents'], 'document')}"),
            Tile(name="Tokens learnt from", value=f"{learnt:,}", note=f"of {told['all_tokens']:,} read"),
            Tile(
                name="Time",
                value=f"{told['seconds'] / 60:,.1f} min",
                note=f"{told['cpu_seconds']:,.0f} s of processors",
            ),
            Tile(name="Memory", value=f"{told['memory_mb'] / 1024:.1f} GiB", note=_of_gpu(told)),
        ]
    )


def _of_gpu(told: Json) -> str:
    return f"{told['gpu_memory_mb'] / 1024:.1f} GiB of the GPU" if told["gpu_memory_mb"] else ""


def _losses(told: Json) -> Element:
    """Before and after of each skill, one under the other, against the highest loss."""
    lines: list[Bar] = []
    for skill, found in told["loss"].items():
        change = f"{found['after'] / found['before'] - 1:+.1%}"
        lines.append(bar(spoken(skill), found["before"], series=_BEFORE, shown=f"{found['before']:.3f}"))
        lines.append(bar("", found["after"], series=_AFTER, shown=f"{found['after']:.3f}", note=change))
    return card(
        "Loss by skill",
        bars(lines, name="Loss of held-out rows before and after, by skill")
        if lines
        else h("p", "No row was held out."),
        legend([("before", _BEFORE), ("after", _AFTER)]),
        note="Nats for each token of the assistant, on held-out rows of documents that no row to train on is of.",
    )


def _curves(told: Json) -> Element:
    names = {"rows": "Loss while it was taught rows", "preferences": "Loss while it was taught preferences"}
    drawn: list[Child] = []
    for name, points in told["curves"].items():
        drawn += [h("h4", names[name]), curve([(p["step"], p["loss"]) for p in points], name=names[name])]
    return card("Loss by step", drawn or h("p", "There was no step."))


def _figures(told: Json) -> Element:
    rows = [
        (spoken(skill), f"{f['before']:.3f}", f"{f['after']:.3f}", f"{f['after'] / f['before'] - 1:+.1%}", f"{f['tokens']:,}",
         f"{told['held_out']['rows'][skill]:,}")
        for skill, f in told["loss"].items()
    ]  # fmt: skip
    heads = ["skill", "before", "after", "change", "tokens", "rows"]
    return card("The same as figures", table(heads, rows, name="Loss by skill"))


def _tokens(told: Json) -> Element:
    lines = [
        bar(spoken(skill), tokens, shown=f"{tokens:,}", note=count(told["data"]["rows"][skill], "row"))
        for skill, tokens in sorted(told["tokens"].items(), key=lambda each: -each[1])
    ]
    return card("Tokens learnt from", bars(lines, name="Tokens of the assistant by skill"))


def _left_out(told: Json) -> Element:
    """What was not taught, by skill and reason."""
    parts = {
        "Rows": told["data"]["rejected"],
        "Held-out rows": told["held_out"]["rejected"],
        "Preferences": told["preferences"]["rejected"],
    }
    blocks = [folded(f"{name}: {_total(found):,}", _reasons(found)) for name, found in parts.items() if found]
    return card("Not taught, and why", blocks or h("p", "Nothing was left out."))


def _total(rejected: Json) -> int:
    return sum(rows for reasons in rejected.values() for rows in reasons.values())


def _reasons(rejected: Json) -> Element:
    rows: Sequence[tuple[str, str, str]] = [
        (spoken(skill), reason, f"{n:,}") for skill, reasons in rejected.items() for reason, n in reasons.items()
    ]
    return table(["skill", "reason", "rows"], rows, name="Not taught", words=2)


def _making(told: Json) -> Element:
    settings = [(h("code", name), h("code", json.dumps(value))) for name, value in told["settings"].items()]
    versions = [(name, value or "–") for name, value in told["versions"].items()]
    against = ", ".join(told["against"]) or "no benchmark"
    return card(
        "Recipe and programs",
        h("p", f"Chat template: {told['template']}. The dataset was decontaminated against {against}."),
        table(["", "value"], settings, name="Settings", words=2),
        folded("Versions", table(["", "version"], versions, name="Versions", words=2)),
    )
