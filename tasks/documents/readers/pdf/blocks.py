"""Lines become Markdown: headings by their size, paragraphs, lists, tables, code, and what ends on the next page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.documents.readers.pdf.lines import Line, pitch
from tasks.documents.readers.pdf.tables import table_at, table_text

_BULLET = re.compile(r"(?:[\u2022\u25cf\u25aa\u2023\u25e6\u2043\u2219\uf0b7\u00b7]|[-\u2013*](?= ))\s*")
_NUMBERED = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s")
_LEADERS = re.compile(r"(?:\s*[.\u00b7\u2026]){4,}\s*")
_END = re.compile(r"[.!?:;\u2026\u3002\u061f\u05c3][)\]\"'\u201d\u2019\u00bb]*$")
_NOTE = re.compile(r"(?:\d{1,3}|[*\u2020\u2021\u00a7])\W?\s*\w")


@dataclass(slots=True)
class Block:
    """A piece of Markdown: `sort` is heading, paragraph, item, table, code, note or contents (a line with leaders)."""

    sort: str
    text: str
    size: float = 0.0
    bold: bool = False
    open: bool = False
    """A paragraph that may go on on the next page or in the next column."""


def blocks_of(lines: Sequence[Line], body: float, leftwards: bool) -> Iterator[Block]:
    """The blocks of a region, from above; `body` is the size of the document's running text."""
    step = pitch(lines)
    right = max((line.body.right for line in lines), default=0.0)
    left = min((line.body.left for line in lines), default=0.0)
    index = 0
    while index < len(lines):
        line = lines[index]
        if _LEADERS.search(line.text):
            yield Block("contents", _LEADERS.sub(" \u2026 ", line.text).strip())
            index += 1
            continue
        if line.body.fixed and (end := _code_end(lines, index)) > index:
            yield Block("code", _code(lines[index:end]))
            index = end
            continue
        rows, taken = table_at(lines, index, step)
        if rows:
            yield Block("table", table_text(rows, leftwards))
            index += taken
            continue
        end = index + 1
        while end < len(lines) and not _parts(lines[end - 1], lines[end], step, left, right, leftwards):
            end += 1
        yield _paragraph(lines[index:end], body)
        index = end


def _parts(above: Line, below: Line, step: float, left: float, right: float, leftwards: bool) -> bool:
    """Whether a new block begins with the line below."""
    size = above.body.size
    if _LEADERS.search(below.text) or below.body.fixed != above.body.fixed:
        return True
    if abs(size - below.body.size) > 0.12 * size or above.body.bold != below.body.bold:
        return True
    if above.body.middle - below.body.middle > 1.35 * max(step, size) or _BULLET.match(below.text):
        return True
    starts, ends = (
        (right - below.body.right, above.body.left - left)
        if leftwards
        else (below.body.left - left, right - above.body.right)
    )
    short = ends > 0.12 * (right - left)
    if _NUMBERED.match(below.text) and (short or _END.search(above.text.rstrip())):
        return True
    before = right - above.body.right if leftwards else above.body.left - left
    indented = starts > 0.8 * size and starts - before > 0.8 * size and starts < 4 * size
    ended = bool(_END.search(above.text.rstrip()))
    return (indented and (ended or short)) or (short and ended)


def _paragraph(lines: Sequence[Line], body: float) -> Block:
    text = join([line.text for line in lines])
    first = lines[0].body
    if bullet := _BULLET.match(text):
        return Block("item", "- " + text[bullet.end() :].strip())
    ended = bool(_END.search(text.rstrip())) and text[-1:] != "?"
    heading = len(text) < 160 and not ended and any(c.isalpha() for c in text)
    if heading and first.size > 1.12 * body and len(lines) <= 3:
        return Block("heading", text, first.size, first.bold)
    if heading and first.bold and first.size >= 0.95 * body and len(lines) == 1 and len(text) < 100:
        return Block("heading", text, first.size, first.bold)
    if first.size < 0.92 * body and _NOTE.match(text):
        return Block("note", text)
    return Block("paragraph", text, open=not _END.search(text.rstrip()))


def join(lines: Sequence[str]) -> str:
    """Lines as one; where a line ends in a hyphen, U+00AD stands for what :func:`markdown` decides."""
    text = ""
    for line in (line.strip() for line in lines):
        if text[-1:] == "-" and text[-2:-1].isalpha() and line[:1].islower():
            text = text[:-1] + "\u00ad"
        text += line if not text or text.endswith("\u00ad") else " " + line
    return text


def _whole(text: str) -> str:
    """The text with the words whole that the ends of lines broke: as written elsewhere, else by their parts."""
    words = set(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.replace("\u00ad", "").lower()))

    def decided(match: re.Match[str]) -> str:
        left, right = match.groups()
        one, two = (left + right).lower(), f"{left}-{right}".lower()
        compound = (
            not right[:1].islower()
            or two in words
            or (one not in counted and left.lower() in words and right.lower() in words)
        )
        return f"{left}-{right}" if compound else left + right

    counted = set(re.findall(r"[^\W\d_]+", re.sub(r"\w+\u00ad\w+", " ", text).lower()))
    return re.sub(r"(\w+)\u00ad(\w+)", decided, text).replace("\u00ad", "")


def _code_end(lines: Sequence[Line], start: int) -> int:
    end = start
    while end < len(lines) and lines[end].body.fixed:
        end += 1
    return end if end - start > 1 or not _END.search(lines[start].text) else start


def _code(lines: Sequence[Line]) -> str:
    """Lines in a fence, indented and apart as on the page."""
    edge = min(line.body.left for line in lines)
    told = []
    for line in lines:
        width = max((line.body.right - line.body.left) / max(1, len(line.text.strip())), 1.0)
        written, at = "", edge
        for cell in line.cells:
            spaces = max(round((cell.left - at) / width), 1 if written else 0)
            written, at = written + " " * spaces + cell.text.rstrip(), cell.right
        told.append(written.replace("\u00ad", "-"))
    return "```\n" + "\n".join(told) + "\n```"


def markdown(pages: Sequence[Sequence[Block]], body: float) -> str:
    """The blocks of all pages; a paragraph that a page or a column breaks is one, and the notes between follow it."""
    flow: list[Block] = []
    for block in (block for page in pages for block in page):
        before = next((b for b in reversed(flow) if b.sort != "note"), None)
        if block.sort == "paragraph" and before and before.sort == "paragraph" and before.open and _goes_on(block.text):
            before.text, before.open = join([before.text, block.text]), block.open
        else:
            flow.append(block)
    sizes = sorted({b.size for b in flow if b.sort == "heading" and b.size > 1.12 * body}, reverse=True)
    told: list[str] = []
    for number, block in enumerate(flow):
        text = block.text
        if block.sort == "heading":
            text = "#" * (min(sizes.index(block.size), 2) + 1 if block.size in sizes else 3) + " " + text
        together = number and block.sort == flow[number - 1].sort and block.sort in {"item", "contents"}
        told.append(("\n" if together else "\n\n") + text)
    return _whole("".join(told).strip())


def _goes_on(text: str) -> bool:
    return text[:1].islower() or not text[:1].isalpha() or not (text[:1].isupper() or text[:1].istitle())
