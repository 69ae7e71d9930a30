"""Which skills and task types the rows teach, and how many there are of each; none is a figure too."""

from __future__ import annotations

from tasks.publish.report.charts import bar, bars, card, folded
from tasks.publish.report.figures import count, records, share, spoken
from tasks.publish.report.html import Element, h
from tasks.records import Json


def coverage(manifest: Json) -> list[Element]:
    """Rows by skill where there are several, and by task type of each."""
    skills: dict[str, Json] = manifest["skills"]
    types = [_types(name, of_skill, alone=len(skills) == 1) for name, of_skill in skills.items()]
    if len(skills) == 1:
        return [card("Task types", types, note=_told(next(iter(skills.values()))), wide=True)]
    total = sum(of_skill.get("accepted", 0) for of_skill in skills.values())
    lines = [
        bar(spoken(name), each.get("accepted", 0), note=share(each.get("accepted", 0), total), link=records(skill=name))
        for name, each in skills.items()
    ]
    return [
        card("Skills", bars(lines, name="Rows by skill"), note=count(total, "row") + "."),
        card("Task types", types, note="Open a skill to see how many rows it has of each."),
    ]


def _types(name: str, of_skill: Json, *, alone: bool) -> Element:
    rows = {task_type: found.get("rows", 0) for task_type, found in (of_skill.get("coverage") or {}).items()}
    ranked = sorted(rows.items(), key=lambda each: (-each[1], each[0]))
    lines = [bar(spoken(t), n, series=2, link=records(skill=name, task_type=t) if n else "") for t, n in ranked]
    chart = h("div", bars(lines, name=f"Rows by task type of {spoken(name)}"), class_="columns" if alone else None)
    return chart if alone else folded(f"{spoken(name)}: {_told(of_skill)}", chart)


def _told(of_skill: Json) -> str:
    counted = [found.get("rows", 0) for found in (of_skill.get("coverage") or {}).values()]
    return f"{sum(map(bool, counted)):,} of {count(len(counted), 'task type')} have rows."
