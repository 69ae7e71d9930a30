"""An answer that breaks a requirement of its own request: the defect of text modification.

What the request requires is read from its wording, in the many ways in which an instruction may say it, and broken by the
row of its requirement; where no cue is found, the text comes back unchanged, or loses a number or a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.case import Case, Planted, sentences
from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.contract import Constraint

Reads = Callable[[str, str], Constraint | None]
"""The request's wording and the answer -> a requirement that can be broken in it."""

_OPEN, _CLOSE = r"[\"'“‘`*]+", r"[\"'”’`*]+"
_TERM = rf"{_OPEN}([^\"“”`*\n]{{1,200}}?){_CLOSE}"
_REWRITES = re.compile(
    r"\bneeds? (?:a change|changing|rewriting)\b|(?:^|[.!?:]\s+|\*\*\s*)(?:Please |Now )?(?:"
    r"(?:Re-?write|Paraphrase|Reword|Rephrase|Restate|Replace|Remove|Delete|Simplify|Format|Reformat|Capitali[sz]e|Annotate"
    r"|Mark up|Highlight|Convert|Shorten|Condense|Expand|Normali[sz]e|Obfuscate|Mask|Swap|Translate|Restyle|Edit|Tag"
    r"|Substitute|Revise|Reduce|Leave out|Use no|Allow no|Bold|Italici[sz]e)\b"
    r"|(?:Put|Write|Set|Turn|Change|Break|Make|Copy|Return|Repeat|Lay out|Render|Cut|Drop"
    r"|Keep|Leave) (?:out )?(?:the (?:text|passage|whole|following)|every|each|all|it\b|this (?:text|passage)))",
    re.M,
)


def constraint_violation(case: Case) -> Planted | None:
    """The answer broken in one way that its request forbids; the detail names the way."""
    task = _task(case.asked)
    if not case.content or not task or "Answer:" in case.asked:
        return None
    content = case.content
    asked = {name: c for name, read in _READS.items() if (c := read(task, content))}
    broken = {name: REQUIREMENTS[c.kind].broken(content, c) for name, c in asked.items()}
    ways = {name: text for name, text in broken.items() if text and text != content}
    if not ways:
        ways = {name: text for name, way in _ANYWAY.items() if (text := way(case.asked, content))}
    if not ways:
        return None
    name = case.random.choice(sorted(ways))
    return case.content_becomes(ways[name], name)


def _task(asked: str) -> str:
    """The line near the beginning or the end that asks for a rewriting: the text between them may command too."""
    lines = [line for line in asked.splitlines() if line.strip()]
    outer = lines if len(lines) < 6 else [*lines[:2], *lines[:-4:-1]]
    return next((line for line in outer if _REWRITES.search(line)), "")


def _numbered(kind: str, cue: str) -> Reads:
    """A requirement whose number stands in one of the groups of its cue."""

    def read(asked: str, content: str) -> Constraint | None:
        found = re.search(cue, asked, re.I)
        number = next((int(n) for n in found.groups() if n), 0) if found else 0
        return Constraint(kind=kind, number=number) if found else None

    return read


def _worded(kind: str, cue: str, flags: re.RegexFlag = re.I, *, absent: bool = False) -> Reads:
    """A requirement whose word stands in the first group of its cue; `absent`: it must not come, and does not yet."""

    def read(asked: str, content: str) -> Constraint | None:
        found = re.search(cue, asked, flags)
        if not found or (absent and found[1].lower() in content.lower()):
            return None
        return Constraint(kind=kind, words=[found[1]])

    return read


def _marked(kind: str, cue: str, mark: str) -> Reads:
    """A requirement that the answer is seen to meet by a mark in it."""

    def read(asked: str, content: str) -> Constraint | None:
        met = re.search(cue, asked, re.I) and re.search(mark, content, re.M)
        # The number does not matter: every mark is taken out.
        return Constraint(kind=kind, number=2) if met else None

    return read


def _letter_case(asked: str, content: str) -> Constraint | None:
    letters = [c for c in content if c.isalpha()]
    if not re.search(r"\bcase\b|capital|\bupper|\blower", asked, re.I) or not letters:
        return None
    case = "upper" if all(c.isupper() for c in letters) else "lower" if all(c.islower() for c in letters) else "title"
    return Constraint(kind="letter_case", words=[case])


def _replace(asked: str, content: str) -> Constraint | None:
    by = rf"(?:replace|change|swap|substitute)[^.\n]{{0,60}}?{_TERM}[^.\n]{{0,20}}?\b(?:by|with|to|into|for)\b"
    instead = rf"wherever[^.\n]{{0,40}}?{_TERM}[^.\n]{{0,20}}?\b(?:put|use|write|say)\b"
    found = re.search(rf"(?:{by}|{instead})[^.\n]{{0,25}}?{_TERM}", asked, re.I)
    return Constraint(kind="replace", words=[found[1] or found[2], found[3]]) if found and found[3] else None


def _passage(asked: str, content: str) -> str | None:
    """The part of the request that the answer was made from: the paragraphs that share most words with it."""
    words = set(re.findall(r"\w+", content.lower()))
    parts = [
        part.strip() for part in re.split(r"\n\s*\n|\n(?=</?text>|\"\"\"|---)|^\*\*Text:\*\*", asked) if part.strip()
    ]
    near = [
        p
        for p in parts
        if len(words & set(re.findall(r"\w+", p.lower()))) >= 0.5 * len(set(re.findall(r"\w+", p.lower())))
    ]
    long = [p for p in near if len(p.split()) >= 8]
    return "\n\n".join(re.sub(r'^(<text>|"""|Text:)\s*|\s*(</text>|""")$', "", p) for p in long) or None


def _unchanged(asked: str, content: str) -> str | None:
    passage = _passage(asked, content)
    return passage if passage and passage.split() != content.split() else None


def _lost_fact(asked: str, content: str) -> str | None:
    facts = re.findall(r"\b\d[\d.,]*\d\b|\b\d\b|(?<=[a-z,] )[A-Z][a-z]{3,}\b", content)
    if not facts:
        kept = sentences(content)
        return " ".join(kept[:-1]) if len(kept) > 2 else None
    return re.sub(rf"\b{re.escape(facts[0])}\b", "some" if facts[0][0].isdigit() else "it", content)


_READS: dict[str, Reads] = {
    "max_words": _numbered(
        "max_words",
        r"(?:at most|no more than|up to|fewer than|under|within|maximum of) (\d+) words|(\d+) words or (?:fewer|less)",
    ),
    "min_words": _numbered("min_words", r"(?:at least|no fewer than|minimum of|more than)\s+(\d+) words"),
    "max_sentences": _numbered(
        "max_sentences",
        r"(?:at most|no more than|only|up to|maximum of)(?: \w+){1,4} sentences?|in (?:one|a single) sentence",
    ),
    "letter_case": _letter_case,
    "every_nth_word_upper": _numbered("every_nth_word_upper", r"every \w+ word"),
    "bullets": _marked("bullets", r"bullet|list", r"^\s*[-*•+]\s+"),
    "numbered": _marked("numbered", r"number|steps|list", r"^\s*\d+[.)]\s+"),
    "style": _numbered("bold", r"bold|italic|markdown|\*"),
    "emojis": _numbered("emojis", r"emoji"),
    "dates_iso": _marked("dates_iso", r"", r"\b\d{4}-\d\d-\d\d\b"),
    "replace": _replace,
    "include": _worded(
        "include",
        r"(?:(?:include|contain|use|mention)s?\s+the (?:word|phrase|term)s?|(?:end|close|finish) with|last sentence be)"
        rf"[^.\n“\"]{{0,20}}\s*{_TERM}",
    ),
    "exclude": _worded(
        "exclude",
        r"(?:without|avoid(?:ing)?|not use|not contain|no longer contain|never use|leave out|remove|drop|delete)\b"
        rf"[^.\n]{{0,60}}?{_TERM}",
        absent=True,
    ),
    "exclude_letters": _worded("exclude_letters", rf"\bletters?\s+(?:{_OPEN})?([a-zA-Z])\b", re.NOFLAG, absent=True),
    "sentence_start": _numbered(
        "sentence_start", r"(?:every|each) sentence[^.\n]{0,20}(?:start|begin)|(?:start|begin) (?:every|each) sentence"
    ),
    "line_count": _marked(
        "line_count", r"(?:exactly|in)\s+\w+ (?:non-empty )?lines\b|line of its own|separate lines?", r"\S\s*\n\s*\S"
    ),
    "max_word_length": _numbered(
        "max_word_length", r"words? (?:of|with|has|have|longer)[^.\n]{0,25}(\d+) (?:letters|characters)"
    ),
}
"""Way to break an answer -> the requirement read from the request, if it has it."""
_ANYWAY = {"unchanged": _unchanged, "lost_fact": _lost_fact}
