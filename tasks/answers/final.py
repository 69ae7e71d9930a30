"""Where a response states its result: the `Answer:` line, the boxed value, the sentence that says what it is."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.text.plain import calm
from tasks.text.sentences import LIST_MARK

PART = 4000
"""Characters at either end of a response in which its answer is looked for."""

STATEMENT = 400
"""Characters behind "the answer is" that are read."""

_ANSWER = re.compile(
    r"^[ \t>#•-]*(?:(?:so|thus|therefore|hence),?[ \t]+)?(?:the[ \t]+|my[ \t]+)?(?:(?:final|correct|right"
    r"|best|short)[ \t]+){0,2}"
    r"(?:answers?|ans|verdict|choice|order|(?:correct|right|best|chosen|selected)[ \t]+(?:option|choice"
    r"|order|sequence|pairs|matches))(?:[ \t]+is)?(?:[ \t]*(?:[:=→]|[ \t]-(?=[ \t])|[\u2013—])[ \t]*"
    r"|\.?[ \t]*$)(?P<rest>.*)$",
    re.I | re.M,
)
_INLINE = re.compile(r"\b(?:final |correct )?answer[ \t]*:[ \t]*(?=(?P<rest>\S.*)$)", re.I | re.M)
_SAYS = re.compile(
    r"(?:\b(?:the|my|our)[ \t]+(?:[a-z-]{2,20}[ \t]+){0,3}?|^[ \t]*(?:correct[ \t]+)?)"
    r"(?:answer|option|choice|letter|order|sequence|matching|matches|pairs|list|total|result|number)"
    r"(?:[ \t]+(?:here|to (?:this|the) question|of (?:the )?(?:events|steps|letters)))?"
    r"[ \t]+(?:is|are|was|were|would be|must be|should be|has to be|comes to|thus is)"
    r"(?:[ \t]+(?:therefore|thus|then|clearly|indeed|hence))?,?[ \t]*:?[ \t]*(?:\n\s*)?"
    rf"(?=(?P<rest>\S.{{0,{STATEMENT - 1}}}))",
    re.I | re.M,
)
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{((?:[^{}]|\{[^{}]{0,200}\}){0,400})\}")
_EMPHASIS = re.compile(r"\*{2,3}|\*(?=\S)|(?<=\S)\*|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`+")
_BOLD = re.compile(r"\*\*([^*\n]{1,300})\*\*|__([^_\n]{1,300})__")
_LATEX = (
    (re.compile(r"\\(?:text|mathrm|mathbf|textbf|mathit)\s*\{([^{}]{0,300})\}"), r"\1"),
    (re.compile(r"\\d?frac\s*\{([^{}]{1,40})\}\s*\{([^{}]{1,40})\}"), r"\1/\2"),
    (re.compile(r"\\(?:rightarrow|to|Rightarrow|implies)\b"), "→"),
    (re.compile(r"\\times\b|\\cdot\b"), "\u00d7"),
    (re.compile(r"\\(?=[%$&#{}])|\\[()\[\],;! ]|\\approx|\\quad|\$(?=[^\s$]{1,80}\$)"), ""),
)
_SENTENCE_END = re.compile(
    r"(?<=[^\W\d_]{2}[.!?])\s+(?=[\"'“(]?[A-Z])|(?<=[\d)%A-H\"'”][.!?])\s+(?=[\"'“(]?[A-Z][a-z])"
)


@lru_cache(maxsize=64)
def unmarked(text: str) -> str:
    """The text without emphasis, code marks and LaTeX dress; line structure and list marks stay."""
    if "\\" in text:
        text = _BOXED.sub(r"\1", text)
        for pattern, instead in _LATEX:
            text = pattern.sub(instead, text)
    return _EMPHASIS.sub("", text) if any(mark in text for mark in "*_`") else text


def answer_line(text: str) -> str | None:
    """What stands after the last `Answer:`, with the lines that follow without a gap; None if there is no such line."""
    return _final_part(text)[0]


def after_answer(text: str) -> str:
    """What the text goes on to say behind the lines of its last `Answer:` or its last LaTeX box."""
    line, after = _final_part(text)
    if line is not None:
        _, _, note = line.partition("\n")
        return f"{note}\n{after}".strip()
    boxes = list(_BOXED.finditer(text)) if "\\" in text else []
    return unmarked(text[boxes[-1].end() :]).strip(" $.\n") if boxes else ""


@lru_cache(maxsize=64)
def _final_part(text: str) -> tuple[str | None, str]:
    text = unmarked(text)
    matches = list(_ANSWER.finditer(text)) or list(_INLINE.finditer(text))
    if not matches:
        return None, ""
    last = matches[-1]
    rest, after = last["rest"].strip(), text[last.end("rest") :]
    if not rest:
        after = after.lstrip()
    following, *left = re.split(r"\n[ \t]*\n", after, maxsplit=1)
    return (f"{rest}\n{following.strip()}".strip() if rest else following.strip()), "".join(left).strip()


def boxed(text: str) -> str | None:
    """The content of the last LaTeX box."""
    found = _BOXED.findall(text) if "\\" in text else []
    return unmarked(found[-1]).strip() if found else None


@lru_cache(maxsize=64)
def says(text: str) -> tuple[tuple[int, str], ...]:
    """What follows "the answer is" and its kin, up to the sentence's end, with its place, in order."""
    return tuple((m.start(), first_sentence(m["rest"])) for m in _SAYS.finditer(unmarked(text)))


def first_sentence(line: str) -> str:
    """The line up to the end of its first sentence."""
    return _SENTENCE_END.split(line, maxsplit=1)[0].strip()


def beside_tables(text: str) -> str:
    """The text without its tables, which show the working; all of a text that is nothing else."""
    rest = [line for line in text.splitlines() if not line.lstrip().startswith("|")]
    return "\n".join(rest) if any(line.strip() for line in rest) else text


def emphasised(text: str) -> list[str]:
    """What stands in bold."""
    return [(m[1] or m[2]).strip() for m in _BOLD.finditer(text)]


def both_ends(text: str) -> str:
    """The beginning and the end of a long text: a result stands there, and what lies between only costs time."""
    text = calm(text)
    return text if len(text) <= 2 * PART else f"{text[:PART]}\n\n{text[-PART:]}"


def list_items(text: str) -> list[str]:
    """The items of the text's last list, without marks; nested lines belong to their item's note."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if m := LIST_MARK.match(line):
            blocks[-1].append(line[m.end() :].strip())
        elif line.strip() and not line.startswith((" ", "\t")):
            blocks.append([])
    return next((b for b in reversed(blocks) if b), [])
