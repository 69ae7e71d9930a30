"""A page in use: the functions that act on it, what is seen after each call, and whether the goal is reached."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from pydantic import ValidationError

from tasks.kinds.web.contract import PageGoal, Site, slug
from tasks.kinds.web.page import NoSuchElement, Page, known_items
from tasks.records import Json, Record
from tasks.text.json_schema import breaches
from tasks.text.json_values import json_object
from tasks.text.phrases import says_phrase, tokens


def _function(name: str, description: str, **parameters: Json) -> Json:
    schema = {
        "type": "object",
        "properties": parameters,
        "required": [p for p in parameters if p != "answer"],
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


_TARGET = {"type": "string", "description": "id of the element, as it stands in brackets on the page"}
ACTIONS: list[Json] = [
    _function("click", "Clicks a button or a link. Returns the page as it is then.", target=_TARGET),
    _function(
        "type_text",
        "Puts text into a text, number or date field, in place of what it held. Dates are written YYYY-MM-DD.",
        target=_TARGET,
        text={"type": "string", "description": "the whole new content"},
    ),
    _function(
        "select_option",
        "Chooses an option of a combo box.",
        target=_TARGET,
        option={"type": "string", "description": "the option as the page spells it"},
    ),
    _function("set_checkbox", "Ticks or clears a checkbox.", target=_TARGET, checked={"type": "boolean"}),
    _function("go_back", "Goes back to the page before, or from an opened entry to its list."),
    _function(
        "finish",
        "Closes the task as done.",
        answer={
            "type": "string",
            "description": "what the user wanted to know, in as few words as possible; else left out",
        },
    ),
    _function(
        "give_up",
        "Closes the task as impossible on this site.",
        reason={"type": "string", "description": "what stands in the way, in one sentence"},
    ),
]


_SCHEMAS = {a["function"]["name"]: json.dumps(a["function"]["parameters"], sort_keys=True) for a in ACTIONS}
_PARAMETERS = {a["function"]["name"]: frozenset(a["function"]["parameters"]["properties"]) for a in ACTIONS}


@dataclass
class Played:
    """Calls carried out on a page, one after the other."""

    page: Page
    results: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """Of each call, what kept it from being carried out; empty if nothing."""
    seen: set[tuple[str, str]] = field(default_factory=set)
    """View and entry of what lists showed on the way."""


def site_of(record: Record) -> Site:
    """The record's site; ValueError if its passage is none, or one that cannot be run."""
    try:
        site = Site.model_validate(json.loads(record.passage))
    except (ValueError, ValidationError, RecursionError):
        raise ValueError("the page is not in its form") from None
    if problem := flaw(site):
        raise ValueError(problem)
    return site


def flaw(site: Site) -> str:
    """What keeps a site from being run; empty if nothing."""
    views = {view.id: view for view in site.views}
    if site.start not in views or len(views) < len(site.views):
        return "the first view is not there, or two views have one id"
    for number, view in enumerate(site.views, 1):
        leads = [link.to for link in view.links] + [v for v in (view.then, view.basket_of) if v]
        if not set(leads) <= views.keys():
            return f"view {number} leads to a view that is not there"
        ids = [*(x.id for x in view.links), *(x.id for x in view.entries), *(x.id for x in view.fields)]
        if len(set(ids)) < len(ids) or not all(ids) or known_items(ids):
            return f"view {number} has two elements of one id, or one that cannot be used"
        names = {fact.name for entry in view.entries for fact in entry.facts}
        if not set(view.filters) | set(view.sorts) <= names:
            return f"view {number} filters or sorts by a fact that no entry has"
        if len({slug(f) for f in view.filters}) < len(view.filters) or len({e.title for e in view.entries}) < len(
            view.entries
        ):
            return f"view {number} has two filters or two entries of one name"
        if any(f.kind == "choice" and len(f.options) < 2 for f in view.fields) or (view.fields and not view.submit):
            return f"view {number} has a choice without options, or a form without a button"
    return "" if _reachable(site) == views.keys() else "a view cannot be reached"


def _reachable(site: Site) -> set[str]:
    views, found, waiting = {v.id: v for v in site.views}, set[str](), [site.start]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            view = views[here]
            waiting += [link.to for link in view.links] + ([view.then] if view.then else [])
    return found


def observed(page: Page) -> str:
    """The page as text, an element a line with its id in brackets."""
    view, state = page.view, page.state
    if state.end:
        return "The task is closed."
    lines = [f"{_flat(page.site.name)} | {_flat(view.title)}"]
    lines += [f"notice: {_flat(state.notice)}"] if state.notice else []
    if state.opened:
        entry = next(e for e in view.entries if e.id == state.opened)
        lines += [f'heading "{_flat(entry.title)}"', *(f"{f.name}: {_flat(f.value)}" for f in entry.facts)]
        lines += [_flat(entry.details)] if entry.details else []
        lines += [] if entry.available or not view.act else ["Not available at present."]
    else:
        lines += [_flat(text) for text in view.text]
        matching = len(page.matching(view)) if view.entries else 0
        lines += [f"entries found: {matching}"] if view.entries else []
    for id, element in page.elements().items():
        value = f' value "{_flat(element.value)}"' if element.role not in ("button", "link") else ""
        options = f" options: {' | '.join(_flat(o) for o in element.options)}" if element.options else ""
        note = f" ({_flat(element.note)})" if element.note else ""
        lines.append(f'[{id}] {element.role} "{_flat(element.label)}"{value}{options}{note}')
    return "\n".join(lines)


def _flat(text: str) -> str:
    return " ".join(text.replace('"', "'").split())


def used(site: Site, calls: Iterable[tuple[str, Json]]) -> Played:
    """The calls carried out; one that does not fit the page changes nothing and says so."""
    run = Played(Page(site))
    run.seen |= _listed(run.page)
    for name, arguments in calls:
        try:
            if not arguments.keys() <= _PARAMETERS.get(name, frozenset()):
                raise NoSuchElement("the action has no such parameter")
            run.page.act(name, arguments)
            run.errors.append("")
            run.results.append(observed(run.page))
            run.seen |= _listed(run.page)
        except NoSuchElement as error:
            run.errors.append(str(error))
            run.results.append(f"error: {error}\n\n{observed(run.page)}")
    return run


def _listed(page: Page) -> set[tuple[str, str]]:
    """The entries that the list on the page shows."""
    if page.state.end or not page.view.entries:
        return set()
    shown = page.elements()
    return {(page.view.id, entry.id) for entry in page.view.entries if entry.id in shown}


def all_ids(site: Site) -> set[str]:
    """The ids that elements of the site have in one state or another."""
    found = {"search", "sort", "next_page", "previous_page", "submit", "close"}
    for view in site.views:
        found |= {x.id for x in view.links} | {x.id for x in view.entries} | {x.id for x in view.fields}
        found |= {f"filter_{slug(name)}" for name in view.filters}
        found |= {f"{way}_{e.id}" for e in view.entries for way in ("take", "remove")}
    return found


def well_formed(name: str, arguments: Json, ids: set[str]) -> bool:
    """Whether there is such an action, with such arguments, and an element with this id in some state of the site."""
    if name not in _SCHEMAS or next(iter(breaches(_SCHEMAS[name], arguments)), None) is not None:
        return False
    return "target" not in arguments or slug(str(arguments["target"])) in ids


def calls_made(messages: Sequence[Json]) -> list[tuple[str, str, Json]]:
    """The calls of a conversation: id, name, arguments."""
    found: list[tuple[str, str, Json]] = []
    for message in messages:
        for call in message.get("tool_calls") or []:
            function = call.get("function") or {}
            arguments = json_object(function.get("arguments") or "") or {}
            found.append((str(call.get("id")), str(function.get("name")), arguments))
    return found


def page_result(record: Record, messages: Sequence[Json], call_id: str) -> str:
    """What the page answers to one call of a conversation."""
    calls = calls_made(messages)
    upto = next(i for i, (id, _, _) in enumerate(calls) if id == call_id) + 1
    return used(site_of(record), [(name, arguments) for _, name, arguments in calls[:upto]]).results[-1]


def missed(page: Page, goal: PageGoal) -> str:
    """What keeps the state from being the goal; empty if it is reached."""
    state, views = page.state, page.views
    if state.end != goal.end:
        return f"ends with {state.end or 'neither finish nor give_up'}"
    if goal.view and state.view != goal.view:
        return "another view is shown at the end"
    if {entry for _, entry in state.taken} != set(goal.taken):
        return "other entries are taken"
    if state.sent.keys() != set(goal.sent):
        return "other forms are sent"
    wanted = {(e.view, e.field): e.value for e in goal.entered}
    if not {view for view, _ in wanted} <= state.sent.keys():
        return "a form with a wanted value is not sent"
    for name, values in state.sent.items():
        for item in views[name].fields:
            first = item.value or ("no" if item.kind == "checkbox" else "")
            if not same_field(values[item.id], wanted.get((name, item.id), first)):
                return "a field was sent with another value"
    if any(f not in {i.id for i in views[v].fields} for v, f in wanted if v in views):
        return "a wanted field is not there"
    return "" if gives_answer(state.said, goal.answer) else "the answer is another one"


def same_field(one: str, other: str) -> bool:
    """Whether two values of a field are the same, apart from letter case, spacing and idle zeros."""
    try:
        return Decimal(one.replace(",", "")) == Decimal(other.replace(",", ""))
    except InvalidOperation:
        return " ".join(one.lower().split()) == " ".join(other.lower().split())


def gives_answer(text: str, answer: str) -> bool:
    """Whether the text gives the answer, in whatever notation."""
    return not tokens(answer) or says_phrase(text, answer)
