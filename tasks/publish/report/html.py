"""HTML by construction: elements of tags, attributes and text, escaped where they are written and nowhere else.

There is no way to put markup in as text, so nothing that a document or a model wrote can become any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Child: TypeAlias = "Element | str | int | float | Iterable[Child] | None"
Value = str | int | float | bool | None
_VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_RUN_OR_STYLED = frozenset({"script", "style"})
_NAME = re.compile(r"[a-z][A-Za-z0-9-]*")
# What no HTML can hold, or a reader cannot see: controls, lone surrogates, characters that are none.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Element:
    """A tag with its attributes and what is inside it; made by :func:`h`."""

    tag: str
    attributes: tuple[tuple[str, str | None], ...]
    children: tuple[Child, ...]


def h(tag: str, *children: Child, **attributes: Value) -> Element:
    """An element. `class_` is written class, `aria_label` aria-label; True is a bare attribute, None and False are left out.

    ValueError for what could run or be styled from outside: scripts, styles, handlers and links that lead away from the page.
    """
    if tag in _RUN_OR_STYLED or not _NAME.fullmatch(tag):
        raise ValueError(f"no element of a page: {tag}")
    named = ((name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items())
    kept = tuple(
        (name, None if value is True else str(value))
        for name, value in named
        if value is not None and value is not False
    )
    for name, text in kept:
        if name == "style" or name.startswith("on") or not _NAME.fullmatch(name):
            raise ValueError(f"no attribute of a page: {name}")
        if name in ("href", "src") and not (text or "").startswith(("#", "data:image/", "data:,")):
            raise ValueError(f"{name} leads out of the page")
    return Element(tag, kept, children)


def render(element: Element) -> str:
    """The element as HTML."""
    parts: list[str] = []
    _write(element, parts)
    return "".join(parts)


def escaped(text: str) -> str:
    """Text as HTML, in an element as in a quoted attribute; what cannot be written is shown as U+FFFD."""
    plain = text if text.isascii() and text.isprintable() else _UNWRITABLE.sub("\ufffd", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _write(child: Child, parts: list[str]) -> None:
    if isinstance(child, Element):
        attributes = "".join(f" {n}" if v is None else f' {n}="{escaped(v)}"' for n, v in child.attributes)
        parts.append(f"<{child.tag}{attributes}>")
        for inner in child.children:
            _write(inner, parts)
        if child.tag not in _VOID:
            parts.append(f"</{child.tag}>")
    elif isinstance(child, str):
        parts.append(escaped(child))
    elif isinstance(child, int | float):
        parts.append(escaped(str(child)))
    elif child is not None:
        for inner in child:
            _write(inner, parts)
