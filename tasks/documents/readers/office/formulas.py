"""Formulas inside a sentence of a Word file, as LaTeX at their place: kreuzberg puts them before the paragraph."""

from __future__ import annotations

import xml.etree.ElementTree as ET

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FORMS = {
    "f": "\\frac{{{num}}}{{{den}}}",
    "sSup": "{e}^{{{sup}}}",
    "sSub": "{e}_{{{sub}}}",
    "sSubSup": "{e}_{{{sub}}}^{{{sup}}}",
    "func": "{fName} {e}",
    "bar": "\\overline{{{e}}}",
    "limLow": "{e}_{{{lim}}}",
    "limUpp": "{e}^{{{lim}}}",
}


def latex(element: ET.Element) -> str:
    """A formula (`m:oMath`) as LaTeX; what has no form of its own is written from left to right."""
    name = element.tag.removeprefix(_M)
    parts = {child.tag.removeprefix(_M): "".join(map(latex, child)) for child in element}
    if name == "t":
        return element.text or ""
    if name == "rad":
        degree = f"[{parts['deg']}]" if parts.get("deg") else ""
        return f"\\sqrt{degree}{{{parts.get('e', '')}}}"
    if name == "nary":
        sign = _said(element, "naryPr/", "chr") or "\u222b"
        return f"{sign}_{{{parts.get('sub', '')}}}^{{{parts.get('sup', '')}}} {parts.get('e', '')}"
    if name == "d":
        inner = ", ".join("".join(map(latex, child)) for child in element.findall(f"{_M}e"))
        return f"{_said(element, 'dPr/', 'begChr') or '('}{inner}{_said(element, 'dPr/', 'endChr') or ')'}"
    if name in _FORMS:
        return _FORMS[name].format_map(
            {key: parts.get(key, "") for key in ("e", "num", "den", "sup", "sub", "fName", "lim")}
        )
    if not element.tag.startswith(_M):
        return ""
    return "".join(map(latex, element))


def _said(element: ET.Element, path: str, name: str) -> str:
    found = element.find(f"{_M}{path}{_M}{name}")
    return found.get(f"{_M}val", "") if found is not None else ""
