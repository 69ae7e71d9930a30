"""Word: notes with their marks, text boxes after their paragraph, moved and hidden text once or not at all."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from tasks.documents.readers.office.formulas import latex
from tasks.documents.readers.office.marks import mark, safe
from tasks.documents.readers.office.package import Package, cut, parents

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DELETED = {f"{_W}moveFrom", f"{_W}del", f"{_W}rt"}  # and the reading that stands above a ruby
_VANISH = re.compile(rb"vanish")
_MENDED = re.compile(
    rb"moveFrom|:del\b|:rt\b|vanish|txbxContent|noteReference|&|:tab\s*/|:ptab|:cr\b|noBreakHyphen|oMath\b",
    re.IGNORECASE,
)
_SIGNS = {f"{_W}tab": " ", f"{_W}noBreakHyphen": "-", f"{_W}cr": " ", f"{_W}ptab": " "}
_KEEP = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
_OFF = {"0", "false", "off", "none"}
_NOTES = {"footnote": f"{_W}footnoteReference", "endnote": f"{_W}endnoteReference"}


def mend_words(package: Package) -> None:
    """Changes the main part so that kreuzberg reads what Word shows."""
    main = package.main()
    parts = dict(package.related(main))
    styles = parts.get("styles", "")
    hiding = _hiding_styles(package.part(styles)) if package.holds(styles, _VANISH) else set()
    if not hiding and not package.holds(main, _MENDED):
        return
    root = package.part(main)
    body = root.find(f"{_W}body")
    if body is None:
        raise ValueError("a Word file without a body")
    changed = cut(root, _DELETED)
    changed |= _cut_hidden(root, hiding)
    changed |= _lift_boxes(root)
    changed |= _write_notes(package, parts, body, hiding)
    changed |= _set_formulas(root)
    if _spell(root) or changed:
        package.change(main)


def _hiding_styles(styles: ET.Element) -> set[str]:
    """The styles whose text is hidden."""
    return {style.get(f"{_W}styleId", "") for style in styles.iter(f"{_W}style") if _vanishes(style.find(f"{_W}rPr"))}


def _vanishes(look: ET.Element | None) -> bool:
    mark = look.find(f"{_W}vanish") if look is not None else None
    return mark is not None and mark.get(f"{_W}val", "1").lower() not in _OFF


def _shown(look: ET.Element | None) -> bool:
    """Whether a run says itself that it is shown, whatever its style."""
    mark = look.find(f"{_W}vanish") if look is not None else None
    return mark is not None and not _vanishes(look)


def _style(look: ET.Element | None, name: str) -> str:
    style = look.find(f"{_W}{name}") if look is not None else None
    return style.get(f"{_W}val", "") if style is not None else ""


def _cut_hidden(root: ET.Element, hiding: set[str]) -> bool:
    found = False
    for paragraph in list(root.iter(f"{_W}p")):
        hidden = _style(paragraph.find(f"{_W}pPr"), "pStyle") in hiding
        for parent in list(paragraph.iter()):
            for run in parent.findall(f"{_W}r"):
                look = run.find(f"{_W}rPr")
                if _vanishes(look) or ((hidden or _style(look, "rStyle") in hiding) and not _shown(look)):
                    parent.remove(run)
                    found = True
    return found


def _spell(root: ET.Element) -> bool:
    """Writes tabs, hyphens and the signs of XML as kreuzberg reads them: it drops them, so that words stick together."""
    found = False
    for run in root.iter(f"{_W}r"):
        for child in run:
            if child.tag in _SIGNS:
                child.tag, child.attrib, child.text, found = f"{_W}t", dict(_KEEP), _SIGNS[child.tag], True
            elif child.tag == f"{_W}t" and child.text and safe(child.text) != child.text:
                child.text, found = safe(child.text), True
    return found


def _set_formulas(root: ET.Element) -> bool:
    """Writes a formula that stands among words at its place, as text."""
    found = False
    for paragraph in root.iter(f"{_W}p"):
        formulas = [child for child in paragraph if child.tag == f"{_M}oMath"]
        if not formulas or not any("".join(run.itertext()).strip() for run in paragraph.iter(f"{_W}t")):
            continue
        for formula in formulas:
            run = ET.Element(f"{_W}r")
            run.append(_text(f"${latex(formula).strip()}$"))
            paragraph[list(paragraph).index(formula)] = run
            found = True
    return found


def _lift_boxes(root: ET.Element) -> bool:
    """Puts the paragraphs of each text box after the paragraph that it hangs on; of two versions of a box the newer."""
    above = parents(root)
    lifted: dict[ET.Element, list[ET.Element]] = {}
    for box in list(root.iter(f"{_W}txbxContent")):
        line = list(_ancestors(box, above))
        old = next((e for e in line if e.tag == f"{_MC}Fallback"), None)
        choices = above[old].findall(f"{_MC}Choice") if old is not None else []
        if any(next(choice.iter(f"{_W}txbxContent"), None) is not None for choice in choices):
            continue
        paragraphs = [element for element in line if element.tag == f"{_W}p"]
        if paragraphs and not any(element.tag == f"{_W}txbxContent" for element in line):
            lifted.setdefault(paragraphs[-1], []).extend(box)
    for paragraph, blocks in lifted.items():
        for holder in list(paragraph.iter()):
            for child in list(holder):
                if child.tag in {f"{_MC}AlternateContent", f"{_W}drawing", f"{_W}pict"} and _has_box(child):
                    holder.remove(child)
        place = list(above[paragraph]).index(paragraph)
        for number, block in enumerate(blocks, 1):
            above[paragraph].insert(place + number, block)
    return bool(lifted)


def _has_box(element: ET.Element) -> bool:
    return next(element.iter(f"{_W}txbxContent"), None) is not None


def _ancestors(element: ET.Element, above: dict[ET.Element, ET.Element]) -> Iterator[ET.Element]:
    while element in above:
        element = above[element]
        yield element


def _write_notes(package: Package, parts: dict[str, str], body: ET.Element, hiding: set[str]) -> bool:
    """Marks `[^1]` where notes are referred to, and the notes at the end; foot- and endnotes are counted in one row."""
    notes = {sort: _notes(package, parts.get(f"{sort}s", ""), sort, hiding) for sort in _NOTES}
    sorts = {tag: sort for sort, tag in _NOTES.items()}
    told: list[ET.Element] = []
    number = 0
    for run in body.iter(f"{_W}r"):
        for reference in [child for child in run if child.tag in sorts]:
            note = notes[sorts[reference.tag]].get(reference.get(f"{_W}id", ""))
            place = list(run).index(reference)
            run.remove(reference)
            if not note:
                continue
            number += 1
            run.insert(place, _text(mark(number)))
            look = run.find(f"{_W}rPr")
            if look is not None:
                run.remove(look)  # raised marks would be set between carets
            told += _headed(note, f"{mark(number)}: ")
    end = next((place for place, child in enumerate(body) if child.tag == f"{_W}sectPr"), len(body))
    for place, block in enumerate(told, end):
        body.insert(place, block)
    for sort in _NOTES:
        if parts.get(f"{sort}s", "") in package:
            package.remove(parts[f"{sort}s"], package.main())  # or kreuzberg writes some of them once more
    return bool(told) or any(parts.get(f"{sort}s") for sort in _NOTES)


def _notes(package: Package, name: str, sort: str, hiding: set[str]) -> dict[str, list[ET.Element]]:
    """The blocks of each note by its id; separators are none."""
    if name not in package:
        return {}
    root = package.part(name)
    cut(root, {*_DELETED, f"{_W}footnoteRef", f"{_W}endnoteRef"})
    _cut_hidden(root, hiding)
    return {
        note.get(f"{_W}id", ""): list(note)
        for note in root.iter(f"{_W}{sort}")
        if note.get(f"{_W}type", "normal") == "normal" and "".join(note.itertext()).strip()
    }


def _headed(blocks: list[ET.Element], mark: str) -> list[ET.Element]:
    first = next((block for block in blocks if block.tag == f"{_W}p"), None)
    if first is None:
        first = ET.Element(f"{_W}p")
        blocks = [first, *blocks]
    for text in first.iter(f"{_W}t"):
        text.text = (text.text or "").lstrip()
        break
    run = ET.Element(f"{_W}r")
    run.append(_text(mark))
    look = first.find(f"{_W}pPr")
    if look is not None:
        first.remove(look)  # a note in the style of a list would become an item
    first.insert(0, run)
    return blocks


def _text(text: str) -> ET.Element:
    element = ET.Element(f"{_W}t", dict(_KEEP))
    element.text = text
    return element
