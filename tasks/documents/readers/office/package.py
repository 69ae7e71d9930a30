"""An Office file, or a book, as a package of XML parts, each parsed when asked for, written back without its pictures."""

from __future__ import annotations

import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from html import unescape
from html.entities import html5

_WRITTEN = (".xml", ".rels", ".vml", ".xhtml", ".html", ".htm", ".opf", ".ncx")
_PAGES = (".xhtml", ".html", ".htm")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*(["'])(.*?)\2""")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30};)")
_PREFIXES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    **{
        prefix: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for prefix, name in {
            "office": "office",
            "text": "text",
            "table": "table",
            "draw": "drawing",
            "style": "style",
            "meta": "meta",
            "fo": "xsl-fo-compatible",
            "svg": "svg-compatible",
            "number": "datastyle",
        }.items()
    },
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
for _prefix, _uri in _PREFIXES.items():
    ET.register_namespace(_prefix, _uri)  # kreuzberg looks for names with the usual prefixes


class Package:
    """The parts of an Office file by name; ValueError, LookupError or SyntaxError where it is none."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._names = {name for name in self._zip.namelist() if not name.endswith("/")}
        self._read: dict[str, bytes] = {}
        self._trees: dict[str, ET.Element] = {}
        self._changed: set[str] = set()
        self._gone: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._names and name not in self._gone

    def holds(self, name: str, pattern: re.Pattern[bytes]) -> bool:
        """Whether a part is there and its bytes hold this: most need no parser then."""
        return name in self and pattern.search(self._bytes(name)) is not None

    def _bytes(self, name: str) -> bytes:
        if name not in self._read:
            self._read[name] = self._zip.read(name)
        return self._read[name]

    def part(self, name: str) -> ET.Element:
        """The root of a part."""
        if name not in self._trees:
            data = self._bytes(name)
            if name.endswith(_PAGES):  # XML knows none of the names that pages give to signs
                data = _ENTITY.sub(lambda match: html5.get(match.group(1), ""), data.decode("utf-8-sig")).encode()
            self._trees[name] = ET.fromstring(data)
        return self._trees[name]

    def change(self, name: str) -> None:
        """Says that the tree of this part was changed."""
        self._changed.add(name)

    def remove(self, name: str, of: str) -> None:
        """Takes a part out, and what the part `of` says of it."""
        self._gone.add(name)
        path = _relations_of(of)
        root, gone = self.part(path), {identity for identity, _, target in self.relations(of) if target == name}
        root[:] = [relation for relation in root if relation.get("Id") not in gone]
        self._changed.add(path)

    def main(self) -> str:
        """The name of the part that the package is about."""
        return next(target for sort, target in self.related("") if sort == "officeDocument")

    def related(self, name: str) -> Iterator[tuple[str, str]]:
        """Sort and name of the parts that a part refers to."""
        for _, sort, target in self.relations(name):
            yield sort, target

    def relations(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Id, sort (the last word of the type) and name of the parts that a part refers to."""
        folder, path = posixpath.dirname(name), _relations_of(name)
        if path not in self:
            return
        for relation in _RELATION.findall(self._bytes(path).decode("utf-8", "replace")):
            told = {name: unescape(value) for name, _, value in _ATTRIBUTE.findall(relation)}
            if told.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, told.get("Target", "")))
                yield told.get("Id", ""), told.get("Type", "").rpartition("/")[2], target.lstrip("/")

    def packed(self) -> bytes:
        """The package with what was changed; as it was if nothing was."""
        if not self._changed and not self._gone:
            return self._data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
            for entry in self._zip.infolist():
                name = entry.filename
                if name in self._gone or (not name.lower().endswith(_WRITTEN) and name != "mimetype"):
                    continue
                if name in self._changed:
                    target.writestr(name, _written(self._trees[name]))
                else:
                    target.writestr(name, self._bytes(name))
        return out.getvalue()


def _relations_of(name: str) -> str:
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _written(root: ET.Element) -> bytes:
    space = root.tag[1:].partition("}")[0]
    if space not in _PREFIXES.values():
        ET.register_namespace("", space)  # sheets, relations and pages are written without a prefix
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def parents(root: ET.Element) -> dict[ET.Element, ET.Element]:
    """The parent of each element below a root."""
    return {child: parent for parent in root.iter() for child in parent}


def cut(root: ET.Element, gone: set[str]) -> bool:
    """Takes elements of these names out of a tree, with all that they hold; whether there were any."""
    found = False
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in gone]:
            parent.remove(child)
            found = True
    return found
