"""A web page as a machine: what an action does to it, and what is seen afterwards. Deterministic, and without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tasks.kinds.web.contract import Entry, PageField, Site, View, slug
from tasks.records import Json

ANY = "any"
AS_LISTED = "as listed"
UP, DOWN = "lowest first", "highest first"
_FORMATS = {
    "email": (re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"), "an e-mail address"),
    "phone": (re.compile(r"\+?[\d ()/-]{5,20}"), "a telephone number"),
    "time": (re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d"), "a time as HH:MM"),
    "reference": (re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*"), "capitals, digits and dashes"),
}


class NoSuchElement(Exception):
    """The action does not fit the page: its target is not there, or is of another kind."""


@dataclass
class Listing:
    """How a view's list is shown."""

    query: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    sort: str = AS_LISTED
    page: int = 0


@dataclass
class State:
    """Where the user is and what has been done."""

    view: str
    back: list[str] = field(default_factory=list)
    opened: str = ""
    """The entry that is open, of the view shown."""
    listings: dict[str, Listing] = field(default_factory=dict)
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    """View and field -> what it holds, where that is not its first value."""
    taken: list[tuple[str, str]] = field(default_factory=list)
    """View and entry."""
    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    """View -> the values last sent there."""
    sendings: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Every sending, in order."""
    notice: str = ""
    end: str = ""
    said: str = ""


@dataclass(frozen=True)
class Element:
    """Something on the page that can be acted on."""

    role: str
    label: str
    value: str = ""
    options: tuple[str, ...] = ()
    note: str = ""


class Page:
    """A site in use. `act` raises NoSuchElement, and leaves everything as it was, where an action does not fit the page."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.views = {view.id: view for view in site.views}
        self.state = State(site.start)

    @property
    def view(self) -> View:
        return self.views[self.state.view]

    def held(self, view: View, item: PageField) -> str:
        """What the field holds now."""
        return self.state.values.get((view.id, item.id), item.value or ("no" if item.kind == "checkbox" else ""))

    def listing(self, view: View) -> Listing:
        return self.state.listings.setdefault(view.id, Listing())

    def matching(self, view: View) -> list[Entry]:
        """The entries that search and filters leave, in the chosen order."""
        shown = self.listing(view)
        found = [e for e in view.entries if all(w in _text(e) for w in shown.query.lower().split())]
        found = [
            e for e in found if all(_fact(e, name) == value for name, value in shown.filters.items() if value != ANY)
        ]
        for name in view.sorts:
            if shown.sort in (f"{name}, {UP}", f"{name}, {DOWN}"):
                found.sort(key=lambda e: _rank(_fact(e, name)), reverse=shown.sort.endswith(DOWN))
        return found

    def elements(self) -> dict[str, Element]:
        """What can be acted on, by id, in the order in which it is shown."""
        view, state = self.view, self.state
        found: dict[str, Element] = {}
        if state.opened:
            entry = next(e for e in view.entries if e.id == state.opened)
            if view.act and entry.available and (view.id, entry.id) not in state.taken:
                found[f"take_{entry.id}"] = Element("button", view.act)
            found["close"] = Element("button", "Back to the list")
            return found
        if view.entries:
            found |= self._list(view)
        for where, entry_id in state.taken:
            if where == view.basket_of:
                entry = next(e for e in self.views[where].entries if e.id == entry_id)
                found[f"remove_{entry.id}"] = Element("button", f"Remove {entry.title}", note=_told(entry))
        for item in view.fields:
            found[item.id] = self._field(view, item)
        if view.submit:
            found["submit"] = Element("button", view.submit)
        return found | {link.id: Element("link", link.label) for link in view.links}

    def _list(self, view: View) -> dict[str, Element]:
        shown, found = self.listing(view), dict[str, Element]()
        if view.searchable:
            found["search"] = Element("textbox", "Search", shown.query)
        for name in view.filters:
            values = dict.fromkeys(_fact(e, name) for e in view.entries)
            found[f"filter_{slug(name)}"] = Element("combobox", name, shown.filters.get(name, ANY), (ANY, *values))
        if view.sorts:
            orders = tuple(f"{name}, {way}" for name in view.sorts for way in (UP, DOWN))
            found["sort"] = Element("combobox", "Sort by", shown.sort, (AS_LISTED, *orders))
        matching = self.matching(view)
        start = shown.page * view.page_size
        for entry in matching[start : start + view.page_size]:
            found[entry.id] = Element("link", entry.title, note=_told(entry))
        if shown.page:
            found["previous_page"] = Element("button", "Previous page")
        if start + view.page_size < len(matching):
            found["next_page"] = Element("button", "Next page")
        return found

    def _field(self, view: View, item: PageField) -> Element:
        roles = {"choice": "combobox", "checkbox": "checkbox", "number": "spinbutton", "date": "datebox"}
        notes = [*(["required"] if item.required else []), *([item.help] if item.help else [])]
        return Element(
            roles.get(item.kind, "textbox"), item.label, self.held(view, item), tuple(item.options), ", ".join(notes)
        )

    # ---- actions ----

    def act(self, name: str, arguments: Json) -> None:
        """One action: click, type_text, select_option, set_checkbox, go_back, finish or give_up."""
        if self.state.end:
            raise NoSuchElement("the task is closed already")
        works: dict[str, Callable[[], None]] = {
            "click": lambda: self._click(_argument(arguments, "target")),
            "type_text": lambda: self._type(_argument(arguments, "target"), _argument(arguments, "text")),
            "select_option": lambda: self._select(_argument(arguments, "target"), _argument(arguments, "option")),
            "set_checkbox": lambda: self._check(_argument(arguments, "target"), _argument(arguments, "checked")),
            "go_back": self._go_back,
            "finish": lambda: self._end("finish", _argument(arguments, "answer", "")),
            "give_up": lambda: self._end("give_up", _argument(arguments, "reason")),
        }
        if name not in works:
            raise NoSuchElement("there is no such action")
        before, self.state.notice = self.state.notice, ""
        try:
            works[name]()
        except NoSuchElement:
            self.state.notice = before
            raise

    def _there(self, target: str, *roles: str) -> Element:
        element = self.elements().get(target)
        if element is None:
            raise NoSuchElement("no element with this id is on the page")
        if element.role not in roles:
            raise NoSuchElement(f"the element is a {element.role}, and this action is for a {' or '.join(roles)}")
        return element

    def _click(self, target: str) -> None:
        self._there(target, "button", "link")
        view, state = self.view, self.state
        if target == "close":
            state.opened = ""
        elif state.opened:
            self._take(view, state.opened)
        elif target in ("next_page", "previous_page"):
            self.listing(view).page += 1 if target == "next_page" else -1
        elif target == "submit" and view.submit:
            self._send(view)
        elif target.startswith("remove_") and view.basket_of:
            state.taken.remove((view.basket_of, target.removeprefix("remove_")))
            state.notice = "Removed."
        elif link := next((link for link in view.links if link.id == target), None):
            self._go(link.to)
        else:
            state.opened = target

    def _take(self, view: View, entry: str) -> None:
        if view.limit and sum(where == view.id for where, _ in self.state.taken) >= view.limit:
            self.state.notice = f"Not done: at most {view.limit} allowed."
            return
        self.state.taken.append((view.id, entry))
        self.state.notice = f"Done: {view.act}."

    def _type(self, target: str, text: str) -> None:
        self._there(target, "textbox", "spinbutton", "datebox")
        view = self.view
        if item := next((f for f in view.fields if f.id == target), None):
            self.state.values[view.id, item.id] = text.strip()
        else:
            shown = self.listing(view)
            shown.query, shown.page = text.strip(), 0

    def _select(self, target: str, option: str) -> None:
        element, view = self._there(target, "combobox"), self.view
        chosen = next((o for o in element.options if o.lower() == option.strip().lower()), None)
        if chosen is None:
            raise NoSuchElement("the element has no such option")
        if item := next((f for f in view.fields if f.id == target), None):
            self.state.values[view.id, item.id] = chosen
            return
        shown = self.listing(view)
        shown.page = 0
        if target == "sort":
            shown.sort = chosen
        else:
            shown.filters[element.label] = chosen

    def _check(self, target: str, checked: str) -> None:
        self._there(target, "checkbox")
        if checked.lower() not in ("true", "yes", "false", "no"):
            raise NoSuchElement("a checkbox is ticked with true and cleared with false")
        self.state.values[self.view.id, target] = "yes" if checked.lower() in ("true", "yes") else "no"

    def _go_back(self) -> None:
        if self.state.opened:
            self.state.opened = ""
        elif self.state.back:
            self.state.view = self.state.back.pop()
        else:
            raise NoSuchElement("there is no page to go back to")

    def _go(self, view: str) -> None:
        self.state.back.append(self.state.view)
        self.state.view, self.state.opened = view, ""

    def _end(self, end: str, said: str) -> None:
        self.state.end, self.state.said = end, said

    def _send(self, view: View) -> None:
        values = {item.id: self.held(view, item) for item in view.fields}
        problems = [f"{item.label}: {problem}." for item in view.fields if (problem := unfit(item, values[item.id]))]
        if problems:
            self.state.notice = f"Not sent. {' '.join(problems)}"
            return
        self.state.sent[view.id] = values
        self.state.sendings.append((view.id, values))
        if view.then and view.then != view.id:
            self._go(view.then)
        self.state.notice = view.done or "Saved."


def unfit(item: PageField, value: str) -> str:
    """What is wrong with the value of a field; empty if it may be sent."""
    if not value or (item.kind == "checkbox" and value == "no"):
        return "required" if item.required else ""
    if item.kind == "choice":
        return "" if value in item.options else "not one of the options"
    if item.kind in ("number", "date"):
        size = _measure(item.kind, value)
        if size is None:
            return "not a number" if item.kind == "number" else "not a date as YYYY-MM-DD"
        least, most = _measure(item.kind, item.minimum), _measure(item.kind, item.maximum)
        if least is not None and size < least:
            return f"not before {item.minimum}" if item.kind == "date" else f"at least {item.minimum}"
        if most is not None and size > most:
            return f"not after {item.maximum}" if item.kind == "date" else f"at most {item.maximum}"
        return ""
    pattern, meant = _FORMATS.get(item.format, (None, ""))
    return f"not {meant}" if pattern is not None and not pattern.fullmatch(value) else ""


def _measure(kind: str, value: str) -> Any:
    """A number or date to compare; None if it is none."""
    try:
        if kind == "date":
            return date.fromisoformat(value.strip())
        number = Decimal(value.strip().replace(",", ""))
        return number if number.is_finite() else None
    except (ValueError, InvalidOperation):
        return None


def _fact(entry: Entry, name: str) -> str:
    return next((fact.value for fact in entry.facts if fact.name == name), "")


def _text(entry: Entry) -> str:
    return " ".join([entry.title, entry.details, *(fact.value for fact in entry.facts)]).lower()


def _told(entry: Entry) -> str:
    return "; ".join(f"{fact.name}: {fact.value}" for fact in entry.facts)


def _rank(value: str) -> tuple[int, Decimal, str]:
    """Numbers by size, before and apart from words."""
    found = re.search(r"-?\d+(?:[.,]\d{3})*(?:\.\d+)?", value)
    dated = re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?|\d{1,2}:\d{2}", value.strip())
    if found is None or dated:
        return (1, Decimal(0), value.lower())
    try:
        return (0, Decimal(found[0].replace(",", "")), value.lower())
    except InvalidOperation:
        return (1, Decimal(0), value.lower())


def _argument(arguments: Json, name: str, default: str | None = None) -> str:
    value = arguments.get(name, default)
    if value is None or isinstance(value, list | dict):
        raise NoSuchElement(f"the action needs '{name}'")
    if name == "target":
        return slug(str(value))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def known_items(elements: Iterable[str]) -> list[str]:
    """Ids that the page itself gives to elements."""
    fixed = {"search", "sort", "next_page", "previous_page", "submit", "close"}
    return [e for e in elements if e in fixed or e.startswith(("filter_", "take_", "remove_"))]
