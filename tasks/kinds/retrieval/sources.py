"""Search results as a task shows them: stretches of a text around its quotes, layouts, and how an answer is to cite."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from random import Random

from tasks.records import Json, Record

STRETCH = 400
"""Characters of a stretch at most."""
SIZES = (300, 400, 400, 500, 650)
"""Characters of a source at most, the same for all of a task, unless a quote is longer."""
_EDGE = re.compile(r"(?<=[.!?])[\"'”\u2019)\]]*\s+|\n\s*")
_BLANK = re.compile(r"\s")
_WORD = re.compile(r"\w+")
Span = tuple[int, int]


def located(text: str, quote: str) -> Span | None:
    """Where the quote stands in the text, differences of case, spacing and punctuation aside."""
    parts = [_WORD.findall(part) for part in re.split(r"\[?(?:\.{3,}|…)\]?", quote)]
    spans = []
    for words in (p for p in parts if p):
        if (found := re.search(r"\W+".join(map(re.escape, words)), text, re.I)) is None:
            return None
        spans.append(found.span())
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None


def excerpts(text: str, quotes: Iterable[str], most: int, draw: Random) -> list[str] | None:
    """Pieces of the text that hold the quotes, cut as a search engine cuts; None if a quote is not in it.

    Quotes that fit into one piece share it, so that facts which lie apart come as sources of their own.
    """
    spans: list[Span] = []
    for quote in quotes:
        if (span := located(text, quote)) is None:
            return None
        spans.append(span)
    groups: list[Span] = []
    for start, end in sorted(spans):
        if groups and max(end, groups[-1][1]) - groups[-1][0] <= most:
            groups[-1] = (groups[-1][0], max(end, groups[-1][1]))
        else:
            groups.append((start, end))
    return [excerpt(text, span, most, draw) for span in groups]


def excerpt(text: str, span: Span, most: int, draw: Random) -> str:
    """At most so many characters of the text (more if the span is longer) around the span, which lies anywhere in them.

    Cut at spaces and line ends, in mid-sentence as it comes, with an ellipsis at each cut: the source that decides looks
    like any other.
    """
    if len(text) <= most:
        return text.strip()
    room = max(0, most - 2 - (span[1] - span[0]))
    start = max(0, min(span[0] - draw.randint(0, room), len(text) - most + 2))
    end = min(len(text), max(span[1], start + most - 2))
    if start and (space := _BLANK.search(text, start, span[0] + 1)):
        start = space.start()
    if end < len(text):
        end = max((space.start() for space in _BLANK.finditer(text, span[1], end + 1)), default=end)
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")


def blocks(text: str, most: int = STRETCH) -> list[str]:
    """The whole text in consecutive stretches."""
    found: list[str] = []
    here = 0
    edges = [m.end() for m in _EDGE.finditer(text)] + [len(text)]
    last = 0
    for edge in edges:
        if edge - here > most and last > here:
            found.append(text[here:last].strip())
            here = last
        last = edge
    found.append(text[here:].strip())
    return [block for block in found if block]


def long_words(text: str) -> set[str]:
    """The longer words of a text, for telling likeness."""
    return {w.lower() for w in _WORD.findall(text) if len(w) > 3}


def covered(part: str, whole: str) -> float:
    """Share of the longer words of `part` that `whole` has too."""
    words = long_words(part)
    return len(words & long_words(whole)) / len(words) if words else 1.0


def _head(source: Json, parted: str) -> str:
    return parted.join(str(source[name]) for name in ("url", "date") if source.get(name))


def _bracketed(sources: list[Json]) -> str:
    return "\n\n".join(f"[{s['id']}] {s['title']} ({_head(s, ', ')})\n{s['snippet']}" for s in sources)


def _tagged(sources: list[Json]) -> str:
    dated = {s["id"]: f' date="{s["date"]}"' if s.get("date") else "" for s in sources}
    return "\n".join(
        f'<source id="{s["id"]}" title="{_flat(s["title"])}" url="{s["url"]}"{dated[s["id"]]}>\n{s["snippet"]}\n</source>'
        for s in sources
    )


def _flat(text: str) -> str:
    return text.replace('"', "'")


def _headed(sources: list[Json]) -> str:
    return "\n\n".join(f"### [{s['id']}] {s['title']}\n{_head(s, ' · ')}\n\n{s['snippet']}" for s in sources)


def _object(sources: list[Json]) -> str:
    kept = [{name: s[name] for name in ("id", "title", "url", "date", "snippet") if s.get(name)} for s in sources]
    return json.dumps(kept, ensure_ascii=False, indent=1)


def _labelled(sources: list[Json]) -> str:
    return "\n\n".join(
        "\n".join(
            [
                f"Source [{s['id']}]: {s['title']}",
                f"From: {s['url']}",
                *([f"Dated: {s['date']}"] if s.get("date") else []),
                f"Text: {s['snippet']}",
            ]
        )
        for s in sources
    )


LAYOUTS: dict[str, Callable[[list[Json]], str]] = {
    "bracketed": _bracketed,
    "tagged": _tagged,
    "headed": _headed,
    "object": _object,
    "labelled": _labelled,
}


def show_sources(record: Record) -> str:
    """The sources as the student sees them."""
    return LAYOUTS[record.formal.get("layout", "bracketed")](record.formal.get("sources") or [])


FINAL = {
    "option": ('End with "Answer:" and the letter of your choice.', 'The last line is "Answer:" and one letter.'),
    "truth": ("Begin with True or False.", 'Close with "Answer: True" or "Answer: False".'),
    "number": ('End with "Answer:" and the number in digits.', 'Last line: "Answer:" and the bare number.'),
    "span": ("A few words of the source are enough.", "Answer in one sentence that takes over the source's wording."),
    "order": ('End with "Answer:" and all letters in order, parted by commas.',),
    "set": ("Give every item a line of its own.", "Answer with a list, one item a line."),
}
CITING = {
    "markers": (
        "Cite the sources you rely on in brackets, as in [{example}], right after what they support.",
        "After each statement put the number of the source in brackets, like [{example}].",
        "Every statement needs its source, written [{example}].",
    ),
    "footer": (
        'Name the sources used on one last line that starts with "Sources:", in brackets as in [{example}].',
        'Close with a line "Sources:" that lists, in brackets like [{example}], only those the answer rests on.',
    ),
    "quote": (
        "Quote the words that decide it, with their source in brackets, as in [{example}].",
        "Give the decisive words in quotation marks, followed by the source as in [{example}].",
    ),
    "json": (
        'Return one JSON object with two keys: "answer", and "relevant_passages", the list of the ids of the sources used.',
        'The output is JSON, read by a program: {{"answer": ..., "relevant_passages": [...]}}, where the list holds the ids of '
        "the sources that the answer rests on, and nothing around it.",
    ),
    "list": (
        "Answer in bullet points, each closing with its source in brackets, as in [{example}].",
        "Put each point on a line of its own that starts with a dash and ends with its source, like [{example}].",
    ),
}
_IN_JSON = {
    "option": '"answer" is one letter.',
    "truth": '"answer" is "True" or "False".',
    "number": '"answer" is one number.',
    "span": '"answer" is a few words taken from a source.',
    "order": '"answer" is the letters in order, parted by commas.',
    "set": '"answer" is a list of strings.',
    "text": '"answer" is one string.',
}
_ABOVE = {
    "option": 'The line above it is "Answer:" and the letter of your choice.',
    "truth": 'The line above it is "Answer: True" or "Answer: False".',
    "number": 'The line above it is "Answer:" and the number in digits.',
    "order": 'The line above it is "Answer:" and all letters in order, parted by commas.',
}
"""Where the sources have the last line, the answer has the one before."""
_SILENT = (
    "If the sources do not say, say so.",
    "Rely on the sources alone; where they do not answer, state that.",
    "Use nothing but the sources. Should they leave it open, say that they do.",
)
_SILENT_CLOSED = (
    "If the sources do not say, say so in place of the answer.",
    "Rely on the sources alone; where they do not answer, state that instead.",
    "Use nothing but the sources. Should they leave it open, say so, and give no answer.",
)
"""Where the answer has a shape of its own, which has no room for it."""
_SILENT_FOOTER = ' In that case the last line is "Sources: none".'
_SILENT_JSON = 'Where the sources do not answer, "answer" is the string "The sources do not say".'
_PLACED = frozenset({"option", "truth", "number", "span", "text"})
"""Forms whose value in an object may be that string; a list of members or letters may not."""
_ASKED = re.compile(
    r"\?|\uff1f|\b(?:true|false|check|verify|judge|decide|whether|correct|right|wrong|tell me|say if|find out"
    r"|hold(?:s|ing)? (?:up|true))\b",
    re.I,
)
_TO_JUDGE = (
    "Is that true or false?",
    "Is this right, by the sources?",
    "True or false?",
    "Check that against the sources.",
)
"""What asks for the verdict where the task only makes a claim."""
SUITED = {
    "text": ("markers", "markers", "footer", "json", "list"),
    "set": ("markers", "footer", "json", "list"),
    "order": ("footer", "json"),
    "option": ("markers", "footer", "quote", "json"),
    "truth": ("markers", "footer", "quote", "json"),
    "number": ("markers", "footer", "quote", "json"),
    "span": ("markers", "footer", "quote", "json"),
}
"""Answer form -> the ways of citing that go with it."""


def demand(form: str, way: str, example: str, draw: Random, task: str = "") -> str:
    """The sentences that ask for citations of this way and for the final form; a task that only claims is made a question."""
    said = [draw.choice(_TO_JUDGE)] if form == "truth" and task and not _ASKED.search(task) else []
    said.append(draw.choice(CITING[way]).format(example=example))
    if way == "json":
        said.append(_IN_JSON.get(form, _IN_JSON["text"]))
    elif way == "footer" and form in _ABOVE:
        said.append(_ABOVE[form])
    # Bullet points say already how the items stand.
    elif form in FINAL and not (form == "set" and way == "list"):
        said.append(draw.choice(FINAL[form]))
    if draw.random() < 0.7 and (way != "json" or form in _PLACED):
        closed = form in FINAL and form not in ("span", "set")
        silent = _SILENT_JSON if way == "json" else draw.choice(_SILENT_CLOSED if closed else _SILENT)
        said.append(silent + (_SILENT_FOOTER if way == "footer" else ""))
    return " ".join(said)
