"""How far sources bear out what is said with them: words, figures, what is denied, and what is put in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction

from tasks.checks.arithmetic import equations
from tasks.checks.figures import Shown, figures, spelt
from tasks.kinds.retrieval.sources import located
from tasks.records import Json
from tasks.text.plain import plain
from tasks.text.quantities import find_quantities, flat, states
from tasks.text.sentences import sentences
from tasks.text.words import words

_SMALL = frozenset({
    "about", "after", "also", "although", "among", "because", "been", "before", "being", "between", "both", "could",
    "does", "each", "from", "have", "however", "into", "more", "most", "only", "other", "over", "said", "same",
    "should", "since", "some", "such", "than", "that", "their", "them", "then", "there", "these", "they", "this",
    "those", "through", "under", "until", "very", "were", "what", "when", "where", "which", "while", "will", "with",
    "would", "according", "source", "sources", "states", "reports",
})  # fmt: skip
_STEM = 5
SUPPORT = 0.2
"""Share of a sentence's content words that the cited sources must hold, or a reader is asked."""
FEW = 4
"""Content words below which a statement shows too little to be doubted."""
WHOLE = 0.5
"""Share from which on a source says the same, whatever else says it too."""
_NEGATION = re.compile(r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing)\b|n't\b")
_DENYING = re.compile(
    rf"{_NEGATION.pattern}|\b(?:forb\w+|prohibit\w*|ban(?:s|ned)?|avoid\w*|refus\w*|den(?:y|ied|ies)|lack\w*|fail\w*|stop\w*"
    r"|instead|rather than|except|unless|hardly|rarely|only|un\w{4,}|in(?:valid|correct|sufficient)|im\w{5,}|dis\w{4,})\b"
)
_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|while|whereas)\b")
_REACH = 4
"""Words behind a negation that it may deny."""
_QUOTED = re.compile(
    r"“([^“”\n]{8,600})”|„([^„“”\n]{8,600})[“”]|«([^«»\n]{8,600})»|(?<![\w\"])\"([^\"\n]{8,600})\"(?!\w)"
)
_INSERTED = re.compile(r"\s*\[[^\]\n]{0,40}\]\s*")
_LEAST_QUOTED = 4
"""Words from which on something in quotation marks is a quotation, and not a name or a word in an unusual sense."""


def content(text: str) -> set[str]:
    """The stems of the words of a text that carry its meaning."""
    return {w[:_STEM] for w in words(text) if len(w) > 3 and w not in _SMALL and not w.isdigit()}


def text_of(source: Json) -> str:
    """All that is shown of a source."""
    return "\n".join(str(source.get(name) or "") for name in ("title", "url", "date", "snippet"))


def share(said: str, sources: Iterable[Json]) -> float:
    """Share of the content words and quantities that the sources together hold; 1 if there are less than two."""
    wanted, text = content(said), "\n".join(map(text_of, sources))
    quantities = find_quantities(said)
    if len(wanted) + len(quantities) < 2:
        return 1.0
    held = len(wanted & content(text)) + sum(states(text, q) for q in quantities)
    return held / (len(wanted) + len(quantities))


def other_figures(
    said: str, sources: Iterable[Json], worked: Collection[Fraction] = (), *, steps: int = 1
) -> list[str]:
    """The numbers and times of day, as spelt, that the sources neither have nor yield in so many steps.

    `worked` are figures that equations have led to.
    """
    text = "\n\n".join(map(text_of, sources))
    found = find_quantities(said)
    times = [q for q in found if any(kind == "clock" for kind, _ in q.readings)]
    shown, known = Shown(text), {*worked, *(abs(q.number) for q in found if states(text, q))}
    numbers = [f for f in figures(said) if f.value > 2]
    near = [f.scaled for f in numbers if shown.has(f) or {f.value, f.scaled} & known]
    for _ in range(steps):
        open_ = [f for f in numbers if f.scaled not in near]
        near += [f.scaled for f in open_ if shown.follows(f, near)]
    read = flat(said)
    clocks = [read[q.start : q.end] for q in times if not states(text, q)]
    # "14.40" may be an amount.
    amounts = {c for c in clocks if "." in c and all(f.scaled in near for f in figures(c))}
    return [spelt(said, f) for f in numbers if f.scaled not in near] + [c for c in clocks if c not in amounts]


def worked_out(text: str, sources: Iterable[Json]) -> frozenset[Fraction]:
    """The figures of the text's right equations that start from figures of the sources; 75 per cent is 0.75 too."""
    shown = Shown("\n\n".join(map(text_of, sources)))
    known = shown.values | {f.value / 100 for f in shown.figures if f.unit == "%"} | {Fraction(n) for n in (1, 2, 100)}
    found: set[Fraction] = set()
    right = [equation for equation in equations(text) if equation.holds]
    for equation in right * 2:  # twice: a result may stand before the step that leads to it
        sides = [{f.scaled for f in figures(side)} for side in (equation.left, equation.right)]
        if any(side <= known | found for side in sides):
            found |= sides[0] | sides[1]
    return frozenset(found)


def turned_round(sentence: str, sources: Iterable[Json]) -> bool:
    """Whether the sentence denies what the sources say without denying it, or says what they deny."""
    said, parts = plain(sentence), [plain(s) for source in sources for s in sentences(str(source.get("snippet") or ""))]
    denied = set(_denied(said))
    for word in denied:
        holding = [part for part in parts if word in content(part)]
        if holding and not any(_DENYING.search(part) for part in holding):
            return True
    clauses = [clause for part in parts for clause in _CLAUSE.split(part)]
    return any(_undenied(clause, clauses) for clause in _CLAUSE.split(said) if not _DENYING.search(clause))


def _undenied(clause: str, parts: list[str]) -> bool:
    """Whether what the clause says is said by its sources with a negation."""
    mine = content(clause)
    nearest = max(parts, key=lambda part: len(mine & content(part)), default="")
    theirs = set(_denied(nearest))
    return len(mine) > 1 and bool(theirs) and theirs <= mine and len(mine & content(nearest)) >= WHOLE * len(mine)


def _denied(said: str) -> Iterator[str]:
    """The stems that a negation stands close before."""
    for m in _NEGATION.finditer(said):
        behind = re.split(r"[.,;:()]", said[m.end() :], maxsplit=1)[0]
        reached = " ".join(behind.split()[:_REACH])
        yield from content(reached)


def quotations(text: str) -> list[str]:
    """What stands in quotation marks and is long enough to be a quotation."""
    text = text if text.count('"') % 2 == 0 else text.replace('"', " ")
    found = ("".join(part or "" for part in m.groups()) for m in _QUOTED.finditer(re.sub(r"[*_]{1,2}", "", text)))
    return [q for q in found if len(words(q)) >= _LEAST_QUOTED]


def quoted_from(quote: str, text: str) -> bool:
    """Whether the text has the quotation word for word, what is left out or put in brackets aside."""
    return located(text, _INSERTED.sub(" … ", quote).strip(" …,.;:")) is not None
