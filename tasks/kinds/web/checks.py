"""Checks of tasks on a page: the author's actions reach the goal, and so do the response's, on elements that are there."""

from __future__ import annotations

from tasks.checks.check import Doubt, together
from tasks.kinds.web.contract import MOST_ACTIONS, PageGoal, Site, actions_allowed
from tasks.kinds.web.page import AS_LISTED
from tasks.kinds.web.use import Played, all_ids, calls_made, gives_answer, missed, site_of, used, well_formed
from tasks.records import Record
from tasks.text.dates import with_iso_dates
from tasks.text.numbers import quantities
from tasks.text.replies import reply
from tasks.text.words import bare, holds

MISSES = 5
"""One action of so many may miss its element."""


def page_task(record: Record) -> str | None:
    """Rejects a page that cannot be run, a key that does not reach the goal on it, and values that nobody states."""
    try:
        site = site_of(record)
    except ValueError as error:
        return str(error)
    goal = PageGoal.model_validate(record.formal)
    calls = [(str(c.get("name")), c.get("arguments") or {}) for c in record.calls]
    if not 2 <= len(calls) <= MOST_ACTIONS:
        return f"{len(calls)} actions in the key"
    run = used(site, calls)
    if (wrong := next((n for n, error in enumerate(run.errors, 1) if error), 0)) and wrong:
        return f"action {wrong} of the key has no such element on the page"
    if problem := missed(run.page, goal):
        return f"the key does not reach the goal: {problem}"
    if goal.end == "finish" and not (goal.answer or goal.taken or goal.sent or goal.view):
        return "the goal asks for nothing"
    if goal.answer and not any(gives_answer(seen, goal.answer) for seen in run.results):
        return "the answer is on no page that the key passes"
    if (
        goal.answer
        and len(bare(goal.answer)) > 2
        and holds(record.instruction, goal.answer)
        and not _listed(record, goal)
    ):
        return "the instruction tells the answer"
    return _unstated(record, site, goal)


def _listed(record: Record, goal: PageGoal) -> bool:
    """Whether the request names several candidates, of which the answer is one."""
    titles = [e.title for v in site_of(record).views for e in v.entries if holds(record.instruction, e.title)]
    return len(titles) > 1 and any(bare(t) == bare(goal.answer) for t in titles)


def _unstated(record: Record, site: Site, goal: PageGoal) -> str | None:
    """What is to be typed stands in the request, or on a page where it can be read."""
    kinds = {(view.id, item.id): item.kind for view in site.views for item in view.fields}
    texts = [record.instruction, with_iso_dates(record.instruction)]
    texts += [t for view in site.views for t in view.text]
    texts += [t for view in site.views for e in view.entries for t in (e.title, e.details, *(f.value for f in e.facts))]
    numbers = {value for text in texts[:2] for value, _ in quantities(text)}
    for number, entered in enumerate(goal.entered, 1):
        if kinds.get((entered.view, entered.field)) not in ("text", "number", "date"):
            continue
        given = [value for value, _ in quantities(entered.value)]
        if not any(holds(text, entered.value) for text in texts) and not (given and set(given) <= numbers):
            return f"value {number} is stated neither in the request nor on the site"
    return None


def targets_exist(record: Record) -> str | None:
    """Rejects a result that the page did not give, and actions that do not fit the page, unless they are few and mended."""
    calls = calls_made(record.messages)
    try:
        site = site_of(record)
    except ValueError as error:
        return str(error)
    run = used(site, [(name, arguments) for _, name, arguments in calls])
    ids = all_ids(site)
    misses = [n for n, error in enumerate(run.errors, 1) if error]
    if made_up := [n for n in misses if not well_formed(*calls[n - 1][1:], ids)]:
        return f"action {made_up[0]} is none that this site could ever take"
    # A slip that is noticed is worth learning from; groping about, or trying the same again, is not.
    again = any(calls[n - 1][1:] == calls[n][1:] for n in misses if n < len(calls))
    if misses and (again or len(misses) > max(1, len(calls) // MISSES) or misses[-1] == len(calls)):
        return f"action {misses[0]} does not fit the page as it then is"
    told = {m["tool_call_id"]: m["content"] for m in record.messages if m.get("role") == "tool"}
    if any(told.get(id) != result for (id, _, _), result in zip(calls, run.results, strict=True)):
        return "a result that the page did not give"
    return None


def reaches_goal(record: Record) -> str | Doubt | None:
    """Rejects a conversation whose actions do not end in the author's goal, do it twice, or take far more steps than needed."""
    calls = calls_made(record.messages)
    try:
        run = used(site_of(record), [(name, arguments) for _, name, arguments in calls])
    except ValueError as error:
        return str(error)
    goal = PageGoal.model_validate(record.formal)
    if problem := missed(run.page, goal):
        return problem
    if len(calls) > actions_allowed(len(record.calls)):
        return f"{len(calls)} actions where {len(record.calls)} do"
    if not gives_answer(reply(record), goal.answer):
        return "the last message does not give the answer"
    sent = _sent_before(run.page.state.sendings)
    if isinstance(sent, str):
        return sent
    return together(doubt for doubt in (sent, _passed_over(record, run)) if doubt)


def _passed_over(record: Record, run: Played) -> Doubt | None:
    """Asks where pages of a list were left unseen that the key's way shows and neither search, filter nor order made needless."""
    needed = used(site_of(record), [(str(c.get("name")), c.get("arguments") or {}) for c in record.calls]).seen
    unseen = []
    for view in run.page.site.views:
        if view.entries and any(where == view.id for where, _ in run.seen) and run.page.listing(view).sort == AS_LISTED:
            left = [e for e in run.page.matching(view) if (view.id, e.id) in needed - run.seen]
            unseen += [entry.title for entry in left]
    if not unseen:
        return None
    return Doubt(
        "pages of a list that decide were not seen",
        "Of a list with several pages, the entries below were never seen. Is the outcome certain all the same, because one entry "
        "seen is named or meets every condition and none of these can matter?",
        {"entries not seen": "\n".join(unseen), "wish": record.instruction},
    )


def _sent_before(sendings: list[tuple[str, dict[str, str]]]) -> str | Doubt | None:
    """What is wrong with sending one form several times."""
    views = [view for view, _ in sendings]
    if len(set(views)) == len(views):
        return None
    if any(one in sendings[:number] for number, one in enumerate(sendings)):
        return "a form was sent twice with the same values"
    return Doubt(
        "a form was sent with wrong values first",
        "A form was sent with other values before it was sent as wished. Does the later sending undo the earlier one, as with "
        "settings that are saved again, so that no order, booking or message too many is left?",
        {"sent": str(sendings)},
    )
