"""The page of an examination: the table with gains, skills and task types, what has to be said beside them, and examples."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.evaluation.figures import ORCA_BENCH
from tasks.evaluation.results import Examined
from tasks.evaluation.wording import (
    figure_in_words,
    figure_told,
    gain_in_words,
    notes_of,
    number,
    trust_in_words,
    weakest_of,
)
from tasks.publish.report.charts import Bar, Tile, bars, card, folded, group, side_by_side, table, tiles
from tasks.publish.report.figures import count, share, spoken
from tasks.publish.report.html import Child, Element, h
from tasks.publish.report.shell import page as whole_page
from tasks.records import Json

REPORT = "report.html"
_SHOWN = 1_500
"""Characters of a text that an example shows."""
_EXAMPLES = 6
"""Of each student: so many of the worst answers, and as many of the best."""


def examples(examined: Sequence[Examined]) -> dict[str, list[Json]]:
    """Student -> some of its answers, the worst and the best of different task types, and one of each that is undecided."""
    return {each.name: _chosen(each.rows) for each in examined}


def _chosen(rows: Sequence[Json]) -> list[Json]:
    decided = sorted((row for row in rows if row["score"] is not None), key=lambda row: (row["score"], row["id"]))
    undecided = {row["undecided"]: row for row in rows if row["score"] is None}
    return [*_of_types(decided), *_of_types(decided[::-1]), *undecided.values()]


def _of_types(rows: Sequence[Json]) -> list[Json]:
    seen = dict[tuple[str, str], Json]()
    for row in rows:
        seen.setdefault((row["skill"], row["task_type"]), row)
    return list(seen.values())[:_EXAMPLES]


def page(told: Json, shown: dict[str, list[Json]]) -> bytes:
    """The page as one file."""
    students = [student["name"] for student in told["students"]]
    title = f"{', '.join(students[:3])}{' …' * (len(students) > 3)} examined"
    judge = told["versions"]["judge"].partition("@")[0]
    facts = f"judge {judge}" if judge else "no judge: programs alone decide"
    head = h("header", h("div", h("h1", title), h("p", facts, class_="subtitle"), class_="headline"), class_="top")
    main = h(
        "main",
        tiles([_tile(told, student) for student in told["students"]]),
        group("Figures", _table(told), _beside(told), _notes(told), id="figures"),
        group("Skills", *(_skills(student) for student in told["students"] if student["skills"]), id="skills"),
        group("Examples", *(_examples(name, rows) for name, rows in shown.items() if rows), id="examples"),
        group("What the figures depend on", _versions(told), id="versions"),
        id="main",
        class_="page",
        tabindex="-1",
    )
    return whole_page(f"{title} · agentinstruct", [h("a", "To the content", href="#main", class_="skip"), head, main])


def _tile(told: Json, student: Json) -> Tile:
    figure = figure_told(told, student["name"], ORCA_BENCH) or next(iter(student["figures"]), None)
    if figure is None or figure["value"] is None:
        return Tile(name=student["name"], value="–")
    line = next(line for line in told["table"] if line["task"] == figure["task"])
    gain = (
        f", {gain_in_words(line, student['name'])} over {told['compare']}" if line["gains"].get(student["name"]) else ""
    )
    return Tile(name=student["name"], value=number(figure["value"]), note=f"{figure['task']}{gain}")


def _table(told: Json) -> Element:
    names = [student["name"] for student in told["students"]]
    compared = [name for name in names if told["compare"] and name != told["compare"]]
    head = ["Task", "Measured", *names, *(f"Gain of {name}" for name in compared)]
    rows: list[list[Child]] = [
        [
            line["task"],
            f"{line['metric']}{' (less is better)' if line['better'] == 'lower' else ''}",
            *(figure_in_words(told, name, line) for name in names),
            *(gain_in_words(line, name) for name in compared),
        ]
        for line in told["table"]
    ]
    note = "Intervals in brackets are bootstrap intervals of the mean. "
    note += f"Gains are relative changes over {told['compare']}." if compared else ""
    return card("Table", table(head, rows, name="Figures of each student", words=2), note=note)


def _beside(told: Json) -> Element:
    rows: list[list[Child]] = [
        [f"{student['name']}, {figure['task']}", spoken(name), number(value)]
        for student in told["students"]
        for figure in student["figures"]
        for name, value in figure["beside"].items()
    ]
    return card("Beside them", table(["Figure", "Measure", "Value"], rows, name="Further measures", words=2))


def _notes(told: Json) -> Element:
    notes = [*notes_of(told), *weakest_of(told)]
    return card("To be said", h("ul", (h("li", note) for note in notes)) if notes else h("p", "Nothing."))


def _skills(student: Json) -> Element:
    found = student["skills"]
    lines = [_bar(spoken(skill), each) for skill, each in sorted(found.items(), key=lambda pair: pair[1]["value"] or 0)]
    rows: list[list[Child]] = [
        [spoken(skill), spoken(name), *_cells(each)]
        for skill, own in found.items()
        for name, each in own["task_types"].items()
    ]
    head = ["Skill", "Task type", "Score", "Interval", "Answers", "Solved, of those with a key", "Undecided"]
    types = folded("Task types", table(head, rows, name=f"Task types of {student['name']}", words=2))
    return card(student["name"], bars(lines, name=f"Skills of {student['name']}", scale=10), types)


def _bar(label: str, each: Json) -> Bar:
    said = "–" if each["value"] is None else number(each["value"])
    interval = "" if each["low"] is None else f"{number(each['low'])} to {number(each['high'])}, "
    return Bar(
        label=label, parts=[(each["value"] or 0.0, 1)], shown=said, note=f"{interval}{count(each['count'], 'answer')}"
    )


def _cells(each: Json) -> list[str]:
    value = "–" if each["value"] is None else number(each["value"])
    interval = "–" if each["low"] is None else f"{number(each['low'])} to {number(each['high'])}"
    solved = share(each["solve_rate"] * each["keyed"], each["keyed"]) if each["keyed"] else "–"
    return [value, interval, f"{each['count']:,}", solved, f"{each['undecided']:,}"]


def _examples(name: str, rows: Sequence[Json]) -> Element:
    return card(
        name, [folded(_summary(row), _example(row)) for row in rows], note="The worst, the best, and undecided ones."
    )


def _summary(row: Json) -> str:
    points = "undecided" if row["score"] is None else f"{row['score']:g} of 10 by the {row['decided_by']}"
    state = f", {spoken(row['state'])}" if row["state"] else ""
    return f"{points}: {spoken(row['skill'])}, {spoken(row['task_type'] or '')}{state}"


def _example(row: Json) -> Child:
    why = row["findings"] or (f"Undecided: {spoken(row['undecided'])}." if row["undecided"] else "")
    return [
        card("Task", _text(row["task"])),
        side_by_side([card("Reference", _text(row["reference"]))], [card("Answer", _text(row["answer"]))]),
        h("p", why, class_="note") if why else None,
    ]


def _text(text: str | None) -> Element:
    whole = text or ""
    lines = (whole[:_SHOWN] + (" …" if len(whole) > _SHOWN else "")).split("\n")
    return h("div", (h("p", line) for line in lines if line.strip()))


def _versions(told: Json) -> Element:
    versions, trust = told["versions"], told.get("trust")
    sampling = ", ".join(f"{spoken(name)} {value}" for name, value in versions["sampling"].items())
    trusted: list[list[Child]] = [["answers to other tasks", trust_in_words(trust)]] if trust else []
    rows: list[list[Child]] = [
        ["held-out rows", versions["bench"]],
        ["judge", versions["judge"] or "none"],
        *trusted,
        *([f"prompt {spoken(name)}", value] for name, value in versions["prompts"].items()),
        ["sampling", sampling],
        ["programs that compare", versions["scoring"]],
    ]
    return card("Versions", table(["What", "Which"], rows, name="What the figures depend on", words=2))
