"""Two runs beside each other in the terminal, as JSON, or as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Column, Table
from rich.text import Text

from flows.cli.screen import screen, tell
from flows.cli.wording import Manner
from tasks.publish.comparison.comparison import Comparison, compare
from tasks.publish.comparison.figures import Figure
from tasks.publish.comparison.pairs import Pair
from tasks.publish.comparison.wording import change_of, parts, shown
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store

_PAIRS, _PAIRS_WRITTEN = 3, 200
_TEXT = 400
_LINES = 12
"""Figures of a group that are shown: those that differ most; a page and JSON have all."""
_WHOLE = {"Yield", "Cost", "Lengths"}
"""Groups that are always shown as a whole."""


def show_comparison(a: str, b: str, html: str, pairs: int | None, as_json: bool) -> None:
    """Compare two runs; LookupError if one is none, ValueError if the page cannot be written."""
    written = bool(html) or as_json
    wanted = (_PAIRS_WRITTEN if written else _PAIRS) if pairs is None else pairs
    compared = compare(RunDirectory(a), RunDirectory(b), wanted)
    if html:
        _write(compared, html)
    if as_json:
        tell(_told(compared))
        return
    console = screen()
    few = _PAIRS if html and pairs is None else wanted
    _page(console, compared, few)
    left = compared.rows.paired.total() - min(few, len(compared.rows.pairs))
    if html:
        console.print(Text(f"Page, with {len(compared.rows.pairs):,} pairs: {html}", "bold"), soft_wrap=True)
    elif left:
        more = f"{left:,} more: --html FILE shows up to {_PAIRS_WRITTEN}, --pairs N as many here."
        console.print(Text(more, "dim"), soft_wrap=True)


def _write(compared: Comparison, html: str) -> None:
    from tasks.publish.report.comparison import comparison_page

    folder, _, name = html.rpartition("/")
    if not name.endswith((".html", ".htm")):
        raise ValueError(f"--html {html} names no page: let the file's name end in .html")
    try:
        Store(folder or ("/" if html.startswith("/") else ".")).write(name, comparison_page(compared))
    except OSError as error:
        raise ValueError(f"cannot write {html}: {error.strerror or error}") from None


def _told(compared: Comparison) -> Json:
    rows = compared.rows
    pairs = [
        {
            "common": pair.common,
            "a": pair.a,
            "b": pair.b,
            "parts": [{"name": name, "a": before, "b": after} for name, before, after in parts(pair)],
        }
        for pair in rows.pairs
    ]
    return {
        "a": compared.a.output,
        "b": compared.b.output,
        "changed": [asdict(each) for each in compared.changed],
        "figures": [asdict(each) for each in compared.figures],
        "rows": {"same": rows.same, "paired": dict(rows.paired), "only_a": rows.only_a, "only_b": rows.only_b},
        "pairs": pairs,
    }


def _page(console: Console, compared: Comparison, most: int) -> None:
    console.print(Text.assemble(("A ", "bold cyan"), compared.a.output), soft_wrap=True)
    console.print(Text.assemble(("B ", "bold magenta"), compared.b.output, "\n"), soft_wrap=True)
    _changed(console, compared)
    for group, found in groupby(compared.figures, key=lambda figure: figure.group):
        _figures(console, group, list(found))
    rows = compared.rows
    console.print(_title("Rows"))
    told = [f"{rows.same:,} are equal word for word", *(f"{n:,} pairs: {what}" for what, n in rows.paired.items())]
    told += [f"{rows.only_a:,} of A and {rows.only_b:,} of B have no counterpart"]
    console.print(Padding(Text("\n".join(told)), (0, 0, 1, 2)))
    for pair in rows.pairs[:most]:
        _pair(console, pair)


def _title(text: str) -> Rule:
    return Rule(Text(text, "bold"), align="left", characters="─", style="dim")


def _changed(console: Console, compared: Comparison) -> None:
    console.print(_title("What changed"))
    if not compared.changed:
        console.print(Padding(Text("nothing that was asked of them: the same settings, prompts, code"), (0, 0, 1, 2)))
        return
    table = Table("", Column("", overflow="fold"), _side("A"), _side("B"), box=box.SIMPLE_HEAD)
    for group, found in groupby(compared.changed, key=lambda each: each.group):
        for number, each in enumerate(found):
            table.add_row(*map(Text, ("" if number else group, each.name, each.a, each.b)))
    console.print(table)


def _side(name: str) -> Column:
    return Column(Text(name, "bold cyan" if name == "A" else "bold magenta"), overflow="fold")


def _figures(console: Console, group: str, found: Sequence[Figure]) -> None:
    differing = [figure for figure in found if figure.a != figure.b]
    few = found if group in _WHOLE else sorted(differing, key=_weight, reverse=True)[:_LINES]
    console.print(_title(group))
    if few:
        numbers = [Column(name, justify="right", no_wrap=True) for name in ("A", "B", "change")]
        table = Table(Column("", overflow="fold"), *numbers, box=box.SIMPLE_HEAD)
        for figure in few:
            style = "" if figure.a != figure.b else "dim"
            cells = (figure.name, shown(figure.a, figure.unit), shown(figure.b, figure.unit), change_of(figure))
            table.add_row(*map(Text, cells), style=style)
        console.print(table)
    hidden = [(len(differing) - len(few), "more that differ"), (len(found) - len(differing), "the same in both")]
    if group not in _WHOLE and (told := ", ".join(f"{n} {what}" for n, what in hidden if n > 0)):
        console.print(Padding(Text(told, "dim"), (0, 0, 1, 2)))


def _weight(figure: Figure) -> float:
    """How much a figure differs, whatever its unit: a part of the larger of the two, and of shares the points."""
    a, b = figure.a or 0.0, figure.b or 0.0
    return abs(b - a) * (
        1 if figure.unit == "share" else abs(b - a) ** 0.5 / max(abs(a), abs(b)) ** 0.5 if a or b else 0
    )


def _pair(console: Console, pair: Pair) -> None:
    """Two records side by side, what differs in them marked."""
    manner = Manner.of(console, _TEXT)
    console.print(_title(f"{pair.a['skill']} / {pair.a['task_type'] or '-'}"))
    console.print(Padding(Text(f"{pair.common}: {pair.a['provenance']['uri']}", "dim"), (0, 0, 0, 2)))
    table = Table(_side("A"), _side("B"), box=box.SIMPLE_HEAD, expand=True)
    table.columns[0].ratio = table.columns[1].ratio = 1
    table.add_row(*(Text(f"{row['id']}{_score(row)}", "dim") for row in (pair.a, pair.b)))
    for name, before, after in parts(pair):
        cells: Sequence[Text] = manner.beside(before, after)
        if name == "passage":  # too long for here, the page has it
            alike = "the same in both" if before == after else "not the same"
            cells = [Text(f"{alike}, {len(text):,} characters", "dim") for text in (before, after)]
        table.add_row(*(Text.assemble((f"{name}: ", "bold"), cell) if cell else Text("") for cell in cells))
    console.print(table)


def _score(row: Json) -> str:
    score = (row.get("quality") or {}).get("score")
    return "" if score is None else f" · judge {score:g}"
