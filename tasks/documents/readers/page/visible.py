"""What of a page a reader sees: no scripts, controls and hidden elements."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from tasks.documents.readers.page.boilerplate import drop

_NEVER = (
    "script", "style", "noscript", "template", "iframe", "svg", "canvas", "object", "embed", "audio", "video", "button",
    "select", "datalist", "input", "textarea", "progress", "meter", "link", "meta",
)  # fmt: skip
_HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_MAYBE = etree.XPath("//*[@hidden or @aria-hidden or @style or self::dialog]")
_HINT = re.compile(r"hidden|display|<dialog", re.I)  # most pages need no search for attributes
_NUMBERS = etree.XPath("//pre//*[starts-with(@class, 'lineno') or starts-with(@class, 'line-number')]")
_MOST_HIDDEN = 0.5
"""Of the words of the page; more of them is text that a script shows."""


def without_hidden(root: etree._Element, source: str) -> None:
    """Takes out of the page, made from this source, what is not shown; tabs of which one is shown at a time stay."""
    numbers: Any = _NUMBERS(root) if "lineno" in source or "line-number" in source else ()
    for element in [*root.iter(*_NEVER), *numbers]:
        drop(element)
    found: Any = _MAYBE(root) if _HINT.search(source) else ()
    hidden: list[etree._Element] = [element for element in found if _is_hidden(element)]
    most = _MOST_HIDDEN * _words(root) if hidden else 0
    for element in hidden:
        if _words(element) <= most:
            drop(element)


def _words(element: etree._Element) -> int:
    return len(etree.tostring(element, method="text", encoding="unicode", with_tail=False).split())


def _is_hidden(element: etree._Element) -> bool:
    if element.tag == "dialog":
        return "open" not in element.attrib
    if "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return element.get("role") != "tabpanel" and element.tag not in {"html", "body"}
    return "style" in element.attrib and _HIDING.search(element.get("style", "")) is not None
