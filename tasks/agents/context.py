"""What the student is given beside the task: the passage, retrieved sources, a page, worked examples, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from prompts import Skill
from tasks.kinds.pattern.contract import Pattern
from tasks.kinds.pattern.demonstration import shown
from tasks.kinds.retrieval import sources
from tasks.kinds.web.page import Page
from tasks.kinds.web.use import observed, site_of
from tasks.records import Record


def context(record: Record, skill: Skill) -> str:
    """The material as the student sees it, empty where the skill shows none."""
    return CONTEXTS[skill.response.context](record)


def _nothing(record: Record) -> str:
    return ""


def _passage(record: Record) -> str:
    return record.passage


def _examples(record: Record) -> str:
    return shown(Pattern.model_validate(record.formal), record.formal.get("style", 0))


def _sources(record: Record) -> str:
    return sources.shown(record.formal)


def _page(record: Record) -> str:
    return observed(Page(site_of(record)))


CONTEXTS: dict[str, Callable[[Record], str]] = {
    "passage": _passage,
    "tools": _nothing,
    "none": _nothing,
    "examples": _examples,
    "sources": _sources,
    "page": _page,
}
"""Name in `response.context` of a skill.yaml -> the material as text."""
