"""Which skills and task types the rows teach, and how many there are of each; none is a figure too."""

from __future__ import annotations

from tasks.publish.report.charts import Bar, bar, bars, card, opening_bars
from tasks.publish.report.figures import count, records, share, spoken
from tasks.publish.report.html import Element, h
from tasks.records import Json


def coverage(manifest: Json) -> Element:
    """Rows by task type; where there are several skills, rows by skill, each to be opened."""
    skills: dict[str, Json] = manifest["skills"]
    if len(skills) == 1:
        ((name, of_skill),) = skills.items()
        return card("Task types", _types(name, of_skill), note=_told(of_skill))
    total = sum(each.get("accepted", 0) for each in skills.values())
    lines = [(_skill(name, of_skill, total), _opened(name, of_skill)) for name, of_skill in _ranked(skills)]
    return card(
        "Skills and task types", opening_bars(lines), note=f"{count(total, 'row')}. A skill opens to its task types."
    )


def _ranked(skills: dict[str, Json]) -> list[tuple[str, Json]]:
    return sorted(skills.items(), key=lambda each: (-each[1].get("accepted", 0), each[0]))


def _skill(name: str, of_skill: Json, total: int) -> Bar:
    accepted = of_skill.get("accepted", 0)
    return bar(spoken(name), accepted, note=share(accepted, total))


def _opened(name: str, of_skill: Json) -> list[Element]:
    link = h("a", "read its records", href=records(skill=name))
    return [h("p", f"{_told(of_skill)} ", link, class_="note"), _types(name, of_skill)]


def _types(name: str, of_skill: Json) -> Element:
    rows = {task_type: found.get("rows", 0) for task_type, found in (of_skill.get("coverage") or {}).items()}
    ranked = sorted(rows.items(), key=lambda each: (-each[1], each[0]))
    lines = [bar(spoken(t), n, series=2, link=records(skill=name, task_type=t) if n else "") for t, n in ranked]
    return bars(lines, name=f"Rows by task type of {spoken(name)}")


def _told(of_skill: Json) -> str:
    counted = [found.get("rows", 0) for found in (of_skill.get("coverage") or {}).values()]
    return f"{sum(map(bool, counted)):,} of {count(len(counted), 'task type')} have rows."
