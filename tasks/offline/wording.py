"""Sentences with slots that the offline teacher both writes and recognises: one source for author and responder."""

from __future__ import annotations

import re
from random import Random

_SLOT = re.compile(r"\{(\w+)\}")


class Wording:
    """Several ways to say one thing; `say` fills the slots of one of them, `find` gets the slots back from a text."""

    def __init__(self, *templates: str) -> None:
        self.templates = templates
        self._patterns = [(_probe(t), _pattern(t)) for t in templates]

    def say(self, draw: Random, **slots: str) -> str:
        return draw.choice(self.templates).format_map(slots)

    def find(self, text: str) -> re.Match[str] | None:
        """The first template that the text holds, with its slots as groups."""
        for probe, pattern in self._patterns:
            if probe in text and (found := pattern.search(text)):
                return found
        return None

    def find_all(self, text: str) -> list[re.Match[str]]:
        """Every place where the text holds one of the templates."""
        return [m for probe, pattern in self._patterns if probe in text for m in pattern.finditer(text)]


def _probe(template: str) -> str:
    # A plain substring test spares most texts the regular expression. The first letter may have changed case.
    return max(_SLOT.split(template)[::2], key=len)[1:]


def _pattern(template: str) -> re.Pattern[str]:
    parts = _SLOT.split(template)
    seen: set[str] = set()
    pattern = ""
    for i, part in enumerate(parts):
        if i % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?P={part})" if part in seen else f"(?P<{part}>[^“”\n]+?)"
            seen.add(part)
    first = template[0]
    if first.isalpha():
        pattern = f"[{first.upper()}{first.lower()}]" + pattern[1:]
    return re.compile(pattern)
