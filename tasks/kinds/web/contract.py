"""A small web site that a program can run, and tasks to be done on it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from tasks.agents.calls import Call
from tasks.teacher.contract import Contract

MOST_ACTIONS = 18
"""Of an author's key."""


def actions_allowed(needed: int) -> int:
    """How many actions somebody may take who has to look where the author's key takes so many."""
    return max(10, 2 * needed + 6)


def slug(name: str) -> str:
    """A name as an id: small letters, digits and underscores."""
    return re.sub(r"\W+", "_", name.lower()).strip("_")


Id = Annotated[str, AfterValidator(slug)]
"""Models write `to-stock` here and `to_stock` there: both are one id."""
_ID = "snake_case, and no other element of the view has it"


class Fact(Contract):
    name: str = Field(description="such as price, day or size; the same names in all entries of a view")
    value: str

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, raw: Any) -> Any:
        # Numbers as values are a slip that does no harm.
        return {**raw, "value": str(raw.get("value", ""))} if isinstance(raw, dict) else raw


class Entry(Contract):
    """A row of a list: a product, slot, ticket, document, place."""

    id: Id = Field(description=_ID)
    title: str = Field(description="its name in the list; no two entries have the same")
    facts: list[Fact] = Field(default=[], max_length=6, description="shown in the list, two to four")
    details: str = Field(default="", description="shown only when the entry is opened: one to three sentences")
    available: bool = Field(
        default=True, description="false: its button is missing when it is opened (sold out, closed, taken)"
    )

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not isinstance(raw.get("facts"), dict):
            return raw
        return {**raw, "facts": [{"name": name, "value": value} for name, value in raw["facts"].items()]}


class PageField(Contract):
    """A field of a view's form."""

    id: Id = Field(description=_ID)
    label: str
    kind: Literal["text", "number", "date", "choice", "checkbox"] = "text"
    options: list[str] = Field(default=[], max_length=12, description="choice: the options")
    value: str = Field(
        default="", description="what it holds at first; checkbox: yes or no; dates as YYYY-MM-DD; empty if nothing"
    )
    required: bool = False
    format: Literal["none", "email", "phone", "time", "reference"] = Field(
        default="none",
        description="text: what it must look like; time is HH:MM, reference is capitals, digits and dashes",
    )
    minimum: str = Field(default="", description="number or date: the least allowed; empty if none")
    maximum: str = Field(default="", description="number or date: the greatest allowed; empty if none")
    help: str = Field(
        default="", description="a hint beside the field; empty if its limits show only when it is sent wrongly"
    )


class PageLink(Contract):
    id: Id = Field(description=_ID)
    label: str
    to: Id = Field(description="id of the view that it leads to")


class View(Contract):
    """One page of the site: texts, links, and at most one list and one form."""

    id: Id = Field(description="snake_case")
    title: str
    text: list[str] = Field(default=[], max_length=12, description="paragraphs")
    links: list[PageLink] = Field(default=[], max_length=10)
    entries: list[Entry] = Field(default=[], max_length=24, description="the list; empty if the view has none")
    filters: list[str] = Field(default=[], description="names of facts by which the list can be filtered")
    sorts: list[str] = Field(default=[], description="names of facts by which the list can be sorted")
    searchable: bool = Field(default=False, description="whether the list has a search box")
    page_size: int = Field(default=5, ge=1, le=24, description="entries that are shown at a time")
    act: str = Field(
        default="", description="label of the button of an opened entry, such as Add to basket; empty if none"
    )
    limit: int = Field(default=0, ge=0, description="how many entries may be taken with that button; 0: any number")
    basket_of: Id = Field(
        default="", description="id of the view whose taken entries this view lists, each with a button to remove it"
    )
    fields: list[PageField] = Field(default=[], max_length=12, description="the form; empty if the view has none")
    submit: str = Field(default="", description="label of the button that sends the form, or confirms; empty if none")
    done: str = Field(default="", description="the message once the form is sent")
    then: Id = Field(default="", description="id of the view shown after sending; empty: this one")


class Site(Contract):
    """A site of a few views, as data."""

    name: str = Field(default="", description="of the site")
    start: Id = Field(default="", description="id of the view that is shown first")
    views: list[View] = Field(
        default=[], max_length=8, description="two to six views, all reachable by links or sending"
    )
    unsuitable: str = Field(
        default="", description="empty if there are views; else why no site can be made of the material"
    )


class Entered(Contract):
    view: Id = Field(description="id of the view with the form")
    field: Id = Field(description="id of the field")
    value: str = Field(description="as it has to be sent; checkbox: yes or no; dates as YYYY-MM-DD")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or isinstance(raw.get("value"), str):
            return raw
        value = raw.get("value")
        return {
            **raw,
            "value": {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value),
        }


class PageGoal(Contract):
    """The state in which the task is done. What it does not name must be as it was."""

    end: Literal["finish", "give_up"] = Field(
        default="finish",
        description="give_up: the site does not allow what is wanted, and nothing may be sent or taken",
    )
    view: Id = Field(default="", description="id of the view to be shown at the end, if it matters; else empty")
    sent: list[Id] = Field(
        default=[], description="ids of the views whose form, or confirmation, has to be sent: all of them"
    )
    entered: list[Entered] = Field(
        default=[], description="every field of the sent forms that must differ from its first value"
    )
    taken: list[Id] = Field(
        default=[], description="ids of the entries that have to be taken with their button: all of them"
    )
    answer: str = Field(
        default="", description="what the user wants to be told, as short as it stands on the page; empty if nothing"
    )


class WebTask(Contract):
    """Something that a user wants done on the site, with the actions that do it."""

    plan: str = Field(
        default="",
        description="your notes, made first: which entries, fields and values fit, why no other state would grant the wish, and "
        "the way of somebody who has to look, page by page",
    )
    formal: PageGoal = Field(default_factory=PageGoal, description="the state in which it is done")
    calls: list[Call] = Field(
        default=[],
        description=f"2 to {MOST_ACTIONS} actions in order, each on an element of the page as it then is; the last is finish or "
        "give_up",
    )
    instruction: str = Field(
        description="the user's wish, in the user's words, with every value that has to be entered"
    )
    difficulty: Literal["easy", "medium", "hard"] = Field(default="medium")
