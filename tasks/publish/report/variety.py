"""How the rows differ: in length, in what they ask, in how their answers begin, and where they lie on a map."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from tasks.publish.report.charts import bar, bars, card, histogram
from tasks.publish.report.facts import Facts
from tasks.publish.report.figures import count, quantile, share
from tasks.publish.report.html import Child, Element, h
from tasks.publish.report.map import laid_out
from tasks.records import Json

_FIRST = 10
_EDGES = (0, 5, 10, 20, 30, 45, 65, 90, 130, 180, 250, 350, 500, 700, 1_000, 1_400, 2_000, 4_000, 10**9)
_OBJECTS = 3


def lengths(facts: Facts) -> Element:
    """How long instructions and answers are, in words."""
    return card(
        "Lengths",
        _lengths("Instructions", facts.asked_words, 3),
        _lengths("Answers", facts.said_words, 4),
        note="In words, without the material that stands beside the task; answers over all their turns.",
    )


def _lengths(what: str, found: Sequence[int], series: int) -> Child:
    if not found:
        return None
    ordered = sorted(found)
    low, middle, high = (int(quantile(ordered, part)) for part in (0.1, 0.5, 0.9))
    told = f"half have {middle:,} words or fewer, eight of ten {low:,} to {high:,}, the longest {ordered[-1]:,}"
    counted = [(_span(*edges), sum(edges[0] <= n < edges[1] for n in found)) for edges in pairwise(_EDGES)]
    while counted and not counted[-1][1]:
        counted.pop()
    while counted and not counted[0][1]:
        counted.pop(0)
    name = f"{what}: {told}"
    chart = histogram(counted, name=name, low=counted[0][0], high=counted[-1][0], series=series)
    return [h("h4", what), chart, h("p", f"{told[0].upper()}{told[1:]}.", class_="told")]


def _span(low: int, high: int) -> str:
    return f"{low:,} or more" if high == _EDGES[-1] else f"{low:,} to {high - 1:,}"


def asked(facts: Facts) -> Element:
    """The commonest verbs of instructions, each with its objects."""
    ranked = sorted(facts.asked.items(), key=lambda each: (-each[1].total(), each[0]))
    found, total = sum(objects.total() for _, objects in ranked), len(facts.asked_words)
    lines = [bar(verb, objects.total(), series=5, note=_objects(objects)) for verb, objects in ranked[:_FIRST]]
    pairs = sum(len(objects) for _, objects in ranked)
    return card(
        "What is asked",
        bars(lines, name="Instructions by their verb"),
        note=f"Verb and object of {found:,} of {count(total, 'instruction')}: {count(len(ranked), 'verb')}, {pairs:,} pairs.",
    )


def _objects(objects: Counter[str]) -> str:
    named = [f"{name} {n:,}" for name, n in objects.most_common(_OBJECTS + 1) if name]
    return ", ".join(named[:_OBJECTS]) + (" …" if len(objects) > _OBJECTS else "")


def openings(facts: Facts, manifest: Json) -> Element:
    """How answers begin, and how many rows were left out because they repeat others."""
    total = sum(facts.openings.values())
    ranked = sorted(facts.openings.items(), key=lambda each: (-each[1], each[0]))
    lines = [bar(f"{words} …", n, series=6, note=share(n, total)) for words, n in ranked[:_FIRST] if n > 1]
    repeats, rows = manifest.get("near_duplicates", 0), manifest.get("accepted", 0)
    told = f"{len(ranked):,} openings of four words in {count(total, 'answer')}."
    left = f"{count(repeats, 'near-duplicate')} left out: {share(repeats, rows + repeats)} of what passed every check."
    return card(
        "How answers begin",
        bars(lines, name="The commonest openings of answers") if lines else h("p", "No two answers begin alike."),
        note=f"{told} {left}",
    )


def data_map(facts: Facts) -> tuple[Element, str]:
    """The map, and the data that draws it."""
    chooser = h("select", h("option", "skill", value="skill"), h("option", "task type", value="task_type"), id="map-by")
    canvas = h(
        "canvas", id="map-canvas", tabindex="0", role="application", aria_label=_MAP, aria_describedby="map-help"
    )
    whole = card(
        "Map of the data",
        h("p", h("label", "Colour by ", chooser), class_="map-tools"),
        h("div", canvas, h("p", id="map-said", class_="map-said", aria_live="polite"), class_="map-frame"),
        h("ul", id="map-legend", class_="legend", aria_label="What the colours stand for"),
        h("p", _HELP, id="map-help", class_="note"),
        note="Each dot is a row; rows that share their words lie close together.",
        id="map",
    )
    return whole, _map_data(facts)


_HELP = (
    "Click a dot to read its record, or a name to see its dots alone. With the keyboard: arrows go from dot to dot, Enter "
    "opens the record. Under Records the same rows are a list."
)
_MAP = "Map of the rows by their words"


def _map_data(facts: Facts) -> str:
    places = laid_out([point.terms for point in facts.points])
    value = {
        "ids": [point.id for point in facts.points],
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "said": [point.said for point in facts.points],
        "skill": [point.skill for point in facts.points],
        "task_type": [point.task_type for point in facts.points],
    }
    return json.dumps(value, separators=(",", ":"))
