"""Two runs beside each other on one page: what changed, their figures, and records of the same material side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tasks.publish.comparison.comparison import Comparison
from tasks.publish.comparison.figures import Figure
from tasks.publish.comparison.pairs import Pair
from tasks.publish.comparison.wording import change_of, parts, shown
from tasks.publish.report.html import Child, Element, h
from tasks.publish.report.shell import page
from tasks.records import Json
from tasks.text.differences import Change, differences

_SIDES = ("A", "B")
_OWN = ("removed", "added")


def comparison_page(compared: Comparison) -> bytes:
    """The page as one file."""
    outputs = compared.a.output, compared.b.output
    title = f"{outputs[0]} and {outputs[1]}"
    heading = h(
        "header",
        h("h1", "Two runs compared"),
        h("p", [[" and " if n else None, _name(side), " ", h("bdi", outputs[n])] for n, side in enumerate(_SIDES)]),
        class_="compare-head",
    )
    groups = groupby(compared.figures, key=lambda figure: figure.group)
    body = [
        h("a", "To the content", href="#main", class_="skip"),
        heading,
        h(
            "main",
            _section("What changed", _changed(compared)),
            h(
                "div",
                (_section(group, _figures(group, list(found))) for group, found in groups),
                class_="compare-cards",
            ),
            _section("Rows", _rows(compared)),
            (_pair(number, pair) for number, pair in enumerate(compared.rows.pairs, 1)),
            id="main",
            tabindex="-1",
            class_="compare",
        ),
    ]
    return page(f"{title} · agentinstruct", body, styles=("report.css", "comparison.css"))


def _name(side: str) -> Element:
    return h("strong", side, class_=f"side side-{side.lower()}")


def _section(title: str, *children: Child) -> Element:
    return h("section", h("h2", title), children, class_="compare-card")


def _table(name: str, head: Sequence[Child], rows: Iterator[list[Child]], *, figures: bool) -> Element:
    align = "figure" if figures else None
    cells = (
        h(
            "tr",
            (
                h("td" if n else "th", cell, scope=None if n else "row", class_=align if n else None)
                for n, cell in enumerate(row)
            ),
        )
        for row in rows
    )
    names = (h("th", cell, scope="col", class_=align if n else None) for n, cell in enumerate(head))
    table = h("table", h("caption", name, class_="unseen"), h("thead", h("tr", names)), h("tbody", cells))
    return h("div", table, class_="scrolls", tabindex="0", role="region", aria_label=name)


def _changed(compared: Comparison) -> Child:
    if not compared.changed:
        return h("p", "Nothing that was asked of them: the same settings, prompts and code.")
    rows: Iterator[list[Child]] = (
        [f"{each.group}: {each.name}", h("bdi", each.a), h("bdi", each.b)] for each in compared.changed
    )
    return _table("What changed", ["what", *map(_name, _SIDES)], rows, figures=False)


def _figures(group: str, found: list[Figure]) -> Element:
    rows: Iterator[list[Child]] = (
        [each.name, shown(each.a, each.unit), shown(each.b, each.unit), change_of(each)] for each in found
    )
    return _table(group, ["", *map(_name, _SIDES), "change"], rows, figures=True)


def _rows(compared: Comparison) -> Iterator[Element]:
    rows = compared.rows
    told = [f"{rows.same:,} are equal word for word", *(f"{n:,} pairs: {what}" for what, n in rows.paired.items())]
    told += [f"{rows.only_a:,} of A and {rows.only_b:,} of B have no counterpart"]
    yield h("ul", (h("li", line) for line in told))
    if (total := rows.paired.total()) > len(rows.pairs):
        sample = f"Below are {len(rows.pairs):,} of {total:,} pairs: the closest, and of those alike a sample."
        yield h("p", h("strong", "A sample. "), sample, class_="notice info")


def _pair(number: int, pair: Pair) -> Element:
    title = f"{number}. {pair.a['skill'].replace('_', ' ')}: {(pair.a['task_type'] or '-').replace('_', ' ')}"
    return h(
        "article",
        h("h3", title),
        h("p", pair.common, ": ", h("bdi", pair.a["provenance"]["uri"]), class_="note"),
        h("div", (_side(side, row) for side, row in zip(_SIDES, (pair.a, pair.b), strict=True)), class_="beside"),
        (_beside(name, before, after) for name, before, after in parts(pair)),
        class_="compare-card",
    )


def _side(side: str, row: Json) -> Element:
    score = (row.get("quality") or {}).get("score")
    judge = "" if score is None else f", judge {score:g}"
    return h("p", _name(side), " ", h("code", row["id"]), judge)


def _beside(name: str, before: str, after: str) -> list[Element]:
    """A part of both records, with what the other does not have marked."""
    if before == after:
        alike = h("div", before, class_="said", tabindex="0", role="region", aria_label=f"{name}, in both")
        return [h("h4", f"{name}, the same in both"), alike]
    changes = differences(before, after)
    sides = (_said(name, side, changes) for side in range(2))
    return [h("h4", name), h("div", sides, class_="beside")]


def _said(name: str, side: int, changes: Sequence[Change]) -> Element:
    marked = ("del", "ins")[side]
    own = [change for change in changes if change.how in ("same", _OWN[side])]
    told = [h(marked, text) if how != "same" and text.strip() else text for how, text in own]
    label = f"{name} of {_SIDES[side]}"
    if not told:
        return h("div", "nothing", class_="said nothing")
    return h("div", told, class_="said", tabindex="0", role="region", aria_label=label)
