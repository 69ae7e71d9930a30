"""Jupyter notebooks: text, code and small outputs in their order; pictures and long outputs are counted, not read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tasks.documents.readers import Note, Reading, Unusable

_MOST_LINES = 40
"""Of an output; the rest is left out."""
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_FIGURE = re.compile(r"<(?:Figure|Axes|[\w.]+ object|IPython\.[\w.]+)[^>\n]*>")
_ATTACHED = re.compile(r"!\[[^\]\n]*\]\(attachment:[^)\n]*\)")
_TITLE = re.compile(r"^#{1,2} +(.+?)#*$", re.MULTILINE)


def read_notebook(data: bytes) -> Reading:
    """A notebook of any format version; raises :class:`Unusable` for what is none."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
        cells = notebook.get("cells")
        if cells is None:
            cells = [cell for sheet in notebook.get("worksheets", []) for cell in sheet.get("cells", [])]
        left_out = {"pictures": 0, "lines": 0}
        parts = [part for cell in cells for part in _cell(cell, _language(notebook), left_out)]
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise Unusable("broken", "not a valid notebook") from None
    notes = []
    if left_out["pictures"]:
        notes.append(Note("pictures", f"pictures among the outputs, not read: {left_out['pictures']}"))
    if left_out["lines"]:
        notes.append(Note("long_outputs", f"lines of long outputs left out: {left_out['lines']:,}"))
    text = "\n\n".join(part for part in parts if part.strip())
    heading = _TITLE.search(text[:4_000])
    title = (notebook.get("metadata") or {}).get("title")
    return Reading(text, title if isinstance(title, str) else heading.group(1) if heading else "", tuple(notes))


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata") or {}
    named = (metadata.get("kernelspec") or {}).get("language") or (metadata.get("language_info") or {}).get("name")
    return named.lower() if isinstance(named, str) and re.fullmatch(r"[\w+#-]{1,20}", named) else ""


def _cell(cell: dict[str, Any], language: str, left_out: dict[str, int]) -> Iterator[str]:
    sort, source = cell.get("cell_type"), _joined(cell.get("source", cell.get("input", "")))
    if sort == "heading":
        yield f"{'#' * int(cell.get('level', 1))} {source}"
    elif sort == "markdown":
        yield _ATTACHED.sub("", source).strip("\n")
    elif sort == "code" and source.strip():
        yield _fenced(source, language)
    for output in cell.get("outputs") or []:
        yield _output(output, left_out)


def _output(output: dict[str, Any], left_out: dict[str, int]) -> str:
    """Its text form, which keeps the columns of a table apart; an error in a line."""
    if output.get("output_type") in {"error", "pyerr"}:
        return f"{output.get('ename', '')}: {_joined(output.get('evalue', ''))}"
    told = output.get("data", output)
    left_out["pictures"] += any(name.startswith("image/") or name in {"png", "jpeg", "svg"} for name in told)
    text = _joined(told.get("text/plain", told.get("text", "")) or told.get("text/markdown", ""))
    # A progress bar writes its line again and again; what stood at the end is what a reader sees.
    lines = [
        line.rsplit("\r", 1)[-1] for line in _FIGURE.sub("", _ANSI.sub("", text)).replace("\r\n", "\n").split("\n")
    ]
    lines = "\n".join(lines).strip("\n").split("\n")
    left_out["lines"] += max(0, len(lines) - _MOST_LINES)
    kept = "\n".join(lines[:_MOST_LINES])
    return _fenced(kept, "") if kept.strip() else ""


def _fenced(text: str, language: str) -> str:
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", text))])
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}"


def _joined(lines: object) -> str:
    return "".join(map(str, lines)) if isinstance(lines, list) else str(lines)
