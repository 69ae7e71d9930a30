"""The student's view taken apart again: where the passage is, what is asked, the options and the final form wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from tasks.answers import OPTION_LETTERS

_OPTION = re.compile(r"[ \t]*(?:[-*][ \t]+)?\(?\**([A-H]|\d{1,2})\**[.):]\)?\**[ \t]+(\S.*?)[ \t]*(?:\n|$)")
_INNER = re.compile(r"(?:[A-H]|\d{1,2}): ")
_HINT = re.compile(
    r"[ \t]*(?:Give|Answer|End|Begin|Finish|State|Say|Show|Put|List|Write|Name|Choose|Pick|Start|Reply|Respond|"
    r"Conclude|Close|Keep|Work|Weigh|True or False|Be brief|Explain|Use)\b"
    r".{0,160}?(?:letter|[Aa]nswer|True|line|words|list|pairs|figure|sequence|reason|item)\b.{0,120}"
)
_LABEL = re.compile(
    r"(?:#{1,6} *)?\**(?i:Passage|Text|Context|Task|Task Description|Material|Document|Source|Excerpt|Article|"
    r"Question|Instructions?|Problem|Query|Input|Reading|Options|Choices)\**:?\**:?[ \t]*",
)
_FENCE = re.compile(r'(?:-{3,}|={3,}|\*{3,}|"{3}|`{3}\w*|</?[A-Za-z]+>)[ \t]*$')
_BESIDE = re.compile(
    r"(?=.*\b(?:text|task|passage|need|want|following|material|know|below|above)\b)[A-Z][^\n]{0,90}:$"
    r"|Read the following\b[^\n]{0,60}\.$"
)


@dataclass(frozen=True, slots=True)
class View:
    """What a student sees, in its parts."""

    passage: str
    task: str
    options: list[str] = field(default_factory=list)
    hint: str = ""

    def after(self, earlier: str) -> View:
        """The view with what the conversation held before it, where the message itself brings no passage."""
        if len(self.passage.split()) >= 12 or not earlier:
            return self
        return replace(self, passage=f"{earlier}\n\n{self.passage}")


def split(text: str, start: int, end: int) -> View:
    """The parts of a message whose instruction stands at `start:end`; the passage is whatever is left."""
    line = text.rfind("\n", 0, start) + 1
    start = line if start - line < 240 else start
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    tail = text[end:stop].strip()
    options, after = _options(text, stop)
    before, rest = strip(text[:start]), text[after:]
    hint, rest = _hint(rest)
    rest = strip(rest)
    passage = before if len(before) >= len(rest) else rest
    return View(passage, text[start:stop], options, f"{tail} {hint}".strip())


def _options(text: str, at: int) -> tuple[list[str], int]:
    found: list[str] = []
    labels: list[str] = []
    start = at
    while True:
        skip = re.compile(r"\s*").match(text, at)
        begin = skip.end() if skip else at
        m = _OPTION.match(text, begin)
        if not m or not _next(labels, m[1]):
            break
        labels.append(m[1])
        found.append(m[2])
        at = m.end()
    if labels and all(_INNER.match(o) for o in found):
        return found, at
    if any(label.isdigit() for label in labels):
        found = [f"{label}: {o}" for label, o in zip(labels, found, strict=True)]
    return (found, at) if len(found) > 1 else ([], start)


def _next(labels: list[str], label: str) -> bool:
    if label.isdigit():
        return int(label) == len(labels) + 1 and all(x.isdigit() for x in labels)
    letters = [x for x in labels if not x.isdigit()]
    return label == OPTION_LETTERS[len(letters)] if len(letters) < 8 else False


def _hint(text: str) -> tuple[str, str]:
    """The sentences right after the task that ask for a final form, and the rest."""
    stripped = text.lstrip()
    m = _HINT.match(stripped)
    line, _, rest = stripped.partition("\n")
    return (line, rest) if m and len(line) < 300 else ("", text)


def strip(text: str) -> str:
    """The text without the labels, fences and lead-ins that a layout puts around it."""
    text = text.strip()
    while text:
        first, _, rest = text.partition("\n")
        last_at = text.rfind("\n") + 1
        last = text[last_at:].strip()
        if _FENCE.match(first.strip()) or _LABEL.fullmatch(first.strip()) or (rest and _BESIDE.match(first.strip())):
            text = rest.strip()
        elif last_at and (_FENCE.match(last) or _LABEL.fullmatch(last) or _BESIDE.match(last)):
            text = text[:last_at].strip()
        elif (
            (m := re.match(r"\*\*(?:Text|Passage|Context|Document)(?::\*\*|\*\*:)[ \t]*", text)) and m.end() < len(text)
        ) or ((m := re.match(r"(?:Text|Passage|Context):[ \t]+", text)) and m.end() < len(text)):
            text = text[m.end() :]
        else:
            break
    return text


def loosely(text: str) -> View:
    """The parts of a message with an unknown instruction: the question is the outer paragraph that looks like one."""
    blocks = [b for b in re.split(r"\n\s*\n", strip(text)) if b.strip()]
    if len(blocks) < 2:
        return View(strip(text), strip(text))
    asking = [i for i in (len(blocks) - 1, 0) if "?" in blocks[i]] or [len(blocks) - 1, 0]
    at = min(asking, key=lambda i: (i not in asking[:1], len(blocks[i])))
    rest = "\n\n".join(b for i, b in enumerate(blocks) if i != at)
    return View(strip(rest), strip(blocks[at]))
