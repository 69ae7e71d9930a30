"""What a model thought before it answered, taken off the answer.

Models wrap their thoughts in a pair of markers, and each family writes them in other brackets: `<think>`, `[THINK]`,
`◁think▷`, `<seed:think>`, `<|begin_of_thought|>`. So a marker is known by its shape, brackets around a word for thinking, and
by its place: it opens the answer or a line, and what it closes is text of its own. An answer that speaks of such markers, or
shows them in code, has them elsewhere and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from tasks.teacher.faults import Fault
from tasks.text.markdown import outside_code

_THINKING = (
    r"think(?:ing)?|thoughts?|reasoning|ponder(?:ing)?|reflect(?:ion|ing)?|deliberat(?:e|ion)|scratch_?pad|monologue"
    r"|cot|chain_of_thoughts?"
)
_ANSWERING = r"(?:final_?)?(?:answer|response|output|solution|result|reply)|final"
# Opening bracket -> the one that closes it. A word in square brackets is a stage direction unless it is in capitals.
_BRACKETS = {"<": ">", "<|": "|>", "<｜": "｜>", "◁": "▷", "⟨": "⟩", "《": "》", "【": "】", "[": "]"}


def _grammar(words: str) -> re.Pattern[str]:
    """Group by group, what stands in each kind of brackets."""
    name = rf"(?:[a-z]{{2,12}}[:_-])??(?:{words})(?:[:_-][a-z_]{{1,24}})?"
    inside = rf"/?(?:(?:begin|start|end)_(?:of_)?)?{name}"
    kinds = (rf"{re.escape(a)}({inside})(?:\s[^<>\n]{{0,40}})?{re.escape(b)}" for a, b in _BRACKETS.items())
    return re.compile("|".join(kinds), re.I)


_THOUGHT, _REPLY = _grammar(_THINKING), _grammar(_ANSWERING)
_EDGE = re.compile(r"^/?(?:(?:begin|start|end)_(?:of_)?)?|_(?:begin|start|end)$")
# Some tell the two apart in words.
_IN_WORDS = re.compile(
    r"\A\s*here(?:['\u2019]s| is) my (?:thought process|thoughts|reasoning):\s"
    r".*?\n\s*here(?:['\u2019]s| is) my (?:response|answer):[ \t]*\n?"
    r"|\A\s*Thinking\.\.\.[ \t]*\n.*?\n[ \t]*\.\.\.done thinking\.[ \t]*(?:\n|\Z)",
    re.S | re.I,
)
_REST_OF_LINE = re.compile(r"[ \t\r]*(?:\n|\Z)")
_SENTENCE_END = (".", "!", "?", "…", "。", "！", "？")
_SPEAKS_ON = re.compile(r"[ \t]+[a-z(,]")


class _Marker(NamedTuple):
    start: int
    end: int
    name: str
    """Bracket and word: the same for the marker that opens and the one that closes."""
    closes: bool


def without_thoughts(text: str, asked: str = "") -> str:
    """The text without the thoughts in it; `asked` is what the model was told, which may speak of such markers itself.

    Raises Fault, unusable, where the thoughts never end.
    """
    text = _IN_WORDS.sub("", text)
    if not _THOUGHT.search(text):
        return text
    told = frozenset(marker.name for marker in _markers(asked))
    if _is_subject(text, told):
        return text
    end = _end_of_leading(text)
    text = text[end:]
    text = _blocks(text[_end_of_unopened(text, told) :], told)
    return _unwrapped(text, asked) if end else text


def _markers(text: str, grammar: re.Pattern[str] = _THOUGHT) -> Iterator[_Marker]:
    for match in grammar.finditer(text):
        kind = match.lastindex or 0
        word, left = match[kind], match[0][: match.start(kind) - match.start()]
        if left == "[" and word != word.upper():
            continue
        word = word.lower()
        closes = word.startswith(("/", "end_")) or word.endswith("_end")
        yield _Marker(match.start(), match.end(), left + _EDGE.sub("", word), closes)


def _is_subject(text: str, told: frozenset[str]) -> bool:
    """Whether the text begins with a marker that its sentence speaks of: "<think> and </think> mark the reasoning"."""
    first, following = [*islice(_markers(text), 2), None, None][:2]
    if first is None or first.closes or text[: first.start].strip() or not _SPEAKS_ON.match(text, first.end):
        return False
    if first.name in told:
        return True
    if following is None:
        return len(text) < 300 and "\n" not in text.strip()
    few = len(text[first.end : following.start].split()) < 3
    return few and bool(_SPEAKS_ON.match(text, following.end))


def _end_of_leading(text: str) -> int:
    """Where the thoughts end that the text begins with; 0 if it begins with none."""
    end = depth = last = 0
    name = ""
    for marker in _markers(text):
        if depth == 0:
            if marker.closes or text[end : marker.start].strip():
                break
            depth, name, last = 1, marker.name, 0
        elif marker.name == name:
            depth += -1 if marker.closes else 1
            last = marker.end if marker.closes else last
            end = marker.end if depth == 0 else end
    if depth and not last:
        raise Fault("unusable", "cut_off", "the reasoning never ended")
    return last if depth else end


def _end_of_unopened(text: str, told: frozenset[str]) -> int:
    """Where thoughts end whose opening marker was in the prompt's template, so that the text holds the closing one alone."""
    if text.lstrip().startswith(("{", "[{", "[[", '["')):
        return 0
    end, opened = 0, set()
    for marker in outside_code(text, list(_markers(text)), to_the_end=False):
        if not marker.closes:
            opened.add(marker.name)
        elif marker.name not in opened and _ends_a_part(text, marker, marker.name in told):
            end = marker.end
    return end


def _ends_a_part(text: str, marker: _Marker, spoken_of: bool) -> bool:
    """Whether a closing marker stands where thoughts end: on a line of its own, or between what it parts, without a space."""
    before, after = text[max(0, marker.start - 200) : marker.start], text[marker.end : marker.end + 1]
    if "\n" in before and not before.rpartition("\n")[2].strip() and _REST_OF_LINE.match(text, marker.end):
        return True
    if spoken_of:
        return False
    if before[-1:] in (" ", "\t"):
        return before.rstrip()[-1:] in _SENTENCE_END and after in ("", "\n")
    return after in ("", "\n", "*", "#", "$") or after.isalnum()


def _blocks(text: str, told: frozenset[str]) -> str:
    """The text without blocks of thoughts between its paragraphs; whole where it speaks of their markers or shows them."""
    markers = [marker for marker in _markers(text) if marker.name not in told]
    bare = outside_code(text, markers)
    if len(bare) < len(markers) or any(_inline(text, marker) for marker in bare):
        return text
    kept: list[str] = []
    at, opening = 0, None
    for marker in bare:
        if opening is None and not marker.closes:
            opening = marker
        elif opening is not None and marker.closes and marker.name == opening.name:
            kept.append(text[at : opening.start])
            at, opening = marker.end, None
    if opening is not None and not opening.name.startswith("["):
        raise Fault("unusable", "cut_off", "the reasoning never ended")
    return "".join([*kept, text[at:]])


def _inline(text: str, marker: _Marker) -> bool:
    """Whether a marker stands within a sentence, as a word of it."""
    before, after = text[max(0, marker.start - 200) : marker.start], text[marker.end : marker.end + 1]
    if marker.closes:
        return before[-1:] == " " and after not in ("", "\n")
    line = before.rpartition("\n")[2].rstrip()
    return bool(line) and line[-1] not in _SENTENCE_END


def _unwrapped(text: str, asked: str) -> str:
    """The answer out of a wrapper of its own, as models write it that wrap their thoughts."""
    markers = list(_markers(text, _REPLY))
    if not markers or markers[0].closes or text[: markers[0].start].strip() or markers[0].name in asked.lower():
        return text
    last = markers[-1]
    whole = last.closes and last.name == markers[0].name and not text[last.end :].strip()
    return text[markers[0].end : last.start] if whole else text[markers[0].end :] if len(markers) == 1 else text
