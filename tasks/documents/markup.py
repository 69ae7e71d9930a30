"""What stands in a text file for programs and not for readers: front matter, MDX statements, comments, encoded data."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import yaml

from tasks.documents.fields import without_fields
from tasks.documents.readers import Note, Reading

_FRONT = re.compile(r"\A\ufeff?(?P<mark>---|\+\+\+)[ \t]*\r?\n(?P<matter>.*?)^(?P=mark)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?^\1[`~]*[ \t]*$", re.M | re.S)
_STATEMENT = re.compile(
    r"^(?:import\b[^\n]*|export\s+(?:const|let|var|default|function|class)\b.*?)(?:\n(?=\s*\n|import\b|export\b)|\Z)",
    re.M | re.S,
)
_TAG_LINE = re.compile(r"^[ \t]*</?[A-Z][\w.]*(?:\s[^<>]*)?/?>[ \t]*$\n?", re.M)
_ENCODED = r"[A-Za-z0-9+/=_%-]"
_IMAGE = re.compile(rf"!\[([^\]\n]*)\]\(\s*<?data:[\w.+/;=-]+,{_ENCODED}*>?[^)\n]*\)")
_REFERENCE = re.compile(rf"^[ \t]*\[[^\]\n]+\]:[ \t]*<?data:[\w.+/;=-]+,{_ENCODED}*>?[^\n]*$\n?", re.M)
_DATA_URI = re.compile(rf"data:[\w.+-]+/[\w.+-]+(?:;[\w.+-]+(?:=[\w.+-]+)?)*;base64,{_ENCODED}*")
_RUN = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{200,}={0,2}")
_LINES = re.compile(r"(?:^[ \t]*[A-Za-z0-9+/]{56,}[ \t]*$\n){3,}(?:^[ \t]*[A-Za-z0-9+/]+={0,2}[ \t]*$\n?)?", re.M)
_LEAST_KINDS = 16
"""Different characters below which a long run is a rule or a repetition and no encoded data."""


def prose(text: str, suffix: str) -> Reading:
    """The text of a plain or marked-up file without front matter, whose title is kept, without comments and MDX statements."""
    title, text = _without_front_matter(text)
    text, own, notes = without_fields(text, suffix)
    if suffix in {"md", "mdx", "markdown"}:
        text = _outside_fences(text, suffix == "mdx")
    return Reading(text, title or own, notes)


def without_blobs(text: str) -> tuple[str, tuple[Note, ...]]:
    """The text without data URIs and runs of encoded data, and a note that counts what was left out."""
    before = len(text)
    text = _IMAGE.sub(r"\1", text)
    text = _DATA_URI.sub("", _REFERENCE.sub("", text))
    text = _LINES.sub(_unless_varied, _RUN.sub(_unless_varied, text))
    left_out = before - len(text)
    return text, (Note("encoded_data", f"{left_out:,} characters of encoded data left out"),) if left_out else ()


def _unless_varied(match: re.Match[str]) -> str:
    run = match.group()
    varied = len(set(run)) >= _LEAST_KINDS and any(c.isdigit() for c in run) and any(c.isalpha() for c in run)
    return "" if varied else run


def _without_front_matter(text: str) -> tuple[str, str]:
    """Title and the rest; a text that only begins with a rule is left as it is."""
    found = _FRONT.match(text)
    if found is None:
        return "", text
    try:
        matter: Any = yaml.safe_load(found["matter"]) if found["mark"] == "---" else tomllib.loads(found["matter"])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError, ValueError):
        return "", text
    if not isinstance(matter, dict):
        return "", text
    title = matter.get("title")
    return (title if isinstance(title, str) else ""), text[found.end() :]


def _outside_fences(text: str, mdx: bool) -> str:
    def plain(part: str) -> str:
        part = _COMMENT.sub("", part)
        return _TAG_LINE.sub("", _STATEMENT.sub("", part)) if mdx else part

    parts, end = [], 0
    for fence in _FENCED.finditer(text):
        parts += [plain(text[end : fence.start()]), fence.group()]
        end = fence.end()
    return "".join([*parts, plain(text[end:])])
