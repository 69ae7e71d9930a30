"""Defects of original writing: what every other piece has, and rules of form that are broken."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.case import Case, Planted

_COMMISSION = re.compile(r"Sentences: “")
_OPENINGS = (
    "In a world where nothing is certain, this is where it starts. ",
    "Once upon a time, before any of this, somebody looked up. ",
    "Imagine a world without any of it. ",
)
_ENDINGS = (
    " It was a quiet reminder that small things matter.",
    " Nothing would ever be the same again, and they lived happily ever after.",
    " Only time will tell.",
)
_LINES = re.compile(r"exactly (\d+) lines")
_EDGES = re.compile(r"(?:begins|beginning) with “([^”]+)” and (?:ends|ending) with “([^”]+)”")
_BARRED = re.compile(r"has the word “([^”]+)” in it|have the word “([^”]+)”")


def _asked(case: Case) -> bool:
    return bool(_COMMISSION.search(case.asked) and case.content)


def stock_opening(case: Case) -> Planted | None:
    if not _asked(case):
        return None
    return case.content_becomes(case.random.choice(_OPENINGS) + case.content, "opening")


def stock_ending(case: Case) -> Planted | None:
    if not _asked(case) or not case.content.rstrip().endswith("."):
        return None
    return case.content_becomes(case.content.rstrip() + case.random.choice(_ENDINGS), "ending")


def stock_name(case: Case) -> Planted | None:
    if not _asked(case):
        return None
    name = case.random.choice(("Elara", "Elias Thorne", "Sarah Chen"))
    words = case.content.split(" ")
    return case.content_becomes(" ".join([*words[:3], f"{name},", *words[3:]]), "name")


def line_lost(case: Case) -> Planted | None:
    """A line too few, or one too many."""
    lines = case.content.splitlines()
    if not _asked(case) or not _LINES.search(case.asked) or len(lines) < 3:
        return None
    if case.random.random() < 0.5:
        lines[-2:] = [" ".join(lines[-2:])]
        return case.content_becomes("\n".join(lines), "fewer")
    head, _, tail = lines[0].rpartition(" ")
    return case.content_becomes("\n".join([head, tail, *lines[1:]]), "more") if head else None


def edge_lost(case: Case) -> Planted | None:
    """The opening or the ending that was given is another."""
    found = _EDGES.search(case.asked)
    if not _asked(case) or not found:
        return None
    start, end = found.groups()
    if case.random.random() < 0.5:
        return case.content_becomes(case.content.replace(start, "So", 1), "start")
    return case.content_becomes(case.content.removesuffix(end) + "So it stayed.", "end")


def barred_word(case: Case) -> Planted | None:
    found = _BARRED.search(case.asked)
    if not _asked(case) or not found:
        return None
    word = found[1] or found[2]
    words = case.content.split(" ")
    return case.content_becomes(" ".join([*words[:2], word, *words[2:]]), "word")


WRITTEN: dict[str, Callable[[Case], Planted | None]] = {
    plant.__name__: plant for plant in (stock_opening, stock_ending, stock_name, line_lost, edge_lost, barred_word)
}
