"""Whether what is said to the user is what happened on the page."""

from __future__ import annotations

from dataclasses import replace

from tasks.checks.check import Doubt
from tasks.checks.dated import unshown_dates
from tasks.checks.grounding import numbers_grounded
from tasks.checks.undone import says_undone
from tasks.kinds.web.contract import PageGoal, Site
from tasks.kinds.web.use import calls_made, site_of, used
from tasks.records import Record
from tasks.text.phrases import says_phrase
from tasks.text.replies import reply


def page_report(record: Record) -> str | Doubt | None:
    """Rejects a last message with a figure or date that no page showed, the name of another entry, or a field's old value."""
    try:
        site = site_of(record)
        run = used(site, [(name, arguments) for _, name, arguments in calls_made(record.messages)])
    except ValueError as error:
        return str(error)
    text, goal = reply(record), PageGoal.model_validate(record.formal)
    shown = (m.get("content") for m in record.messages[:-1] if m.get("role") != "system")
    seen = "\n".join([record.instruction, *(str(text or "") for text in shown)])
    if unshown_dates(text, seen):
        return "the report gives a date that no page showed"
    if run.page.state.end == "finish":
        problem = _another_entry(text, site, goal) or _old_value(text, site, goal)
        if problem:
            return problem
    # The page as data holds what the user has not opened: only what was shown counts.
    if problem := numbers_grounded(replace(record, passage="")):
        return problem
    done = goal.end == "finish" and (goal.taken or goal.sent)
    if done and says_undone(text) and not says_undone(seen):
        return Doubt(
            "the report says that something is not done where all is",
            "Is what the last message says of things that are not done, or not so, true of the pages shown?",
            {"last message": text},
        )
    return None


def _another_entry(text: str, site: Site, goal: PageGoal) -> str | None:
    """Something is said to be taken that was not, and what was taken is not named."""
    titles = {e.id: e.title for v in site.views for e in v.entries}
    if not goal.taken or any(says_phrase(text, titles.get(id, id)) for id in goal.taken):
        return None
    others = (title for id, title in titles.items() if id not in goal.taken)
    return "the report names another entry than was taken" if any(says_phrase(text, t) for t in others) else None


def _old_value(text: str, site: Site, goal: PageGoal) -> str | None:
    first = {(v.id, f.id): f.value for v in site.views for f in v.fields}
    for entered in goal.entered:
        before = first.get((entered.view, entered.field), "")
        if (
            (len(before) > 2 or before.isdigit())
            and before.lower() not in ("yes", "no")
            and says_phrase(text, before)
            and not says_phrase(text, entered.value)
        ):
            return "the report gives a value that a field had before"
    return None
