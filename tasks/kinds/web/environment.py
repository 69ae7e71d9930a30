"""What the page answers to the calls of a conversation, and how it is shown before the first."""

from __future__ import annotations

from tasks.agents.kind import SkillRun
from tasks.kinds.web.contract import actions_allowed
from tasks.kinds.web.page import Page
from tasks.kinds.web.use import observed, page_result, site_of
from tasks.records import Json, Record


async def answer_call(
    record: Record, call: Json, messages: list[Json], run: SkillRun, sample: int, events: list[Json]
) -> str:
    """What is seen on the page after the call, which is the newest of `messages`."""
    return page_result(record, messages, call["id"])


def turns_needed(record: Record) -> int:
    """As many as the actions that are allowed, if each has a turn of its own, and the last message."""
    return actions_allowed(len(record.calls)) + 1


def show_page(record: Record) -> str:
    """The page as the student finds it."""
    return observed(Page(site_of(record)))
