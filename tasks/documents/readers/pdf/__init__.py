"""PDF: text in the order of reading, from pdfium's characters and their places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pypdfium2

from tasks.documents.readers.pdf.blocks import Block, blocks_of, markdown
from tasks.documents.readers.pdf.glyphs import Page, Run, page_of
from tasks.documents.readers.pdf.lines import body_size, lines_of, without_running
from tasks.documents.readers.pdf.order import regions

__all__ = ["Locked", "Unreadable", "read_pdf"]


class Locked(Exception):
    """The file asks for a password."""


class Unreadable(Exception):
    """pdfium cannot open it."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """Markdown and title; how many pages hold no text; the share of characters that the file gives no letter for."""

    text: str
    title: str
    pages: int
    blank: int
    unmapped: float


def read_pdf(data: bytes) -> Pdf:
    """Text and title of a PDF; :class:`Locked` or :class:`Unreadable`."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise (Locked if "password" in str(error).lower() else Unreadable) from None
    try:
        if document.get_formtype():
            document.init_forms()
        pages = [_page(document, number) for number in range(len(document))]
        title = document.get_metadata_value("Title")
    finally:
        document.close()
    stamps = Counter(run.text.strip() for page in pages for run in page.runs if not run.upright)
    leftwards = sum(run.leftwards for page in pages for run in page.runs) * 2 > sum(len(page.runs) for page in pages)
    kept = without_running([page.runs for page in pages], [page.height for page in pages])
    kept = [[run for run in runs if run.upright or stamps[run.text.strip()] < 2] for runs in kept]
    layout = [[lines_of(region, leftwards) for region in _regions(runs, leftwards)] for runs in kept]
    body = body_size([line for page in layout for lines in page for line in lines])
    blocks: list[list[Block]] = [[b for lines in page for b in blocks_of(lines, body, leftwards)] for page in layout]
    return Pdf(
        markdown(blocks, body),
        "" if title.strip("()").lower() in {"untitled", "anonymous"} else title,
        len(pages),
        sum(not page.runs for page in pages),
        sum(page.unmapped for page in pages) / max(1, sum(page.characters for page in pages)),
    )


def _page(document: pypdfium2.PdfDocument, number: int) -> Page:
    """A page, with what is filled into its form; one that cannot be opened holds no text."""
    try:
        page = document[number]
        if document.formenv:
            page.flatten()
            page.close()
            page = document[number]  # it holds what was filled in now
    except pypdfium2.PdfiumError:
        return Page([], 0.0)
    try:
        return page_of(page)
    finally:
        page.close()


def _regions(runs: list[Run], leftwards: bool) -> list[list[Run]]:
    """The groups of a page; what is written upwards stands after the rest, a line each."""
    upright = [run for run in runs if run.upright]
    return [*regions(upright, leftwards), *([run] for run in runs if not run.upright)]
