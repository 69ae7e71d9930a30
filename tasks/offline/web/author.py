"""The offline agents of web pages: a site made of a text's sentences, wishes about it, and one change of a wish."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tasks.kinds.web.contract import Site, View
from tasks.kinds.web.use import site_of
from tasks.offline.item import Item, collected, edited, refused, unsuitable
from tasks.offline.passage import NUMBER, Passage, opening
from tasks.offline.prompt import Prompt
from tasks.offline.transformation import sayings
from tasks.offline.wording import Wording
from tasks.records import Record, Source, rng

TELL = Wording(
    "In “{view}”, look up the entry “{title}” and tell me its {fact}.",
    "What is the {fact} of the entry “{title}” in “{view}”?",
)
TAKE = Wording(
    "Go to “{view}” and use “{act}” for the entry “{title}”.",
    "I want “{act}” done for one entry of “{view}”: “{title}”.",
)
FIRST = Wording(
    "Among the entries of “{view}” whose {name} is “{value}”, which has the highest {fact}? Give me its title.",
    "Tell me the title of the entry in “{view}” with the highest {fact}, counting only those whose {name} is “{value}”.",
)
SEND = Wording(
    "Send the form “{view}” with these values, and leave the rest as it is: {values}.",
    "Please fill in “{view}” and send it. Change only this: {values}.",
)
_NAMES = (
    (("shop", "catalogue", "stock"), ("Stock list", "Add to basket", "Order form")),
    (("booking", "timetable", "journey"), ("Dates", "Reserve a place", "Booking form")),
    (("ticket", "service desk", "report"), ("Known matters", "Follow this matter", "New report")),
    (("portal", "archive", "records"), ("Records", "Request a copy", "Request form")),
    (("account", "settings", "membership"), ("Notices", "Mark as read", "Details")),
    (("", ), ("Entries", "Keep this entry", "Message form")),
)  # fmt: skip


def site(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Site`: the sentences as a list, a form to send, and settings."""
    text = Passage(prompt.blocks.get("seed", ""))
    said = [s for s in dict.fromkeys(sayings(text.raw)) if len(s.split()) >= 6][:12]
    if len(said) < 5 or not text.topics:
        why = "The material has too few sentences to make a site of."
        return {"unsuitable": why, "name": "", "start": "", "views": []}
    draw = rng("paging", prompt.role, text.raw, prompt.salt)
    listed, act, form = next(names for parts, names in _NAMES if any(p in prompt.role for p in parts))
    topics = text.topics[:4]
    views = [
        {"id": "home", "title": "Home", "text": [f"All about the {topics[0]}."], "links": _links("home", listed, form)},
        _list(said, listed, act, form, draw),
        _form(topics, listed, form, draw),
        _settings(listed, form),
    ]
    return {"unsuitable": "", "name": f"The {topics[0]} pages", "start": "home", "views": views}


def _links(here: str, listed: str, form: str) -> list[dict[str, str]]:
    shown = (("home", "Home"), ("list", listed), ("form", form), ("settings", "Settings"))
    return [{"id": f"to_{view}", "label": label, "to": view} for view, label in shown if view != here]


def _list(said: list[str], listed: str, act: str, form: str, draw: Random) -> Item:
    titles: dict[str, str] = {}
    for sentence in said:
        titles.setdefault(opening(sentence).replace('"', "'").replace("“", "'").replace("”", "'"), sentence)
    closed = draw.randint(0, 3)
    entries = [
        {"id": f"entry_{n}", "title": title, "facts": _facts(sentence, n, len(titles)), "details": sentence,
         "available": n % 4 != closed}
        for n, (title, sentence) in enumerate(titles.items(), 1)
    ]  # fmt: skip
    shown = {"filters": ["part"], "sorts": ["length"], "searchable": True, "page_size": 4, "act": act}
    return {"id": "list", "title": listed, "entries": entries, **shown, "links": _links("list", listed, form)}


def _facts(sentence: str, number: int, total: int) -> list[Item]:
    facts = {
        "part": ("beginning", "middle", "end")[min(2, 3 * (number - 1) // total)],
        "length": f"{len(sentence.split())} words",
        "figures": str(len(NUMBER.findall(sentence))),
    }
    return [{"name": name, "value": value} for name, value in facts.items()]


def _form(topics: list[str], listed: str, form: str, draw: Random) -> Item:
    most = str(draw.randint(5, 9))
    fields = [
        {"id": "name", "label": "Name", "kind": "text", "required": True},
        {"id": "subject", "label": "Subject", "kind": "choice", "options": topics, "value": topics[0]},
        {"id": "copies", "label": "Copies", "kind": "number", "minimum": "1", "maximum": most, "value": "1"},
        {"id": "day", "label": "Day", "kind": "date", "required": True, "minimum": "2026-01-01"},
        {"id": "reply", "label": "Reply by letter", "kind": "checkbox"},
    ]
    sent = {"submit": "Send", "done": "Thank you, it has been sent.", "then": "home"}
    return {"id": "form", "title": form, "fields": fields, **sent, "links": _links("form", listed, form)}


def _settings(listed: str, form: str) -> Item:
    sizes = ["small", "medium", "large"]
    fields = [
        {"id": "size", "label": "Size of type", "kind": "choice", "options": sizes, "value": "medium"},
        {"id": "news", "label": "News by post", "kind": "checkbox", "value": "yes"},
    ]
    saved = {"submit": "Save", "done": "Your settings are saved."}
    return {"id": "settings", "title": "Settings", "fields": fields, **saved, "links": _links("settings", listed, form)}


def web_tasks(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `WebTasks` for the drawn task type."""
    page = prompt.passage
    model = _site(page)
    if model is None:
        return refused("The material is not a page.")
    draw = rng("wishing", page, sorted(prompt.knobs.items()), prompt.salt)

    def make() -> Item | None:
        wish = _wish(model, prompt.task_type, draw)
        return {**wish, "difficulty": "medium"} if wish else None

    return collected(prompt, make, "The page offers nothing of this kind.", tries=4, most=6)


def _site(page: str) -> Site | None:
    try:
        return site_of(Record(source=Source(id="", uri="", kind="text"), passage=page))
    except ValueError:
        return None


_WISHES = (
    (("cannot", "unavailable", "out_of_stock", "ambiguous"), ("refused",)),
    (("form", "error", "date", "ticket", "correct", "wizard", "multi_step"), ("send",)),
    (("setting", "cancel", "unsubscribe", "preference"), ("set",)),
    (("filter", "compare", "sort", "best"), ("first",)),
    (("extract", "read", "look", "pagina"), ("tell",)),
    (("cart", "basket", "book"), ("take",)),
    (("",), ("tell", "take", "first", "send")),
)


def _wish(model: Site, task_type: str, draw: Random) -> dict[str, Any] | None:
    lists = [v for v in model.views if v.entries]
    forms = [v for v in model.views if v.fields]
    kind = draw.choice(next(kinds for parts, kinds in _WISHES if any(p in task_type for p in parts)))
    if kind in ("send", "set"):
        chosen = [v for v in forms if (len(v.fields) < 3) == (kind == "set")] or forms
        return _sent(model, draw.choice(chosen), draw) if chosen else None
    if not lists:
        return None
    view = draw.choice(lists)
    if kind == "first" and view.filters and view.sorts:
        return _highest(model, view, draw)
    if kind in ("take", "refused") and view.act:
        entries = [e for e in view.entries if e.available == (kind == "take")]
        return _taken(model, view, draw.choice(entries).id, draw) if entries else None
    entry = draw.choice(view.entries)
    fact = draw.choice(entry.facts)
    calls = [*_way(model, view), *_searched(view, entry.title), ("finish", {"answer": fact.value})]
    return _item(TELL.say(draw, view=view.title, title=entry.title, fact=fact.name), calls, answer=fact.value)


def _way(model: Site, view: View) -> list[tuple[str, dict[str, Any]]]:
    """The clicks from the first view to this one; sites made here need one at most."""
    start = next(v for v in model.views if v.id == model.start)
    link = next((link for link in start.links if link.to == view.id), None)
    return [("click", {"target": link.id})] if link else []


def _searched(view: View, title: str) -> list[tuple[str, dict[str, Any]]]:
    return [("type_text", {"target": "search", "text": title})] if view.searchable else []


def _taken(model: Site, view: View, entry: str, draw: Random) -> dict[str, Any]:
    chosen = next(e for e in view.entries if e.id == entry)
    instruction = TAKE.say(draw, view=view.title, title=chosen.title, act=view.act)
    calls = [*_way(model, view), *_searched(view, chosen.title), ("click", {"target": entry})]
    if not chosen.available:
        calls.append(("give_up", {"reason": f"{view.act} is not available for this entry."}))
        return _item(instruction, calls, end="give_up")
    calls += [("click", {"target": f"take_{entry}"}), ("finish", {})]
    return _item(instruction, calls, taken=[entry])


def _highest(model: Site, view: View, draw: Random) -> dict[str, Any] | None:
    name, fact = draw.choice(view.filters), draw.choice(view.sorts)
    told = {e.id: {f.name: f.value for f in e.facts} for e in view.entries}
    value = draw.choice(sorted({facts[name] for facts in told.values()}))
    found = [e for e in view.entries if told[e.id][name] == value]
    sizes = sorted((int(told[e.id][fact].split()[0]) for e in found), reverse=True)
    if len(sizes) < 2 or sizes[0] == sizes[1]:
        return None
    best = next(e for e in found if int(told[e.id][fact].split()[0]) == sizes[0])
    calls = [
        *_way(model, view),
        ("select_option", {"target": f"filter_{name}", "option": value}),
        ("select_option", {"target": "sort", "option": f"{fact}, highest first"}),
        ("finish", {"answer": best.title}),
    ]
    return _item(FIRST.say(draw, view=view.title, name=name, value=value, fact=fact), calls, answer=best.title)


def _sent(model: Site, view: View, draw: Random) -> dict[str, Any]:
    values: dict[str, tuple[str, str, str]] = {}
    for field in view.fields:
        if field.required or draw.random() < 0.6 or (not values and field is view.fields[-1]):
            if field.kind == "choice":
                value = draw.choice([o for o in field.options if o != field.value])
            elif field.kind == "number":
                value = str(draw.randint(2, int(field.maximum or "5")))
            elif field.kind == "date":
                value = f"2026-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
            elif field.kind == "checkbox":
                value = "no" if field.value == "yes" else "yes"
            else:
                value = draw.choice(("Reading room", "North depot", "Harbour office", "Evening class"))
            values[field.id] = (field.label, value, field.kind)
    told = "; ".join(f"{label}: {value}" for label, value, _ in values.values())
    calls = _way(model, view)
    for target, (_, value, kind) in values.items():
        if kind == "checkbox":
            calls.append(("set_checkbox", {"target": target, "checked": value == "yes"}))
        elif kind == "choice":
            calls.append(("select_option", {"target": target, "option": value}))
        else:
            calls.append(("type_text", {"target": target, "text": value}))
    calls += [("click", {"target": "submit"}), ("finish", {})]
    entered = [{"view": view.id, "field": f, "value": value} for f, (_, value, _) in values.items()]
    return _item(SEND.say(draw, view=view.title, values=told), calls, sent=[view.id], entered=entered)


def _item(instruction: str, calls: list[tuple[str, dict[str, Any]]], **goal: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"end": "finish", "view": "", "sent": [], "entered": [], "taken": [], "answer": ""}
    return {
        "formal": {**empty, **goal},
        "instruction": instruction,
        "calls": [{"name": name, "arguments": arguments} for name, arguments in calls],
    }


def edited_web_task(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedWebTask`: the wished-for entry made unavailable, or a wish of more steps."""
    page, instruction = prompt.passage, prompt.instruction
    goal = prompt.goal
    draw, model = rng("editing", page, instruction, goal, prompt.salt), _site(page)
    item = None
    changed = ""
    if model is not None and "impossible" in goal and (asked := TAKE.find(instruction)):
        data = json.loads(page)
        view = next((v for v in model.views if v.title == asked["view"] and v.act), None)
        entry = next((e for e in view.entries if e.title == asked["title"]), None) if view else None
        if view and entry and entry.available:
            for raw in (e for v in data["views"] if v["id"] == view.id for e in v["entries"] if e["id"] == entry.id):
                raw["available"] = False
            changed = json.dumps(data, ensure_ascii=False)
            after = _site(changed)
            item = _taken(after, next(v for v in after.views if v.id == view.id), entry.id, draw) if after else None
            item = {**item, "instruction": instruction} if item else None
    elif model is not None and not any(part in goal for part in ("impossible", "obstacle")):
        item = _wish(model, "multi_step" if not SEND.find(instruction) else "filter", draw)
    if item is None:
        return unsuitable("No such change leaves a sound wish.", **_item("", []))
    return edited(item, changed)
