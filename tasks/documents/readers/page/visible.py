"""What of a page a reader sees: no scripts, controls and hidden elements."""

from __future__ import annotations

import re

from lxml import etree

from tasks.documents.readers.page.boilerplate import Counts, drop

_NEVER = (
    "script", "style", "noscript", "template", "iframe", "svg", "canvas", "object", "embed", "audio", "video", "button",
    "select", "datalist", "input", "textarea", "progress", "meter", "link", "meta",
)  # fmt: skip
_HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_MOST_HIDDEN = 0.5
"""Of the words of the page; more of them is text that a script shows."""


def without_hidden(root: etree._Element) -> None:
    """Takes out of the page what is not shown; a text in tabs of which one is shown at a time stays."""
    for element in list(root.iter(*_NEVER)):
        drop(element)
    hidden = [element for element in root.iter(etree.Element) if _is_hidden(element)]
    counts = Counts(root) if hidden else None
    for element in hidden:
        if counts and counts.words(element) <= _MOST_HIDDEN * counts.words(root):
            drop(element)


def _is_hidden(element: etree._Element) -> bool:
    if element.tag == "dialog":
        return "open" not in element.attrib
    if "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return element.get("role") != "tabpanel" and element.tag not in {"html", "body"}
    return "style" in element.attrib and _HIDING.search(element.get("style", "")) is not None
