"""Office files and books as tests write them: packages of XML parts with the least that programs ask for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
        "r": _OFFICE,
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)


def package(parts: Mapping[str, str], relations: Mapping[str, Mapping[str, str]]) -> bytes:
    """A zip of these parts; `relations` of a part: target -> the last word of its sort."""
    types = "".join(f'<Override PartName="/{name}" ContentType="{_type(name)}"/>' for name in parts)
    written = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        **parts,
    }
    for name, targets in relations.items():
        folder, _, base = name.rpartition("/")
        told = "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/{sort}" Target="{target}"/>'
            for n, (target, sort) in enumerate(targets.items(), 1)
        )
        path = f"{folder}/_rels/{base}.rels".lstrip("/")
        written[path] = f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'
    return zipped(written)


def zipped(parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in parts.items():
            target.writestr(name, text)
    return out.getvalue()


def _type(name: str) -> str:
    words = {"document": "document.main", "footnotes": "footnotes", "endnotes": "endnotes", "styles": "styles"}
    base = name.rpartition("/")[2].partition(".")[0]
    return f"{_WORD}.{words[base]}+xml" if base in words else "application/xml"


def words(body: str, **others: str) -> bytes:
    """A Word file; `others`: footnotes, endnotes, styles."""
    parts = {"word/document.xml": f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>"}
    parts |= {f"word/{name}.xml": f"<w:{name} {_NAMES}>{inner}</w:{name}>" for name, inner in others.items()}
    return package(
        parts,
        {"": {"word/document.xml": "officeDocument"}, "word/document.xml": {f"{name}.xml": name for name in others}},
    )


def para(*runs: str, look: str = "") -> str:
    return f"<w:p>{look}{''.join(runs)}</w:p>"


def run(text: str, look: str = "") -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def slides(*shown: tuple[str, str, bool]) -> bytes:
    """A presentation: shapes, notes and whether it is hidden, of each slide."""
    parts, relations = {}, {"": {"ppt/presentation.xml": "officeDocument"}}
    relations["ppt/presentation.xml"] = {f"slides/slide{n}.xml": "slide" for n in range(1, len(shown) + 1)}
    order = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in range(1, len(shown) + 1))
    parts["ppt/presentation.xml"] = f"<p:presentation {_NAMES}><p:sldIdLst>{order}</p:sldIdLst></p:presentation>"
    for n, (shapes, notes, hidden) in enumerate(shown, 1):
        show = ' show="0"' if hidden else ""
        tree = "<p:cSld><p:spTree>{}</p:spTree></p:cSld>"
        parts[f"ppt/slides/slide{n}.xml"] = f"<p:sld {_NAMES}{show}>{tree.format(shapes)}</p:sld>"
        if notes:
            box = shape(notes, "body") + shape(str(n), "sldNum")
            parts[f"ppt/notesSlides/notesSlide{n}.xml"] = f"<p:notes {_NAMES}>{tree.format(box)}</p:notes>"
            relations[f"ppt/slides/slide{n}.xml"] = {f"../notesSlides/notesSlide{n}.xml": "notesSlide"}
    return package(parts, relations)


def shape(text: str, sort: str = "body") -> str:
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    about = f'<p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/><p:nvPr><p:ph type="{sort}"/></p:nvPr></p:nvSpPr>'
    return f"<p:sp>{about}<p:spPr/><p:txBody><a:bodyPr/>{paragraphs}</p:txBody></p:sp>"


def slide_table(rows: str) -> str:
    about = '<p:nvGraphicFramePr><p:cNvPr id="3" name="t"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
    uri = "http://schemas.openxmlformats.org/drawingml/2006/table"
    grid = f"<a:tbl><a:tblGrid/>{rows}</a:tbl>"
    return f'<p:graphicFrame>{about}<a:graphic><a:graphicData uri="{uri}">{grid}</a:graphicData></a:graphic></p:graphicFrame>'


def slide_cell(text: str, merged: str = "") -> str:
    return f"<a:tc {merged}><a:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"


def workbook(*sheets: tuple[str, str, str]) -> bytes:
    """A workbook: name, state and XML (columns, `<sheetData>`, merged cells) of each sheet."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    names = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (name, state, _) in enumerate(sheets, 1)
    )
    parts = {"xl/workbook.xml": f'<workbook {main} xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>'}
    parts |= {
        f"xl/worksheets/sheet{n}.xml": f"<worksheet {main}>{inner}</worksheet>"
        for n, (_, _, inner) in enumerate(sheets, 1)
    }
    targets = {f"worksheets/sheet{n}.xml": "worksheet" for n in range(1, len(sheets) + 1)}
    return package(parts, {"": {"xl/workbook.xml": "officeDocument"}, "xl/workbook.xml": targets})


def sheet_row(number: int, *cells: str | int | None, hidden: bool = False) -> str:
    told = "".join(
        f'<c r="{letter}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        if isinstance(cell, str)
        else f'<c r="{letter}{number}"><v>{cell}</v></c>'
        for letter, cell in zip("ABCDEFG", cells, strict=False)
        if cell is not None
    )
    mark = ' hidden="1"' if hidden else ""
    return f'<row r="{number}"{mark}>{told}</row>'


def book(pages: Mapping[str, str], spine: tuple[str, ...]) -> bytes:
    """An EPUB: the body of each page by its path, and the pages that are read one after the other."""
    names = list(pages)
    items = "".join(f'<item id="i{n}" href="{p}" media-type="application/xhtml+xml"/>' for n, p in enumerate(names))
    order = "".join(f'<itemref idref="i{names.index(path)}"/>' for path in spine)
    inner = f"<metadata/><manifest>{items}</manifest><spine>{order}</spine>"
    opf = f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0">{inner}</package>'
    root = '<rootfile full-path="OEBPS/a.opf" media-type="application/oebps-package+xml"/>'
    space = "urn:oasis:names:tc:opendocument:xmlns:container"
    html = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head>'
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": f'<container xmlns="{space}"><rootfiles>{root}</rootfiles></container>',
            "OEBPS/a.opf": opf,
            **{f"OEBPS/{path}": f"{html}<body>{body}</body></html>" for path, body in pages.items()},
        }
    )


def open_document(body: str, styles: str = "", sort: str = "text", locked: bool = False) -> bytes:
    """An OpenDocument file: what stands in its body and in its automatic styles."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style")
    )
    space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    entry = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    inner = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    inner += f"<office:body><office:{sort}>{body}</office:{sort}></office:body>"
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{sort}",
            "META-INF/manifest.xml": f"<manifest:manifest {space}>{entry if locked else ''}</manifest:manifest>",
            "content.xml": f"<office:document-content{spaces}>{inner}</office:document-content>",
        }
    )
