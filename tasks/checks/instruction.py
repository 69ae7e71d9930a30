"""Checks of an instruction and its author's key, before anyone answers."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.answers import OPTION_LETTERS
from tasks.records import Record
from tasks.text.numbers import quantities
from tasks.text.plain import plain
from tasks.text.words import bare, holds, words

QUOTED = frozenset({"option", "truth", "number", "span", "set"})
"""The forms whose key must rest on quotes."""

_ANYWHERE = re.compile(
    r"\b(?:the |this )?original (?:passage|article|question|story)\b"
    r"|\b(?:the|this) (?:modified|altered|transformed|updated) (?:passage|text)\b"
    r"|\b(?:in|according to|based on|from|per|given) the (?:revised|edited|new|rewritten) (?:passage|text|version)\b"
    r"|\bas (?:we )?(?:discussed|mentioned|noted|described|explained|seen|shown) (?:earlier|before|previously)\b"
    r"|\b(?:in|from|to|of|after|like|than) (?:the |your )(?:previous|preceding|earlier|prior"
    r"|last) (?:question|task|item|exercise|answer)s?\b"
    r"|\bas (?:we |was |it was |already )?(?:discussed|mentioned|noted|described|explained|seen|shown|stated|covered|introduced)"
    r" (?:in|by|during) (?:the|an?|our|your) (?:previous|preceding|earlier|prior|last|foregoing)"
    r" (?:section|chapter|lesson|unit|part|discussion|conversation|passage|text|exercise)s?\b"
    r"|\b(?:in|from|of) (?:the|our|your) (?:previous|preceding|prior) (?:section|chapter|lesson|unit)s?\b"
    r"|\bprevious question\b|\b(?:in|from|to|of) question \d{1,2}\b"
    r"|\bthe (?:suggestion|suggester|editor's suggestion)\b|\btask[ _]types?\b|\banswer[ _]form\b"
    r"|\banswer key\b|\bauthor's key\b"
    r"|\b(?:the|this|following|above|attached|accompanying) (?:[a-z]+ )?(?:image|photo|photograph|picture"
    r"|figure|diagram|video|audio|screenshot|illustration|map|chart|graph|attachment) "
    r"(?:below|above|shown|provided|attached|depicts|displays|on the (?:left|right))"
    r"|\b(?:in|see|from|at|refer to|using|look at|study) (?:the )?(?:attached|accompanying|following"
    r"|above|given|provided) (?:image|photo|photograph|picture|figure|diagram|video|audio|screenshot"
    r"|illustration|map|file|attachment)\b"
    r"|\b(?:see|in|refer to) (?:figure|fig\.|exhibit|appendix) \d|\b(?:figure|fig\.) \d{1,2}(?: (?:above|below|shows))"
    r"|\b(?:on|see|to|at) pages? \d+|\bpages? \d{1,4}\b(?= (?:of|in|above|below)\b|[,.)?]|$)"
    r"|\[(?:insert|add|your|name|the|paste|todo|placeholder|text|passage|list|fill)\b[^\]]{0,60}\]|\{\{"
    r"|\}\}|\{%|\btodo\b|\btbd\b|\bfixme\b|\blorem ipsum\b"
    r"|<(?:placeholder|insert|your|passage|text|name|answer|option|question|context|topic)[a-z _-]{0,30}>"
    r"|</?[a-z_]{2,20}-[0-9a-f]{10}>|\bxxx+\b"
)
_ORIGINAL = re.compile(r"\boriginal (?:text|document|version)\b")
_THING = (
    r"(?:text|article|document|story|transcript|poem|dialogue|essay|paragraph|conversation|snippet|speech"
    r"|report|letter|account)"
)
_OF_TEXTS = (
    r"(?:short|whole|entire|same|first|second|last|final|quoted|reading|text|above|given|following|opening|source)"
)
_SPATIAL = r"(?<!through )(?<!along )(?<!inside )(?<!across )(?<!into )"
_SHOWN = re.compile(
    rf"{_SPATIAL}\b(?:the|this|that) (?:{_OF_TEXTS} )?(?:passage|excerpt|extract)\b(?! (?:of|from|to|through|between)\b)"
    rf"|\b(?:above|following|given|provided|preceding|below|supplied) (?:{_OF_TEXTS} )?(?:passage|excerpt|extract)s?\b"
    rf"|\b(?:according to|based on|as (?:stated|described|mentioned|told) in|stated in|mentioned in"
    rf"|described in) (?:the|this) (?:[a-z]+ )?{_THING}\b"
    rf"|\b(?:above|following|given|provided|preceding|supplied) {_THING}\b|\b{_THING} (?:above|below)\b"
    r"|\b(?:mentioned|described|stated|shown|listed|quoted) (?:above|below)\b"
)
_READ = re.compile(
    rf"\b(?:in|from|by|throughout|of|read|does) (?:the|this) (?:[a-z]+ )?{_THING}\b|\b(?:the|this) (?:text"
    rf"|article|transcript|poem)\b"
    r"|\b(?:does|do|did) the (?:author|narrator|speaker|writer)\b|\bthe (?:author|narrator|speaker"
    r"|writer)(?:'s)? (?:[a-z]+ )?(?:says?|suggests?|impl(?:y|ies)|argues?|claims?|mentions?|states?"
    r"|means?|main|argument|tone|view)"
)
_OPTIONS = re.compile(
    r"\b(?:which|what|one) (?:one )?(?:of|among) the (?:following|above|below|options|choices)\b"
    r"|\b(?:above|following|given|listed|these|the) (?:answer )?(?:options|choices)\b|\bof the (?:options"
    r"|choices) (?:above|below)\b"
)
_MARKER = re.compile(r"\[[A-Z]{2,}(?:[ _-][A-Z0-9]+)*\]")
"""What a rewriting may be asked to put in a text, such as [NAME]; in other tasks it is a gap left in a template."""
_UNFILLED = re.compile(r"\[(?:INSERT|ADD|YOUR|PASTE|TODO|PLACEHOLDER|FILL|TEXT|PASSAGE)\b")
_TELLS = (
    r"(?i:\b(?:hint|tip|spoiler|clue|(?:the |its |your )?(?:(?:right|correct|true|final|best|expected|actual) )?"
    r"(?:answers?|solution)|(?:right|correct) (?:options?|choice|key|order|sequence|pairs|value|number|letter))"
    r"(?: (?:is|are|was|were|must be|should be|would be|here is)\b|\s?[:=,\u2013\u2014-])"
    r"[\s\"'“\u2018(*]{0,3}(?:option |choice )?)"
)
_LEFT_OUT = re.compile(r"\s*[\[(]?\s*(?:\.\s?){3,}\s*[\])]?\s*")
_BRACKETED = re.compile(r"\[\s*(?:\.\s?){3,}\s*\]")
_FOR_EXAMPLE = re.compile(r"\b(?:example|e\.g\.|such as|form|format|like)\W*$", re.I)
_LISTED = re.compile(r"[:\n].*(?:\n|,|;|\bor\b)", re.S)


def self_contained(record: Record) -> str | None:
    """Rejects an instruction that refers to what the student will not see, or that is an unfilled template."""
    if problem := _dangling(record):
        return problem
    if record.answer_form == "calls":
        return _unshown(record, _SHOWN)
    return None if record.passage.strip() else _unshown(record, _SHOWN, _READ)


def stands_alone(record: Record) -> str | None:
    """Rejects an instruction that refers to a passage, for skills whose student sees none."""
    return _dangling(record) or _unshown(record, _SHOWN, _READ)


def _points_inside(found: str, instruction: str) -> bool:
    """Whether the thing that is pointed at, "in question 2", stands in the instruction itself."""
    number = re.search(r"\bquestion (\d{1,2})\b", found)
    if number is None:
        return False
    numbered = re.search(rf"(?m)^\W*(?:question )?\(?{number[1]}[.):]\s", instruction, re.I)
    inline = re.search(rf"(?:^|[\s(]){number[1]}[.)]\s", instruction) and re.search(r"(?:^|[\s(])1[.)]\s", instruction)
    return bool(numbered or inline) or instruction.count("?") >= int(number[1])


def _dangling(record: Record) -> str | None:
    for text in (record.instruction, *record.options):
        said = plain(_unmarkered(text) if record.answer_form == "text" else text)
        # The story itself may speak of a first draft or of question 3.
        given = plain(record.passage)
        if any(m[0] not in given and not _points_inside(m[0], record.instruction) for m in _ANYWHERE.finditer(said)):
            return "refers to something that the reader does not see, or is an unfilled template"
    said = plain(record.instruction)
    if record.answer_form != "text" and _ORIGINAL.search(said) and not _ORIGINAL.search(plain(record.passage)):
        return "refers to an original that the reader does not see"
    if not record.options and _OPTIONS.search(said) and not _LISTED.search(record.instruction):
        return "refers to options that are not there"
    return None


def _unmarkered(text: str) -> str:
    return _MARKER.sub(lambda m: m[0] if _UNFILLED.match(m[0]) else "", text)


def _unshown(record: Record, *patterns: re.Pattern[str]) -> str | None:
    text = record.instruction.strip()
    # An instruction may bring its own text along.
    if "\n" in text and len(text.split()) > 40:
        return None
    return "refers to a text that is not shown" if any(p.search(plain(text)) for p in patterns) else None


def answer_hidden(record: Record) -> str | None:
    """Rejects an instruction that contains or tells its key, and options whose length gives the right one away."""
    if any(_told(record.instruction, key) for key in _wordings(record)):
        return "the instruction tells the key"
    if record.answer_form == "order" and _tells_an_order(record):
        return "the instruction tells an order of the options"
    if record.answer_form == "span":
        for key in record.key:
            if len(bare(key).split()) >= 2 and holds(record.instruction, key):
                return "the key stands in the instruction"
    if record.answer_form == "number" and record.key:
        keys = quantities(record.key[0])
        if (
            keys
            and len(re.sub(r"\D", "", record.key[0])) >= 3
            and any(v == keys[0][0] for v, _ in quantities(record.instruction))
        ):
            return "the key stands in the instruction"
    if (
        record.answer_form == "option"
        and len(record.key) == 1
        and record.key[0] in set(OPTION_LETTERS[: len(record.options)])
    ):
        lengths = [len(o.strip()) for o in record.options]
        right = lengths.pop(OPTION_LETTERS.index(record.key[0]))
        if lengths and right > 2 * sum(lengths) / len(lengths) and right > max(lengths) + 40:
            return "the right option is much longer than the others"
    return None


def _tells_an_order(record: Record) -> bool:
    """Whether all letters of the options stand in a row, in another order than that of the alphabet; shuffling the options has
    made another order of what their author told."""
    letters = OPTION_LETTERS[: len(record.options)]
    if len(letters) < 2:
        return False
    row = rf"(?<![\w'])(?:[{letters}]\W{{1,3}}(?:and |then )?){{{len(letters) - 1}}}[{letters}](?![\w'])"
    return any(
        sorted(told) == sorted(letters) != list(told)
        for told in (re.sub(r"[^A-Z]", "", found) for found in re.findall(row, record.instruction))
    )


def _wordings(record: Record) -> list[str]:
    """The ways to say the key outright."""
    if not record.key or not record.answerable:
        return []
    if record.answer_form == "text":
        return [record.key[0]] if len(record.key[0].split()) > 3 else []
    if record.answer_form == "option":
        letters = OPTION_LETTERS[: len(record.options)]
        return [*record.key, *(record.options[letters.index(k)] for k in record.key if k in list(letters))]
    return record.key if record.answer_form in {"span", "label"} else [", ".join(record.key)]


def _told(instruction: str, key: str) -> bool:
    wanted = plain(key).strip(" .,;:\"'")
    if not wanted:
        return False
    # "Answer: A, B or C" offers a choice; a small letter is an article.
    ends = r"(?![\w'-])(?!\W{0,3}(?i:or\b|and\b|/))"
    if len(wanted) == 1 and wanted.isalpha():
        wanted, said, ends = wanted.upper(), instruction, ends + r"(?!, ?[A-H]\b)(?! [a-z])"
    else:
        said = plain(instruction)
        if wanted not in said:  # compiling the pattern costs more than all the other checks
            return False
        wanted = rf"(?:[a-h]\s?[,.):-]+\s*)?{re.escape(wanted)}"
    return any(not _FOR_EXAMPLE.search(said[: m.start()]) for m in re.finditer(f"{_TELLS}{wanted}{ends}", said))


def evidence(record: Record) -> str | None:
    """Rejects quotes and extracted keys that the passage does not contain, and keys that rest on no quote."""
    passage = plain(record.passage)
    for number, quote in enumerate(record.evidence, 1):
        if not _quoted(passage, quote, ellipsis=not record.constraints):
            return f"quote {number} is not in the passage"
    if record.answerable and record.answer_form in QUOTED and not record.evidence:
        return "no quote for the key"
    if record.answerable and record.answer_form in {"span", "set"}:
        for number, key in enumerate(record.key, 1):
            if not holds(record.passage, key) and plain(key) not in passage:
                return f"key {number} is not in the passage"
    return None


def _quoted(passage: str, quote: str, ellipsis: bool) -> bool:
    """Whether the passage has the words of the quote in a row, or its parts in order where it leaves something out."""
    said = plain(quote)
    parts = _LEFT_OUT.split(said) if ellipsis or _BRACKETED.search(said) else [said]
    wanted = [run for part in parts if (run := " ".join(words(part)))]
    whole = _in_a_row(passage)
    at = 0
    for part in wanted:
        found = whole.find(f" {part} ", at)
        if found < 0:
            return False
        at = found + 1
    return bool(wanted)


@lru_cache(maxsize=512)
def _in_a_row(passage: str) -> str:
    """The words of a passage, one space around each: its siblings are held against it too."""
    return f" {' '.join(words(passage))} "
