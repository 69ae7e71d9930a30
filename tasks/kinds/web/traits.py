"""What a site has that a wish can be about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tasks.agents.traits import Traits
from tasks.kinds.web.contract import MOST_ACTIONS, PageField, Site, View
from tasks.kinds.web.use import site_of
from tasks.records import Record

_ENDING = re.compile(
    r"\b(?:cancel\w*|unsubscri\w*|end(?:s|ed|ing)?|terminat\w*|withdr[ae]w\w*|resign\w*|revok\w*|stop\w*|leav(?:e|ing)|opt out"
    r"|give (?:\w+ )?(?:up|back)|clos(?:e|ing) (?:the|your|an?|my) \w+|discontinu\w*|delet\w*|waive\w*|return(?:s|ing)?)\b",
    re.I,
)
_ADDED = 4
"""Actions that a longer way may add to a key."""
_ENGLISH = re.compile(r"\b(?:the|and|of|your)\b", re.I)


def _of_views(holds: Callable[[View], bool]) -> Callable[[Record], bool]:
    def trait(record: Record) -> bool:
        site = _site(record)
        return site is None or any(holds(view) for view in site.views)

    return trait


def _site(record: Record) -> Site | None:
    """The site; None where it cannot be read, which is for a check to say."""
    try:
        return site_of(record)
    except ValueError:
        return None


def _limited(item: PageField) -> bool:
    return bool(item.minimum or item.maximum or item.format != "none")


def _ending(record: Record) -> bool:
    """Whether something can be ended by a button, a form or a link; where labels are in another language, it may be."""
    site = _site(record)
    if site is None:
        return True
    labels = [label for view in site.views for label in _labels(view)]
    english = any(_ENGLISH.search(text) for view in site.views for text in view.text)
    return not english or any(_ENDING.search(label) for label in labels)


def _labels(view: View) -> Iterator[str]:
    yield from (view.title, view.act, view.submit)
    yield from (link.label for link in view.links)
    for item in view.fields:
        yield from (item.label, *item.options)


TRAITS: Traits = {
    "search": _of_views(lambda view: view.searchable and bool(view.entries)),
    "filters": _of_views(lambda view: bool(view.filters)),
    "sorts": _of_views(lambda view: bool(view.sorts)),
    "pages": _of_views(lambda view: len(view.entries) > view.page_size),
    "basket": _of_views(lambda view: bool(view.basket_of)),
    "button": _of_views(lambda view: bool(view.act and view.entries)),
    "unavailable": _of_views(lambda view: bool(view.act) and not all(entry.available for entry in view.entries)),
    "form": _of_views(lambda view: bool(view.fields)),
    "date_field": _of_views(lambda view: any(item.kind == "date" or item.format == "time" for item in view.fields)),
    "limits": _of_views(lambda view: any(map(_limited, view.fields))),
    "steps": _of_views(lambda view: bool(view.fields and view.then)),
    "ending": _ending,
    "room": lambda record: len(record.calls) <= MOST_ACTIONS - _ADDED,
}
