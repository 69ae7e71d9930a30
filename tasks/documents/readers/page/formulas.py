"""Formulas of a page written as text: the TeX they were made from, else their signs in a line; powers keep their sign."""

from __future__ import annotations

import re

from lxml import etree

BACKSLASH = "\ue05c"
"""Stands for the backslash of a formula until the page is Markdown, where a backslash would be taken for an escape."""
_TEX = "application/x-tex"
_DEEPEST = 40
_POWER = re.compile(r"[-+−]?\d+|[a-z]")
_SIGNS = {"msup": "^", "msub": "_", "mfrac": "/", "mover": "^", "munder": "_"}


def write_formulas(root: etree._Element) -> None:
    """Replaces each formula by its text, and marks powers."""
    for script in [s for s in root.iter("script") if s.get("type", "").startswith("math/tex")]:
        _replace(script, f"${script.text or ''}$")
    for math in list(root.iter("math")):
        for around in list(math.iterancestors())[:2]:
            if "math" in around.get("class", ""):
                around.set("style", "")  # beside a picture of it, which alone is shown
        tex = math.get("alttext") or next((a.text for a in math.iter("annotation") if a.get("encoding") == _TEX), None)
        _replace(math, f"${tex.strip()}$" if tex and tex.strip() else " ".join(_told(math, 0).split()))
    for power in root.iter("sup"):
        before, above = power.getprevious(), power.getparent()
        text = (before.tail if before is not None else above.text if above is not None else "") or ""
        if len(power) == 0 and text[-1:].isalnum() and _POWER.fullmatch((power.text or "").strip()):
            power.text = f"^{(power.text or '').strip()}"


def _replace(element: etree._Element, text: str) -> None:
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "span", text.replace("\\", BACKSLASH), tail


def _told(element: etree._Element, depth: int) -> str:
    if depth > _DEEPEST or element.tag in {"annotation", "annotation-xml"}:
        return ""
    parts = [_told(part, depth + 1) for part in element if isinstance(part.tag, str)]
    if element.tag in _SIGNS and len(parts) == 2:
        return _SIGNS[element.tag].join(_whole(part) for part in parts)
    if element.tag in {"msqrt", "mroot"}:
        return f"sqrt({''.join(parts[:1] if element.tag == 'mroot' else parts)})"
    if element.tag == "mo" and (element.text or "").strip() in {"=", "<", ">", "≤", "≥", "+", "≈"}:
        return f" {(element.text or '').strip()} "
    return (element.text or "").strip() + "".join(parts)


def _whole(part: str) -> str:
    return part if len(part) < 2 or part.isalnum() else f"({part})"
