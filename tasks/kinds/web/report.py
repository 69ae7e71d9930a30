"""Whether what is said to the user is what happened on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.checks.check import Doubt, together
from tasks.checks.dated import unshown_dates
from tasks.checks.grounding import numbers_grounded
from tasks.checks.undone import says_undone
from tasks.kinds.web.contract import PageGoal, Site
from tasks.kinds.web.page import Page
from tasks.kinds.web.use import calls_made, site_of, used
from tasks.records import Json, Record
from tasks.text.phrases import says_phrase
from tasks.text.plain import plain
from tasks.text.quantities import flat
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.words import words

_OFF = re.compile(
    r"\b(?:off|no longer|not|never|no more|stop\w*|unsubscrib\w*|cancel\w*|clear\w*|untick\w*|uncheck\w*|remov\w*|disabl\w*"
    r"|deactivat\w*|unselect\w*|deselect\w*|ended)\b|n't\b"
)
_ON = re.compile(
    r"\b(?:ticked|checked|enabl\w*|activ\w*|subscrib\w*|sign\w* up|(?:switch\w*|turn\w*|put|is|are|now|stays?|remains?"
    r"|left|goes|go|kept) (?:both )?(?:back )?on|continu\w*|still)\b"
)
_AS_BEFORE = re.compile(
    r"\b(?:unchanged|as before|as (?:it|they) (?:was|were|is|are)|untouched|touch\w*|alone|same|changed?)\b"
)
_CLAUSE = re.compile(
    r"[,;:()\u2013\u2014]|\b(?:but|while|whereas|though|only)\b"
    r"|\band\b(?=[^,;.]*\b(?:is|are|was|were|stays?|remains?|has|have|will|goes|go|keeps?|continues?|still|left)\b)"
)
_SEARCHED = re.compile(
    r"\b(?:i|i've|i have|having|after) (?:\w+ ){0,2}?(?:search\w*|look\w*|went through|gone through|going through|check\w*"
    r"|brows\w*|open\w*|tried|trying|read|scroll\w*|filter\w*|page[sd]?|visit\w*|saw|seen|found)\b"
)
_BY_SEARCH = re.compile(r"\b(?:i|i've|i have|having|after) (?:\w+ ){0,2}?(?:search\w*|filter\w*)\b")
_LONG = 5
_ENDS = frozenset({"finish", "give_up"})


def page_report(record: Record) -> str | Doubt | None:
    """Rejects giving up unseen; doubts a figure or date that no page showed, the name of another entry, a field's old value."""
    try:
        site = site_of(record)
        run = used(site, [(name, arguments) for _, name, arguments in calls_made(record.messages)])
    except ValueError as error:
        return str(error)
    text, goal = reply(record), PageGoal.model_validate(record.formal)
    unseen = _unlooked(record, site, text) if goal.end == "give_up" else None
    if isinstance(unseen, str):
        return unseen
    shown = (m.get("content") for m in record.messages[:-1] if m.get("role") != "system")
    seen = "\n".join([record.instruction, *(str(text or "") for text in shown)])
    # The page as data holds what the user has not opened: only what was shown counts.
    doubts = [unseen, _other_dates(text, seen), numbers_grounded(replace(record, passage=""))]
    if run.page.state.end == "finish":
        doubts += [_another_entry(text, site, goal), _old_value(text, site, goal)]
    if run.page.state.end == "finish" and _says_otherwise(text, run.page):
        doubts.append(
            Doubt(
                "the report says of a setting what the page does not show",
                "Is all that the last message says of settings being on or off true of the page as it was last shown?",
                {"last message": text},
            )
        )
    done = goal.end == "finish" and (goal.taken or goal.sent)
    if done and says_undone(text) and not says_undone(seen):
        doubts.append(
            Doubt(
                "the report says that something is not done where all is",
                "Is what the last message says of things that are not done, or not so, true of the pages shown?",
                {"last message": text},
            )
        )
    return together(doubt for doubt in doubts if doubt)


def _other_dates(text: str, seen: str) -> Doubt | None:
    dates = ", ".join(flat(text)[q.start : q.end] for q in unshown_dates(text, seen))
    if not dates:
        return None
    return Doubt(
        "the report gives a date that no page showed",
        "Do these dates stand in the request or on the pages shown, or follow from what stands there?",
        {"dates": dates},
        dates,
    )


def _unlooked(record: Record, site: Site, text: str) -> str | Doubt | None:
    """What is wrong with giving up before the page that the task is about was open, or on a search that was not made."""
    ours = [(name, arguments) for _, name, arguments in calls_made(record.messages)]
    key = [(str(c.get("name")), c.get("arguments") or {}) for c in record.calls]
    needed = _views(site, key) - {site.start}
    if needed and not needed & _views(site, ours):
        return "gives up without having opened the page that the task is about"
    steps = [(name, arguments) for name, arguments in ours if name not in _ENDS]
    said = plain(text)
    narrowed = any(
        name in ("type_text", "select_option") or "next_page" in str(arguments.get("target"))
        for name, arguments in steps
    )
    if (not steps and _SEARCHED.search(said)) or (_BY_SEARCH.search(said) and not narrowed):
        return Doubt(
            "the report speaks of a search that no call made",
            "Do the calls bear out what the last message says of having searched, filtered or looked?",
            {"last message": text},
        )
    return None


def _views(site: Site, calls: Sequence[tuple[str, Json]]) -> set[str]:
    """The views that are shown after one or another of the calls."""
    return {used(site, calls[:number]).page.state.view for number in range(1, len(calls) + 1)}


def _says_otherwise(text: str, page: Page) -> bool:
    """Whether the text calls a checkbox off that is on, or on that is off, as far as it names it."""
    boxes = [
        (item.label, page.held(view, item))
        for view in page.views.values()
        for item in view.fields
        if item.kind == "checkbox"
    ]
    for sentence in sentences(text):
        for clause in _CLAUSE.split(plain(sentence)):
            off, on = _OFF.search(clause), _ON.search(clause)
            if _AS_BEFORE.search(clause) or bool(off) == bool(on):
                continue
            if any(_named(clause, label, boxes) and (value == "yes") == bool(off) for label, value in boxes):
                return True
    return False


def _named(clause: str, label: str, boxes: list[tuple[str, str]]) -> bool:
    """Whether the clause has the label, or a long word of it that no other label has."""
    others = {w for other, _ in boxes if other != label for w in words(other)}
    own = [w for w in words(label) if len(w) > _LONG and w not in others]
    return says_phrase(clause, label) or bool(set(own) & set(words(clause)))


def _another_entry(text: str, site: Site, goal: PageGoal) -> Doubt | None:
    """Something is said to be taken that was not, and what was taken is not named."""
    titles = {e.id: e.title for v in site.views for e in v.entries}
    if not goal.taken or any(says_phrase(text, titles.get(id, id)) for id in goal.taken):
        return None
    others = [title for id, title in titles.items() if id not in goal.taken and says_phrase(text, title)]
    if not others:
        return None
    return Doubt(
        "the report names another entry than was taken",
        "Does the last message name the entry that was taken as the one that was taken, in whatever words?",
        {"last message": text, "taken": ", ".join(titles.get(id, id) for id in goal.taken)},
        ", ".join(others),
    )


def _old_value(text: str, site: Site, goal: PageGoal) -> Doubt | None:
    first = {(v.id, f.id): f.value for v in site.views for f in v.fields}
    for entered in goal.entered:
        before = first.get((entered.view, entered.field), "")
        if (
            (len(before) > 2 or before.isdigit())
            and before.lower() not in ("yes", "no")
            and says_phrase(text, before)
            and not says_phrase(text, entered.value)
        ):
            return Doubt(
                "the report gives a value that a field had before",
                "Does the last message make clear which value the field has now, and that the other one is no longer in it?",
                {"last message": text, "before": before, "now": entered.value},
                before,
            )
    return None
