"""Markers of slurs, threats, sexual content about minors, incitement and instructions for self-harm.

A small list in `toxic_markers.yaml`, matched as whole words. It catches what is blatant and judges nothing: whoever needs more
puts a model behind the judge. What the passage says may be said again, for a text on a dark chapter must quote it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from tasks.records import Record
from tasks.text.plain import calm, plain

MARKERS = Path(__file__).parent / "toxic_markers.yaml"

_QUOTED = re.compile(r"\"[^\"\n]{1,600}\"")
_IN_FICTION = frozenset({"threat"})
"""Kinds that characters of a story may utter in quotes."""
_ABOUT = re.compile(
    r"\b(?:abuse|abused|prevent\w*|protect\w*|illegal|crimes?|criminal|offen[cs]es?|law|laws|convict\w*|prosecut\w*|victims?"
    r"|helpline|hotline|lifeline|samaritans|crisis|seek help|get help|reach out|talk to|warning signs?|support|slurs?|epithets?"
    r"|hateful|hate speech|racist|derogatory|offensive|propaganda|condemn\w*)\b"
)
"""Signs that a sentence speaks about such things; no sign makes a threat or a call to violence harmless."""
_EXCUSED = frozenset({"minors", "self_harm", "slur"})


def not_toxic(record: Record) -> str | None:
    """Rejects an answer with a marker that neither its passage nor its request holds; markers are hints, not a judgement."""
    shown: str | None = None
    for message in record.messages:
        content = message.get("content") if message.get("role") == "assistant" else None
        if not isinstance(content, str) or not content:
            continue
        for kind, found in marked(calm(content)):
            shown = _shown(record) if shown is None else shown
            if found not in shown:
                return f"a marker of {kind.replace('_', '-')}"
    return None


def marked(text: str) -> list[tuple[str, str]]:
    """The kinds of markers in a text, each with what matched."""
    said = plain(text)
    found: list[tuple[str, str]] = []
    for kind, pattern in _patterns().items():
        where = _QUOTED.sub('""', said) if kind in _IN_FICTION else said
        for m in pattern.finditer(where):
            if kind not in _EXCUSED or not _ABOUT.search(_sentence(where, m)):
                found.append((kind, m[0]))
    return found


def _sentence(text: str, m: re.Match[str]) -> str:
    start = max(text.rfind(stop, 0, m.start()) for stop in (". ", "! ", "? ")) + 1
    ends = [end for stop in (". ", "! ", "? ") if (end := text.find(stop, m.end())) >= 0]
    return text[start : min(ends, default=len(text))]


def _shown(record: Record) -> str:
    asked = (str(m.get("content") or "") for m in record.messages if m.get("role") in {"user", "tool"})
    return plain("\n".join([record.passage, record.instruction, *asked]))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    raw = yaml.safe_load(MARKERS.read_text(encoding="utf-8"))
    return {kind: re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") for kind, patterns in raw.items()}
