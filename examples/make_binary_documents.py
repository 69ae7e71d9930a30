"""Build the example PDF and DOCX files from the plain texts in ``examples/sources``.

Source markup: ``# title``, ``## heading``, ``- bullet``, ``| cell | cell |`` (a table's first row is its
header); other lines are paragraphs. Only the standard library is used; equal sources give equal bytes.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
PDF_NAMES = ("gout_leaflet", "bee_count_report")
DOCX_NAMES = ("cooperative_minutes",)
PREFIXES = {"# ": "title", "## ": "heading", "- ": "bullet", "| ": "table"}
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 595, 842, 56  # A4, in points
SIZES = {"title": 17.0, "heading": 12.0, "bullet": 10.0, "text": 10.0}
TABLE_SIZE, TABLE_STEP, BOLD_FACTOR = 9.0, 14.4, 1.07
DOCX_STYLES = {"title": "Title", "heading": "Heading1", "bullet": "ListBullet", "text": "Normal"}
DOCX_LIST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
# Advance widths of Helvetica for the characters 32 to 126, in thousandths of the font size.
HELVETICA = """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278
278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611
722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556
556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"""
WIDTHS = {chr(code): int(width) for code, width in enumerate(HELVETICA.split(), start=32)}


class Block(NamedTuple):
    """A paragraph of a certain kind, or a table with its rows."""

    kind: str
    text: str
    rows: list[list[str]]


def parse(source: str) -> list[Block]:
    """Turn a source text into blocks: one for each line, but a single one for the rows of a table."""
    blocks: list[Block] = []
    for line in filter(None, map(str.strip, source.splitlines())):
        prefix = next((p for p in PREFIXES if line.startswith(p)), "")
        kind, text = PREFIXES.get(prefix, "text"), line[len(prefix) :]
        if kind != "table" or blocks[-1].kind != "table":
            blocks.append(Block(kind, text, []))
        if kind == "table":
            blocks[-1].rows.append([cell.strip() for cell in text.removesuffix("|").split("|")])
    return blocks


def text_width(text: str, size: float) -> float:
    """Width in points of a text set in Helvetica; unlisted characters count as wide as a digit."""
    return sum(WIDTHS.get(char, 556) for char in text) * size / 1000


def wrap(text: str, size: float, width: float) -> Iterator[str]:
    """Break a text at spaces into lines no wider than ``width`` points."""
    line = ""
    for word in text.split():
        if line and text_width(f"{line} {word}", size) > width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line


def pdf_string(text: str) -> str:
    """Write a text as a PDF string literal."""
    return "(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"


@dataclass
class Canvas:
    """Sets blocks from the top of the first page to the bottom of the last, as PDF drawing operators."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    y: float = PAGE_HEIGHT - MARGIN

    def down(self, height: float, keep: float = 0) -> None:
        """Move down; turn the page if less than ``keep`` points would remain above the margin."""
        self.y -= height
        if self.y - keep < MARGIN:
            self.pages.append([])
            self.y = PAGE_HEIGHT - MARGIN - height

    def show(self, x: float, text: str, size: float, bold: bool) -> None:
        """Put one line of text at ``x``."""
        position = f"{x:.2f} {self.y:.2f}"
        self.pages[-1].append(f"BT /F{1 + bold} {size:g} Tf {position} Td {pdf_string(text)} Tj ET")

    def table(self, rows: list[list[str]]) -> None:
        """Set a table whose columns are as wide as their content, all on one page."""
        columns = zip(*rows, strict=True)
        widths = [14 + max(text_width(cell, TABLE_SIZE * BOLD_FACTOR) for cell in col) for col in columns]
        for number, row in enumerate(rows):
            self.down(TABLE_STEP, keep=(len(rows) - number - 1) * TABLE_STEP)
            for column, cell in enumerate(row):
                self.show(MARGIN + sum(widths[:column]), cell, TABLE_SIZE, bold=number == 0)

    def paragraph(self, kind: str, text: str) -> None:
        """Set a title, heading, bullet or text paragraph."""
        size, bold, indent = SIZES[kind], kind in ("title", "heading"), 14 * (kind == "bullet")
        self.down(size * 0.6, keep=60 * bold)
        lines = wrap(text, size * (BOLD_FACTOR if bold else 1), PAGE_WIDTH - 2 * MARGIN - indent)
        for number, line in enumerate(lines):
            self.down(size * 1.32)
            if indent and number == 0:
                self.show(MARGIN + 3, "\N{BULLET}", size, bold)
            self.show(MARGIN + indent, line, size, bold)


def write_pdf(path: Path, blocks: list[Block]) -> None:
    """Set the blocks on A4 pages and write a complete PDF file."""
    canvas = Canvas()
    for kind, text, rows in blocks:
        if rows:
            canvas.table(rows)
        else:
            canvas.paragraph(kind, text)
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(canvas.pages)))
    inherited = f"/MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(canvas.pages)} {inherited} >>",
        font.format("Helvetica"),
        font.format("Helvetica-Bold"),
        f"<< /Title {pdf_string(blocks[0].text)} >>",
    ]
    for number, stream in enumerate(map("\n".join, canvas.pages)):
        objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {7 + 2 * number} 0 R >>")
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    output, xref = b"%PDF-1.4\n", f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    for index, body in enumerate(objects, start=1):
        xref += f"{len(output):010d} 00000 n \n"
        output += f"{index} 0 obj\n{body}\nendobj\n".encode("cp1252")
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\n"
    path.write_bytes(output + f"{xref}{trailer}startxref\n{len(output)}\n%%EOF\n".encode("ascii"))


def docx_paragraph(text: str, kind: str, bold: bool = False) -> str:
    """One WordprocessingML paragraph."""
    run = f'<w:r>{"<w:rPr><w:b/></w:rPr>" * bold}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    style = f'<w:pStyle w:val="{DOCX_STYLES[kind]}"/>{DOCX_LIST * (kind == "bullet")}'
    return f"<w:p><w:pPr>{style}</w:pPr>{run}</w:p>"


def docx_table(rows: list[list[str]]) -> str:
    """One WordprocessingML table with a bold header row."""
    grid = f"<w:tblGrid>{'<w:gridCol/>' * len(rows[0])}</w:tblGrid>"
    xml = f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/></w:tblPr>{grid}'
    for number, row in enumerate(rows):
        cells = (f"<w:tc>{docx_paragraph(cell, 'text', bold=number == 0)}</w:tc>" for cell in row)
        xml += f"<w:tr>{''.join(cells)}</w:tr>"
    return xml + "</w:tbl>"


def write_docx(path: Path, blocks: list[Block], template: str) -> None:
    """Fill the parts of the template with the blocks and write a complete DOCX file."""
    body = "".join(docx_table(b.rows) if b.rows else docx_paragraph(b.text, b.kind) for b in blocks)
    with zipfile.ZipFile(path, "w") as archive:
        for part in template.split("=== ")[1:]:
            name, xml = part.replace("{{body}}", body).split("\n", 1)
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # the same on every platform
            archive.writestr(info, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + xml)


def main() -> None:
    """Write every PDF and DOCX file into ``examples/documents``."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (HERE / "sources").glob("*.txt")}
    for name in PDF_NAMES:
        write_pdf(HERE / "documents" / f"{name}.pdf", parse(texts[name]))
    for name in DOCX_NAMES:
        write_docx(HERE / "documents" / f"{name}.docx", parse(texts[name]), texts["docx_template"])


if __name__ == "__main__":
    main()
