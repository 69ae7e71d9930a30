"""Results that an answer claims for code: `>>>` examples, and a block of output after a block of code."""

from __future__ import annotations

import ast
import re
from itertools import pairwise

from tasks.kinds.coding.source import Function, tree

_FENCE = re.compile(r"^[ \t]*(`{3,})[ \t]*([\w+-]*)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.M | re.S)
_PRINTS = re.compile(r"\b(?:output|outputs|prints|printed|gives|result)\b[^\n]{0,60}:[ \t*_]*\s*$", re.I)
_PLAIN = ("", "text", "txt", "console", "output", "plaintext")


def doctests(text: str) -> list[str]:
    """The pieces of the answer's code blocks that hold `>>>` examples: docstrings, or blocks of a session."""
    found: list[str] = []
    for block in _FENCE.finditer(text):
        if ">>>" not in block[3]:
            continue
        parsed = tree(block[3])
        if parsed is None:
            found.append(block[3])
            continue
        places = (n for n in ast.walk(parsed) if isinstance(n, Function | ast.ClassDef | ast.Module))
        found += [doc for place in places if (doc := ast.get_docstring(place)) and ">>>" in doc]
    return found


def claimed_output(text: str) -> tuple[str, str] | None:
    """A block of Python and the block behind it that is said to be its output; None if there is no such pair."""
    blocks = list(_FENCE.finditer(text))
    for code, output in pairwise(blocks):
        between = text[code.end() : output.start()]
        if code[2].lower() in ("python", "py") and output[2].lower() in _PLAIN and _PRINTS.search(between):
            return code[3], output[3]
    return None
