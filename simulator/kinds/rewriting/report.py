"""Defects of texts about data: figures, rows and directions that the data does not bear out."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.case import Case, Planted, other_number, sentences

_NUMBER = re.compile(r"(?<![\w.,:“-])\d+(?:\.\d+)?(?![\w:]|[.,]\d)")
_QUOTED = re.compile(r"“([^“”]+)”")
_OPPOSITE = {
    "rises": "falls",
    "falls": "rises",
    "highest": "lowest",
    "lowest": "highest",
    "higher": "lower",
    "lower": "higher",
}
_ASIDES = (
    "The cost came to {} euros.",
    "That is {} per cent of the planned amount.",
    "Some {} further cases were seen in other places.",
)


def _is_about_data(case: Case) -> bool:
    return re.search(r"figures in digits", case.asked) is not None


def altered_figure(case: Case) -> Planted | None:
    """One figure is another one near it."""
    found = list(_NUMBER.finditer(_unquoted(case.content)))
    if not found or not _is_about_data(case):
        return None
    place = case.random.choice(found)
    other = other_number(place[0], case.random)
    return case.content_becomes(case.content[: place.start()] + other + case.content[place.end() :], "figure")


def figure_of_another_row(case: Case) -> Planted | None:
    """The figure given for a row is one that stands in another."""
    shown = set(_NUMBER.findall(re.sub(r"[,|]", " ", case.asked)))
    for place in case.random.sample(found := list(_NUMBER.finditer(_unquoted(case.content))), len(found)):
        sentence = next((s for s in sentences(case.content) if place[0] in s), "")
        others = sorted(n for n in shown if n != place[0] and n not in case.content)
        if others and "“" in sentence and place[0] in shown and _is_about_data(case):
            other = case.random.choice(others)
            return case.content_becomes(case.content[: place.start()] + other + case.content[place.end() :], "row")
    return None


def wrong_row(case: Case) -> Planted | None:
    """The highest or lowest value is credited to another row."""
    names = list(dict.fromkeys(_QUOTED.findall(case.content)))
    rows = [
        line.split("|")[1].strip() for line in case.asked.splitlines() if line.startswith("| ") and "---" not in line
    ]
    others = [row for row in rows[1:] if row and row not in names and "“" not in row]
    extreme = re.search(r"found in the row “([^“”]+)”", case.content)
    if not extreme or not others or not _is_about_data(case):
        return None
    start, end = extreme.span(1)
    return case.content_becomes(case.content[:start] + case.random.choice(others) + case.content[end:], "label")


def turned_round(case: Case) -> Planted | None:
    """A rise is a fall, a higher value a lower one."""
    found = list(re.finditer(rf"\b(?:{'|'.join(_OPPOSITE)})\b", _unquoted(case.content)))
    if not found or not _is_about_data(case):
        return None
    place = case.random.choice(found)
    content = case.content[: place.start()] + _OPPOSITE[place[0]] + case.content[place.end() :]
    return case.content_becomes(content, place[0])


def invented_figure(case: Case) -> Planted | None:
    """A sentence with a figure from nowhere."""
    if not _is_about_data(case):
        return None
    aside = case.random.choice(_ASIDES).format(case.random.randint(1200, 9800))
    return case.content_becomes(f"{case.content} {aside}", "aside")


def _unquoted(text: str) -> str:
    """The text with what it quotes blanked out, place by place."""
    return _QUOTED.sub(lambda m: " " * len(m[0]), text)


DATA: dict[str, Callable[[Case], Planted | None]] = {
    plant.__name__: plant for plant in (altered_figure, figure_of_another_row, wrong_row, turned_round, invented_figure)
}
