"""The page of a curated dataset: what went in, what fell out where and why with an example of each, and what is left."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tasks.curation.examples import Example
from tasks.curation.manifest import told_of_judge
from tasks.publish.report.charts import Bar as Line
from tasks.publish.report.charts import Tile, bar, bars, card, folded, group, legend, side_by_side, table, tiles
from tasks.publish.report.figures import count, share, spoken
from tasks.publish.report.html import Child, Element, h
from tasks.publish.report.shell import page as whole_page
from tasks.records import Json

REPORT = "report.html"
_KEPT, _LOST = 1, 0
_SHOWN = 1_200
"""Characters of a row that an example shows."""


def page(told: Json, shown: Mapping[tuple[str, str], Example]) -> bytes:
    """The page as one file, from the manifest and an example of each reason."""
    title = f"{count(told['accepted'], 'row')} to train on"
    facts = [
        f"from {told['rows_in']:,} rows of {count(len(told['runs']), 'run')}",
        f"teacher {told['teacher']['model']}",
    ]
    head = h(
        "header",
        h("div", h("h1", title), h("p", " · ".join(facts), class_="subtitle"), class_="headline"),
        class_="top",
    )
    body = [
        h("a", "To the content", href="#main", class_="skip"),
        head,
        h(
            "main",
            _tiles(told),
            group(
                "What fell out",
                side_by_side([_steps(told)], [_skills(told)]),
                _reasons(told, shown),
                _judged(told.get("judge")),
                id="fallen",
            ),
            group("What is left", side_by_side([_differ(told)], [_lengths(told)]), _coverage(told), id="left"),
            group("How it was made", _making(told), id="making"),
            id="main",
            class_="page",
            tabindex="-1",
        ),
    ]
    return whole_page(f"{title} · agentinstruct", body)


def _tiles(told: Json) -> Element:
    dropped = told["rows_in"] - told["accepted"] - told["held_out"]
    against = ", ".join(each["name"] for each in told["against"]) or "no benchmark"
    return tiles(
        [
            Tile(name="Rows to train on", value=f"{told['accepted']:,}", note=share(told["accepted"], told["rows_in"])),
            Tile(
                name="Held out", value=f"{told['held_out']:,}", note=count(len(told["held_out_documents"]), "document")
            ),
            Tile(name="Dropped", value=f"{dropped:,}", note=share(dropped, told["rows_in"])),
            Tile(name="Checked against", value=f"{sum(each['items'] for each in told['against']):,}", note=against),
            Tile(name="Skills", value=f"{sum(bool(f['accepted']) for f in told['skills'].values()):,}"),
        ]
    )


def _steps(told: Json) -> Element:
    """From the rows of the runs to those to train on."""
    left, lines = told["rows_in"], list[Line]()
    for step, reasons in told["dropped"].items():
        fell = sum(reasons.values())
        left -= fell
        lines.append(_line(f"after {spoken(step)}", left, fell))
    return card(
        "Step by step",
        h("div", bars(lines, name="Rows after each step", scale=told["rows_in"]), class_="funnel"),
        legend([("stayed", _KEPT), ("fell out", _LOST)]),
        note=f"{told['rows_in']:,} rows went in. Rows that are held out are counted as staying.",
    )


def _skills(told: Json) -> Element:
    lines = []
    for skill, steps in told["funnel"].items():
        first, last = next(iter(steps.values())), list(steps.values())[-1]
        lines.append(_line(spoken(skill), last["out"], first["in"] - last["out"]))
    return card("Skill by skill", bars(sorted(lines, key=lambda line: -line.length), name="Rows of each skill"))


def _line(label: str, stays: int, fell: int) -> Line:
    note = f"{fell:,} fell out" if fell else ""
    return Line(label=label, parts=[(stays, _KEPT), (fell, _LOST)], shown=f"{stays:,}", note=note)


def _reasons(told: Json, shown: Mapping[tuple[str, str], Example]) -> Element:
    """What fell out, by reason, each to be opened to an example."""
    blocks: list[Child] = []
    for step, reasons in told["dropped"].items():
        for reason, rows in reasons.items():
            example = _example(shown[step, reason]) if (step, reason) in shown else None
            blocks.append(folded(f"{spoken(reason)}: {rows:,} ({spoken(step)})", example))
    return card("Reasons, with an example of each", blocks or h("p", "Nothing fell out."), id="reasons")


def _judged(judge: Json | None) -> Child:
    if not judge:
        return None
    return card("Items in other words", h("p", h("bdi", f"{told_of_judge(judge)}.")), id="judged")


def _example(example: Example) -> Child:
    sides = [_side("Dropped", example.row), _side("Because of", example.matched) if example.matched else None]
    told = h("p", f"Matched {example.match}. {example.detail}".strip(), class_="note") if example.match else None
    return [told, side_by_side(*([side] for side in sides if side))]


def _side(title: str, row: Json) -> Element:
    said = [(message["role"], message["content"] or "") for message in row["messages"]]
    turns = [
        h("p", h("strong", role), " ", h("bdi", text[:_SHOWN]), " …" if len(text) > _SHOWN else None)
        for role, text in said
    ]
    return card(f"{title}: {row['id']}", turns)


def _differ(told: Json) -> Element:
    """How much the rows differ, before and after."""
    found = told["diversity"]
    rows = [
        ("Mean cosine to the nearest other row", *(_figure(found[when]["nearest"]) for when in ("before", "after"))),
        (
            "Answers that begin in a way of their own",
            *(_percent(found[when]["openings"]) for when in ("before", "after")),
        ),
        ("How well the rows that stay stand for all", "", _figure(found["coverage"])),
    ]
    note = "Of a sample of 2,000 rows, by their words. Less near means more different."
    return card("Diversity", table(["", "before", "after"], rows, name="Diversity before and after"), note=note)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f}%"


def _lengths(told: Json) -> Element:
    names = {"asked": "Tasks", "said": "Answers"}
    columns = list(next(iter(told["words"].values()), {}))
    rows = [
        (names[name], *(f"{found[column]:,}" for column in columns)) for name, found in told["words"].items() if found
    ]
    return card(
        "Lengths in words",
        table(["", *columns], rows, name="Lengths"),
        _bars("Scores of the judge", told["scores"]),
        _bars("Measured difficulty", told["difficulty"]),
    )


def _bars(title: str, counts: Mapping[str, int]) -> Child:
    lines = [bar(name, rows, series=3) for name, rows in counts.items()]
    return [h("h4", title), bars(lines, name=title)] if lines else None


def _coverage(told: Json) -> Element:
    """Rows by task type, difficulty and output format."""
    blocks = []
    for skill, types in told["coverage"].items():
        rows = [
            (spoken(name), f"{found['rows']:,}", _axis(found["difficulty"]), _axis(found["output_format"]))
            for name, found in types.items()
        ]
        shown = table(["task type", "rows", "difficulty", "output format"], rows, name=f"Task types of {spoken(skill)}")
        blocks.append(
            folded(
                f"{spoken(skill)}: {sum(found['rows'] for found in types.values()):,} rows, {len(types)} task types",
                shown,
            )
        )
    return card("Task types and what was drawn for them", blocks or h("p", "There is no row."))


def _axis(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{spoken(name)} {rows:,}" for name, rows in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    )


def _making(told: Json) -> Element:
    settings = [(h("code", name), h("code", json.dumps(value))) for name, value in told["settings"].items()]
    runs = [
        (
            h("bdi", run["directory"]),
            f"{run['accepted']:,}",
            run["teacher"],
            str((run["versions"] or {}).get("agentinstruct")),
        )
        for run in told["runs"]
    ]
    return card(
        "Runs and settings",
        table(["run", "rows", "teacher", "version"], runs, name="Runs"),
        folded("Settings", table(["", "value"], settings, name="Settings", words=2)),
    )
