"""Source code as a document: written by a person, or refused; lines that hold data leave the rest readable."""

from __future__ import annotations

import re

from tasks.documents.readers import Note
from tasks.records import Rejected

_GENERATED = re.compile(r"@generated\b|\bDO NOT EDIT\b")
_LONG = 1_000
"""Characters beyond which a line is data or machine-made."""
_LEAST = 10
"""Other lines of code below which nothing of the file is for readers."""
_COMMENT = re.compile(r"\s*(?:/[/*]|\*|#|--|$)")


def readable(text: str) -> tuple[str, tuple[Note, ...]]:
    """The code without its overlong lines, and a note that counts them.

    :class:`Rejected` for generated code, and for minified code: hardly anything stands outside of such lines.
    """
    if _GENERATED.search(text[:1000]):
        raise Rejected("unsuited_format", "generated code")
    lines = text.split("\n")
    long = [line for line in lines if len(line) > _LONG]
    others = sum(len(line) <= _LONG and not _COMMENT.match(line) for line in lines)
    if long and others < _LEAST:
        raise Rejected("unsuited_format", "minified or generated: its lines are too long")
    if not long and len(text) > 5000 and len(text) > 300 * len(lines):
        raise Rejected("unsuited_format", "minified or generated: its lines are too long")
    if not long:
        return text, ()
    many = "1 line" if len(long) == 1 else f"{len(long):,} lines"
    note = Note(
        "long_lines", f"{many} of more than {_LONG:,} characters left out, {sum(map(len, long)):,} characters in all"
    )
    return "\n".join(line for line in lines if len(line) <= _LONG), (note,)
