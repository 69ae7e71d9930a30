"""Whether an answer that is to rest on the facts of its task alone brings in others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tasks.checks.check import Doubt
from tasks.checks.grounding import names_grounded, numbers_grounded
from tasks.records import Record
from tasks.text.phrases import alike, content, denies
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.words import bare

_LEAST = 8
"""Content words from which on a clause shows whether it rests on the facts."""
_SHARE = 0.3
"""Share of a clause's content words that the task has, below which a reader is asked."""
_CLAUSE = re.compile(r"[;:]\s|,\s|\s[\u2013\u2014-]\s")
_OPEN = re.compile(
    r"\b(?:no|any|open|unknown|nothing|none|nobody|whether|if|how|what|beyond|neither|would|assum\w+|un\w+ed|guess\w*|left)\b",
    re.I,
)


def facts_grounded(record: Record) -> Doubt | None:
    """Asks about figures, names and claims that none of the facts in the task has, where it gives all that it rests on."""
    if not record.answerable or record.answer_form != "text" or len(record.evidence) < 2:
        return None
    shown = bare(record.instruction)
    if not all(bare(quote) in shown for quote in record.evidence):
        return None
    alone = replace(record, passage="")
    if not (numbers_grounded(alone) or names_grounded(alone) or _claims(record)):
        return None
    return Doubt(
        "brings in what none of the given facts says",
        "Does the response claim nothing as a fact that the facts in the task neither say nor imply? "
        "What it says to be left open counts as no claim.",
    )


def _claims(record: Record) -> bool:
    """Whether a clause says something that has little to do with what the task says."""
    given = content(record.instruction)
    for clause in _asserted(reply(record)):
        said = content(clause)
        if len(said) >= _LEAST and sum(any(alike(t, g) for g in given) for t in said) < _SHARE * len(said):
            return True
    return False


def _asserted(text: str) -> Iterator[str]:
    """The clauses that neither deny nor leave something open, nor stand in a list below a line that does."""
    below = False
    for line in text.splitlines():
        listed = line.lstrip().startswith(("-", "*", "•"))
        if line.strip() and not (listed and not line.lstrip().startswith("**")):
            below = line.rstrip("* _").endswith(":") or len(line.split()) < 6
            below = below and denies(line.replace("*", ""))
        elif below:
            continue
        for sentence in sentences(line):
            if denies(sentence.replace("*", "")):
                yield from (
                    c for c in _CLAUSE.split(sentence) if not denies(c.replace("*", "")) and not _OPEN.search(c)
                )
            else:
                yield from (c for c in _CLAUSE.split(sentence) if not _OPEN.search(c))
