"""What a response says about each option: which ones it takes for right, which it rules out, which it only names.

Read clause by clause from where an option is named, by its letter or in its words, and from what is said of it there; no
wording is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tasks.answers.choices import OPTION_LETTERS
from tasks.text.phrases import Token, alike, content, denies, find_phrase, tokens

CLAUSE = re.compile(
    r"\s*(?:[;\u2014]|\s[-\u2013]\s|\.(?=\s|$)|[!?](?=\s|$)|\n|:\s"
    r"|,?\s\b(?:but|however|whereas|while|although|though|yet|then again)\b,?"
    r"|,\s(?=(?:so|which|hence|therefore|thus|because|since|and so)\b))\s*",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_LIKEWISE = re.compile(r"\s*(?:and )?(?:so (?:are|is|do|does|was|were|did)|neither|nor|likewise)\b", re.I)
_BUT = re.compile(
    r"\b(?:but|however|yet|although|though|on (?:reflection|second thoughts?)|whereas|still|then again)\b", re.I
)
_LETTER = re.compile(
    r"(?<![\w'\u2019.-])(?P<open>[(\[*_\"'`]{0,4})(?P<word>(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Ss]tatement|[Ll]etter|[Ii]tem)\s+)?"
    r"[(\[*]{0,3}(?P<letter>[A-H])(?P<close>[)\].:*_\"'`]{0,4})(?![\w'\u2019-])"
)
_ARTICLE = re.compile(
    r"\s+(?!because|since|as\b|for\b|is\b|was\b|has\b|and\b|or\b|does|can\b|could|would|may\b|might|must)[a-z]+(?<!s)(?=\W|$)"
)
_DENIES = re.compile(
    r"\b(?:not|never|no|neither|nor|none|nowhere|wrong\w*|false\w*|incorrect\w*|inaccurate\w*|untrue|unsupported|cannot"
    r"|without|fails?|failed|contradict\w*|exclud\w*|eliminat\w*|reject\w*|dismiss\w*|discard\w*|ruled? out"
    r"|rules? (?:[\w ]{1,20})?out|ruling out|instead of|rather than|unlike|tempting|confus\w*|revers\w*|mistak\w*|overstat\w*"
    r"|invent\w*|misread\w*|distort\w*|opposite|less|weaker|wrongly|at first|considered)\b|n['\u2019]t\b|[✗✘❌]",
    re.I,
)
_AFFIRMS = re.compile(
    r"\b(?:correct(?:ly)?|right(?:ly)?|true|yes|holds?|held|fits?|answer|best|only|alone|must|supported|supports?|borne out"
    r"|agrees?|match(?:es)?|accurate(?:ly)?|leaves?|leaving|remains?|therefore|thus|hence|so|consistent|explains?|follows"
    r"|choose|pick|choice)\b|[✓✔✅☑]",
    re.I,
)
_SUPPOSES = re.compile(r"\b(?:if|unless|would|were)\b", re.I)
_AS_GOOD = re.compile(
    r"\b(?:equally|just as|as well|also|too|both|either|might|may|could|perhaps|possibly|better)\b"
    r".*\b(?:good|well|right|correct|true|fits?|be|defensible|possible|plausible|likely|reasonable|holds?|answer|valid|works?|supported)\b"
    r"|\b(?:fits?|works?) better\b|\bor (?:rather|perhaps|possibly|maybe|also)\b",
    re.I,
)
CROSSED = re.compile(r"[✗✘❌]")
"""Signs that cross an option out."""


COVERED = 0.7
"""Share of an option's own words from which on a sentence counts as naming it."""


class Mention(NamedTuple):
    """An option in a clause."""

    place: int
    """Number of the clause."""
    option: int
    says: int
    """1: it is right; -1: it is ruled out; 0: it is only named."""
    by_letter: bool
    rival: bool = False
    """Whether it is put beside another as just as good."""


def clauses(text: str) -> list[str]:
    """The clauses of a text in order, a line of a list or table apart from the next."""
    return [part for part in CLAUSE.split(text) if part.strip()]


def weighed(said: Sequence[Mention], count: int) -> int | None:
    """The one option of so many that is taken for right in the end, else the only one that is not ruled out."""
    last = {m.option: 0 for m in said} | {m.option: m.says for m in said if m.says}
    right = [option for option, says in last.items() if says > 0]
    if right:
        return right[0] if len(right) == 1 else None
    open_ = [option for option, says in last.items() if says == 0]
    left = [option for option in range(count) if last.get(option, 0) >= 0]
    return next((found[0] for found in (open_, left) if len(found) == 1), None)


def weigh(options: Sequence[str], text: str, lettered: bool = True) -> list[Mention]:
    """What the text says about the options, in order; no clause counts twice for one option."""
    found: list[Mention] = []
    place = 0
    for line in text.splitlines():
        heading = _heading(line, len(options)) if lettered else None
        if heading is not None:
            found.append(Mention(place, heading, _polarity(line), True))
        for sentence in _SENTENCE.split(line):
            named = []
            before = 0
            for part, after in _with_next(sentence):
                place += 1
                for option, letter in _named(options, part, heading, lettered):
                    says = before if _LIKEWISE.match(part) else _polarity(part)
                    # "B looks right, but the mill was let": what comes after the "but" decides.
                    if (
                        says >= 0
                        and _BUT.match(after)
                        and not any(True for _ in _named(options, after, heading, lettered))
                    ):
                        says = -1
                    named.append(Mention(place, option, says, letter, bool(_AS_GOOD.search(part)) and says >= 0))
                before = named[-1].says if named else 0
            found += named
            near = None if named or heading is not None else nearest(options, sentence)
            if near is not None:
                found.append(Mention(place, near, _polarity(_core(options[near], sentence)), False))
    return found


def _core(option: str, sentence: str) -> str:
    """The clause of a sentence that has most of the option's words."""
    own, _ = _own(option)
    return max(clauses(sentence), key=lambda part: sum(any(alike(t, o) for o in tokens(part)) for t in own), default="")


def _with_next(line: str) -> Iterator[tuple[str, str]]:
    """Each clause of a line with what follows it, its joint included."""
    at = 0
    for joint in CLAUSE.finditer(line):
        if line[at : joint.start()].strip():
            yield (
                line[at : joint.start()],
                re.split(r"(?<=\w)[,;.:]", line[joint.start() : joint.end() + 60].lstrip(" ,;.\u2014-"))[0],
            )
        at = joint.end()
    if line[at:].strip():
        yield line[at:], ""


def _heading(line: str, count: int) -> int | None:
    """The option whose letter opens a line of a list or table that goes on about it."""
    m = re.match(
        r"[\s|>*_#•-]*(?:(?:option|choice|statement)\s+)?[(\[*_]{0,3}([A-H])[)\]*_]{0,3}\s*(?:[.:|)✗✓✔✘❌✅\u2013\u2014-]|\()",
        line,
        re.I,
    )
    if m is None or not m[1].isupper():
        return None
    place = OPTION_LETTERS.index(m[1])
    return place if place < count else None


def _named(options: Sequence[str], clause: str, heading: int | None, lettered: bool) -> Iterator[tuple[int, bool]]:
    """The options that a clause names, and whether by their letters."""
    seen = set()
    letters = list(_LETTER.finditer(clause)) if lettered else []
    others = any(m["letter"] != "A" for m in letters)
    for m in letters:
        place = OPTION_LETTERS.index(m["letter"])
        article = m["letter"] == "A" and not (m["word"] or m["close"].strip("*_")) and _ARTICLE.match(clause, m.end())
        if place < len(options) and place not in seen and place != heading and not (article and not others):
            seen.add(place)
            yield place, True
    if heading is None and not seen:
        yield from ((place, False) for place in said_options(options, clause))


def _polarity(clause: str) -> int:
    if _DENIES.search(clause):
        return -1
    return 1 if _AFFIRMS.search(clause) and not _SUPPOSES.search(clause) else 0


@lru_cache(maxsize=256)
def _own(option: str) -> tuple[tuple[Token, ...], bool]:
    """The words of an option that carry it, and whether it denies."""
    return content(option) or tokens(option), denies(option)


def said_options(options: Sequence[str], clause: str) -> list[int]:
    """The options that a clause gives in their words; of nested ones the longest."""
    whole = [i for i, option in enumerate(options) if find_phrase(clause, option)]
    return [
        i
        for i in whole
        if not any(
            j != i and len(tokens(options[j])) > len(tokens(options[i])) and find_phrase(options[j], options[i])
            for j in whole
        )
    ]


def nearest(options: Sequence[str], sentence: str) -> int | None:
    """The one option of whose own words a sentence has most and nearly all, in whatever endings; none if two are as near."""
    said = tokens(sentence)
    shares = []
    for i, option in enumerate(options):
        own, negative = _own(option)
        share = sum(any(alike(token, other) for other in said) for token in own) / len(own) if own else 0.0
        if len(own) > 1 and share >= COVERED:
            shares += [(share, i)] if denies(_core(option, sentence)) == negative else []
    best = max((share for share, _ in shares), default=0.0)
    found = [i for share, i in shares if share == best]
    return found[0] if len(found) == 1 else None
