"""Figures as a page shows them: tiles, bars, histograms and tables. Each can be read as text; what is drawn only repeats it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.publish.report.html import Child, Element, h

_WIDTH, _HEIGHT = 1000, 10


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A line of a bar chart: parts side by side, each with the number of its colour."""

    label: str
    parts: Sequence[tuple[float, int]]
    shown: str
    """The figure in words."""
    note: str = ""
    link: str = ""

    @property
    def length(self) -> float:
        return sum(value for value, _ in self.parts)


def bar(label: str, value: float, *, series: int = 1, shown: str = "", note: str = "", link: str = "") -> Bar:
    """A bar of one part."""
    return Bar(label=label, parts=[(value, series)], shown=shown or f"{value:,}", note=note, link=link)


def bars(lines: Sequence[Bar], *, name: str, scale: float = 0.0) -> Element:
    """A list of bars, drawn against the longest or `scale`; `name` says what it is a list of."""
    longest = max([scale, *(line.length for line in lines)], default=0.0) or 1.0
    return h("ul", (_line(line, longest, "li") for line in lines), class_="bars", aria_label=name)


def opening_bars(lines: Sequence[tuple[Bar, Child]]) -> list[Element]:
    """Bars each of which opens and shows what it is made of."""
    longest = max((line.length for line, _ in lines), default=0.0) or 1.0
    return [
        h("details", h("summary", _line(line, longest)), h("div", inside, class_="inside"), class_="opening-bar")
        for line, inside in lines
    ]


def _line(line: Bar, longest: float, tag: str = "span") -> Element:
    label = h("bdi", line.label)
    return h(
        tag,
        h("span", h("a", label, href=line.link) if line.link else label, class_="bar-label"),
        _drawn(line.parts, longest),
        h("span", line.shown, class_="bar-value"),
        h("span", line.note, class_="bar-note") if line.note else None,
        class_="bar-line" if line.length else "bar-line none",
    )


def _drawn(parts: Sequence[tuple[float, int]], longest: float) -> Element:
    rects, at = [], 0.0
    for value, series in parts:
        width = max(value / longest * _WIDTH, 3.0 if value else 0.0)
        rects.append(h("rect", x=round(at, 1), width=round(width, 1), height=_HEIGHT, class_=f"series-{series}"))
        at += width
    size = f"0 0 {_WIDTH} {_HEIGHT}"
    return h("svg", rects, viewBox=size, preserveAspectRatio="none", aria_hidden="true", class_="bar")


def legend(names: Sequence[tuple[str, int]]) -> Element:
    """What the colours of the bars stand for."""
    return h("ul", (h("li", h("i", class_=f"dot series-{n}"), name) for name, n in names), class_="legend")


def histogram(counts: Sequence[tuple[str, int]], *, name: str, low: str, high: str, series: int = 1) -> Element:
    """Columns side by side; each is named where the pointer rests on it, and `name` says in words what they show."""
    most, height = max((n for _, n in counts), default=0) or 1, 100
    columns = []
    for place, (label, n) in enumerate(counts):
        tall = max(round(n / most * height, 1), 1.5 if n else 0.0)
        box = h("rect", h("title", f"{label}: {n:,}"), x=place * 10 + 1, y=height - tall, width=8, height=tall)
        columns.append(box)
    size = f"0 0 {max(1, len(counts)) * 10} {height}"
    drawn = h("svg", columns, viewBox=size, preserveAspectRatio="none", role="img", aria_label=name)
    axis = h("p", h("span", low), h("span", high), class_="axis", aria_hidden="true")
    return h("div", drawn, axis, class_=f"histogram series-{series}")


def curve(points: Sequence[tuple[float, float]], *, name: str) -> Element:
    """A line through points from left to right, from nought to the highest; `name` says in words what it shows."""
    if not points:
        return h("p", "There is no point.")
    first, last, most, height = points[0][0], points[-1][0], max(y for _, y in points) or 1.0, 300
    scale = _WIDTH / ((last - first) or 1.0)
    places = " ".join(f"{(x - first) * scale:.1f},{height * (1 - y / most):.1f}" for x, y in points)
    line = h(
        "polyline",
        points=places,
        fill="none",
        stroke="currentColor",
        stroke_width=2,
        vector_effect="non-scaling-stroke",
    )
    told = f"{name}: {points[0][1]:.3f} at {first:,g}, {points[-1][1]:.3f} at {last:,g}"
    size = f"0 0 {_WIDTH} {height}"
    axis = h("p", h("span", f"{first:,g}"), h("span", f"{last:,g}"), class_="axis", aria_hidden="true")
    return h(
        "figure", h("svg", line, viewBox=size, role="img", aria_label=told), axis, h("figcaption", told, class_="note")
    )


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A headline number."""

    name: str
    value: str
    note: str = ""


def tiles(facts: Sequence[Tile]) -> Element:
    """Headline numbers side by side."""
    return h(
        "dl",
        (
            h(
                "div",
                h("dt", each.name),
                h("dd", each.value, h("small", each.note) if each.note else None),
                class_="tile",
            )
            for each in facts
        ),
        class_="tiles",
    )


def table(head: Sequence[str], rows: Sequence[Sequence[Child]], *, name: str, words: int = 1) -> Element:
    """A table whose first column names its rows; from the column `words` on there are figures, to the right."""
    cells = [
        h(
            "tr",
            (
                h("td" if n else "th", cell, scope=None if n else "row", class_=_align(n, words))
                for n, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    names = (h("th", text, scope="col", class_=_align(n, words)) for n, text in enumerate(head))
    whole = h("table", h("caption", name, class_="unseen"), h("thead", h("tr", names)), h("tbody", cells))
    return h("div", whole, class_="scrolls", tabindex="0", role="region", aria_label=name)


def _align(column: int, words: int) -> str | None:
    return "figure" if column >= words else None


def card(title: str, *children: Child, note: str = "", id: str | None = None) -> Element:
    """A part of the page under a heading of its own."""
    return h(
        "section",
        h("h3", title),
        h("p", note, class_="note") if note else None,
        children,
        class_="card",
        id=id,
    )


def group(title: str, *blocks: Child, id: str) -> Element:
    """Cards that belong together, one below the other."""
    return h("section", h("h2", title), h("div", blocks, class_="stack"), id=id, class_="group")


def side_by_side(*stacks: Sequence[Element | None]) -> Element:
    """Stacks of cards beside each other where there is room; an empty one takes none."""
    filled = [[each for each in stack if each] for stack in stacks]
    return h("div", (h("div", stack, class_="stack") for stack in filled if stack), class_="side-by-side")


def folded(summary: str, *children: Child) -> Element:
    """What is there on demand."""
    return h("details", h("summary", summary), children, class_="folded")
