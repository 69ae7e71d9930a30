"""PowerPoint: slides that are shown, with what their speaker says, merged cells and the words of diagrams."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from tasks.documents.readers.office.package import Package

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MENDED = re.compile(rb"\bshow=|[vh]Merge")
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"


def mend_slides(package: Package) -> None:
    """Changes the presentation and its slides so that kreuzberg reads what the audience sees and hears."""
    main = package.main()
    order = package.part(main).find(f"{_P}sldIdLst")
    slides = {identity: name for identity, sort, name in package.relations(main) if sort == "slide"}
    for place in list(order) if order is not None else []:
        name = slides.get(place.get(f"{_R}id", ""), "")
        if name not in package or order is None:
            continue
        related = list(package.related(name))
        if not package.holds(name, _MENDED) and not {"diagramData", "notesSlide"} & {sort for sort, _ in related}:
            continue
        slide = package.part(name)
        if slide.get("show", "1").lower() in {"0", "false"}:
            order.remove(place)
            package.remove(name, main)
            package.change(main)
            continue
        told = [_box(_diagram(package, part)) for sort, part in related if sort == "diagramData"]
        told += [_box(_spoken(package, part)) for sort, part in related if sort == "notesSlide"]
        shapes = slide.find(f"{_P}cSld/{_P}spTree")
        boxes = [box for box in told if box is not None]
        if shapes is not None:
            shapes.extend(boxes)
        if _fill_merged(slide) or boxes:
            package.change(name)


def _spoken(package: Package, name: str) -> list[str]:
    """The paragraphs of a slide's notes."""
    if name not in package:
        return []
    for shape in package.part(name).iter(f"{_P}sp"):
        holder = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
        if holder is not None and holder.get("type") == "body":
            told = [text for text in map(_words, shape.iter(f"{_A}p")) if text]
            return [f"Notes: {told[0]}", *told[1:]] if told else []
    return []


def _diagram(package: Package, name: str) -> list[str]:
    """The words of a diagram (SmartArt), whose shapes hold none themselves."""
    if name not in package:
        return []
    points = package.part(name).iter(f"{_DIAGRAM}pt")
    return [text for point in points for text in map(_words, point.iter(f"{_A}p")) if text]


def _words(paragraph: ET.Element) -> str:
    parts = [(e.text or "") if e.tag == f"{_A}t" else " " for e in paragraph.iter() if e.tag in {f"{_A}t", f"{_A}br"}]
    return "".join(parts).strip()


def _box(paragraphs: Sequence[str]) -> ET.Element | None:
    """A text box with these paragraphs; nothing for none."""
    if not paragraphs:
        return None
    shape = ET.Element(f"{_P}sp")
    about = ET.SubElement(shape, f"{_P}nvSpPr")
    ET.SubElement(about, f"{_P}cNvPr", {"id": "0", "name": "Text"})
    ET.SubElement(about, f"{_P}cNvSpPr", {"txBox": "1"})
    ET.SubElement(about, f"{_P}nvPr")
    look = ET.SubElement(shape, f"{_P}spPr")
    form = ET.SubElement(look, f"{_A}xfrm")
    # Below all else: shapes are read from above.
    ET.SubElement(form, f"{_A}off", {"x": "0", "y": "99000000"})
    ET.SubElement(form, f"{_A}ext", {"cx": "1", "cy": "1"})
    body = ET.SubElement(shape, f"{_P}txBody")
    ET.SubElement(body, f"{_A}bodyPr")
    for text in paragraphs:
        run = ET.SubElement(ET.SubElement(body, f"{_A}p"), f"{_A}r")
        ET.SubElement(run, f"{_A}t").text = text
    return shape


def _fill_merged(slide: ET.Element) -> bool:
    """Writes into each cell that a merged cell covers what that one says."""
    found = False
    for table in slide.iter(f"{_A}tbl"):
        above: list[ET.Element] = []
        for row in table.findall(f"{_A}tr"):
            cells = row.findall(f"{_A}tc")
            for place, cell in enumerate(cells):
                origin = None
                if cell.get("vMerge") in {"1", "true"} and place < len(above):
                    origin = above[place]
                elif cell.get("hMerge") in {"1", "true"} and place:
                    origin = cells[place - 1]
                if origin is not None:
                    found = True
                    cell[:] = list(origin)
                for name in ("vMerge", "hMerge", "gridSpan", "rowSpan"):
                    cell.attrib.pop(name, None)
            above = cells
    return found
